import { isAscii } from 'node:buffer';

/** How the characters of a text source are written. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** Bytes from the start that `detectEncoding` looks at. */
export const ENCODING_BYTES = 4;

/** An encoding and the bytes of its byte order mark, 0 where there is none. */
export interface DetectedEncoding {
  readonly encoding: TextEncoding;
  readonly markBytes: number;
}

/**
 * The encoding that the first bytes show: a byte order mark, else the zero bytes that ASCII has in UTF-16 (PowerShell's
 * `>` writes UTF-16 with a mark, other tools without). Everything else is read as UTF-8.
 */
export function detectEncoding(head: Uint8Array): DetectedEncoding {
  const [a = -1, b = -1, c = -1, d = -1] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', markBytes: 3 };
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', markBytes: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', markBytes: 2 };
  if (a > 0 && b === 0 && c > 0 && d === 0) return { encoding: 'utf-16le', markBytes: 0 };
  if (a === 0 && b > 0 && c === 0 && d > 0) return { encoding: 'utf-16be', markBytes: 0 };
  return { encoding: 'utf-8', markBytes: 0 };
}

/** A stretch of decoded text whose bytes are needed to tell where a character stood in the source. */
interface DecodedChunk {
  readonly start: number;
  readonly bytes: Uint8Array;
  readonly isAscii: boolean;
}

/**
 * Turns a source of any encoding into a stream of UTF-8 bytes, and a position in that stream back into a byte offset of the
 * source. UTF-8 passes through as it is; what is invalid in it is replaced where a unit is decoded.
 */
export class Utf8Stream {
  #head: Buffer = Buffer.alloc(0);
  #detected: DetectedEncoding | undefined;
  /** An odd byte, or a high surrogate whose other half comes in the next block. */
  #rest: Buffer = Buffer.alloc(0);
  #written = 0;
  #replaced = 0;
  readonly #chunks: DecodedChunk[] = [];
  #cursor = 0;
  #cursorOffset = 0;

  /** Known once `ENCODING_BYTES` bytes or the end have been seen. */
  get encoding(): TextEncoding | undefined {
    return this.#detected?.encoding;
  }

  /** Lone surrogates and half code units of UTF-16 that were replaced by U+FFFD. */
  get replaced(): number {
    return this.#replaced;
  }

  /** The next bytes of the stream, without the byte order mark. */
  push(bytes: Uint8Array): Uint8Array {
    if (this.#detected !== undefined) return this.#decode(bytes);
    const isWhole = this.#head.length === 0 && bytes.length >= ENCODING_BYTES;
    // A block of some megabytes would be copied for the sake of its first bytes.
    this.#head = isWhole
      ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      : Buffer.concat([this.#head, bytes]);
    return this.#head.length < ENCODING_BYTES ? new Uint8Array(0) : this.#begin();
  }

  /** What was held back, at the end of the source. */
  end(): Uint8Array {
    const first = this.#detected === undefined ? this.#begin() : new Uint8Array(0);
    if (this.#rest.length === 0) return first;
    this.#replaced++;
    this.#rest = Buffer.alloc(0);
    return Buffer.concat([first, this.#keep(Buffer.from('\ufffd', 'utf8'))]);
  }

  #begin(): Uint8Array {
    const detected = detectEncoding(this.#head);
    this.#detected = detected;
    this.#cursorOffset = detected.markBytes;
    const body = this.#head.subarray(detected.markBytes);
    this.#head = Buffer.alloc(0);
    return this.#decode(body);
  }

  #decode(bytes: Uint8Array): Uint8Array {
    if (this.#detected?.encoding === 'utf-8') return bytes;
    const joined = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes]);
    let whole = joined.length & ~1;
    const isBigEndian = this.#detected?.encoding === 'utf-16be';
    const highByte = joined[whole - (isBigEndian ? 2 : 1)];
    if (whole >= 2 && highByte !== undefined && highByte >= 0xd8 && highByte <= 0xdb) whole -= 2;
    this.#rest = Buffer.from(joined.subarray(whole));
    const body = joined.subarray(0, whole);
    if (isBigEndian) body.swap16();
    const text = body.toString('utf16le');
    if (text.isWellFormed()) return this.#keep(Buffer.from(text, 'utf8'));
    for (const character of text) {
      const code = character.codePointAt(0) ?? 0;
      if (code >= 0xd800 && code <= 0xdfff) this.#replaced++;
    }
    return this.#keep(Buffer.from(text.toWellFormed(), 'utf8'));
  }

  #keep(bytes: Buffer): Uint8Array {
    if (bytes.length === 0) return bytes;
    this.#chunks.push({ start: this.#written, bytes, isAscii: isAscii(bytes) });
    this.#written += bytes.length;
    return bytes;
  }

  /**
   * The byte offset in the source of a position in the stream. Positions must be asked for in rising order: what lies before
   * the last one is forgotten.
   */
  sourceOffset(position: number): number {
    if (this.#detected === undefined || this.#detected.encoding === 'utf-8') {
      return position + (this.#detected?.markBytes ?? 0);
    }
    while (this.#cursor < position) {
      const chunk = this.#chunks[0];
      if (chunk === undefined) break;
      const chunkEnd = chunk.start + chunk.bytes.length;
      const to = Math.min(position, chunkEnd);
      this.#cursorOffset +=
        2 *
        (chunk.isAscii ? to - this.#cursor : countCodeUnits(chunk.bytes, this.#cursor - chunk.start, to - chunk.start));
      this.#cursor = to;
      if (to === chunkEnd) this.#chunks.shift();
    }
    return this.#cursorOffset;
  }
}

/** UTF-16 code units of valid UTF-8: one for each first byte, two for those of four-byte characters. */
function countCodeUnits(bytes: Uint8Array, from: number, to: number): number {
  let units = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] ?? 0;
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}
