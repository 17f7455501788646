/** Bounds of a journal (SERVE 3.1, 3.2, 3.4). */
export interface JournalLimits {
  /** Longest payload: a body of 64 MiB and its envelope. */
  readonly maxPayloadBytes: number;
  /** Payload bytes that may wait to be durable. One batch alone always may. */
  readonly maxWaitingBytes: number;
  /** Stored bytes that one write takes, so that a long queue does not make the first ones wait for all. */
  readonly maxGroupBytes: number;
  /** A segment ends before it would grow past this… */
  readonly rollBytes: number;
  /** …or with the first batch after this time. */
  readonly rollMs: number;
  /** Large payloads packed at one time on the thread pool. */
  readonly packAtOnce: number;
  /** How long nothing is tried after the disk failed twice or was full. */
  readonly pauseMs: number;
  /** How long a disk that failed is called failing, unless it took a batch since: then the next batch shows how it is. */
  readonly unprovenMs: number;
  /** Size of the file that is let go of when the disk is full; 0 for none. */
  readonly reserveBytes: number;
  /** How old the figure of free space may be. */
  readonly spaceEveryMs: number;
  /** Shares of the disk that are free when the journal warns, calls it low, and refuses. */
  readonly warnShare: number;
  readonly lowShare: number;
  readonly refuseShare: number;
}

const MIB = 1 << 20;

export const DEFAULT_LIMITS: JournalLimits = {
  maxPayloadBytes: 65 * MIB,
  maxWaitingBytes: 64 * MIB,
  maxGroupBytes: 16 * MIB,
  rollBytes: 128 * MIB,
  rollMs: 600_000,
  packAtOnce: 2,
  pauseMs: 1000,
  unprovenMs: 30_000,
  reserveBytes: 64 * MIB,
  spaceEveryMs: 5000,
  warnShare: 0.15,
  lowShare: 0.05,
  refuseShare: 0.02,
};
