import type { FramedItem } from './framing.ts';

const FEED: Uint8Array = Uint8Array.of(0x0a);

/** The items that a stretch of the text touches; undefined when there is none. */
export interface ItemRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The accepted items of a batch as one text for `TextReader`, with the way back from a place in the text to an item. The pieces are
 * views into the body wherever the bytes are the same.
 */
export class BatchText {
  /** The text, in order. */
  readonly pieces: readonly Uint8Array[];
  /** Bytes of all pieces. */
  readonly length: number;
  readonly #starts: readonly number[];
  readonly #ends: readonly number[];
  readonly #items: readonly number[];

  constructor(maker: TextMaker) {
    this.pieces = maker.pieces;
    this.length = maker.length;
    this.#starts = maker.starts;
    this.#ends = maker.ends;
    this.#items = maker.items;
  }

  /** Number of the item in which the byte at this offset of the text lies; undefined between items and past the end. */
  itemAt(offset: number): number | undefined {
    const at = this.#lastFrom(offset);
    return at >= 0 && offset < (this.#ends[at] ?? 0) ? this.#items[at] : undefined;
  }

  /** The items that `length` bytes from `offset` touch: what is lost in one stretch may be several. */
  itemsIn(offset: number, length: number): ItemRange | undefined {
    const last = this.#lastFrom(offset + Math.max(length, 1) - 1);
    let first = Math.max(0, this.#lastFrom(offset));
    if ((this.#ends[first] ?? 0) <= offset) first++;
    const range = [this.#items[first], this.#items[last]] as const;
    return first > last || range[0] === undefined || range[1] === undefined
      ? undefined
      : { first: range[0], last: range[1] };
  }

  /** Index of the last item that begins at or before an offset, -1 when none does. */
  #lastFrom(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** Puts the text together. */
export class TextMaker {
  readonly pieces: Uint8Array[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly items: number[] = [];
  length = 0;

  /** The body as it is, without the refused items. */
  cutOut(body: Uint8Array, items: readonly FramedItem[]): void {
    let from = 0;
    for (const [number, { start, end, refused }] of items.entries()) {
      if (refused === undefined) this.#mark(number, this.length + start - from, this.length + end - from);
      else {
        this.#piece(body.subarray(from, start));
        from = end;
      }
    }
    this.#piece(body.subarray(from));
  }

  /** One item as a line of its own, in parts that follow one another. Line ends inside it lie between its tokens, and blanks stand for them. */
  line(number: number, ...parts: readonly Uint8Array[]): void {
    const start = this.length;
    for (const part of parts) this.#piece(onOneLine(part));
    this.#mark(number, start, this.length);
    this.#piece(FEED);
  }

  #mark(number: number, start: number, end: number): void {
    this.items.push(number);
    this.starts.push(start);
    this.ends.push(end);
  }

  #piece(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.pieces.push(bytes);
    this.length += bytes.length;
  }
}

function onOneLine(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(0x0a) && !bytes.includes(0x0d)) return bytes;
  return bytes.map((byte) => (byte === 0x0a || byte === 0x0d ? 0x20 : byte));
}
