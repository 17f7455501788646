import { isTokenByte } from './tokens.ts';

/** How often an occurrence that is a part of something longer is passed over before the text is kept. */
const PLACES_TRIED = 4;
/** What JSON and XML write in another way than it is, and what is more than one byte: kept without looking for it, which is always right. */
const MOSTLY_ESCAPED = /["\\&<>\u0080-\uffff]/;

/** Of texts those that words cannot be found by in bytes, joined by NULs: a text that stands there whole, with no token going on beside it, is left out. */
export function missingTexts(raw: Uint8Array, texts: Iterable<string>): string {
  // Searched as characters of one byte: a call on bytes costs a third of a microsecond or more, and an event has a dozen texts.
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('latin1');
  let missing = '';
  let hint = 0;
  for (const text of texts) {
    if (text.length === 0) continue;
    const at = MOSTLY_ESCAPED.test(text) ? -1 : placeIn(bytes, text, hint);
    if (at >= 0) hint = at;
    else missing = missing === '' ? text : `${missing}\0${text}`;
  }
  return missing;
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
