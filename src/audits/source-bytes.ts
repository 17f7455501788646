import { detectEncoding, type TextEncoding, Utf8Stream } from '../shapes/index.ts';

const LF = 0x0a;
/** Bytes between two places from which a search backwards may begin. */
const STRIDE = 1 << 16;

/** Where a row or element stands in the file, as told to people. */
export interface RowPlace {
  readonly offset: number;
  readonly length: number;
  readonly line: number;
}

/** A position in the document, with the UTF-16 units and the line feeds before it. */
interface Mark {
  readonly position: number;
  readonly units: number;
  readonly lines: number;
}

/** A whole document as UTF-8, with the way back from a position in it to bytes and line of the file. */
export class SourceBytes {
  readonly bytes: Buffer;
  readonly #encoding: TextEncoding;
  readonly #markBytes: number;
  readonly #size: number;
  readonly #marks: Mark[] = [];
  #last: Mark = { position: 0, units: 0, lines: 0 };

  constructor(source: Uint8Array) {
    const stream = new Utf8Stream();
    const body = stream.push(source);
    const rest = stream.end();
    this.bytes =
      rest.length === 0 ? Buffer.from(body.buffer, body.byteOffset, body.length) : Buffer.concat([body, rest]);
    this.#size = source.length;
    ({ encoding: this.#encoding, markBytes: this.#markBytes } = detectEncoding(source));
  }

  /** The text between two positions; what is no UTF-8 is replaced. */
  text(from: number, to: number): string {
    return this.bytes.toString('utf8', from, to);
  }

  /** Bytes and line of a stretch. Fast where stretches are asked for in rising order, right in any. */
  place(from: number, to: number): RowPlace {
    const { units, lines } = this.#markOf(from);
    const isUtf8 = this.#encoding === 'utf-8';
    const offset = Math.min(this.#size, this.#markBytes + (isUtf8 ? from : units * 2));
    const length = isUtf8 ? to - from : this.text(from, to).length * 2;
    return {
      offset,
      // Half a unit at the end of UTF-16 became a whole character.
      length: Math.min(length, this.#size - offset),
      line: lines + 1,
    };
  }

  #markOf(position: number): Mark {
    let mark = this.#last;
    if (position < mark.position) {
      mark = this.#marks[Math.floor(position / STRIDE) - 1] ?? { position: 0, units: 0, lines: 0 };
    }
    // Marks stand at whole strides, so that each is passed on the way to what lies behind it.
    while (Math.floor(position / STRIDE) > Math.floor(mark.position / STRIDE)) {
      const next = Math.floor(mark.position / STRIDE) + 1;
      mark = this.#advanced(mark, next * STRIDE);
      this.#marks[next - 1] ??= mark;
    }
    mark = this.#advanced(mark, position);
    this.#last = mark;
    return mark;
  }

  #advanced(mark: Mark, position: number): Mark {
    const { bytes } = this;
    let { lines, units } = mark;
    const isUtf8 = this.#encoding === 'utf-8';
    for (let at = mark.position; at < position; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === LF) lines++;
      // A first byte is one unit, that of a character of four bytes two.
      if (!isUtf8 && (byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
    }
    return { position, units, lines };
  }
}
