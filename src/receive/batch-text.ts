import { ENTRY_FORMS, type EntryForm, type ItemsOfText } from '../entries/index.ts';
import type { FramedItem } from './framing.ts';

const FEED: Uint8Array = Uint8Array.of(0x0a);
const PLAIN: number = ENTRY_FORMS.indexOf('plain');

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
  readonly #forms: readonly number[];
  readonly #head: string | undefined;
  readonly #isVerbatim: boolean;

  constructor(maker: TextMaker) {
    this.#isVerbatim = maker.isVerbatim;
    this.pieces = maker.pieces;
    this.length = maker.length;
    this.#starts = maker.starts;
    this.#ends = maker.ends;
    this.#items = maker.items;
    this.#forms = maker.forms;
    this.#head = maker.head;
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

  /** Where the items stand in the text, and in the body where they do not stand there in the same bytes. */
  itemsOf(items: readonly FramedItem[], body: Uint8Array): ItemsOfText {
    const starts = Uint32Array.from(this.#starts);
    const ends = Uint32Array.from(this.#ends);
    const framed = this.#items.map((number) => items[number]);
    const received = {
      bytes: body,
      starts: Uint32Array.from(framed, (item) => item?.start ?? 0),
      ends: Uint32Array.from(framed, (item) => item?.end ?? 0),
    };
    const isSame = this.#isVerbatim && framed.every((item, at) => length(item) === (ends[at] ?? 0) - (starts[at] ?? 0));
    return {
      starts,
      ends,
      items: Uint32Array.from(this.#items),
      ...(this.#forms.every((form) => form === PLAIN) ? {} : { forms: Uint8Array.from(this.#forms) }),
      ...(this.#head === undefined ? {} : { head: this.#head }),
      ...(isSame ? {} : { received }),
    };
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

function length(item: FramedItem | undefined): number {
  return item === undefined ? 0 : item.end - item.start;
}

/** Puts the text together. */
export class TextMaker {
  readonly pieces: Uint8Array[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly items: number[] = [];
  readonly forms: number[] = [];
  /** What stands before rows, which no item holds. */
  head: string | undefined;
  /** How the items that are put in from now on are read again by themselves. */
  form: EntryForm = 'plain';
  length = 0;
  /** Whether each item has the bytes that it came in, as far as its length is the same. */
  isVerbatim = true;

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
    for (const part of parts) {
      const line = onOneLine(part);
      if (line !== part || parts.length > 1) this.isVerbatim = false;
      this.#piece(line);
    }
    this.#mark(number, start, this.length);
    this.#piece(FEED);
  }

  /** One item as it is, with a line end behind it: text of XML may hold line ends that count. */
  whole(number: number, bytes: Uint8Array): void {
    this.#mark(number, this.length, this.length + bytes.length);
    this.#piece(bytes);
    if (bytes.at(-1) !== FEED[0]) this.#piece(FEED);
  }

  /** What stands before the first row. */
  before(head: string): void {
    this.head = head;
    this.#piece(Buffer.from(head));
  }

  #mark(number: number, start: number, end: number): void {
    this.items.push(number);
    this.forms.push(ENTRY_FORMS.indexOf(this.form));
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
