import { formatTime, isPrintableMs, parseTime } from './time.ts';

/**
 * What a field holds, and so how its text is written (EVTX 5.1): decimal; hexadecimal; GUID; SID; true or false; Sysmon's
 * `UtcTime`; FILETIME; a message parameter such as `%%1833`; any other text.
 */
export type FieldType = 'text' | 'dec' | 'hex' | 'guid' | 'sid' | 'bool' | 'utctime' | 'filetime' | 'parameter';

const TWO_64 = 1n << 64n;
const TWO_32 = 1n << 32n;
/** Digits of a number in text; 2^64 has twenty. */
const INTEGER = /^[+-]?\d{1,20}$/;
const HEX = /^0x[0-9a-f]{1,16}$/i;
const GUID = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i;

/** English texts that renderers put in place of a message parameter (DOMAIN 2.1, `%%` values; DOMAIN 2.2 #35). */
const PARAMETER_OF_TEXT: ReadonlyMap<string, string> = new Map([
  ['anonymous', '%%1831'],
  ['identification', '%%1832'],
  ['impersonation', '%%1833'],
  ['delegation', '%%1840'],
  ['yes', '%%1842'],
  ['no', '%%1843'],
  ['tokenelevationtypedefault (1)', '%%1936'],
  ['tokenelevationtypefull (2)', '%%1937'],
  ['tokenelevationtypelimited (3)', '%%1938'],
  ['success removed', '%%8448'],
  ['success added', '%%8449'],
  ['failure removed', '%%8450'],
  ['failure added', '%%8451'],
  ['inbound', '%%14592'],
  ['outbound', '%%14593'],
]);

/**
 * The canonical text of a field of this type (EVTX 5.1), from however a log shape writes it: `0XDE4` and 3556 give `0xde4`,
 * `ABCD…` in or without braces gives `{abcd…}`, `Impersonation` gives `%%1833`. A text that is not of the type comes back
 * as it is, without trailing NULs: nothing is lost by a wrong type.
 */
export function canonicalFieldText(type: FieldType, value: string | number | bigint | boolean): string {
  const text = typeof value === 'string' ? withoutTrailingNuls(value) : String(value);
  switch (type) {
    case 'text':
      return text;
    case 'dec':
      return decimalText(value, text);
    case 'hex':
      return hexText(value, text);
    case 'guid':
      return canonicalGuid(text) ?? text;
    case 'sid':
      return text.startsWith('s-1-') ? `S${text.slice(1)}` : text;
    case 'bool':
      return boolText(text);
    case 'utctime':
      return utcTimeText(text);
    case 'filetime':
      return filetimeText(text);
    case 'parameter':
      return parameterText(text);
  }
}

function withoutTrailingNuls(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
  return end === text.length ? text : text.slice(0, end);
}

function decimalText(value: string | number | bigint | boolean, text: string): string {
  if (typeof value === 'number' || typeof value === 'bigint' || isPlainDecimal(text)) return text;
  if (HEX.test(text)) return BigInt(text).toString();
  if (!INTEGER.test(text) || !/^[+0]|^-0/.test(text)) return text;
  return BigInt(text.startsWith('+') ? text.slice(1) : text).toString();
}

const ZERO = 0x30;
const NINE = 0x39;

/** True of what no rule of numbers changes: all but texts that begin with a sign or a zero, and zero itself. */
function isPlainDecimal(text: string): boolean {
  const first = text.charCodeAt(0);
  return (first > ZERO && first <= NINE) || (first === ZERO && text.length === 1);
}

/** True of a hexadecimal number as it is written here. Most are, and a look at their characters costs less than an expression. */
function isPlainHex(text: string): boolean {
  const { length } = text;
  if (length < 3 || length > 18 || text.charCodeAt(0) !== ZERO || text.charCodeAt(1) !== SMALL_X) return false;
  if (length > 3 && text.charCodeAt(2) === ZERO) return false;
  return areSmallHex(text, 2, length);
}

const SMALL_X = 0x78;
const SMALL_A = 0x61;
const SMALL_F = 0x66;

function areSmallHex(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (!((code >= ZERO && code <= NINE) || (code >= SMALL_A && code <= SMALL_F))) return false;
  }
  return true;
}

