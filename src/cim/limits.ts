/** Bounds on what a repository may make the reader do (L15, L20). */
export interface RepositoryLimits {
  /** Bytes of a mapping file: 64 MiB describe objects of more than 20 GiB. */
  readonly mapBytes: number;
  /** Bytes of one record. The largest seen has 70,491 (CIM 3). */
  readonly recordBytes: number;
  /** Keys of one index; real ones have 21,000. */
  readonly keys: number;
  /** Levels of the index; real ones have 3. */
  readonly indexDepth: number;
  /** Classes from a class up to its root. */
  readonly classChain: number;
  /** Properties of a class with all that it inherits. */
  readonly properties: number;
  readonly namespaces: number;
  /** UTF-16 units of the path of a namespace. */
  readonly namespaceLength: number;
  /** Objects that a carve gives, and stale keys, and texts: each. */
  readonly carved: number;
  /** Anomalies told one by one; the rest is summed by code. */
  readonly anomalies: number;
}

export const REPOSITORY_LIMITS: RepositoryLimits = {
  mapBytes: 64 * 1024 * 1024,
  recordBytes: 64 * 1024 * 1024,
  keys: 4_000_000,
  indexDepth: 16,
  classChain: 128,
  properties: 4096,
  namespaces: 65_536,
  namespaceLength: 4096,
  carved: 100_000,
  anomalies: 256,
};
