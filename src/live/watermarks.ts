/** Sources that are known at a time; past it the one that was silent longest is forgotten (L15). */
const MAX_SOURCES = 100_000;
/** Event times further ahead of the arrival than this are of a clock that is wrong (SERVE 4.2). */
const AHEAD_MS = 5 * 60_000;

export interface WatermarkOptions {
  /** What events may come late (SERVE 0.1, 1). */
  readonly latenessMs: number;
  /** A source that sent nothing for so long holds nobody up. */
  readonly silentAfterMs: number;
  /** A source that is further behind the newest one sends a backlog, and holds nobody up. */
  readonly spanMs: number;
  /** Sources that are known at a time, at most; default 100,000. */
  readonly maxSources?: number;
}

export interface Watermark {
  /** No event before this time is expected; Unix milliseconds. It never goes back. */
  readonly ms: number;
  readonly active: number;
  readonly silent: number;
  /** Sources that send what is older than the window. */
  readonly backlog: number;
}

export interface WatermarksImage {
  readonly sources: readonly (readonly [string, Heard])[];
  readonly newestMs: number;
  readonly ms: number;
  readonly evicted: number;
}

interface Heard {
  readonly newestMs: number;
  readonly arriveMs: number;
}

/** How far each source is, and all of them together (L8). A source is a channel of a host. */
export class Watermarks {
  readonly #options: WatermarkOptions;
  /** In order of the last arrival. */
  readonly #sources = new Map<string, Heard>();
  #newestMs = Number.NEGATIVE_INFINITY;
  #ms = Number.NEGATIVE_INFINITY;
  #evicted = 0;

  constructor(options: WatermarkOptions) {
    this.#options = options;
  }

  /** Newest event time of all; what is ahead of its arrival counts as if it were five minutes ahead. */
  get newestMs(): number {
    return this.#newestMs;
  }

  /** Sources that were forgotten because there were too many. */
  get evicted(): number {
    return this.#evicted;
  }

  image(): WatermarksImage {
    return { sources: [...this.#sources], newestMs: this.#newestMs, ms: this.#ms, evicted: this.#evicted };
  }

  adopt({ sources, newestMs, ms, evicted }: WatermarksImage): void {
    for (const [key, heard] of sources) this.#sources.set(key, heard);
    this.#newestMs = newestMs;
    this.#ms = ms;
    this.#evicted = evicted;
  }

  hear(computer: string, channel: string, newestMs: number, arriveMs: number): void {
    if (!Number.isFinite(newestMs)) return;
    const key = `${computer.toLowerCase()}\u0000${channel.toLowerCase()}`;
    const known = this.#sources.get(key);
    const newest = Math.max(known?.newestMs ?? Number.NEGATIVE_INFINITY, Math.min(newestMs, arriveMs + AHEAD_MS));
    this.#sources.delete(key);
    this.#sources.set(key, { newestMs: newest, arriveMs: Math.max(known?.arriveMs ?? arriveMs, arriveMs) });
    this.#newestMs = Math.max(this.#newestMs, newest);
    if (this.#sources.size <= (this.#options.maxSources ?? MAX_SOURCES)) return;
    for (const first of this.#sources.keys()) {
      this.#sources.delete(first);
      this.#evicted++;
      break;
    }
  }

  /** The watermark at a time of the server's clock, which it follows when every source is silent. */
  at(nowMs: number): Watermark {
    const { latenessMs, silentAfterMs, spanMs } = this.#options;
    let least = Number.POSITIVE_INFINITY;
    let silent = 0;
    let backlog = 0;
    for (const { newestMs, arriveMs } of this.#sources.values()) {
      if (nowMs - arriveMs >= silentAfterMs) silent++;
      else if (newestMs < this.#newestMs - spanMs) backlog++;
      else least = Math.min(least, newestMs);
    }
    const active = this.#sources.size - silent - backlog;
    const reached = active > 0 ? least : nowMs;
    if (this.#sources.size > 0) this.#ms = Math.max(this.#ms, reached - latenessMs);
    return { ms: this.#ms, active, silent, backlog };
  }
}
