/** Bounds on what one document may make the reader do (L15, L20); each is tested on both sides. */
export interface AuditLimits {
  /** Bytes of a document, which is held whole. */
  readonly bytes: number;
  /** Objects that a document gives. */
  readonly objects: number;
  /** Properties of one object. */
  readonly properties: number;
  /** Items of one array. */
  readonly items: number;
  /** Anomalies told one by one; the rest is summed by code. */
  readonly anomalies: number;
}

export const AUDIT_LIMITS: AuditLimits = {
  bytes: 256 * 1024 * 1024,
  objects: 100_000,
  properties: 512,
  items: 65_536,
  anomalies: 256,
};
