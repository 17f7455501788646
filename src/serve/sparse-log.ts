import type { Log, LogValue } from './log.ts';

/** How many lines of one kind are written in a span. */
export interface SparseBound {
  readonly lines: number;
  readonly spanMs: number;
}

/** Of what strangers cause. */
const OF_STRANGERS: SparseBound = { lines: 10, spanMs: 1000 };
/** Of what is tried again each second while a disk is full: the first refusal at once, then one a minute. */
export const OF_RETRIES: SparseBound = { lines: 1, spanMs: 60_000 };

type Values = Readonly<Record<string, LogValue>>;

/**
 * Lines that strangers, or a trouble that lasts, cause without end: some in a span are written, and of the others how many there were. A flood would else fill
 * the disk, and the server would wait for whoever reads its log.
 */
export class SparseLog {
  readonly #log: Log;
  readonly #nowMs: () => number;
  readonly #bound: SparseBound;
  #span = 0;
  #written = 0;
  #left = 0;

  constructor(log: Log, nowMs: () => number, bound: SparseBound = OF_STRANGERS) {
    this.#log = log;
    this.#nowMs = nowMs;
    this.#bound = bound;
  }

  info(event: string, values: Values): void {
    this.#line('info', event, values);
  }

  error(event: string, values: Values): void {
    this.#line('error', event, values);
  }

  /** What the lines were of is over, or is another one now: how many were left out is told, and the next one is written. */
  anew(event: string): void {
    this.#begin('info', event);
  }

  #line(level: 'info' | 'error', event: string, values: Values): void {
    const span = Math.floor(this.#nowMs() / this.#bound.spanMs);
    if (span !== this.#span) {
      this.#begin(level, event);
      this.#span = span;
    }
    if (this.#written < this.#bound.lines) this.#log[level](event, values);
    else this.#left++;
    this.#written++;
  }

  #begin(level: 'info' | 'error', event: string): void {
    if (this.#left > 0) this.#log[level](event, { more: this.#left });
    this.#written = 0;
    this.#left = 0;
  }
}
