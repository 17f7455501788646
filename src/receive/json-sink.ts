import { isUtf8 } from 'node:buffer';

/** Takes JSON piece by piece. */
export interface JsonSink {
  /** Signs and words of ASCII, as they are. */
  ascii(text: string): void;
  /** Bytes that are meant as UTF-8, as a text with its quotes; what is no UTF-8 becomes U+FFFD. */
  text(bytes: Buffer, from: number, to: number): void;
}

/** Counts the bytes that a `JsonWriter` would write. */
export class JsonMeasure implements JsonSink {
  length = 0;

  ascii(text: string): void {
    this.length += text.length;
  }

  text(bytes: Buffer, from: number, to: number): void {
    let more = 2;
    let isAscii = true;
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? 0;
      if (byte >= 0x80) isAscii = false;
      else if (byte < 0x20) more += isShort(byte) ? 1 : 5;
      else if (byte === 0x22 || byte === 0x5c) more++;
    }
    const isWhole = isAscii || isUtf8(bytes.subarray(from, to));
    this.length += isWhole ? to - from + more : Buffer.byteLength(mended(bytes, from, to));
  }
}

/** Writes JSON into bytes that are large enough. */
export class JsonWriter implements JsonSink {
  readonly bytes: Buffer;
  length = 0;

  constructor(length: number) {
    this.bytes = Buffer.allocUnsafe(length);
  }

  ascii(text: string): void {
    const { bytes, length } = this;
    // A loop: the call that writes a text costs more than the few signs that most have.
    for (let at = 0; at < text.length; at++) bytes[length + at] = text.charCodeAt(at);
    this.length = length + text.length;
  }

  text(source: Buffer, from: number, to: number): void {
    const { bytes } = this;
    let length = this.length;
    let isAscii = true;
    bytes[length++] = 0x22;
    for (let at = from; at < to; at++) {
      const byte = source[at] ?? 0;
      if (byte < 0x20 || byte === 0x22 || byte === 0x5c) {
        const signs = ESCAPES[byte] ?? '';
        for (let sign = 0; sign < signs.length; sign++) bytes[length++] = signs.charCodeAt(sign);
      } else {
        if (byte >= 0x80) isAscii = false;
        bytes[length++] = byte;
      }
    }
    bytes[length++] = 0x22;
    if (!isAscii && !isUtf8(source.subarray(from, to))) {
      length = this.length + bytes.write(mended(source, from, to), this.length, 'utf8');
    }
    this.length = length;
  }
}

/** `\b`, `\t`, `\n`, `\f` and `\r` have escapes of their own. */
function isShort(byte: number): boolean {
  return byte >= 8 && byte <= 13 && byte !== 11;
}

/** How JSON writes each sign below U+0020, the quote and the backslash. */
const ESCAPES: readonly string[] = Array.from({ length: 0x5d }, (_, byte) =>
  byte < 0x20 || byte === 0x22 || byte === 0x5c ? JSON.stringify(String.fromCharCode(byte)).slice(1, -1) : '',
);

function mended(bytes: Buffer, from: number, to: number): string {
  return JSON.stringify(bytes.toString('utf8', from, to));
}
