import { ByteWindow } from './byte-window.ts';
import { type BrokenSpan, MAX_UNIT_BYTES, type Piece, tooLong } from './cut-piece.ts';
import { findEventEnd } from './event-end.ts';
import { isPunctuation, objectEndOfLine } from './json-line.ts';
import { JsonScan } from './json-scan.ts';
import { LineCounter } from './line-counter.ts';
import { LongWrapper } from './long-wrapper.ts';
import { MarkFinder } from './mark-finder.ts';

/** Longest tag that is not an Event's, and longest declaration, bytes. */
const MAX_TAG_BYTES = 65536;
const MAX_DECLARATION_BYTES = 1024;
/** The budget of bytes that may be looked at in vain: for each byte of the source, and units to begin with. */
const RETRIES_PER_BYTE = 4;
const FREE_RETRY_UNITS = 4;

/** Why a tentative piece is declined that could be read. */
export const UNKNOWN_UNIT = 'of no known shape';
const CUT_OFF = 'cut off at the end of the source';

/**
 * Cuts a stream of UTF-8 bytes into pieces that may hold units: lines and objects of JSON (alone, in an array, concatenated,
 * over many lines), `<Event>` elements with or without a root, and other lines (SETTLED B1). What it gives depends on the
 * bytes alone, never on how they came in blocks.
 */
export class UnitCutter {
  readonly #window = new ByteWindow();
  readonly #lines = new LineCounter(this.#window);
  readonly #lineFeeds = new MarkFinder(this.#window, '\n');
  readonly #tagBegins = new MarkFinder(this.#window, '<');
  readonly #tagEnds = new MarkFinder(this.#window, '>');
  readonly #commentEnds = new MarkFinder(this.#window, '-->');
  readonly #sectionEnds = new MarkFinder(this.#window, ']]>');
  readonly #maxUnitBytes: number;
  #at = 0;
  /** True for the rest of a line on which the whole line was no object. */
  #isScanning = false;
  #scan: JsonScan | undefined;
  #eventSearched = 0;
  #mayPunctuate = false;
  #xmlDepth = 0;
  /** What is too long for a unit and holds a list: its items are units of their own. */
  readonly #wrapper = new LongWrapper();
  #recordId: number | undefined;
  #broken: { start: number; line: number; reason: string } | undefined;
  #isSkippingLine = false;
  #rootName: string | undefined;
  /** Bytes that were looked at for units that then were broken. */
  #retried = 0;

  constructor(maxUnitBytes: number = MAX_UNIT_BYTES) {
    this.#maxUnitBytes = maxUnitBytes;
  }

  /** Name of the first element that is not an Event. */
  get rootName(): string | undefined {
    return this.#rootName;
  }

  /** What lies before it is settled: no piece or loss begins there any more. */
  get position(): number {
    return this.#at;
  }

  /** Where a broken unit began whose end was not seen yet. */
  get brokenStart(): number | undefined {
    return this.#broken?.start;
  }

  get window(): ByteWindow {
    return this.#window;
  }

