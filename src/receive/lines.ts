/** The bytes as a Buffer, not copied. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A line of a body, without its end. */
export interface Line {
  readonly start: number;
  readonly end: number;
  /** From 1. */
  readonly line: number;
}

/** Walks over lines that end in LF or CRLF; the last one may have no end. Nothing is looked at but line feeds and blanks. */
export class LineWalk {
  readonly #bytes: Buffer;
  #at: number;
  #line = 0;

  constructor(bytes: Buffer, from: number) {
    this.#bytes = bytes;
    this.#at = from;
  }

  /** The next line that is not blank, undefined after the last one. Blank ones cost a step a byte: a body may be nothing else. */
  nextFilled(): Line | undefined {
    const bytes = this.#bytes;
    const { length } = bytes;
    let start = this.#at;
    let index = start;
    for (; index < length; index++) {
      const byte = bytes[index];
      if (byte === 0x0a) {
        this.#line++;
        start = index + 1;
      } else if (byte !== 0x20 && byte !== 0x0d && byte !== 0x09) break;
    }
    this.#at = index === length ? length : start;
    return this.next();
  }

  /** The next line, blank or not; undefined after the last one. */
  next(): Line | undefined {
    const bytes = this.#bytes;
    const start = this.#at;
    if (start >= bytes.length) return undefined;
    const found = bytes.indexOf(0x0a, start);
    const feed = found < 0 ? bytes.length : found;
    this.#at = feed + 1;
    this.#line++;
    const end = feed > start && bytes[feed - 1] === 0x0d ? feed - 1 : feed;
    return { start, end, line: this.#line };
  }
}

/** Index of the first byte from `at` on that is no blank, tab, CR or LF; `to` when there is none. */
export function skipBlanks(bytes: Uint8Array, at: number, to: number): number {
  let index = at;
  while (index < to) {
    const byte = bytes[index] ?? 0;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    index++;
  }
  return index;
}

/** Tells the lines of offsets that only grow; each line feed is searched once, however many offsets lie before it. */
export class LineOf {
  readonly #bytes: Buffer;
  #line = 1;
  #nextFeed: number;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#nextFeed = bytes.indexOf(0x0a);
  }

  /** The line of an offset, from 1. */
  at(offset: number): number {
    while (this.#nextFeed >= 0 && this.#nextFeed < offset) {
      this.#line++;
      this.#nextFeed = this.#bytes.indexOf(0x0a, this.#nextFeed + 1);
    }
    return this.#line;
  }
}
