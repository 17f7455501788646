import { TextReader, Utf8Stream } from '../shapes/index.ts';
import type { Source } from '../windows/index.ts';
import { LineCheck } from './line-check.ts';
import type { Mark } from './mark.ts';

/** A unit of a text: an object, an Event, a row; or a stretch that is none of them. */
export interface TextUnit {
  readonly bytes: Uint8Array;
  /** Bytes that every piece of the text begins with: what stands before the first row. */
  readonly carry: Uint8Array;
}

/** Bytes that wait for a unit to be found in them: two of the longest. */
const MAX_HELD: number = 34 << 20;
/** Bytes before the first unit of rows that may be carried: names of columns. */
const MAX_CARRY: number = 64 << 10;
/** Bytes between two units in which the line of a record's frame is looked for: that line, and the declaration of a document. */
const MAX_FRAME_LINE = 192;
const FRAME_LINE = /(?:^|\n)(Record \d{1,15})\s*\n(?:<\?xml[^>]{0,120}\?>\s*)?$/;
const FEED = Buffer.from('\n');
const RETURN = 0x0d;
const NOTHING = Buffer.alloc(0);

/**
 * Cuts a text that comes in blocks into units that can be read by themselves, as UTF-8. Where units are rows, what stands before the first one (the names of
 * the columns) goes with every piece. What was read before is passed over: unparsed where it was lines. Memory holds one block and one unit.
 */
export class TextUnits {
  readonly #reader: TextReader;
  readonly #stream = new Utf8Stream();
  /** Place up to which the text was read before. */
  readonly #from: number;
  /** Bytes of the file that are still to be passed over, behind a head that is parsed. */
  readonly #head: number;
  #skipped: number;
  #passed = 0;
  readonly #isResumed: boolean;
  readonly #lines = new LineCheck();
  #fed = 0;
  #parsed = 0;
  #held: Buffer = NOTHING;
  /** Place of the first byte that is held. */
  #heldFrom = 0;
  #found: { readonly offset: number; readonly end: number; readonly isEvent: boolean }[] = [];
  #carry: Buffer | undefined;
  #isRows = false;
  #lastEnd = 0;
  #through: number;
  #untold = 0;

