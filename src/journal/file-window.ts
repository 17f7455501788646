import type { DiskFile } from './disk-port.ts';

const WINDOW_BYTES = 1 << 20;
const NOTHING = Buffer.alloc(0);

/** Reads a file in pieces of a mebibyte. What it gave stays valid when it reads on. */
export class FileWindow {
  readonly #file: DiskFile;
  #start = 0;
  #bytes: Buffer = NOTHING;

  constructor(file: DiskFile) {
    this.#file = file;
  }

  /** Exactly the bytes asked for, or nothing where fewer lie before `end`. */
  async view(offset: number, length: number, end: number): Promise<Buffer | undefined> {
    if (offset + length > end) return undefined;
    if (offset < this.#start || offset + length > this.#start + this.#bytes.length)
      await this.#load(offset, length, end);
    const from = offset - this.#start;
    return from + length <= this.#bytes.length ? this.#bytes.subarray(from, from + length) : undefined;
  }

  async #load(offset: number, length: number, end: number): Promise<void> {
    const bytes = Buffer.allocUnsafeSlow(Math.min(end - offset, Math.max(length, WINDOW_BYTES)));
    let filled = 0;
    while (filled < bytes.length) {
      const read = await this.#file.read(bytes.subarray(filled), offset + filled);
      if (read <= 0) break;
      filled += read;
    }
    this.#start = offset;
    this.#bytes = bytes.subarray(0, filled);
  }
}
