import { crc32 } from 'node:zlib';
import type { InflateEnd } from './inflate.ts';

/** What one input may still give, archives inside it together with it (DEPENDENCIES 4.3). */
export interface OutputBudget {
  left: number;
}

/** The pieces of an inner file: first its start as one piece, then the rest; counts, checks and says how it ended. */
export class InnerPieces implements AsyncIterable<Uint8Array> {
  readonly #pieces: AsyncGenerator<Uint8Array, InflateEnd>;
  readonly #budget: OutputBudget | undefined;
  #bytes = 0;
  #crc = 0;
  #end: InflateEnd | undefined;
  #head: Buffer = Buffer.alloc(0);

  /** Without a budget the bytes count elsewhere: they are those of an archive that is itself unpacked. */
  constructor(pieces: AsyncGenerator<Uint8Array, InflateEnd>, budget?: OutputBudget) {
    this.#pieces = pieces;
    this.#budget = budget;
  }

  /** Bytes that came out so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** CRC-32 of what came out so far. */
  get crc(): number {
    return this.#crc;
  }

  /** How it ended; undefined while it has not, or when the caller left early. */
  get end(): InflateEnd | undefined {
    return this.#end;
  }

  /**
   * The start: so many bytes or a piece more, or the whole when it is shorter. May be asked again for more, before the rest is
   * taken.
   */
  async head(bytes: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [this.#head];
    while (this.#bytes < bytes) {
      const piece = await this.#next();
      if (piece === undefined) break;
      parts.push(piece);
    }
    if (parts.length > 1) this.#head = Buffer.concat(parts);
    return this.#head;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    this.#head = Buffer.alloc(0);
    for (let piece = await this.#next(); piece !== undefined; piece = await this.#next()) yield piece;
  }

  /** All of it: the start that `head` gave, and the rest. */
  async *from(start: Uint8Array): AsyncGenerator<Uint8Array, void> {
    if (start.length > 0) yield start;
    yield* this;
  }

  async close(): Promise<void> {
    await this.#pieces.return('whole');
  }

  async #next(): Promise<Uint8Array | undefined> {
    if (this.#end !== undefined) return undefined;
    const step = await this.#pieces.next();
    if (step.done === true) {
      this.#end = step.value;
      return undefined;
    }
    const piece = this.#take(step.value);
    this.#bytes += piece.length;
    this.#crc = crc32(piece, this.#crc);
    return piece;
  }

  /** As much of a piece as the budget allows; where that is not all of it, nothing comes behind it. */
  #take(piece: Uint8Array): Uint8Array {
    const budget = this.#budget;
    if (budget === undefined) return piece;
    const allowed = piece.subarray(0, Math.max(0, budget.left));
    budget.left -= allowed.length;
    if (allowed.length < piece.length) this.#end = 'tooLarge';
    return allowed;
  }
}