  /** `before`: how far it was read; left out, all of it is new. Places here are those of what is parsed: the head, and what comes behind the stretch that is passed over. */
  constructor(source: Source, before: Pick<Mark, 'offset' | 'head'> | undefined) {
    const { offset = 0, head } = before ?? {};
    this.#head = head ?? 0;
    this.#skipped = head === undefined ? 0 : offset - head;
    this.#from = offset - this.#skipped;
    this.#through = this.#from;
    this.#isResumed = head !== undefined;
    this.#reader = new TextReader({
      source,
      onUnread: ({ offset, length }) => this.#found.push({ offset, end: offset + length, isEvent: false }),
    });
  }

  /** How far it was read: the place behind the last unit that was given, and the head where a later reading may begin there. */
  get read(): { readonly offset: number; readonly head?: number } {
    const offset = this.#through + this.#skipped;
    // A last line without its end may go on.
    const isPlain = this.#fed === this.#parsed && this.#hasEndedLine;
    const head = isPlain ? this.#headOfLines() : undefined;
    return head === undefined ? { offset } : { offset, head };
  }

  #headOfLines(): number | undefined {
    if (this.#carry !== undefined) return this.#lines.head(this.#carry.length);
    return this.#isResumed && this.#lines.head(this.#head) !== undefined ? this.#head : undefined;
  }

  get #hasEndedLine(): boolean {
    if (this.#lastEnd === 0) return this.#isResumed;
    if (this.#lines.hasEndedLine) return true;
    const [next] = this.#bytes(this.#lastEnd, this.#lastEnd + 1);
    return next === FEED[0] || next === RETURN;
  }

  /** Stretches that are no events and could not be given. */
  get untold(): number {
    return this.#untold;
  }

  push(block: Uint8Array): readonly TextUnit[] {
    const units: TextUnit[] = [];
    for (const part of this.#wanted(block)) {
      this.#fed += part.length;
      for (const unit of this.#push(this.#stream.push(part), false)) units.push(unit);
    }
    return units;
  }

  /** Of a block what is parsed: all of it, but for the stretch behind the head that was read before, and the end of its last line. */
  #wanted(block: Uint8Array): readonly Uint8Array[] {
    const start = this.#passed;
    this.#passed += block.length;
    if (!this.#isResumed) return [block];
    const head = block.subarray(0, Math.max(0, this.#head - start));
    let at = Math.min(block.length, Math.max(0, this.#head + this.#skipped - start));
    if (this.#fed + head.length === this.#head) {
      while (block[at] === FEED[0] || block[at] === RETURN) {
        at++;
        this.#skipped++;
      }
    }
    return [head, block.subarray(at)].filter(({ length }) => length > 0);
  }

  /** The units at the end. `isWhole`: nothing is being written to it, so its last line needs no end. */
  end(isWhole: boolean): readonly TextUnit[] {
    const last = this.#push(this.#stream.end(), false);
    this.#reader.end(this.#sink);
    return [...last, ...this.#cut(true, isWhole)];
  }

  readonly #sink = {
    onEvent: ({ place }: { readonly place: { readonly offset: number; readonly length: number } }): void => {
      const { offset, length } = place;
      if (this.#found.at(-1)?.offset !== offset) this.#found.push({ offset, end: offset + length, isEvent: true });
    },
  };

  #push(bytes: Uint8Array, isEnd: boolean): readonly TextUnit[] {
    if (bytes.length === 0) return [];
    this.#parsed += bytes.length;
    this.#held = Buffer.concat([this.#held, bytes]);
    this.#reader.push(bytes, this.#sink);
    return this.#cut(isEnd, true);
  }

  /** The units that were found, without those that were given before. */
  #cut(isEnd: boolean, isWhole: boolean): readonly TextUnit[] {
    const found = this.#found.sort((a, b) => a.offset - b.offset);
    this.#found = [];
    const units: TextUnit[] = [];
    for (const { offset, end, isEvent } of found) {
      if (offset < this.#heldFrom) {
        this.#untold++;
        continue;
      }
      const bytes = this.#bytes(offset, end);
      if (this.#carry === undefined && isEvent) this.#begin(offset, bytes);
      const framed = this.#framedId(offset);
      const isOpen = isEnd && !isWhole && this.#isOpen(end, isEvent);
      if (isOpen) continue;
      const isFirst = this.#lastEnd === 0;
      this.#lines.take({ gap: this.#bytes(this.#lastEnd, offset), bytes, isEvent, isFirst });
      this.#lastEnd = Math.max(this.#lastEnd, end);
      if (offset < this.#from) continue;
      this.#through = Math.max(this.#through, end);
      units.push({ bytes: Buffer.concat([framed, bytes, FEED]), carry: this.#carry ?? NOTHING });
    }
    this.#let();
    return units;
  }

  /** A unit at the very end without a line end behind it may have more to come. */
  #isOpen(end: number, isEvent: boolean): boolean {
    const behind = this.#bytes(end, this.#heldFrom + this.#held.length);
    return !behind.includes(0x0a) && (!isEvent || this.#isRows);
  }

  /** Of the first event: what is in front of it is carried where it is the head of rows, and not the beginning of a document. */
  #begin(offset: number, bytes: Buffer): void {
    // Where the reading goes on below its head, that alone is carried: pieces of one text begin alike.
    const before = this.#bytes(0, this.#head > 0 ? this.#head : offset);
    const head = before.toString('latin1').trim();
    this.#isRows = head === '' ? !isDocument(bytes.toString('latin1', 0, 1)) : !isDocument(head);
    this.#carry = this.#isRows && before.length <= MAX_CARRY ? Buffer.from(before) : NOTHING;
  }

  /** A line of its own in front of an Event, and of its declaration, tells the id that its record has in its frame; it belongs to it. */
  #framedId(offset: number): Buffer {
    const gap = this.#bytes(Math.max(this.#lastEnd, offset - MAX_FRAME_LINE), offset);
    const [, line] = FRAME_LINE.exec(gap.toString('latin1')) ?? [];
    return line === undefined ? NOTHING : Buffer.from(`${line}\n`);
  }

  #bytes(start: number, end: number): Buffer {
    return this.#held.subarray(Math.max(0, start - this.#heldFrom), Math.max(0, end - this.#heldFrom));
  }

  /** Lets go of what was given; before the first event what stands in front of it is kept. */
  #let(): void {
    const isBegun = this.#carry !== undefined || this.#lastEnd > MAX_CARRY;
    const given = isBegun ? this.#lastEnd - this.#heldFrom : 0;
    const count = Math.max(0, given, this.#held.length - MAX_HELD);
    if (count === 0) return;
    this.#held = Buffer.from(this.#held.subarray(count));
    this.#heldFrom += count;
  }
}

/** True where a text begins a document or a unit of JSON or XML, or names the record of one. */
function isDocument(head: string): boolean {
  return /^(?:[{[<,]|Record \d{1,15}(?:\s|$))/.test(head);
}
