/** What `/v1/events/survey` tells of a search: of the index, without its scan. */
export interface Survey {
  /** Of every record in the span, whatever else is asked for. */
  readonly bins: readonly { readonly from: string; readonly count: number }[];
  readonly to?: string;
  readonly events: number;
  readonly blocks: number;
  readonly timeless: number;
  /** What the search names and no block holds. */
  readonly absent: readonly { readonly kind: 'host' | 'channel' | 'event' | 'word'; readonly value: string }[];
  readonly silent: readonly { readonly host: string; readonly last?: string }[];
}

/** A part of the span with what falls into it. Unix milliseconds, `toMs` is behind it. */
export interface Bin {
  readonly fromMs: number;
  readonly toMs: number;
  readonly all: number;
  readonly hits: number;
}

/** Counts hits into the bins of a survey, as they come. */
export class HitBins {
  readonly #fromMs: readonly number[];
  readonly #toMs: number;
  readonly #all: readonly number[];
  readonly #hits: number[];
  #counted = 0;

  constructor({ bins, to }: Pick<Survey, 'bins' | 'to'>) {
    this.#fromMs = bins.map(({ from }) => Date.parse(from));
    this.#all = bins.map(({ count }) => count);
    this.#hits = bins.map(() => 0);
    this.#toMs = to === undefined ? 0 : Date.parse(to);
  }

  /** Takes the times behind those that it took before. What came since the survey stands in the last bin. */
  count(times: Float64Array): void {
    const first = this.#fromMs[0];
    const bins = this.#hits.length;
    if (first === undefined) return;
    const width = (this.#toMs - first) / bins;
    for (; this.#counted < times.length; this.#counted++) {
      const at = Math.floor(((times[this.#counted] ?? 0) - first) / width);
      const bin = Math.max(0, Math.min(bins - 1, at));
      this.#hits[bin] = (this.#hits[bin] ?? 0) + 1;
    }
  }

  get bins(): readonly Bin[] {
    return this.#fromMs.map((fromMs, at) => ({
      fromMs,
      toMs: this.#fromMs[at + 1] ?? this.#toMs,
      all: this.#all[at] ?? 0,
      hits: this.#hits[at] ?? 0,
    }));
  }
}

/** True where the bins are too short for a picture: a part of a second that the page's clock does not tell. */
export function areOneInstant(bins: readonly Bin[]): boolean {
  const [first, last] = [bins[0], bins.at(-1)];
  return first === undefined || last === undefined || last.toMs - first.fromMs < bins.length;
}

/** The span of two bins and all between, whichever comes first; undefined where it has no length. */
export function spanOfBins(
  bins: readonly Bin[],
  a: number,
  b: number,
): { readonly from: string; readonly to: string } | undefined {
  const first = bins[Math.min(a, b)];
  const last = bins[Math.max(a, b)];
  if (first === undefined || last === undefined || last.toMs <= first.fromMs) return undefined;
  return { from: timeOf(first.fromMs), to: timeOf(last.toMs) };
}

/** RFC 3339 in UTC, without a fraction that is none. */
export function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
