import type { OpenFile } from './file-port.ts';

/** Bytes of a file are read so many at a time. */
const READ_BYTES = 1 << 18;

/** Bytes that are taken from the front: some exactly, some as pieces, some not at all. */
export abstract class ByteSource {
  #buffer: Uint8Array = new Uint8Array(0);
  #position = 0;

  /** Bytes that were taken or passed over. */
  get position(): number {
    return this.#position;
  }

  /** The next bytes, undefined at the end; never empty. */
  protected abstract more(): Promise<Uint8Array | undefined>;

  /** Passes over bytes that `more` did not give yet, without reading them; gives how many it passed. */
  protected pass(_bytes: number): Promise<number> {
    return Promise.resolve(0);
  }

  /** Exactly so many bytes, fewer at the end. */
  async take(bytes: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let left = bytes;
    for (let piece = await this.some(left); piece !== undefined; piece = await this.some(left)) {
      left -= piece.length;
      if (left === 0 && parts.length === 0) return piece;
      parts.push(piece);
    }
    return Buffer.concat(parts);
  }

  /** Some of the next bytes, at least one and at most so many; undefined at the end, or when none are asked for. */
  async some(most: number): Promise<Uint8Array | undefined> {
    if (most <= 0) return undefined;
    if (this.#buffer.length === 0) {
      const next = await this.more();
      if (next === undefined) return undefined;
      this.#buffer = next;
    }
    const piece = this.#buffer.subarray(0, most);
    this.#buffer = this.#buffer.subarray(piece.length);
    this.#position += piece.length;
    return piece;
  }

  /** Passes over so many bytes; false when the end comes first. */
  async passOver(bytes: number): Promise<boolean> {
    const held = Math.min(bytes, this.#buffer.length);
    this.#buffer = this.#buffer.subarray(held);
    const passed = held < bytes ? held + (await this.pass(bytes - held)) : held;
    this.#position += passed;
    let left = bytes - passed;
    for (let piece = await this.some(left); piece !== undefined; piece = await this.some(left)) left -= piece.length;
    return left === 0;
  }
}

/** The bytes of a file. What is passed over is not read. */
export class FileSource extends ByteSource {
  readonly #file: OpenFile;
  readonly #end: number;
  readonly #saw: (bytes: Uint8Array, position: number) => void;
  readonly #passed: (bytes: number) => void;
  #at = 0;

  /** `saw` is told of bytes that were read, `passed` of those that were not. */
  constructor(
    file: OpenFile,
    bytes: number,
    saw: (bytes: Uint8Array, position: number) => void,
    passed: (bytes: number) => void,
  ) {
    super();
    this.#file = file;
    this.#end = bytes;
    this.#saw = saw;
    this.#passed = passed;
  }

  protected override async more(): Promise<Uint8Array | undefined> {
    const piece = Buffer.allocUnsafeSlow(Math.max(0, Math.min(READ_BYTES, this.#end - this.#at)));
    const read = piece.length === 0 ? 0 : await this.#file.read(piece, this.#at);
    if (read === 0) return undefined;
    const bytes = piece.subarray(0, read);
    this.#saw(bytes, this.#at);
    this.#at += read;
    return bytes;
  }

  protected override pass(bytes: number): Promise<number> {
    const passed = Math.max(0, Math.min(bytes, this.#end - this.#at));
    this.#at += passed;
    this.#passed(passed);
    return Promise.resolve(passed);
  }
}

/** The bytes of pieces that come in order. */
export class PieceSource extends ByteSource {
  readonly #pieces: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #first: Uint8Array | undefined;

  /** `first` are bytes that stand before the pieces. */
  constructor(pieces: AsyncIterator<Uint8Array> | Iterator<Uint8Array>, first?: Uint8Array) {
    super();
    this.#pieces = pieces;
    this.#first = first;
  }

  protected override async more(): Promise<Uint8Array | undefined> {
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined && first.length > 0) return first;
    for (;;) {
      const step = await this.#pieces.next();
      if (step.done === true) return undefined;
      if (step.value.length > 0) return step.value;
    }
  }
}
