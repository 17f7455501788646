/** Bounds on what archives may do (DEPENDENCIES 4.3). */
export interface ArchiveLimits {
  /** Bytes that may come out of one archive, those inside it together with it. */
  readonly outputBytes: number;
  /** Times its packed size that a member may grow to, looked at once it has given `freeBytes`. */
  readonly ratio: number;
  readonly freeBytes: number;
  /** Of one archive and of those inside it together. */
  readonly members: number;
  /** Archives around an archive that is still read. */
  readonly nesting: number;
  /** A 7z is unpacked as a whole in memory: itself, and each member. */
  readonly sevenZipBytes: number;
  readonly sevenZipMemberBytes: number;
  /** Until its next file is there. */
  readonly sevenZipMs: number;
}

export const ARCHIVE_LIMITS: ArchiveLimits = {
  outputBytes: 64 * 1024 ** 3,
  ratio: 1000,
  freeBytes: 10_000_000,
  members: 1_000_000,
  nesting: 3,
  sevenZipBytes: 256 * 1024 ** 2,
  sevenZipMemberBytes: 1024 ** 3,
  sevenZipMs: 600_000,
};

/** Bytes that may come out of a member of this packed size, given what the archive may still give. */
export function allowedBytes(packedBytes: number, left: number, limits: ArchiveLimits): number {
  return Math.min(Math.max(limits.freeBytes, packedBytes * limits.ratio), left);
}
