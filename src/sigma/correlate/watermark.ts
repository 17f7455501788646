/** Sources of events and how far each has come, in Unix milliseconds (SIGMA 5.1, L8). */
export class Watermark {
  readonly #latenessMs: number;
  readonly #idleMs: number;
  readonly #sources = new Map<string, { newestMs: number; heardMs: number }>();
  #reached = Number.NEGATIVE_INFINITY;
  /** The source that holds the others back; while it stays where it is, nothing needs to be looked at again. */
  #slowest: string | undefined;
  #sweptMs = Number.NEGATIVE_INFINITY;

  /** `idleMs`: a source that was not heard of for so long, by the clock that is passed in, no longer holds the others back. */
  constructor(latenessMs: number, idleMs: number) {
    this.#latenessMs = latenessMs;
    this.#idleMs = idleMs;
  }

  observe(source: string, timeMs: number, nowMs: number): void {
    const known = this.#sources.get(source);
    if (known === undefined || (source === this.#slowest && timeMs > known.newestMs)) this.#slowest = undefined;
    this.#sources.set(source, { newestMs: Math.max(known?.newestMs ?? timeMs, timeMs), heardMs: nowMs });
  }

  /** No event before this time is waited for any more. It never goes back. */
  at(nowMs: number): number {
    if (this.#slowest !== undefined && nowMs - this.#sweptMs < this.#idleMs / 10) return this.#reached;
    this.#sweptMs = nowMs;
    let least = Number.POSITIVE_INFINITY;
    for (const [source, { newestMs, heardMs }] of this.#sources) {
      if (nowMs - heardMs > this.#idleMs) this.#sources.delete(source);
      else if (newestMs - this.#latenessMs < least) {
        least = newestMs - this.#latenessMs;
        this.#slowest = source;
      }
    }
    if (least !== Number.POSITIVE_INFINITY) this.#reached = Math.max(this.#reached, least);
    return this.#reached;
  }

  state(): WatermarkState {
    const sources = [...this.#sources].map(([source, { newestMs, heardMs }]) => ({ source, newestMs, heardMs }));
    return { reachedMs: Number.isFinite(this.#reached) ? this.#reached : undefined, sources };
  }

  restore({ reachedMs, sources }: WatermarkState): void {
    this.#reached = reachedMs ?? Number.NEGATIVE_INFINITY;
    for (const { source, newestMs, heardMs } of sources) this.#sources.set(source, { newestMs, heardMs });
  }
}

export interface WatermarkState {
  readonly reachedMs: number | undefined;
  readonly sources: readonly { readonly source: string; readonly newestMs: number; readonly heardMs: number }[];
}
