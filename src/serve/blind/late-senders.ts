import type { Pace } from '../../state/index.ts';

/** No sender is late before that (SETTLED G15). */
export const LEAST_LATE_MS = 300_000;
const GAPS = 3;
/** Silences after which a sender that nobody named is known to come again: one line of a test is no habit. */
export const HABIT_SILENCES = 3;

/** How a sender stands: when it counts as late, and whether it does. */
export interface Lateness {
  readonly lastMs: number;
  /** Silence that is longer than any it usually has: the larger of 5 minutes and three times its median gap. */
  readonly lateAfterMs: number;
  readonly isLate: boolean;
}

/** Undefined where fewer silences of it are known than it must have had before it can be late. */
export function latenessOf(
  { lastMs, medianGapMs, silences }: Omit<Pace, 'sender'>,
  nowMs: number,
  leastSilences = 0,
): Lateness | undefined {
  if (silences < leastSilences) return undefined;
  const lateAfterMs = Math.max(LEAST_LATE_MS, GAPS * (medianGapMs ?? 0));
  return { lastMs, lateAfterMs, isLate: nowMs - lastMs > lateAfterMs };
}
