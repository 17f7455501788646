/**
 * What a server is told by signals, from the moment that it begins to start: SIGINT and SIGTERM end it, a second one at once; SIGHUP has it read its files again, or
 * ends it as well where nobody could use that. One that comes before there is a server counts when there is one.
 */
export class Signals {
  /** Settles with the first signal that ends the server. */
  readonly ended: Promise<'signal'>;
  readonly #listeners: readonly (readonly [NodeJS.Signals, () => void])[];
  #reload: (() => void) | undefined;
  #isReloadDue = false;

  constructor(hangupEnds: boolean) {
    const { promise, resolve } = Promise.withResolvers<'signal'>();
    this.ended = promise;
    let ends = 0;
    const end = (): void => {
      ends++;
      if (ends > 1) process.exit(4);
      resolve('signal');
    };
    const again = (): void => {
      if (this.#reload === undefined) this.#isReloadDue = true;
      else this.#reload();
    };
    this.#listeners = [
      ['SIGINT', end],
      ['SIGTERM', end],
      ['SIGHUP', hangupEnds ? end : again],
    ];
    for (const [signal, listener] of this.#listeners) process.on(signal, listener);
  }

  /** What SIGHUP does from now on; at once where one came before. */
  onReload(reload: () => void): void {
    this.#reload = reload;
    if (this.#isReloadDue) reload();
    this.#isReloadDue = false;
  }

  /** Leaves signals to whoever had them before. */
  close(): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
  }
}
