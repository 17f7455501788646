const BLOCK_BYTES = 64 << 10;
/** Pieces from here on are kept as they are: at least half of the block of the socket in which they lie. */
const OWN_BYTES = 32 << 10;

/**
 * Holds the pieces of a body. Small ones are copied into blocks: a piece of one byte would otherwise keep an object, and the block of the
 * socket in which it lies, alive until the body is whole. Twice the body is held for the moment in which it is put together.
 */
export class PieceStore {
  readonly #parts: Uint8Array[] = [];
  #block: Buffer = Buffer.alloc(0);
  /** What of the block is a part already, and what is filled. */
  #settled = 0;
  #filled = 0;

  add(piece: Uint8Array): void {
    if (piece.length >= OWN_BYTES) {
      this.#settle();
      this.#parts.push(piece);
      return;
    }
    for (let at = 0; at < piece.length; ) {
      if (this.#filled === this.#block.length) this.#begin();
      const part = piece.subarray(at, at + this.#block.length - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
    }
  }

  /** Everything that was added, in one. */
  whole(): Uint8Array {
    this.#settle();
    const [only] = this.#parts;
    return this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts);
  }

  #begin(): void {
    this.#settle();
    this.#block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
    this.#settled = 0;
    this.#filled = 0;
  }

  #settle(): void {
    if (this.#filled > this.#settled) this.#parts.push(this.#block.subarray(this.#settled, this.#filled));
    this.#settled = this.#filled;
  }
}
