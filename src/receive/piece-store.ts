const BLOCK_BYTES = 64 << 10;

/**
 * Holds the pieces of a body in blocks: a piece of one byte would otherwise keep an object, and the block of the socket that it lies in,
 * alive until the body is whole. Costs one copy, and twice the body for the moment in which it is put together.
 */
export class PieceStore {
  readonly #full: Buffer[] = [];
  #block: Buffer = Buffer.alloc(0);
  #filled = 0;

  add(piece: Uint8Array): void {
    for (let at = 0; at < piece.length; ) {
      if (this.#filled === this.#block.length) {
        if (this.#filled > 0) this.#full.push(this.#block);
        this.#block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
        this.#filled = 0;
      }
      const part = piece.subarray(at, at + this.#block.length - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
    }
  }

  /** Everything that was added, in one. */
  whole(): Buffer {
    const last = this.#block.subarray(0, this.#filled);
    return this.#full.length === 0 ? last : Buffer.concat([...this.#full, last]);
  }
}
