import { decodeInThreads, type UnitDecoders } from '../intake/index.ts';

type Options = Parameters<typeof decodeInThreads>[0];

/**
 * Decoder threads that can be begun anew, with other rules, while batches are under way: what was handed over before is answered by the
 * old threads. A thread that a batch ends is begun anew as well. Packers of each pool have numbers of their own, because each numbers its layouts from the beginning.
 */
export class ReloadableDecoders implements UnitDecoders {
  readonly #jobs: number;
  #options: Options;
  #pool: UnitDecoders;
  #firstPacker = 0;
  #isClosed = false;
  #waiting = new Set<Promise<unknown>>();
  readonly #ending = new Set<Promise<void>>();
  readonly isThreaded = true;

  constructor(options: Options, jobs: number) {
    this.#jobs = jobs;
    this.#options = options;
    this.#pool = decodeInThreads(options, jobs);
  }

  get window(): number {
    return this.#pool.window;
  }

  get packers(): number {
    return this.#firstPacker + this.#pool.packers;
  }

  /** Batches that are handed over from now on are read by new threads. */
  replace(options: Options): void {
    this.#options = options;
    const old = this.#pool;
    const underWay = [...this.#waiting];
    this.#firstPacker += old.packers;
    this.#waiting = new Set();
    this.#pool = decodeInThreads(options, this.#jobs);
    const ending = Promise.allSettled(underWay)
      .then(() => old.close())
      .finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  decode: UnitDecoders['decode'] = (unit, source) => this.#ask((pool) => pool.decode(unit, source));

  decodeText: UnitDecoders['decodeText'] = (block, source) => this.#ask((pool) => pool.decodeText(block, source));

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#pool.close(), ...this.#ending]);
  }

  async #ask<Answer extends { readonly packer: number }>(
    ask: (pool: UnitDecoders) => Promise<Answer>,
  ): Promise<Answer> {
    const pool = this.#pool;
    const asked = ask(pool);
    const first = this.#firstPacker;
    const waiting = this.#waiting;
    waiting.add(asked);
    try {
      const answer = await asked;
      return { ...answer, packer: first + answer.packer };
    } catch (cause) {
      // Its threads have ended, and nothing will be answered by them any more.
      if (pool === this.#pool && !this.#isClosed) this.replace(this.#options);
      throw cause;
    } finally {
      waiting.delete(asked);
    }
  }
}