  push(bytes: Uint8Array): void {
    const from = Math.min(this.#at, this.#window.end);
    this.#lines.lineAt(from);
    this.#window.release(from);
    this.#window.append(bytes);
  }

  /** The next piece, undefined until more bytes are pushed; after the last push nothing more when `isLast`. */
  next(isLast: boolean): Piece | undefined {
    while (true) {
      if (this.#isSkippingLine && !this.#skipLine(isLast)) return undefined;
      const first = this.#skipSpace();
      if (first < 0) return undefined;
      const step =
        first === 0x7b ? this.#json(isLast) : first === 0x3c ? this.#xml(isLast) : this.#lineOf(first, isLast);
      if (step === 'wait') return undefined;
      if (step !== 'on') return step;
    }
  }

  /** The piece is a unit, known or not. What was lost before it comes back, to be counted. */
  accept(piece: Piece): BrokenSpan | undefined {
    const broken = this.#takeBroken(piece.start);
    this.#passPiece(piece);
    return broken;
  }

  /** Ends what was lost before a piece, without taking the piece. */
  endBefore(piece: Piece): BrokenSpan | undefined {
    return this.#takeBroken(piece.start);
  }

  /** The line is not one object: look for the end of the object that begins it. */
  rescan(): void {
    this.#isScanning = true;
  }

  /** The piece is broken, or, if tentative, not a unit that is known. */
  decline(piece: Piece, reason: string): void {
    if (piece.isTentative && reason === UNKNOWN_UNIT) {
      this.#at = piece.end;
      this.#scan = undefined;
      this.#isSkippingLine = true;
      return;
    }
    this.#break(piece.start, reason, piece.end);
  }

  /** The bytes from a piece on, for a reader of another kind; nothing is cut from here on. */
  takeRest(piece: Piece): Buffer {
    const rest = Buffer.from(this.#window.slice(piece.start, this.#window.end));
    this.#at = this.#window.end;
    return rest;
  }

  /** What was lost up to the end of the source. */
  end(): BrokenSpan | undefined {
    return this.#takeBroken(this.#window.end);
  }

  #passPiece(piece: Piece): void {
    this.#at = piece.end;
    this.#scan = undefined;
    this.#eventSearched = 0;
    this.#recordId = undefined;
    this.#mayPunctuate = piece.kind === 'json';
  }

  #takeBroken(end: number): BrokenSpan | undefined {
    const broken = this.#broken;
    this.#broken = undefined;
    return broken === undefined ? undefined : { ...broken, end };
  }

  /** Gives up what begins at `start`: reading goes on after the first line feed behind it. `examined` is looked at again. */
  #break(start: number, reason: string, examined: number = start): 'on' {
    if (this.#broken === undefined) {
      this.#broken = { start, line: this.#lines.lineAt(start), reason };
      this.#xmlDepth = 0;
      this.#wrapper.leave();
    }
    this.#retried += examined - start;
    this.#at = start;
    this.#scan = undefined;
    this.#eventSearched = 0;
    this.#recordId = undefined;
    this.#isSkippingLine = true;
    return 'on';
  }

  /**
   * How far a unit that begins at `start` may reach. Hostile input could ask without end to look again at what lies behind a
   * broken unit: past a budget only units on one line are looked for there, until one is found.
   */
  #reachOf(start: number, isLast: boolean): number | 'wait' {
    const most = start + this.#maxUnitBytes;
    const budget = FREE_RETRY_UNITS * this.#maxUnitBytes + RETRIES_PER_BYTE * start;
    if (this.#broken === undefined || this.#retried <= budget) return most;
    const lineFeed = this.#lineFeeds.next(start);
    if (lineFeed >= 0) return Math.min(lineFeed, most);
    return isLast || this.#window.end > most ? Math.min(this.#window.end, most) : 'wait';
  }

