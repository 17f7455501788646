import type { OpenFile } from './file-port.ts';

const WINDOW_BYTES = 1 << 20;

/**
 * Small reads of a file out of one window that moves forward with them: members of an archive lie one behind the other, and a
 * read of its own for each header and each small member costs more than inflating it.
 */
export class ReadAhead {
  readonly #file: OpenFile;
  readonly #window: Buffer = Buffer.allocUnsafeSlow(WINDOW_BYTES);
  #start = 0;
  #length = 0;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  /** The bytes at a place, fewer at the end of the file. They are valid until the next call. */
  async bytes(position: number, length: number): Promise<Uint8Array> {
    if (length > WINDOW_BYTES) return this.#direct(position, length);
    const isInside = position >= this.#start && position + length <= this.#start + this.#length;
    if (!isInside) {
      this.#length = 0;
      try {
        this.#length = await this.#file.read(this.#window, position);
        this.#start = position;
      } catch {
        // Something behind the wanted bytes may be unreadable: they alone are asked for, and may fail by themselves.
        return this.#direct(position, length);
      }
    }
    const at = position - this.#start;
    return this.#window.subarray(at, Math.min(at + length, this.#length));
  }

  async #direct(position: number, length: number): Promise<Uint8Array> {
    const bytes = Buffer.allocUnsafeSlow(length);
    return bytes.subarray(0, await this.#file.read(bytes, position));
  }
}
