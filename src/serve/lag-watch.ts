const EVERY_MS = 250;
/** Intervals that are looked back on. */
const KEPT = 40;

/** How late the main thread was at most in the last ten seconds: a timer that comes late tells it. */
export class LagWatch {
  readonly #late: number[] = [];
  #timer: NodeJS.Timeout | undefined;

  start(steadyMs: () => number): void {
    let lastMs = steadyMs();
    this.#timer = setInterval(() => {
      const now = steadyMs();
      this.#late.push(Math.max(0, now - lastMs - EVERY_MS));
      if (this.#late.length > KEPT) this.#late.shift();
      lastMs = now;
    }, EVERY_MS);
    this.#timer.unref();
  }

  get worstMs(): number {
    return Math.max(0, ...this.#late);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
