import { ByteWindow } from './byte-window.ts';
import { MarkFinder } from './mark-finder.ts';

const LF = 0x0a;
const QUOTE = 0x22;

/** A row, or what could not be one, by positions in the stream. Without the characters that end its line. */
export interface CutRow {
  readonly start: number;
  readonly end: number;
  /** From 1. */
  readonly line: number;
  /** Why it is no row. */
  readonly problem?: string;
}

interface Lost {
  readonly start: number;
  readonly line: number;
  readonly problem: string;
  /** What is lost goes on to the end of the line in which this position stands. */
  readonly through: number;
}

/** Where a search for the end of a row stands, to go on when more bytes are there. */
interface Search {
  at: number;
  isStart: boolean;
  isQuoted: boolean;
  /** Position of the quote that opened the value, and of the one that closed it last. */
  opened: number;
  closed: number;
}

/**
 * Cuts a stream into rows: lines, but for line ends inside quotes (RFC 4180 2.6). A quote that is never closed costs the lines
 * up to the one in which it stands. Each byte is looked at a fixed number of times.
 */
export class RowCutter {
  readonly #window = new ByteWindow();
  /** The byte between values; undefined where quotes mean nothing. */
  readonly #separator: number | undefined;
  readonly #maxBytes: number;
  #at = 0;
  #line = 1;
  readonly #lineFeed = new MarkFinder(this.#window, '\n');
  readonly #quote = new MarkFinder(this.#window, '"');
  #search: Search | undefined;
  #lost: Lost | undefined;

  constructor(separator: string | undefined, maxBytes: number) {
    this.#separator = separator?.charCodeAt(0);
    this.#maxBytes = maxBytes;
  }

  push(bytes: Uint8Array): void {
    this.#window.release(this.#at);
    this.#window.append(bytes);
  }

  text(row: CutRow): string {
    return this.#window.text(row.start, row.end);
  }

  /** The next row that is not blank, undefined until more bytes are there. */
  next(isLast: boolean): CutRow | undefined {
    for (;;) {
      const row = this.#lost === undefined ? this.#cut(isLast) : this.#passLost(this.#lost, isLast);
      if (row === undefined || row.problem !== undefined || row.end > row.start) return row;
    }
  }

  #cut(isLast: boolean): CutRow | undefined {
    const start = this.#at;
    const { end: windowEnd } = this.#window;
    if (start >= windowEnd) return undefined;
    const lineFeed = this.#lineFeed.next(start);
    const lineEnd = lineFeed < 0 ? windowEnd : lineFeed;
    if (lineEnd - start > this.#maxBytes) return this.#lose('longer than 16 MiB', start, isLast);
    if (this.#separator !== undefined && this.#search === undefined) {
      const quote = this.#quote.next(start);
      if (quote >= 0 && quote < lineEnd)
        this.#search = { at: start, isStart: true, isQuoted: false, opened: -1, closed: -1 };
    }
    if (this.#search !== undefined) return this.#cutQuoted(this.#search, isLast);
    return lineFeed < 0 && !isLast ? undefined : this.#take(lineEnd, 1);
  }

  #cutQuoted(search: Search, isLast: boolean): CutRow | undefined {
    const start = this.#at;
    const limit = Math.min(this.#window.end, start + this.#maxBytes);
    const { buffer } = this.#window;
    const base = this.#window.indexOf(0);
    const separator = this.#separator;
    let { at, isStart, isQuoted } = search;
    for (; at < limit; at++) {
      const byte = buffer[base + at];
      if (isQuoted) {
        if (byte !== QUOTE) continue;
        isQuoted = false;
        search.closed = at;
      } else if (byte === QUOTE && (isStart || search.closed === at - 1)) {
        // A second quote opens the value again at once, which is what two quotes mean.
        isQuoted = true;
        search.opened = at;
        isStart = false;
      } else if (byte === LF) {
        return this.#take(at, undefined);
      } else {
        isStart = byte === separator;
      }
    }
    Object.assign(search, { at, isStart, isQuoted });
    if (this.#window.end - start > this.#maxBytes) {
      return isQuoted
        ? this.#lose('a quote in it is not closed', search.opened, isLast)
        : this.#lose('longer than 16 MiB', limit, isLast);
    }
    if (!isLast) return undefined;
    return isQuoted ? this.#lose('a quote in it is not closed', search.opened, isLast) : this.#take(limit, undefined);
  }

  /** Gives the row that ends here, and goes to the next line. */
  #take(end: number, lines: number | undefined): CutRow {
    const start = this.#at;
    const line = this.#line;
    this.#line += lines ?? this.#countLines(start, end) + 1;
    this.#at = Math.min(end + 1, this.#window.end);
    this.#search = undefined;
    const last = end > start && this.#window.at(end - 1) === 0x0d ? end - 1 : end;
    return { start, end: last, line };
  }

  #lose(problem: string, through: number, isLast: boolean): CutRow | undefined {
    this.#search = undefined;
    this.#lost = { start: this.#at, line: this.#line, problem, through };
    return this.#passLost(this.#lost, isLast);
  }

  /** Passes over what is lost; undefined until its last line has ended. Memory holds none of it. */
  #passLost(lost: Lost, isLast: boolean): CutRow | undefined {
    const from = Math.max(lost.through, this.#at);
    const lineFeed = this.#lineFeed.next(from);
    const end = lineFeed < 0 ? this.#window.end : lineFeed;
    this.#line += this.#countLines(this.#at, end);
    this.#at = end;
    if (lineFeed < 0 && !isLast) return undefined;
    if (lineFeed >= 0) {
      this.#at++;
      this.#line++;
    }
    this.#lost = undefined;
    return { start: lost.start, end, line: lost.line, problem: lost.problem };
  }

  #countLines(from: number, to: number): number {
    const body = this.#window.slice(from, to);
    let count = 0;
    for (let i = 0; i < body.length; i++) if (body[i] === LF) count++;
    return count;
  }
}