  /** Passes over the rest of a line; false when its end is not there yet. */
  #skipLine(isLast: boolean): boolean {
    const lineFeed = this.#lineFeeds.next(this.#at);
    if (lineFeed < 0) {
      this.#at = this.#window.end;
      if (!isLast) return false;
    } else this.#at = lineFeed + 1;
    this.#isSkippingLine = false;
    this.#isScanning = false;
    return true;
  }

  /** Moves to the next byte that may begin something and gives it; -1 at the end of what is there. */
  #skipSpace(): number {
    const buffer = this.#window.buffer;
    const end = this.#window.end;
    const wrapper = this.#wrapper;
    while (this.#at < end) {
      const index = this.#window.indexOf(this.#at);
      if (wrapper.isBehindList) {
        this.#at += wrapper.pass(buffer, index, this.#window.indexOf(end)) - index;
        continue;
      }
      const byte = buffer[index] ?? 0;
      if (byte === 0x0a) this.#isScanning = wrapper.isInList;
      else if (byte === 0x5d && wrapper.isInList) wrapper.endList();
      else if (byte !== 0x20 && byte !== 0x0d && byte !== 0x09 && !(this.#mayPunctuate && isPunctuation(byte))) {
        return byte;
      }
      this.#at++;
    }
    return -1;
  }

  #pieceOf(kind: Piece['kind'], end: number, isGuess: boolean, fillsLine: boolean): Piece {
    return {
      kind,
      start: this.#at,
      end,
      line: this.#lines.lineAt(this.#at),
      ...(this.#recordId === undefined ? {} : { headerRecordId: this.#recordId }),
      isGuess,
      isTentative: this.#broken !== undefined,
      fillsLine,
    };
  }

  #json(isLast: boolean): Piece | 'on' | 'wait' {
    const start = this.#at;
    if (!this.#isScanning) {
      const found = this.#lineFeeds.next(start);
      const lineEnd = found < 0 && isLast ? this.#window.end : found;
      const available = (lineEnd < 0 ? this.#window.end : lineEnd) - start;
      if (lineEnd < 0 && available <= this.#maxUnitBytes) return 'wait';
      const end = available > this.#maxUnitBytes ? -1 : objectEndOfLine(this.#window, start, lineEnd);
      if (end >= 0) return this.#pieceOf('json', end, true, true);
      this.#isScanning = true;
    }
    this.#scan ??= new JsonScan();
    const scan = this.#scan;
    const from = start + scan.length;
    const reach = this.#reachOf(start, isLast);
    if (reach === 'wait') return 'wait';
    const to = Math.min(this.#window.end, reach);
    scan.scan(this.#window.buffer, this.#window.indexOf(from), this.#window.indexOf(to));
    if (scan.problem !== undefined) {
      const examined = start + scan.length - 1;
      return this.#enterWrapper(start, examined) ? 'on' : this.#break(start, scan.problem, examined);
    }
    if (scan.isComplete) return this.#pieceOf('json', start + scan.length, false, false);
    if (this.#window.end > reach) {
      return this.#enterWrapper(start, reach) ? 'on' : this.#break(start, tooLong(this.#maxUnitBytes), reach);
    }
    return isLast ? this.#break(start, CUT_OFF, this.#window.end) : 'wait';
  }

  /** Goes on in the list of a wrapper that is too long for a unit, or has something wrong in it. False where it is none, or may not be looked through. */
  #enterWrapper(start: number, reach: number): boolean {
    const budget = FREE_RETRY_UNITS * this.#maxUnitBytes + RETRIES_PER_BYTE * start;
    if (this.#broken !== undefined || this.#retried > budget) return false;
    const offset = this.#wrapper.enter(this.#window.slice(start, reach));
    if (offset === undefined) return false;
    this.#retried += reach - start;
    this.#at = start + offset;
    this.#scan = undefined;
    this.#mayPunctuate = true;
    return true;
  }

  #xml(isLast: boolean): Piece | 'on' | 'wait' {
    const start = this.#at;
    const next = this.#window.at(start + 1);
    if (next < 0) return isLast ? this.#break(start, CUT_OFF) : 'wait';
    if (next >= 0x30 && next <= 0x39) return this.#lineOf(0x3c, isLast);
    const head = this.#window.text(start, Math.min(this.#window.end, start + 4));
    if (head === '<!--') return this.#comment(isLast);
    if ('<!--'.startsWith(head) && !isLast) return 'wait';
    if (head.startsWith('<?')) return this.#declaration(isLast);
    if (head.startsWith('<!')) return this.#break(start, 'a document type is not read');
    const close = this.#tagEnds.next(start);
    if (close < 0 || close - start > MAX_TAG_BYTES) {
      if (close < 0 && this.#window.end - start <= MAX_TAG_BYTES && !isLast) return 'wait';
      return this.#break(start, 'a tag does not end');
    }
    const tag = this.#window.text(start, close + 1);
    const name = /^<\/?([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)[\s/>]/.exec(tag)?.[1];
    if (name === undefined) return this.#lineOf(0x3c, isLast);
    const isEvent = !tag.startsWith('</') && (name === 'Event' || name.endsWith(':Event'));
    // Tags that are left over from a broken Event say nothing about the elements around it.
    if (this.#broken !== undefined && !isEvent) return this.#break(start, '');
    if (tag.startsWith('</')) {
      this.#xmlDepth = Math.max(0, this.#xmlDepth - 1);
      this.#at = close + 1;
      return 'on';
    }
    if (isEvent) {
      return tag.endsWith('/>') ? this.#pieceOf('xml', close + 1, false, false) : this.#event(name, isLast);
    }
    this.#rootName ??= name;
    if (!tag.endsWith('/>')) this.#xmlDepth++;
    this.#at = close + 1;
    return 'on';
  }

  #event(name: string, isLast: boolean): Piece | 'on' | 'wait' {
    const start = this.#at;
    const index = this.#window.indexOf(start);
    const searched = Math.max(this.#eventSearched, start);
    const reach = this.#reachOf(start, isLast);
    if (reach === 'wait') return 'wait';
    const found = findEventEnd(
      this.#window.buffer,
      index,
      this.#window.indexOf(searched),
      this.#window.indexOf(Math.min(this.#window.end, reach)),
      name,
      (mark, from) => {
        const finder = mark === ']]>' ? this.#sectionEnds : mark === '-->' ? this.#commentEnds : this.#tagEnds;
        const position = finder.next(start + from - index);
        return position < 0 ? -1 : position - start + index;
      },
    );
    if (found.kind === 'end') return this.#pieceOf('xml', start + found.end - index, false, false);
    if (found.kind === 'cut') return this.#break(start, 'another Event begins before this one ends');
    this.#eventSearched = start + found.searched - index;
    if (this.#window.end > reach) return this.#break(start, tooLong(this.#maxUnitBytes), reach);
    return isLast ? this.#break(start, CUT_OFF, this.#window.end) : 'wait';
  }

  /** Passes over a comment. */
  #comment(isLast: boolean): 'on' | 'wait' {
    const start = this.#at;
    const end = this.#commentEnds.next(start + 4);
    if (end >= 0 && end + 3 - start <= this.#maxUnitBytes) {
      this.#at = end + 3;
      return 'on';
    }
    const held = Math.min(this.#window.end - start, this.#maxUnitBytes);
    if (end < 0 && held < this.#maxUnitBytes && !isLast) return 'wait';
    return this.#break(start, 'a comment does not end');
  }

  /** Passes over `<?xml … ?>` and the like. */
  #declaration(isLast: boolean): 'on' | 'wait' {
    const start = this.#at;
    const held = this.#window.slice(start, Math.min(this.#window.end, start + MAX_DECLARATION_BYTES));
    const end = held.indexOf('?>', 2);
    if (end < 0) {
      return isLast || held.length === MAX_DECLARATION_BYTES
        ? this.#break(start, 'a declaration does not end')
        : 'wait';
    }
    this.#at = start + end + 2;
    return 'on';
  }

  #lineOf(first: number, isLast: boolean): Piece | 'on' | 'wait' {
    const start = this.#at;
    if (first === 0x5b) {
      const inside = this.#arrayStart(isLast);
      if (inside === 'wait') return 'wait';
      if (inside) {
        this.#at = start + 1;
        this.#mayPunctuate = true;
        return 'on';
      }
    }
    const found = this.#lineFeeds.next(start);
    const lineEnd = found < 0 && isLast ? this.#window.end : found;
    if ((lineEnd < 0 ? this.#window.end : lineEnd) - start > this.#maxUnitBytes) {
      return this.#break(start, tooLong(this.#maxUnitBytes));
    }
    if (lineEnd < 0) return 'wait';
    const text = lineEnd - start <= 32 ? this.#window.text(start, lineEnd) : '';
    const record = /^Record (\d{1,15})\s*$/.exec(text)?.[1];
    if (record !== undefined) {
      this.#recordId = Number(record);
      this.#at = lineEnd;
      return 'on';
    }
    if (this.#xmlDepth > 0) return this.#passText(lineEnd);
    return this.#pieceOf('line', lineEnd, false, true);
  }

  /** Text between the tags of an element that is not an Event. */
  #passText(lineEnd: number): 'on' {
    const tag = this.#tagBegins.next(this.#at + 1);
    this.#at = tag < 0 ? lineEnd : Math.min(tag, lineEnd);
    return 'on';
  }

  /** True when the bracket opens an array of objects, or one that is empty. */
  #arrayStart(isLast: boolean): boolean | 'wait' {
    const end = this.#window.end;
    for (let position = this.#at + 1; position < end; position++) {
      const byte = this.#window.at(position);
      if (byte > 0x20) return byte === 0x7b || byte === 0x5b || byte === 0x5d;
      if (position - this.#at > MAX_TAG_BYTES) return false;
    }
    return isLast ? true : 'wait';
  }
}
