import { ByteWindow } from './byte-window.ts';
import { MAX_UNIT_BYTES } from './cut-piece.ts';
import type { Dialect, DialectOpener, DialectUnit } from './dialect.ts';

/** The first line of a block: `01/14/2021 11:41:08 PM`. */
const DATE_LINE = /^\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d{2}:\d{2}(?:\.\d{1,7})?(?: ?[AP]M)?$/;
/** Longest such line, bytes. */
const MAX_DATE_LINE = 40;
/** What must follow it at once (SETTLED B16). */
const SECOND_LINE = '\nLogName=';
const LF = 0x0a;
const CR = 0x0d;

/** True when the text begins a block of Splunk's classic form: a line with a date, and `LogName=` directly below it. */
export function beginsTextBlock(text: string): boolean {
  const lineFeed = text.indexOf('\n');
  if (lineFeed < 0 || lineFeed > MAX_DATE_LINE || !text.startsWith(SECOND_LINE, lineFeed)) return false;
  return DATE_LINE.test(text.slice(0, lineFeed).trimEnd());
}

/**
 * Cuts the rest of a source into blocks of Splunk's classic text. Nothing but the next block ends one, so that a message may
 * hold anything; what is longer than a unit may be is lost up to the next block. Each byte is looked at a fixed number of times.
 */
class TextBlocks implements Dialect {
  readonly #window = new ByteWindow();
  readonly #maxBytes: number;
  /** Where the block in hand begins, and on which line. */
  #start = 0;
  #line = 1;
  #searched = 0;
  /** Lines already counted of a block that is lost. */
  #lostLines: number | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(bytes: Uint8Array): readonly DialectUnit[] {
    this.#window.append(bytes);
    return this.#take(false);
  }

  end(): readonly DialectUnit[] {
    return this.#take(true);
  }

  #take(isLast: boolean): readonly DialectUnit[] {
    const units: DialectUnit[] = [];
    for (let next = this.#nextStart(); next >= 0; next = this.#nextStart()) units.push(this.#close(next));
    const { end } = this.#window;
    if (isLast) {
      if (end > this.#start) units.push(this.#close(end));
      return units;
    }
    if (end - this.#start > this.#maxBytes + MAX_DATE_LINE + SECOND_LINE.length) this.#lose();
    return units;
  }

  /** Where the next block begins, -1 when that is not there yet. */
  #nextStart(): number {
    const window = this.#window;
    let from = this.#searched;
    for (;;) {
      const found = from >= window.end ? -1 : window.find(SECOND_LINE, from);
      if (found < 0) {
        this.#searched = Math.max(from, window.end - SECOND_LINE.length);
        return -1;
      }
      from = found + 1;
      this.#searched = from;
      const lowest = Math.max(window.start, this.#start, found - MAX_DATE_LINE - 1);
      let lineStart = found;
      while (lineStart > lowest && window.at(lineStart - 1) !== LF) lineStart--;
      // A block's own second line begins no other.
      if (lineStart > this.#start && window.at(lineStart - 1) === LF) {
        if (DATE_LINE.test(window.text(lineStart, found).trimEnd())) return lineStart;
      }
    }
  }

  #close(next: number): DialectUnit {
    const window = this.#window;
    const start = this.#start;
    const line = this.#line;
    const isLost = this.#lostLines !== undefined || next - start > this.#maxBytes;
    this.#line += (this.#lostLines ?? 0) + countLines(window.slice(Math.max(start, window.start), next));
    this.#lostLines = undefined;
    let end = next;
    while (!isLost && end > start && isLineEnd(window.at(end - 1))) end--;
    const unit: DialectUnit = isLost
      ? { kind: 'broken', start, end, line, reason: 'longer than 16 MiB' }
      : { kind: 'text', start, end, line, text: window.text(start, end) };
    this.#start = next;
    window.release(next);
    return unit;
  }

  /** Lets go of a block that is too long, but for what may begin the next one. */
  #lose(): void {
    const window = this.#window;
    const to = Math.max(window.start, this.#searched - MAX_DATE_LINE - 1);
    this.#lostLines = (this.#lostLines ?? 0) + countLines(window.slice(window.start, to));
    window.release(to);
  }
}

function isLineEnd(byte: number): boolean {
  return byte === LF || byte === CR;
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
}

/** Opens a source of Splunk's classic text, also behind lines of a block whose beginning is missing. */
export function textBlocksOpener(maxUnitBytes: number = MAX_UNIT_BYTES): DialectOpener {
  return {
    mayFollowUnread: true,
    open: (head) => (beginsTextBlock(head) ? new TextBlocks(maxUnitBytes) : undefined),
  };
}
