import { millisOf } from '../kit/time.ts';
import type { Hit } from './hit.ts';

/** By what rows are counted, with the word that asks for it. */
export const FACETS = [
  { field: 'host', name: 'Hosts', of: ({ host }: Hit) => host },
  { field: 'channel', name: 'Channels', of: ({ channel }: Hit) => channel },
  { field: 'event', name: 'Event ids', of: ({ eventId }: Hit) => (eventId === undefined ? '' : String(eventId)) },
] as const;

/** Names that are counted one by one; a sender may make up as many as it likes. */
export const MOST_NAMES = 5000;

export interface FacetCount {
  readonly value: string;
  readonly count: number;
}

/** Counts of all hits that were read, which outlive their rows: by time, host, channel and event id. */
export class Tally {
  readonly #names = FACETS.map(() => new Map<string, number>());
  readonly #others = FACETS.map(() => 0);
  #times = new Float64Array(1024);
  #length = 0;

  add(hit: Hit): void {
    FACETS.forEach(({ of }, at) => {
      const names = this.#names[at];
      const value = of(hit);
      const known = names?.get(value);
      if (known !== undefined || (names?.size ?? 0) < MOST_NAMES) names?.set(value, (known ?? 0) + 1);
      else this.#others[at] = (this.#others[at] ?? 0) + 1;
    });
    const ms = millisOf(hit.time);
    if (Number.isNaN(ms)) return;
    if (this.#length === this.#times.length) {
      const larger = new Float64Array(this.#length * 2);
      larger.set(this.#times);
      this.#times = larger;
    }
    this.#times[this.#length++] = ms;
  }

  /** The most frequent values of a facet, and how many hits have another. */
  most(facet: number, count: number): { readonly top: readonly FacetCount[]; readonly others: number } {
    const all = [...(this.#names[facet] ?? [])].map(([value, n]) => ({ value, count: n }));
    const top = all.toSorted((a, b) => b.count - a.count).slice(0, count);
    const sum = all.reduce((total, one) => total + one.count, 0) + (this.#others[facet] ?? 0);
    return { top, others: sum - top.reduce((total, one) => total + one.count, 0) };
  }

  /** Times of all hits that have one, in the order in which they were read, Unix milliseconds; a view, good until the next `add`. */
  get times(): Float64Array {
    return this.#times.subarray(0, this.#length);
  }
}
