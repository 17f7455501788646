import { type Coding, type Engine, engineOf } from './codings.ts';

/** How a stream of coded bytes ended; set once the generator is done. */
export interface StageEnd {
  problem?: string;
}

/**
 * Takes one coding off. Pieces come out as they are asked for, so that memory holds one of them; members of gzip and frames of zstd
 * may follow one another (SERVE 8, trap 12), anything else behind the end is a problem.
 */
export async function* decodeStage(
  source: AsyncIterable<Uint8Array>,
  coding: Coding,
  end: StageEnd,
): AsyncGenerator<Uint8Array, void> {
  let run: EngineRun | undefined;
  // What is too short to tell zlib's deflate from a raw one.
  let head: Uint8Array = new Uint8Array();
  let restarts = 0;
  try {
    for await (const piece of source) {
      let rest: Uint8Array = head.length === 0 ? piece : Buffer.concat([head, piece]);
      head = new Uint8Array();
      while (rest.length > 0) {
        if (run === undefined && rest.length < 2) {
          head = rest;
          break;
        }
        run ??= new EngineRun(engineOf(coding, rest[0] ?? 0, rest[1] ?? 0));
        const before = run.consumed;
        yield* run.write(rest);
        if (run.problem !== undefined) return;
        const taken = run.consumed - before;
        if (taken === rest.length) break;
        if (coding !== 'zstd' || taken === 0 || ++restarts > MAX_RESTARTS) {
          end.problem = restarts > MAX_RESTARTS ? 'The body has too many frames.' : TRAILING;
          return;
        }
        // Node's decoder ends with the first of several zstd frames in one piece and drops the others.
        run.close();
        run = undefined;
        rest = rest.subarray(taken);
      }
    }
    if (run === undefined || head.length > 0) end.problem = CUT;
    else yield* run.finish();
  } finally {
    if (run?.problem !== undefined) end.problem = run.problem;
    run?.close();
  }
}

/** Frames that end inside a piece: each costs a new decoder, and the shortest has nine bytes. */
const MAX_RESTARTS = 1000;
const TRAILING = 'Bytes follow the end of the compressed body.';
const CUT = 'The compressed body is cut off.';

/** One life of a decoder of zlib's: bytes in, pieces out, nothing held in between but its window. */
class EngineRun {
  problem: string | undefined;
  readonly #engine: Engine;
  #hasEnded = false;
  #isWritten = false;
  #wake: (() => void) | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
    const wake = (): void => this.#wake?.();
    engine.on('readable', wake);
    engine.on('end', () => {
      this.#hasEnded = true;
      wake();
    });
    engine.on('error', (error: Error & { readonly code?: string }) => {
      this.problem ??= error.code === 'Z_BUF_ERROR' ? CUT : `The compressed body is damaged: ${error.message}.`;
      wake();
    });
  }

  /** Coded bytes that the decoder took. */
  get consumed(): number {
    return this.#engine.bytesWritten;
  }

  async *write(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
    if (this.#hasEnded) return;
    this.#isWritten = false;
    this.#engine.write(bytes, () => {
      this.#isWritten = true;
      this.#wake?.();
    });
    yield* this.#pieces();
  }

  async *finish(): AsyncGenerator<Uint8Array, void> {
    this.#isWritten = false;
    this.#engine.end();
    yield* this.#pieces();
  }

  close(): void {
    this.#engine.destroy();
  }

  /** What the decoder makes of the last bytes, until it wants more or has ended. */
  async *#pieces(): AsyncGenerator<Uint8Array, void> {
    while (this.problem === undefined) {
      const piece = this.#engine.read() as Buffer | null;
      if (piece !== null) yield piece;
      else if (this.#isWritten || this.#hasEnded) return;
      else {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wake = resolve;
        await promise;
        this.#wake = undefined;
      }
    }
  }
}
