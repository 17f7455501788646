import { JsonScan, MAX_DEPTH, MAX_KEYS } from './json-scan.ts';
import { countKeys, membersOf, skipSpace, type TextMember, ValueTexts } from './json-text.ts';
import type { JsonValue } from './json-value.ts';

/** An object as `JSON.parse` makes it: keys such as `__proto__` are its own, and it is nobody else's. */
export type JsonObject = Record<string, JsonValue>;

/** A key that stands twice in one object: the last value wins, this one came before (SETTLED B18). */
export interface DuplicateKey {
  /** Keys that lead to it, array items by index. */
  readonly path: readonly string[];
  readonly earlier: JsonValue;
}

export type JsonReading =
  | { readonly kind: 'object'; readonly value: JsonObject; readonly text: string }
  | { readonly kind: 'problem'; readonly reason: string };

/** More keys than `MAX_KEYS` do not fit in fewer bytes: `"":0,` has five. */
const BYTES_OF_MAX_KEYS = MAX_KEYS * 5;
const DIGIT_RUN = 16;
/** Longer integers stay doubles: no field has them, and a bigint of a million digits costs half a second. */
const MAX_DIGITS = 64;

/**
 * The JSON object in these bytes, within the bounds of a unit: depth 64, 4,096 keys an object (SETTLED B18). Integers beyond 2^53
 * are `bigint`. `JSON.parse` does the work; what it cannot check costs a look for brackets and for runs of digits.
 */
export function readJsonObject(bytes: Buffer, from: number, to: number): JsonReading {
  return readParsed(bytes.toString('utf8', from, to), bytes, from, to);
}

/** The JSON object in a text, as `readJsonObject` reads it: for JSON inside strings. */
export function readJsonText(text: string): JsonReading {
  const bytes = Buffer.from(text, 'utf8');
  return readParsed(text, bytes, 0, bytes.length);
}

function readParsed(text: string, bytes: Buffer, from: number, to: number): JsonReading {
  if (mayBeDeep(text)) {
    const scan = new JsonScan();
    scan.scan(bytes, from + skipSpace(text, 0), to);
    if (scan.problem !== undefined) return { kind: 'problem', reason: scan.problem };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'problem', reason: 'not valid JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { kind: 'problem', reason: 'not a JSON object' };
  }
  const object = value as JsonObject;
  if (text.length >= BYTES_OF_MAX_KEYS && hasTooManyKeys(object)) {
    return { kind: 'problem', reason: `an object has more than ${MAX_KEYS} keys` };
  }
  restoreLongNumbers(object, text, bytes, from, to);
  return { kind: 'object', value: object, text };
}

/** True when more brackets open than a value may be deep, inside strings or not: then it is worth counting. */
function mayBeDeep(text: string): boolean {
  let left = MAX_DEPTH;
  for (let at = text.indexOf('{'); at >= 0; at = text.indexOf('{', at + 1)) if (--left < 0) return true;
  for (let at = text.indexOf('['); at >= 0; at = text.indexOf('[', at + 1)) if (--left < 0) return true;
  return false;
}

