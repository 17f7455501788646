/** Loops that wait for something to change: all of them look again when it did. */
export class Sleepers {
  #waiting: (() => void)[] = [];

  /** Waits until the next `wake`. */
  sleep(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
