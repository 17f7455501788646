import type { Gap } from '../windows/index.ts';

/** Gaps that say the same, as one. */
export interface FoldedGap {
  /** The first of them. */
  readonly gap: Gap;
  readonly count: number;
  /** The others. */
  readonly others: readonly Gap[];
  /** Ids of the links that any of them weakens, sorted. */
  readonly blocks: readonly string[];
}

/** Gaps that say the same of one host, once for each call that they hide: one line with their number. `more` is what else of a gap is shown. */
export function foldedGaps(gaps: readonly Gap[], more: (gap: Gap) => string = () => ''): readonly FoldedGap[] {
  const alike = Map.groupBy(gaps, (gap) => [gap.host, gap.what, gap.so, more(gap)].join('\u0000'));
  return [...alike.values()].flatMap(([gap, ...others]) =>
    gap === undefined
      ? []
      : [
          {
            gap,
            count: 1 + others.length,
            others,
            blocks: [...new Set([gap, ...others].flatMap(({ blocks }) => blocks))].sort(),
          },
        ],
  );
}
