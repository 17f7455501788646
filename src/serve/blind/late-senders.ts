import type { Pace } from '../../state/index.ts';

/** No sender is late before that (SETTLED G15). */
export const LEAST_LATE_MS = 300_000;
const GAPS = 3;

/** How a sender stands: when it counts as late, and whether it does. */
export interface Lateness {
  readonly lastMs: number;
  /** Silence that is longer than any it usually has: the larger of 5 minutes and three times its median gap. */
  readonly lateAfterMs: number;
  readonly isLate: boolean;
}

export function latenessOf({ lastMs, medianGapMs }: Pick<Pace, 'lastMs' | 'medianGapMs'>, nowMs: number): Lateness {
  const lateAfterMs = Math.max(LEAST_LATE_MS, GAPS * (medianGapMs ?? 0));
  return { lastMs, lateAfterMs, isLate: nowMs - lastMs > lateAfterMs };
}
