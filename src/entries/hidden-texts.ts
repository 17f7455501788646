import type { TextBuffer } from './text-buffer.ts';

/** Texts within texts: a document of JSON in a member of another, with XML inside, is three deep. */
const MAX_DEPTH = 4;
/** Bytes of all hidden texts of one event, with a NUL each. */
export const MOST_HIDDEN_BYTES: number = 1 << 20;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const AMPERSAND = 0x26;
const LESS = 0x3c;
const SMALL_U = 0x75;
const OPENING = 0x7b;
const CLOSING = 0x7d;
/** What ends a text or an attribute of XML: < > " ' */
const BOUNDS: ReadonlySet<number> = new Set([LESS, 0x3e, QUOTE, 0x27]);
const REFERENCE = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/gi;
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** What a text may hide others by, as bits. */
const HAS_QUOTE = 1;
const HAS_BACKSLASH = 2;
const HAS_AMPERSAND = 4;
const HAS_LESS = 8;
const INSIDE = 15;
/** What stands in no string of JSON as it is. */
const NOT_ALLOWED = 16;
const JSON_INSIDE: number = HAS_QUOTE | HAS_BACKSLASH;
const XML_INSIDE: number = HAS_AMPERSAND | HAS_LESS;

/** By byte of a string of JSON: its bit as above, else 0. */
const KINDS: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => (byte < 0x20 ? NOT_ALLOWED : 0));
KINDS[QUOTE] = HAS_QUOTE;
KINDS[BACKSLASH] = HAS_BACKSLASH;
KINDS[AMPERSAND] = HAS_AMPERSAND;
KINDS[LESS] = HAS_LESS;

/** By letter behind a backslash: the byte that it stands for, 0 where it is not one of these. */
const ESCAPES: Uint8Array = new Uint8Array(256);
for (const [letter, byte] of Object.entries({
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}))
  ESCAPES[letter.charCodeAt(0)] = byte.charCodeAt(0);

/**
 * Appends the values of an event that stand in its bytes in another way than they are, for JSON and XML escape them: `C:\\Windows` is `C:\Windows`. What such a value
 * itself hides (a document within a member) follows it. What is neither JSON nor XML gives nothing.
 */
export function addHiddenTexts(texts: TextBuffer, raw: Uint8Array): void {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  let inside = 0;
  if (bytes.includes(BACKSLASH) && bytes.includes(QUOTE)) inside |= JSON_INSIDE;
  if (bytes.includes(AMPERSAND) && bytes.includes(LESS)) inside |= XML_INSIDE;
  if (inside === 0) return;
  // No text is longer than what hides it, so that one that begins within the bound ends within this.
  texts.reserve(MOST_HIDDEN_BYTES + 3 * raw.length + 1);
  look(texts, bytes, 0, bytes.length, inside, 1, texts.size + MOST_HIDDEN_BYTES);
}

/** Looks through a stretch of bytes, of which some may be those of `texts`. `most` is where the last text ends at the latest. */
function look(
  texts: TextBuffer,
  bytes: Buffer,
  from: number,
  to: number,
  inside: number,
  depth: number,
  most: number,
): void {
  if ((inside & JSON_INSIDE) === JSON_INSIDE) {
    // An event was read from it, so it is whole: no backslash stands outside of a string.
    if (depth === 1 && bytes[from] === OPENING && bytes[to - 1] === CLOSING)
      lookForEscapes(texts, bytes, from, to, most);
    else lookForStrings(texts, bytes, from, to, depth, most);
  }
  if ((inside & XML_INSIDE) === XML_INSIDE) lookForReferences(texts, bytes, from, to, depth, most);
}

/** Keeps what was written behind the last text, if there is room, and looks through it. */
function keep(texts: TextBuffer, end: number, inside: number, depth: number, most: number): void {
  if (end + 1 > most) return;
  const start = texts.size;
  texts.bytes[end] = 0;
  texts.size = end + 1;
  if (depth < MAX_DEPTH && inside !== 0) look(texts, texts.bytes, start, end, inside, depth + 1, most);
}

/**
 * Strings of an object of JSON that have an escape: each begins at the last quote before its first one. Most bytes belong to strings without, and one native call passes over
 * all of them up to the next.
 */
function lookForEscapes(texts: TextBuffer, bytes: Buffer, from: number, to: number, most: number): void {
  const kinds = KINDS;
  let done = from;
  for (let at = bytes.indexOf(BACKSLASH, from); at >= 0 && at < to; at = bytes.indexOf(BACKSLASH, done)) {
    let start = at;
    let seen = 0;
    while (start > done && bytes[start - 1] !== QUOTE) seen |= kinds[bytes[--start] ?? 0] ?? 0;
    // In what is broken none may be there: what is behind it is looked at.
    if (start === done && bytes[start - 1] !== QUOTE) {
      done = at + 2;
      continue;
    }
    const end = decodeString(texts, { bytes, start, at, to, seen, depth: 1, most });
    if (end < 0) return;
    done = end + 1;
  }
}

