const FEED = 0x0a;
const RETURN = 0x0d;
const BRACE = 0x7b;
const BLANK = /^[ \t\r\n]*$/;

/** A unit of a text with the bytes between it and the one before, or the beginning. */
export interface CheckedUnit {
  readonly gap: Uint8Array;
  readonly bytes: Uint8Array;
  readonly isEvent: boolean;
  readonly isFirst: boolean;
}

/**
 * Whether a text is lines that need nothing of each other: objects of JSON one behind the other, or rows of one line below a head. Such a text can be read from any
 * of its lines on, with its head in front; of all others (arrays, XML, events of several lines) a reader must have seen the beginning.
 */
export class LineCheck {
  #isLines = true;
  #isHeaded = false;
  #hasRows = false;
  #hasEndedLine = false;

  /** The last unit, which was no event, has the end of its line in it. */
  get hasEndedLine(): boolean {
    return this.#hasEndedLine;
  }

  take({ gap, bytes, isEvent, isFirst }: CheckedUnit): void {
    if (!this.#isLines) return;
    const text = Buffer.from(gap.buffer, gap.byteOffset, gap.byteLength).toString('latin1');
    const isBlank = BLANK.test(text);
    const isObject = isEvent && bytes[0] === BRACE;
    const isOwnLine = isFirst || (isBlank && (this.hasEndedLine || text.includes('\n')));
    const last = bytes.findLastIndex((byte) => byte !== FEED && byte !== RETURN);
    this.#isLines = isOwnLine && (isObject || !bytes.subarray(0, last + 1).includes(FEED));
    this.#hasEndedLine = last + 1 < bytes.length;
    if (!isBlank) this.#isHeaded = true;
    if (isEvent && !isObject) this.#hasRows = true;
  }

  /** Bytes of the head, 0 of objects, which have none; undefined where the text is no such lines. `carry`: what every piece of the text begins with. */
  head(carry: number): number | undefined {
    if (!this.#isLines) return undefined;
    if (this.#hasRows) return carry > 0 ? carry : undefined;
    return this.#isHeaded ? undefined : 0;
  }
}
