import type { Event } from '../windows/index.ts';
import { fileKey } from './source-numbers.ts';

/** Batches that are remembered, of all sources: the largest source loses the older half of its own. */
const MOST_BATCHES = 65_536;

/** Where the batches of a source end, in bytes from the first that the window got of it, and when they arrived, Unix milliseconds; both ascend. */
interface Batches {
  /** What lies before it came with batches that are forgotten. */
  from: number;
  readonly ends: number[];
  readonly arrivedMs: number[];
}

export interface ArrivalsImage {
  readonly sources: readonly (readonly [string, Readonly<Batches>])[];
}

/** When records arrived, by where they lie in what their source sent. */
export class Arrivals {
  readonly #most: number;
  readonly #bySource = new Map<string, Batches>();
  #count = 0;

  constructor(most: number = MOST_BATCHES) {
    this.#most = most;
  }

  image(): ArrivalsImage {
    return { sources: [...this.#bySource] };
  }

  adopt({ sources }: ArrivalsImage): void {
    for (const [key, { from, ends, arrivedMs }] of sources) {
      this.#bySource.set(key, { from, ends: [...ends], arrivedMs: [...arrivedMs] });
      this.#count += ends.length;
    }
  }

  /** A batch of a source (`fileKey`) that ends there. */
  add(source: string, end: number, arrivedMs: number): void {
    const batches = this.#bySource.get(source) ?? { from: 0, ends: [], arrivedMs: [] };
    this.#bySource.set(source, batches);
    if (end === (batches.ends.at(-1) ?? batches.from)) return;
    batches.ends.push(end);
    batches.arrivedMs.push(arrivedMs);
    if (++this.#count > this.#most) this.#forget();
  }

  /** When a record arrived; undefined where that is not known any more. */
  of({ place }: Pick<Event, 'place'>): number | undefined {
    const batches = this.#bySource.get(fileKey(place.source));
    if (batches === undefined || place.offset < batches.from) return undefined;
    const { ends, arrivedMs } = batches;
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ends[middle] ?? 0) > place.offset) high = middle;
      else low = middle + 1;
    }
    return arrivedMs[low];
  }

  #forget(): void {
    let largest: Batches | undefined;
    for (const batches of this.#bySource.values())
      if (largest === undefined || batches.ends.length > largest.ends.length) largest = batches;
    if (largest === undefined) return;
    const gone = Math.ceil(largest.ends.length / 2);
    largest.arrivedMs.splice(0, gone);
    largest.from = largest.ends.splice(0, gone).at(-1) ?? largest.from;
    this.#count -= gone;
  }
}
