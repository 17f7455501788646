import type { Judged } from './backlog.ts';

/** A judgement that takes no longer is soon enough by itself. */
const SLOW_MS = 250;

/** What decides whether a glance is due; times are milliseconds of the server's clock. */
export interface GlanceState {
  /** Something came that no glance and no judgement has seen. */
  readonly hasUnseen: boolean;
  /** The last judgement, and when the one began that is under way. */
  readonly last: Pick<Judged, 'beganMs' | 'endedMs'> | undefined;
  readonly judgingSinceMs: number | undefined;
}

/**
 * When to glance at what came: as soon as it came, where a judgement of all that is held takes too long to wait for. Glances take half of a core at most, and
 * none is made after one ended in a fault until a judgement has met what it met.
 */
export class GlanceClock {
  readonly #slowMs: number;
  #restUntilMs = Number.NEGATIVE_INFINITY;
  #isOff = false;

  constructor(slowMs: number = SLOW_MS) {
    this.#slowMs = slowMs;
  }

  dueMs({ hasUnseen, last, judgingSinceMs }: GlanceState, nowMs: number): number | undefined {
    if (!hasUnseen || this.#isOff) return undefined;
    const wasSlow = last !== undefined && last.endedMs - last.beganMs >= this.#slowMs;
    if (wasSlow) return Math.max(nowMs, this.#restUntilMs);
    if (judgingSinceMs === undefined) return undefined;
    return Math.max(nowMs, this.#restUntilMs, judgingSinceMs + this.#slowMs);
  }

  /** A glance was made. */
  made(beganMs: number, endedMs: number): void {
    this.#restUntilMs = endedMs + Math.max(0, endedMs - beganMs);
  }

  /** A glance ended in a fault: the judgement meets it as well, and tells. */
  failed(): void {
    this.#isOff = true;
  }

  /** A judgement ended. */
  judged(): void {
    this.#isOff = false;
  }
}
