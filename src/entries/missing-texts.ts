import type { TextBuffer } from './text-buffer.ts';
import { isTokenByte } from './tokens.ts';

/** How often an occurrence that is a part of something longer is passed over before the text is kept. */
const PLACES_TRIED = 4;
/** What JSON and XML write in another way than it is: looked for among what was hidden first. */
const MOSTLY_ESCAPED = /["\\&<>\n\r\t]/;
/** More than one byte: kept without looking for it, which is always right. */
const NOT_ASCII = /[\u0080-\uffff]/;

/**
 * Appends those of some texts that words cannot be found by in the bytes of an event, nor in what these hide, which are the last texts from `hiddenFrom` on: a text that stands there whole,
 * with no token going on beside it, is left out.
 */
export function addMissingTexts(
  texts: TextBuffer,
  raw: Uint8Array,
  hiddenFrom: number,
  values: Iterable<string>,
): void {
  const search = new PlainSearch(raw, texts.bytes.subarray(hiddenFrom, texts.size));
  for (const value of values) if (value.length > 0 && !search.holds(value)) texts.add(value);
}

/** Texts are looked for as characters of one byte: a call on bytes costs a third of a microsecond or more, and an event has a dozen texts. */
class PlainSearch {
  readonly #raw: string;
  readonly #hidden: string;
  #rawHint = 0;
  #hiddenHint = 0;

  constructor(raw: Uint8Array, hidden: Uint8Array) {
    this.#raw = Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('latin1');
    this.#hidden = Buffer.from(hidden.buffer, hidden.byteOffset, hidden.length).toString('latin1');
  }

  holds(text: string): boolean {
    if (NOT_ASCII.test(text)) return false;
    if (MOSTLY_ESCAPED.test(text)) return this.#isHidden(text) || this.#isPlain(text);
    return this.#isPlain(text) || this.#isHidden(text);
  }

  #isPlain(text: string): boolean {
    const at = placeIn(this.#raw, text, this.#rawHint);
    if (at >= 0) this.#rawHint = at;
    return at >= 0;
  }

  #isHidden(text: string): boolean {
    const at = placeIn(this.#hidden, text, this.#hiddenHint);
    if (at >= 0) this.#hiddenHint = at;
    return at >= 0;
  }
}

/** Where a text stands whole in bytes, looked for from a hint on, for values mostly come in order, and then from the beginning; -1 if it does not. */
function placeIn(bytes: string, text: string, hint: number): number {
  const startsToken = isTokenByte(text.charCodeAt(0) & 0xff);
  const endsToken = isTokenByte(text.charCodeAt(text.length - 1) & 0xff);
  let from = hint;
  for (let tried = 0; tried < PLACES_TRIED; tried++) {
    const at = bytes.indexOf(text, from);
    if (at < 0 && from === 0) return -1;
    if (at < 0) {
      from = 0;
      continue;
    }
    const end = at + text.length;
    const goesOnBefore = startsToken && at > 0 && isTokenByte(bytes.charCodeAt(at - 1));
    const goesOnBehind = endsToken && end < bytes.length && isTokenByte(bytes.charCodeAt(end));
    if (!goesOnBefore && !goesOnBehind) return at;
    from = at + 1;
  }
  return -1;
}
