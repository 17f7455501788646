import { MOST_ENTRY_BYTES } from '../entries/index.ts';

const MIB = 1024 * 1024;

/** Largest payload of a block that is believed: one largest entry that found a block nearly full. */
export const MOST_PAYLOAD_BYTES: number = 2 * MOST_ENTRY_BYTES;

/** Bounds of an archive; tests set small ones. */
export interface ArchiveLimits {
  /** A block is full at so many events or bytes (DEPENDENCIES 5.1). */
  readonly blockEvents: number;
  readonly blockBytes: number;
  /** A segment is finished at so many blocks or bytes, or when its first block is so old. */
  readonly segmentBlocks: number;
  readonly segmentBytes: number;
  readonly segmentMs: number;
  /** What is given is written when so many events or bytes wait, or the first has waited so long. */
  readonly gatherEvents: number;
  readonly gatherBytes: number;
  readonly gatherMs: number;
  /** More bytes than this are not let wait; further appends are refused as `busy`. */
  readonly waitingBytes: number;
  /** Between two attempts to open again after the disk failed. */
  readonly retryMs: number;
  /** A page of a search ends after so long, whatever it has found; and at so many bytes. */
  readonly pageMs: number;
  readonly pageBytes: number;
  /** Blocks that are unpacked, and that are passed over, in one step of a search; other searches have their turn between steps. */
  readonly stepBlocks: number;
  readonly stepPassed: number;
  /** Below this share of free space the oldest segments go early. */
  readonly freeShare: number;
}

export const ARCHIVE_LIMITS: ArchiveLimits = {
  blockEvents: 256,
  blockBytes: 256 * 1024,
  segmentBlocks: 4096,
  segmentBytes: 1024 * MIB,
  segmentMs: 86_400_000,
  gatherEvents: 16_384,
  gatherBytes: 16 * MIB,
  gatherMs: 1000,
  waitingBytes: 128 * MIB,
  retryMs: 1000,
  pageMs: 150,
  pageBytes: 8 * MIB,
  stepBlocks: 16,
  stepPassed: 1024,
  freeShare: 0.05,
};
