import type { Segment } from './segment.ts';

/** Where the first batch lies that came at a time or later: at `from` at the least, at `to` at the most. */
export interface PlaceSince {
  /** The first position of a segment; 1 where nothing is held. */
  readonly from: number;
  /** One more than the last position of that segment: what it holds may all have come before. */
  readonly to: number;
}

/**
 * Looks at the times of the segments alone, which their headers tell, and reads nothing: what a segment holds came before the next one was begun. So the first one
 * counts behind which a segment was begun then or later. A clock that was set ahead for a while makes that an earlier one than need be, never a later one.
 */
export function placeSince(segments: readonly Segment[], ms: number): PlaceSince {
  const held = segments.filter(({ first, last }) => last >= first);
  const at = held.findIndex((_, index) => (begunBehind(held, index) ?? Number.POSITIVE_INFINITY) >= ms);
  const segment = held[at];
  return segment === undefined ? { from: 1, to: 1 } : { from: segment.first, to: segment.last + 1 };
}

/** When a segment behind one was begun; of one with a broken header that is not known, and the one behind it tells. */
function begunBehind(segments: readonly Segment[], at: number): number | undefined {
  return segments.find(({ createdMs }, index) => index > at && createdMs !== undefined)?.createdMs;
}
