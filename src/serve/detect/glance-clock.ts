import type { GlanceWay } from '../../live/index.ts';
import type { Judged } from './backlog.ts';

/** A judgement that takes no longer is soon enough by itself. */
const SLOW_MS = 250;
/** Looks back may take this share of one core. */
const BACK_SHARE = 1 / 8;

/** What decides whether a glance is due; times are milliseconds of the server's clock. */
export interface GlanceState {
  /** Something came that no glance and no judgement has seen. */
  readonly hasUnseen: boolean;
  /** Machines wait for a look back. */
  readonly hasSigned: boolean;
  /** The last judgement, and when the one began that is under way. */
  readonly last: Pick<Judged, 'beganMs' | 'endedMs'> | undefined;
  readonly judgingSinceMs: number | undefined;
}

/**
 * When to glance at what came: as soon as it came, where a judgement of all that is held takes too long to wait for. Glances take half of a core at most, looks back an eighth, and
 * none is made after one ended in a fault until a judgement has met what it met.
 */
export class GlanceClock {
  readonly #slowMs: number;
  #restUntilMs = Number.NEGATIVE_INFINITY;
  #backRestUntilMs = Number.NEGATIVE_INFINITY;
  #isOff = false;

  constructor(slowMs: number = SLOW_MS) {
    this.#slowMs = slowMs;
  }

  dueMs({ hasUnseen, hasSigned, last, judgingSinceMs }: GlanceState, nowMs: number): number | undefined {
    if (!(hasUnseen || hasSigned) || this.#isOff) return undefined;
    const restMs = hasUnseen ? this.#restUntilMs : Math.max(this.#restUntilMs, this.#backRestUntilMs);
    const wasSlow = last !== undefined && last.endedMs - last.beganMs >= this.#slowMs;
    if (wasSlow) return Math.max(nowMs, restMs);
    if (judgingSinceMs === undefined) return undefined;
    return Math.max(nowMs, restMs, judgingSinceMs + this.#slowMs);
  }

  isBackDue(nowMs: number): boolean {
    return !this.#isOff && nowMs >= this.#backRestUntilMs;
  }

  /** A glance was made. */
  made(way: GlanceWay, beganMs: number, endedMs: number): void {
    const tookMs = Math.max(0, endedMs - beganMs);
    // A look that came in the rest of another puts that off.
    this.#restUntilMs = endedMs + tookMs + Math.max(0, this.#restUntilMs - beganMs);
    if (way === 'back') this.#backRestUntilMs = endedMs + tookMs * (1 / BACK_SHARE - 1);
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
