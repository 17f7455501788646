import { FairTable } from './bounded.ts';
import type { ClockOffset } from './join.ts';

/** A group is the first host of the pair. */
const PAIR_BOUNDS = { max: 16_384, quota: 1024 };
/** Differences of one pair that are remembered: so many of the first, and as many of the last ones. */
const HALF_OF_SAMPLES = 32;
/** Halves of two connections of one port, a minute apart at least (J3), are no pair: few of them count for nothing. */
const OUTLIER_MS = 60_000;
const LEAST_NEAR = 0.75;
/** Fewer pairs of records say nothing sure (SETTLED C4). */
const MIN_PAIRS = 3;

interface Pair {
  readonly a: string;
  readonly b: string;
  readonly samples: number[];
  count: number;
}

/**
 * What the clocks of two observers differ by: the median over pairs of records of one connection, of 5156 or Zeek only; the
 * error is half the range (SETTLED C4). An offset is used in windows and shown; it rewrites nothing (L4).
 */
export class Clocks {
  readonly #pairs = new FairTable<Pair>(PAIR_BOUNDS);

  get evicted(): number {
    return this.#pairs.evicted;
  }

  /** Two records of one connection: the time that each observer gave it, Unix milliseconds. */
  add(
    one: { readonly observer: string; readonly ms: number },
    two: { readonly observer: string; readonly ms: number },
  ): void {
    if (one.observer === two.observer) return;
    const [a, b] = one.observer < two.observer ? [one, two] : [two, one];
    let pair = this.#pairs.get(a.observer, b.observer);
    if (pair === undefined) {
      pair = { a: a.observer, b: b.observer, samples: [], count: 0 };
      this.#pairs.set(a.observer, b.observer, pair);
    }
    const isFull = pair.samples.length >= 2 * HALF_OF_SAMPLES;
    // The last ones go round: their order tells nothing.
    pair.samples[isFull ? HALF_OF_SAMPLES + (pair.count % HALF_OF_SAMPLES) : pair.count] = b.ms - a.ms;
    pair.count++;
  }

  /** By how much the clock of `b` is ahead of that of `a`; undefined where fewer than three pairs tell. */
  between(a: string, b: string): ClockOffset | undefined {
    const pair = a < b ? this.#pairs.get(a, b) : this.#pairs.get(b, a);
    if (pair === undefined || pair.count < MIN_PAIRS) return undefined;
    const offset = offsetOf(pair);
    return a < b ? offset : { ...offset, a, b, offsetMs: -offset.offsetMs };
  }

  /** Every offset that is known, sorted by its hosts. */
  all(): readonly ClockOffset[] {
    return [...this.#pairs.values()]
      .filter(({ count }) => count >= MIN_PAIRS)
      .map(offsetOf)
      .sort((x, y) => (x.a < y.a ? -1 : x.a > y.a ? 1 : x.b < y.b ? -1 : 1));
  }
}

function offsetOf({ a, b, samples, count }: Pair): ClockOffset {
  const all = samples.toSorted((x, y) => x - y);
  const middle = medianOf(all);
  const near = all.filter((ms) => Math.abs(ms - middle) <= OUTLIER_MS);
  // A clock that was set while it ran is no outlier: the range then says so.
  const sorted = near.length >= MIN_PAIRS && near.length >= all.length * LEAST_NEAR ? near : all;
  const low = sorted[0] ?? 0;
  const high = sorted.at(-1) ?? 0;
  return { a, b, offsetMs: medianOf(sorted), errorMs: (high - low) / 2, pairs: count };
}

function medianOf(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
