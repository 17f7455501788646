import { crc32 } from 'node:zlib';
import type { InflateEnd } from './inflate.ts';

/** The pieces of an inner file: first its start as one piece, then the rest; counts, checks and says how it ended. */
export class InnerPieces implements AsyncIterable<Uint8Array> {
  readonly #pieces: AsyncGenerator<Uint8Array, InflateEnd>;
  #bytes = 0;
  #crc = 0;
  #end: InflateEnd | undefined;
  #head: Buffer = Buffer.alloc(0);

  constructor(pieces: AsyncGenerator<Uint8Array, InflateEnd>) {
    this.#pieces = pieces;
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
    this.#bytes += step.value.length;
    this.#crc = crc32(step.value, this.#crc);
    return step.value;
  }
}
