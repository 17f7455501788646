/** Lets many wait for the next time that something happens. */
export class Wakeup {
  #turn = Promise.withResolvers<void>();

  notify(): void {
    const turn = this.#turn;
    this.#turn = Promise.withResolvers<void>();
    turn.resolve();
  }

  /** Ends with the next `notify`, or when the signal aborts. */
  wait(signal: AbortSignal | undefined): Promise<void> {
    const { promise } = this.#turn;
    if (signal === undefined) return promise;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        signal.removeEventListener('abort', end);
        resolve();
      };
      signal.addEventListener('abort', end, { once: true });
      void promise.then(end);
    });
  }
}
