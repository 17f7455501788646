/** Bounds on what archives may do (DEPENDENCIES 4.3). */
export interface ArchiveLimits {
  /** Bytes that may come out of one archive. */
  readonly outputBytes: number;
  /** Times its packed size that a member may grow to, looked at once it has given `freeBytes`. */
  readonly ratio: number;
  readonly freeBytes: number;
  readonly members: number;
}

export const ARCHIVE_LIMITS: ArchiveLimits = {
  outputBytes: 64 * 1024 ** 3,
  ratio: 1000,
  freeBytes: 10_000_000,
  members: 1_000_000,
};

/** Bytes that may come out of a member of this packed size, given what the archive may still give. */
export function allowedBytes(packedBytes: number, left: number, limits: ArchiveLimits): number {
  return Math.min(Math.max(limits.freeBytes, packedBytes * limits.ratio), left);
}
