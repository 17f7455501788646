import { type FrameRange, FrameSearch, frameAt } from './find-frames.ts';
import { FRAME_TYPES, type PlacedFrame } from './frame.ts';
import { readSeal, SealSum } from './seal.ts';
import { HEADER_BYTES } from './segment-header.ts';

/** What a walk over all frames of a segment found. */
export interface SegmentScan {
  /** Position of the last batch that counts; one less than the first position if there is none. */
  readonly last: number;
  /** Where the last good frame ends. */
  readonly goodBytes: number;
  /** Where the last write of batches began that counts: all before it was synced before it was written. */
  readonly lastGroupAt: number;
  /** What lies behind `goodBytes`: nothing; the rest of an unfinished write; batches that a later segment holds; damage. */
  readonly rest: 'none' | 'torn' | 'superseded' | 'damage';
  readonly isSealed: boolean;
  /** Over the batches up to `last`; not with damage, where some are missing. */
  readonly sum: SealSum;
}

/**
 * Walks a segment from its first frame. Batches from position `before` on count in a later segment and end the walk. What does not
 * verify is torn if it can be the rest of one unfinished write, and damage if a frame behind it proves that it was once on disk:
 * a group is written only after the one before it was synced.
 */
export async function scanSegment(range: FrameRange, first: number, before: number): Promise<SegmentScan> {
  const sum = new SealSum(first);
  let last = first - 1;
  let at = HEADER_BYTES;
  let isSealed = false;
  let lastGroupAt = at;
  while (at < range.end) {
    const frame = await frameAt(range, at);
    if (frame === undefined || (frame.type === FRAME_TYPES.batch && frame.position !== last + 1)) {
      const later = await laterFrames(range, at, last, before);
      return {
        last: Math.max(last, later.last),
        goodBytes: at,
        lastGroupAt,
        rest: later.isDamage ? 'damage' : 'torn',
        isSealed,
        sum,
      };
    }
    if (frame.type === FRAME_TYPES.batch) {
      if (frame.position >= before) return { last, goodBytes: at, lastGroupAt, rest: 'superseded', isSealed, sum };
      sum.add(frame.covered, frame.position);
      if (frame.index === 0) lastGroupAt = at;
      last = frame.position;
    }
    isSealed = readSeal(frame) !== undefined;
    at += frame.bytes;
  }
  return { last, goodBytes: at, lastGroupAt, rest: 'none', isSealed, sum };
}

async function laterFrames(
  range: FrameRange,
  badAt: number,
  last: number,
  before: number,
): Promise<{ readonly isDamage: boolean; readonly last: number }> {
  const search = new FrameSearch(range, badAt + 1);
  let isDamage = false;
  let newLast = last;
  for (let frame = await search.next(); frame !== 'none'; frame = await search.next()) {
    if (frame === 'lost') return { isDamage: true, last: newLast };
    if (frame.position >= before) continue;
    isDamage ||= isLaterWrite(frame, last + 1);
    if (frame.type === FRAME_TYPES.batch) newLast = Math.max(newLast, frame.position);
  }
  return isDamage ? { isDamage, last: newLast } : { isDamage, last };
}

/** Whether a frame was written after the write that held the batch at `position`. Notes and seals are writes of their own. */
function isLaterWrite({ type, position, index }: PlacedFrame, expected: number): boolean {
  return type !== FRAME_TYPES.batch || position - index > expected;
}
