/** The bytes of a stream that are still needed: grows at its end, is let go at its front. Positions count from the start. */
export class ByteWindow {
  #buffer: Buffer = Buffer.alloc(1 << 16);
  #from = 0;
  #to = 0;
  #base = 0;

  /** Position of the first byte held. */
  get start(): number {
    return this.#base;
  }

  /** Position after the last byte held. */
  get end(): number {
    return this.#base + this.#to - this.#from;
  }

  /** The store itself; `indexOf(position)` is an index into it. Valid until the next `append`. */
  get buffer(): Buffer {
    return this.#buffer;
  }

  /** Index in `buffer` of a position that is held. */
  indexOf(position: number): number {
    return position - this.#base + this.#from;
  }

  append(bytes: Uint8Array): void {
    const held = this.#to - this.#from;
    if (this.#to + bytes.length > this.#buffer.length) {
      const needed = held + bytes.length;
      if (needed > this.#buffer.length || this.#from < this.#buffer.length >> 1) {
        const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
        this.#buffer.copy(grown, 0, this.#from, this.#to);
        this.#buffer = grown;
      } else {
        this.#buffer.copyWithin(0, this.#from, this.#to);
      }
      this.#from = 0;
      this.#to = held;
    }
    this.#buffer.set(bytes, this.#to);
    this.#to += bytes.length;
  }

  /** The same for bytes that stay as they are until the last of them was let go of: where nothing is held they are not copied. */
  adopt(bytes: Uint8Array): void {
    if (this.#to > this.#from) {
      this.append(bytes);
      return;
    }
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#from = 0;
    this.#to = bytes.length;
  }

  /** Lets go of what lies before the position. */
  release(position: number): void {
    this.#from += position - this.#base;
    this.#base = position;
    if (this.#from === this.#to) {
      this.#from = 0;
      this.#to = 0;
    }
  }

  /** Position of a byte or of ASCII characters from `from` on, -1 when they are not held. */
  find(mark: number | string, from: number): number {
    const held = this.#to === this.#buffer.length ? this.#buffer : this.#buffer.subarray(0, this.#to);
    const index =
      typeof mark === 'number' || mark.length === 1
        ? held.indexOf(typeof mark === 'number' ? mark : mark.charCodeAt(0), this.indexOf(from))
        : held.indexOf(mark, this.indexOf(from), 'latin1');
    return index < 0 ? -1 : index - this.#from + this.#base;
  }

  /** The byte at a position, -1 past the end. */
  at(position: number): number {
    return position >= this.end ? -1 : (this.#buffer[this.indexOf(position)] ?? -1);
  }

  /** Text of the bytes; what is not UTF-8 becomes U+FFFD. */
  text(from: number, to: number): string {
    return this.#buffer.toString('utf8', this.indexOf(from), this.indexOf(to));
  }

  /** The bytes themselves, valid until the next `append`. */
  slice(from: number, to: number): Buffer {
    return this.#buffer.subarray(this.indexOf(from), this.indexOf(to));
  }
}
