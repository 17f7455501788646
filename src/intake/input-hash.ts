import { createHash, type Hash } from 'node:crypto';
import type { FilePort, OpenFile } from './file-port.ts';
import { readRange } from './inflate.ts';

/** SHA-256 over a file in the same read that is judged (L3): it takes the bytes that come in order, and reads the rest. */
export class InputHash {
  readonly #file: OpenFile;
  readonly #hash: Hash = createHash('sha256');
  #position = 0;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  /** Takes the bytes at this position; those that were taken before, and those ahead of a gap, are left for `finish`. */
  add(bytes: Uint8Array, position: number): void {
    const skip = this.#position - position;
    if (skip < 0 || skip >= bytes.length) return;
    this.#hash.update(bytes.subarray(skip));
    this.#position = position + bytes.length;
  }

  /** Lower-case hex of the first `bytes` bytes of the file. */
  async finish(bytes: number): Promise<string> {
    for await (const piece of readRange(this.#file, this.#position, bytes - this.#position)) {
      this.#hash.update(piece);
      this.#position += piece.length;
    }
    return this.#hash.digest('hex');
  }
}

/** Size and SHA-256 of a file as it is now: `triad verify` compares them with a manifest. */
export async function hashFile(path: string, port: FilePort): Promise<{ bytes: number; sha256: string }> {
  const file = await port.open(path);
  try {
    const { bytes } = await file.stat();
    return { bytes, sha256: await new InputHash(file).finish(bytes) };
  } finally {
    await file.close();
  }
}