function hasTooManyKeys(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (isArray(value)) return value.some(hasTooManyKeys);
  const values = Object.values(value);
  return values.length > MAX_KEYS || values.some(hasTooManyKeys);
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Replaces integers that a double cannot hold by what their digits say (SETTLED B10, B13). */
function restoreLongNumbers(value: JsonObject, text: string, bytes: Buffer, from: number, to: number): void {
  let at = from + DIGIT_RUN - 1;
  // A run of 16 digits covers at least one of every 16th byte: 3.7 GB/s, a ninth of what JSON.parse takes.
  while (at < to) {
    if (!isDigit(bytes[at])) {
      at += DIGIT_RUN;
      continue;
    }
    let start = at;
    while (start > from && isDigit(bytes[start - 1])) start--;
    let end = at + 1;
    while (end < to && isDigit(bytes[end])) end++;
    if (end - start >= DIGIT_RUN && isNumberToken(bytes, start, end)) {
      if (!restoreMember(value, text, bytes, bytes[start - 1] === 0x2d ? start - 1 : start, end)) {
        restoreBelow(value, text, skipSpace(text, 0));
        return;
      }
    }
    at = end + DIGIT_RUN - 1;
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** False for digits inside quotes, hexadecimal text and fractions; a false true only costs time. */
function isNumberToken(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start - 1] === 0x2d ? start - 1 : start;
  const before = bytes[first - 1] ?? 0;
  const after = bytes[end] ?? 0x7d;
  return (
    (before === 0x3a || before === 0x2c || before === 0x5b || before <= 0x20) &&
    (after === 0x2c || after === 0x7d || after === 0x5d || after <= 0x20)
  );
}

/**
 * The usual case, a top-level member whose key stands once in the text: found by looking back from its digits. False when
 * it is not that simple.
 */
function restoreMember(value: JsonObject, text: string, bytes: Buffer, start: number, end: number): boolean {
  let at = start - 1;
  while ((bytes[at] ?? 0) <= 0x20) at--;
  if (bytes[at] !== 0x3a) return false;
  at--;
  while ((bytes[at] ?? 0) <= 0x20) at--;
  if (bytes[at] !== 0x22) return false;
  let quote = at - 1;
  while (isWordByte(bytes[quote])) quote--;
  if (bytes[quote] !== 0x22 || quote === at - 1) return false;
  const key = keyAt(bytes, quote + 1, at);
  if (key === '__proto__' || !Object.hasOwn(value, key)) return false;
  const rounded = value[key];
  if (typeof rounded !== 'number') return false;
  if (Number.isSafeInteger(rounded)) return rounded === Number(bytes.toString('latin1', start, end));
  // Looked for without its opening quote, the one character that every part of the text is full of.
  const closed = `${key}"`;
  const first = text.indexOf(closed);
  if (first < 0 || text.indexOf(closed, first + 1) >= 0) return false;
  value[key] = exactInteger(bytes.toString('latin1', start, end));
  return true;
}

function isWordByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x5f || isDigit(byte);
}

/** Lines of one source have their long number under the same key. */
let lastKey = '';

function keyAt(bytes: Buffer, from: number, to: number): string {
  let same = to - from === lastKey.length;
  for (let i = 0; same && i < lastKey.length; i++) same = lastKey.charCodeAt(i) === bytes[from + i];
  if (!same) lastKey = bytes.toString('latin1', from, to);
  return lastKey;
}

function exactInteger(digits: string): number | bigint {
  const double = Number(digits);
  return Number.isSafeInteger(double) || digits.length > MAX_DIGITS ? double : BigInt(digits);
}

/** The general case: every member is walked, value and text together. */
function restoreBelow(value: JsonObject | JsonValue[], text: string, at: number): void {
  for (const member of lastMembers(text, at)) {
    const first = text[member.from];
    if (first === '{' || first === '[') {
      const below = ownValue(value, member.key);
      if (typeof below === 'object' && below !== null) {
        restoreBelow(below as JsonObject | JsonValue[], text, member.from);
      }
      continue;
    }
    if (member.to - member.from < DIGIT_RUN) continue;
    const digits = text.slice(member.from, member.to);
    if (/^-?\d+$/.test(digits)) setOwn(value, member.key, exactInteger(digits));
  }
}

/** Of keys that stand twice the last, which is the one that `JSON.parse` keeps. */
function lastMembers(text: string, at: number): Iterable<TextMember> {
  const last = new Map<string, TextMember>();
  for (const member of membersOf(text, at)) last.set(member.key, member);
  return last.values();
}

function ownValue(value: JsonObject | JsonValue[], key: string): JsonValue | undefined {
  return Object.getOwnPropertyDescriptor(value, key)?.value as JsonValue | undefined;
}

function setOwn(value: JsonObject | JsonValue[], key: string, item: JsonValue): void {
  Object.defineProperty(value, key, { value: item, writable: true, enumerable: true, configurable: true });
}

/** The texts of the numbers in one JSON text as they are written, by the keys that lead to them (SETTLED B10). */
export function numberTexts(text: string): (path: readonly (string | number)[]) => string | undefined {
  let values: ValueTexts | undefined;
  return (path) => {
    values ??= new ValueTexts(text);
    const found = values.find(path);
    return found !== undefined && /^-?\d/.test(found) ? found : undefined;
  };
}

/** A reading keeps this many duplicate keys (SETTLED B18). */
const MAX_DUPLICATES = 4096;

/** The keys that stand twice in one object of the text, with the value that lost; empty for nearly every unit. */
export function findDuplicates(value: JsonObject, text: string): readonly DuplicateKey[] {
  if (countKeys(text) === countMembers(value)) return [];
  const found: DuplicateKey[] = [];
  collectDuplicates(text, skipSpace(text, 0), [], found);
  return found;
}

/** Members of a value and of all below it. */
function countMembers(value: JsonObject | readonly JsonValue[]): number {
  let count = 0;
  if (isArray(value)) {
    for (const item of value) if (typeof item === 'object' && item !== null) count += countMembers(item);
    return count;
  }
  // Half the time of Object.keys and Object.values: nothing is made. What JSON holds inherits nothing that can be enumerated.
  for (const key in value) {
    count++;
    const item = value[key];
    if (typeof item === 'object' && item !== null) count += countMembers(item);
  }
  return count;
}

function collectDuplicates(text: string, at: number, path: readonly string[], found: DuplicateKey[]): void {
  const last = new Map<string, TextMember>();
  for (const member of membersOf(text, at)) {
    const earlier = last.get(member.key);
    if (earlier !== undefined && found.length < MAX_DUPLICATES) {
      const reading = readAny(text.slice(earlier.from, earlier.to));
      if (reading !== undefined) found.push({ path: [...path, member.key], earlier: reading });
    }
    last.set(member.key, member);
  }
  for (const member of last.values()) {
    if (text[member.from] === '{' || text[member.from] === '[') {
      collectDuplicates(text, member.from, [...path, member.key], found);
    }
  }
}

/** Any JSON value of a text, with its long numbers. */
function readAny(text: string): JsonValue | undefined {
  const reading = readJsonText(`{"value":${text}}`);
  return reading.kind === 'object' ? reading.value['value'] : undefined;
}