/** Strings of JSON that have an escape. One pass: what begins in the middle of a string is read as it comes. */
function lookForStrings(texts: TextBuffer, bytes: Buffer, from: number, to: number, depth: number, most: number): void {
  // Bytes are read one by one, and no string is made: an event has a dozen escaped values, and a call for each costs more than all of its bytes.
  const kinds = KINDS;
  let at = from;
  for (;;) {
    while (at < to && bytes[at] !== QUOTE) at++;
    if (at >= to) return;
    const start = ++at;
    let seen = 0;
    while (at < to) {
      const kind = kinds[bytes[at] ?? 0] ?? 0;
      if (kind !== 0) {
        if (kind === HAS_QUOTE || kind === HAS_BACKSLASH) break;
        seen |= kind;
      }
      at++;
    }
    if (bytes[at] !== QUOTE || at >= to) at = decodeString(texts, { bytes, start, at, to, seen, depth, most });
    if (at < 0) return;
    at++;
  }
}

/** The quote that ends a string, from an escape on; -1 where it does not end. */
function endOfString(bytes: Buffer, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
  }
  return -1;
}

/** A string of which the first escape was found, in bytes that end at `to`. */
interface EscapedString {
  readonly bytes: Buffer;
  readonly start: number;
  readonly at: number;
  readonly to: number;
  /** What is inside before the escape, as bits. */
  readonly seen: number;
  readonly depth: number;
  readonly most: number;
}

/** Appends a string without its escapes; one that is no string of JSON gives nothing. The quote that ends it, -1 where it does not end. */
function decodeString(
  texts: TextBuffer,
  { bytes, start, at: first, to, seen: before, depth, most }: EscapedString,
): number {
  const into = texts.bytes;
  const kinds = KINDS;
  let out = texts.size;
  for (let at = start; at < first; at++) into[out++] = bytes[at] ?? 0;
  let seen = before;
  for (let at = first; at < to && out < most; at++) {
    const byte = bytes[at] ?? 0;
    const kind = kinds[byte] ?? 0;
    if (kind !== HAS_BACKSLASH) {
      if (kind === HAS_QUOTE) {
        if ((seen & NOT_ALLOWED) === 0) keep(texts, out, seen, depth, most);
        return at;
      }
      seen |= kind;
      into[out++] = byte;
      continue;
    }
    const letter = bytes[at + 1] ?? 0;
    const plain = ESCAPES[letter] ?? 0;
    if (plain !== 0) {
      seen |= (kinds[plain] ?? 0) & INSIDE;
      into[out++] = plain;
      at++;
      continue;
    }
    const unit = letter === SMALL_U ? hexAt(bytes, at + 2, to) : -1;
    if (unit < 0) return endOfString(bytes, at, to);
    at += 5;
    const next =
      isHigh(unit) && bytes[at + 1] === BACKSLASH && bytes[at + 2] === SMALL_U ? hexAt(bytes, at + 3, to) : -1;
    const isPair = next >= 0xdc00 && next < 0xe000;
    if (isPair) at += 6;
    const code = isPair ? 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00) : unit;
    if (code < 0x80) seen |= (kinds[code] ?? 0) & INSIDE;
    out = writeCode(into, out, code);
  }
  return endOfString(bytes, first, to);
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

/** Four hexadecimal digits; -1 where there are none. */
function hexAt(bytes: Buffer, at: number, end: number): number {
  if (at + 4 > end) return -1;
  let value = 0;
  for (let i = at; i < at + 4; i++) {
    const byte = bytes[i] ?? 0;
    const small = byte | 0x20;
    const digit = byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : small >= 0x61 && small <= 0x66 ? small - 0x57 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/** Writes a code point in UTF-8; half of a pair is U+FFFD, as everywhere. */
function writeCode(into: Buffer, start: number, code: number): number {
  const point = code >= 0xd800 && code < 0xe000 ? 0xfffd : code;
  if (point < 0x80) {
    into[start] = point;
    return start + 1;
  }
  return start + into.write(String.fromCodePoint(point), start, 'utf8');
}

/** Pieces of text and attributes of XML that have a reference. */
function lookForReferences(
  texts: TextBuffer,
  bytes: Buffer,
  from: number,
  to: number,
  depth: number,
  most: number,
): void {
  for (let at = bytes.indexOf(AMPERSAND, from); at >= 0 && at < to; at = bytes.indexOf(AMPERSAND, at)) {
    let start = at;
    while (start > from && !BOUNDS.has(bytes[start - 1] ?? 0)) start--;
    let end = at + 1;
    while (end < to && !BOUNDS.has(bytes[end] ?? 0)) end++;
    at = end;
    const piece = bytes.toString('utf8', start, end);
    const value = piece.replace(REFERENCE, characterOf);
    // What is no UTF-8 becomes longer as text.
    if (value === piece || texts.size + 3 * (end - start) > texts.bytes.length) continue;
    const written = texts.bytes.write(value, texts.size, 'utf8');
    keep(texts, texts.size + written, insideOf(value), depth, most);
  }
}

function insideOf(text: string): number {
  const json = text.includes('\\') && text.includes('"') ? JSON_INSIDE : 0;
  return text.includes('&') && text.includes('<') ? json | XML_INSIDE : json;
}

function characterOf(reference: string, hex: string | undefined, decimal: string | undefined, name: string): string {
  if (name !== undefined) return NAMED[name.toLowerCase()] ?? reference;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : reference;
}