/** Bare digits in a text may be hexadecimal without a prefix (10028): only numbers and `0x` are rewritten. */
function hexText(value: string | number | bigint | boolean, text: string): string {
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) {
    const whole = BigInt(value);
    if (whole >= TWO_64 || whole < -TWO_64 / 2n) return text;
    if (whole >= 0n) return `0x${whole.toString(16)}`;
    // A signed reading of 32 or 64 unsigned bits, as of a status code.
    return `0x${(whole + (whole >= -(TWO_32 >> 1n) ? TWO_32 : TWO_64)).toString(16)}`;
  }
  if (isPlainHex(text)) return text;
  return HEX.test(text)
    ? `0x${text
        .slice(2)
        .toLowerCase()
        .replace(/^0+(?=.)/, '')}`
    : text;
}

/** A GUID in lower case and braces (EVTX 5.1), undefined for any other text. */
export function canonicalGuid(text: string): string | undefined {
  if (isPlainGuid(text)) return text;
  const digits = GUID.exec(text)?.[1];
  return digits === undefined ? undefined : `{${digits.toLowerCase()}}`;
}

const GUID_CHARS = 38;
/** Where the hyphens of a GUID in braces stand. */
const HYPHENS: readonly number[] = [9, 14, 19, 24];

/** True of a GUID as it is written here. */
function isPlainGuid(text: string): boolean {
  if (text.length !== GUID_CHARS || text[0] !== '{' || text[GUID_CHARS - 1] !== '}') return false;
  let from = 1;
  for (const hyphen of HYPHENS) {
    if (text[hyphen] !== '-' || !areSmallHex(text, from, hyphen)) return false;
    from = hyphen + 1;
  }
  return areSmallHex(text, from, GUID_CHARS - 1);
}

function boolText(text: string): string {
  const folded = text.length <= 5 ? text.toLowerCase() : text;
  if (folded === 'true' || folded === '1') return 'true';
  return folded === 'false' || folded === '0' ? 'false' : text;
}

const UTC_TIME_CHARS = 23;
const UTC_DAY_CHARS = 10;

/** `2022-05-13T08:54:05.1230000Z` as Sysmon writes it: `2022-05-13 08:54:05.123`. */
function utcTimeText(text: string): string {
  if (text.length === UTC_TIME_CHARS && text[UTC_DAY_CHARS] === ' ') return text;
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d{1,9}/.test(text) || /^.{10} .{12}$/.test(text)) return text;
  const time = parseTime(text);
  if (time === undefined || !isPrintableMs(time.ms)) return text;
  return formatTime(time.ms, time.ticks).slice(0, 23).replace('T', ' ');
}

function filetimeText(text: string): string {
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text)) return text;
  const time = parseTime(text);
  return time === undefined || !isPrintableMs(time.ms) ? text : formatTime(time.ms, time.ticks);
}

function parameterText(text: string): string {
  if (text.length > 128 || text.startsWith('%%')) return text;
  const parts = text.split(/, ?/).map((part) => PARAMETER_OF_TEXT.get(part.trim().toLowerCase()));
  return parts.includes(undefined) ? text : parts.join(', ');
}

/** Names of keywords that Windows renders in English, with their bits. */
const KEYWORD_BITS: ReadonlyMap<string, bigint> = new Map([
  ['audit success', 0x8020000000000000n],
  ['audit failure', 0x8010000000000000n],
  ['classic', 0x80000000000000n],
]);

/**
 * Keywords as unsigned 64-bit hexadecimal (SETTLED B13), from `0x8020000000000000`, -9214364837600034816 or names; undefined for
 * anything else. Numbers beyond 2^53 must come as bigint or text.
 */
export function canonicalKeywords(value: unknown): string | undefined {
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) {
    return `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`;
  }
  if (typeof value === 'string') {
    const text = value.trim();
    if (HEX.test(text)) return hexText(text, text);
    if (INTEGER.test(text)) return canonicalKeywords(BigInt(text.replace('+', '')));
    const bits = KEYWORD_BITS.get(text.toLowerCase());
    return bits === undefined ? undefined : `0x${bits.toString(16)}`;
  }
  if (!Array.isArray(value) || value.length === 0 || value.length > 8) return undefined;
  let bits = 0n;
  for (const name of value as readonly unknown[]) {
    const bit = typeof name === 'string' ? KEYWORD_BITS.get(name.trim().toLowerCase()) : undefined;
    if (bit === undefined) return undefined;
    bits |= bit;
  }
  return `0x${bits.toString(16)}`;
}
