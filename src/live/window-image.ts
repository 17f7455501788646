import type { EventStore, StoreImage } from '../evidence/index.ts';
import type { Source } from '../windows/index.ts';
import type { Arrivals, ArrivalsImage } from './arrivals.ts';
import { restoreRow } from './batch-rows.ts';
import type { CoverageImage, CoverageSpans } from './coverage-spans.ts';
import type { SenderClocks, SenderClocksImage } from './sender-clocks.ts';
import type { SourceNumbers } from './source-numbers.ts';
import type { Watermarks, WatermarksImage } from './watermarks.ts';
import type { Wholeness, WholenessImage } from './wholeness.ts';

/**
 * All that a window knows of what came, as data: a window that is made of it (`WindowOptions.image`) goes on as this one would have. What
 * judgements remember is left out, for it is found again; so is what it counted of losses.
 */
export interface WindowImage extends StoreImage, Readonly<WindowStanding> {
  readonly sources: readonly Source[];
  readonly watermarks: WatermarksImage;
  readonly coverage: CoverageImage;
  readonly wholeness: WholenessImage;
  readonly clocks: SenderClocksImage;
  readonly arrivals: ArrivalsImage;
  readonly taken: readonly (readonly [string, number])[];
}

/** What a window knows of its rows beside them. */
export interface WindowStanding {
  /** The oldest event time that is not pinned; Unix milliseconds. */
  oldestMs: number;
  watermarkMs: number;
  /** Rows that came behind the watermark. */
  late: number;
  unpinned: number;
}

export const NOTHING_CAME: Readonly<WindowStanding> = {
  oldestMs: Number.POSITIVE_INFINITY,
  watermarkMs: Number.NEGATIVE_INFINITY,
  late: 0,
  unpinned: 0,
};

/** The parts of a window that have an image. */
export interface ImagedParts {
  readonly store: EventStore;
  readonly sources: SourceNumbers;
  readonly watermarks: Watermarks;
  readonly coverage: CoverageSpans;
  readonly wholeness: Wholeness;
  readonly clocks: SenderClocks;
  readonly arrivals: Arrivals;
  readonly taken: Map<string, number>;
  readonly stands: WindowStanding;
}

export function imageOf(parts: ImagedParts): WindowImage {
  return {
    ...parts.store.image(),
    ...parts.stands,
    sources: [...parts.sources.sources],
    watermarks: parts.watermarks.image(),
    coverage: parts.coverage.image(),
    wholeness: parts.wholeness.image(),
    clocks: parts.clocks.image(),
    arrivals: parts.arrivals.image(),
    taken: [...parts.taken],
  };
}

/** Puts an image into the parts of a window that has taken nothing. */
export function adopt(parts: ImagedParts, image: WindowImage): void {
  parts.sources.adopt(image.sources);
  parts.store.adopt(image, restoreRow);
  parts.watermarks.adopt(image.watermarks);
  parts.coverage.adopt(image.coverage);
  parts.wholeness.adopt(image.wholeness);
  parts.clocks.adopt(image.clocks);
  parts.arrivals.adopt(image.arrivals);
  for (const [key, end] of image.taken) parts.taken.set(key, end);
  const { oldestMs, watermarkMs, late, unpinned } = image;
  Object.assign(parts.stands, { oldestMs, watermarkMs, late, unpinned });
}
