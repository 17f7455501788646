import type { Log, LogValue } from './log.ts';

/** Lines of one kind that are written in a second. */
const PER_SECOND = 10;

/**
 * Lines that strangers cause at will: some a second are written, and of the others how many there were. A flood would else fill the disk, and the
 * server would wait for whoever reads its log.
 */
export class SparseLog {
  readonly #log: Log;
  readonly #nowMs: () => number;
  #second = 0;
  #written = 0;
  #left = 0;

  constructor(log: Log, nowMs: () => number) {
    this.#log = log;
    this.#nowMs = nowMs;
  }

  info(event: string, values: Readonly<Record<string, LogValue>>): void {
    const second = Math.floor(this.#nowMs() / 1000);
    if (second !== this.#second) {
      if (this.#left > 0) this.#log.info(event, { more: this.#left });
      this.#second = second;
      this.#written = 0;
      this.#left = 0;
    }
    if (this.#written < PER_SECOND) this.#log.info(event, values);
    else this.#left++;
    this.#written++;
  }
}
