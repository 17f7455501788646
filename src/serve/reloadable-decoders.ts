import { decodeInThreads, type UnitDecoders } from '../intake/index.ts';
import { inTurn } from './in-turn.ts';

type Options = Parameters<typeof decodeInThreads>[0];

/** Threads, and the number of the first of their packers. */
interface NumberedPool {
  readonly pool: UnitDecoders;
  readonly first: number;
}

/**
 * Decoder threads that can be begun anew, with other rules, while batches are under way: what was handed over before is answered by the
 * old threads. A thread that a batch ends is begun anew as well, and what was lost with it is read `alone`. Packers of each pool have numbers of their own, because each numbers its layouts
 * from the beginning.
 */
export class ReloadableDecoders implements UnitDecoders {
  readonly #jobs: number;
  #options: Options;
  #packers = 0;
  #current: NumberedPool;
  #alone: UnitDecoders | undefined;
  #isClosed = false;
  #waiting = new Set<Promise<unknown>>();
  readonly #ending = new Set<Promise<void>>();
  readonly #turns = inTurn();
  readonly isThreaded = true;
  /**
   * For a second attempt: one text at a time, each in a thread that reads nothing else and ends with it. So a text that ends its thread takes no other with it, and whoever was lost with it is read.
   */
  readonly alone: Pick<UnitDecoders, 'decodeText'> = {
    decodeText: (block, source) => this.#turns(() => this.#decodeAlone(block, source)),
  };

  constructor(options: Options, jobs: number) {
    this.#jobs = jobs;
    this.#options = options;
    this.#current = this.#begin(jobs);
  }

  get window(): number {
    return this.#current.pool.window;
  }

  get packers(): number {
    return this.#packers;
  }

  /** Batches that are handed over from now on are read by new threads. */
  replace(options: Options): void {
    this.#options = options;
    const { pool: old } = this.#current;
    const underWay = [...this.#waiting];
    this.#waiting = new Set();
    this.#current = this.#begin(this.#jobs);
    const ending = Promise.allSettled(underWay)
      .then(() => old.close())
      .finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  decode: UnitDecoders['decode'] = (unit, source) => this.#ask((pool) => pool.decode(unit, source));

  decodeText: UnitDecoders['decodeText'] = (block, source) => this.#ask((pool) => pool.decodeText(block, source));

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#current.pool.close(), this.#alone?.close(), ...this.#ending]);
  }

  #begin(jobs: number): NumberedPool {
    const pool = decodeInThreads(this.#options, jobs);
    const first = this.#packers;
    this.#packers += pool.packers;
    return { pool, first };
  }

  async #decodeAlone(
    ...[block, source]: Parameters<UnitDecoders['decodeText']>
  ): ReturnType<UnitDecoders['decodeText']> {
    if (this.#isClosed) throw new Error('the decoders are closed');
    const { pool, first } = this.#begin(1);
    this.#alone = pool;
    try {
      const answer = await pool.decodeText(block, source);
      return { ...answer, packer: first + answer.packer };
    } finally {
      this.#alone = undefined;
      await pool.close();
    }
  }

  async #ask<Answer extends { readonly packer: number }>(
    ask: (pool: UnitDecoders) => Promise<Answer>,
  ): Promise<Answer> {
    const current = this.#current;
    const asked = ask(current.pool);
    const waiting = this.#waiting;
    waiting.add(asked);
    try {
      const answer = await asked;
      return { ...answer, packer: current.first + answer.packer };
    } catch (cause) {
      // Its threads have ended, and nothing will be answered by them any more.
      if (current === this.#current && !this.#isClosed) this.replace(this.#options);
      throw cause;
    } finally {
      waiting.delete(asked);
    }
  }
}
