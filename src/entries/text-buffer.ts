const FIRST_BYTES = 1 << 16;
/** Least length at which one native call copies faster than a loop. */
const NATIVE_BYTES = 96;

/** Texts in UTF-8, one behind the other with a NUL behind each: those of all events of a batch, in one piece of memory that serves every batch. */
export class TextBuffer {
  #bytes: Buffer<ArrayBuffer> = Buffer.from(new ArrayBuffer(FIRST_BYTES));
  /** Where the next text begins. */
  size = 0;

  /** The memory; another one after `reserve`. */
  get bytes(): Buffer<ArrayBuffer> {
    return this.#bytes;
  }

  /** Makes room for so many bytes more. */
  reserve(bytes: number): void {
    if (this.size + bytes <= this.#bytes.length) return;
    const more = Buffer.from(new ArrayBuffer(Math.max(this.size + bytes, 2 * this.#bytes.length)));
    more.set(this.#bytes.subarray(0, this.size));
    this.#bytes = more;
  }

  /** Appends a text. */
  add(text: string): void {
    this.reserve(3 * text.length + 1);
    this.size = writeText(this.#bytes, this.size, text);
    this.#bytes[this.size++] = 0;
  }
}

/** Writes a text in UTF-8, for which there is room; where it ends. Most texts are short and of ASCII, for which a native call costs more than they do. */
export function writeText(bytes: Buffer, start: number, text: string): number {
  const { length } = text;
  if (length > NATIVE_BYTES) return start + bytes.write(text, start, 'utf8');
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) return start + bytes.write(text, start, 'utf8');
    bytes[start + i] = code;
  }
  return start + length;
}
