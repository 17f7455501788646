import { parseTime, type RecordId } from '../windows/index.ts';
import type { SkippedLine, StatedTime } from './types.ts';

/** The header of a line as its bytes show it. */
export type LocatedHeader = Omit<SkippedLine, 'offset'>;

/** The header fields of the flat shapes, which stand at the top level (SERVE 2.1), and what each one says. */
const CHANNEL = 0;
const EVENT_ID = 1;
const HOSTNAME = 2;
const COMPUTER = 3;
const SOURCE_NAME = 4;
const PROVIDER = 5;
const EVENT_TIME = 6;
const TIME_CREATED = 7;
const TIME_GENERATED = 8;
const RECORD_NUMBER = 9;
const EVENT_RECORD_ID = 10;
const NAMES: readonly string[] = [
  'Channel',
  'EventID',
  'Hostname',
  'Computer',
  'SourceName',
  'Provider',
  'EventTime',
  'TimeCreated',
  'TimeGenerated',
  'RecordNumber',
  'EventRecordId',
];
/** Numbers of the names that have a length: most keys of a line are told apart by it. */
const BY_LENGTH: readonly (readonly number[])[] = Array.from({ length: 14 }, (_, length) =>
  NAMES.flatMap((name, number) => (name.length === length ? [number] : [])),
);
const NAME_BYTES: readonly Uint8Array[] = NAMES.map((name) => Buffer.from(name, 'latin1'));
/** Longest value that is looked at. */
const MAX_VALUE = 512;

/** Ranges of the values found in the line at hand, as written, by number of the name; -1 for none. */
const starts = new Int32Array(NAMES.length);
const ends = new Int32Array(NAMES.length);

/**
 * Channel, event id and host of a line of JSON without parsing it: only where they are certain, which means that the line is
 * one flat object whose header keys stand once, with a plain value (SETTLED B17). Undefined means: parse it.
 */
export function locateHeader(bytes: Buffer, from: number, to: number): LocatedHeader | undefined {
  if (bytes[from] !== 0x7b || bytes[to - 1] !== 0x7d || !walkMembers(bytes, from, to)) return undefined;
  const channel = textOf(bytes, CHANNEL);
  const eventId = textOf(bytes, EVENT_ID);
  const computer = textOf(bytes, has(HOSTNAME) ? HOSTNAME : COMPUTER);
  if (channel === undefined || computer === undefined || eventId === undefined) return undefined;
  const id = eventId.length > 10 ? Number.NaN : digitsOf(eventId);
  if (Number.isNaN(id)) return undefined;
  const provider = textOf(bytes, has(SOURCE_NAME) ? SOURCE_NAME : PROVIDER);
  const timeName = has(EVENT_TIME) ? EVENT_TIME : has(TIME_CREATED) ? TIME_CREATED : TIME_GENERATED;
  const time = textOf(bytes, timeName);
  const recordId = textOf(bytes, has(RECORD_NUMBER) ? RECORD_NUMBER : EVENT_RECORD_ID);
  return {
    provider: provider ?? '',
    channel,
    eventId: id,
    computer,
    recordId: recordId === undefined ? undefined : recordIdOf(recordId),
    stated: time === undefined ? undefined : statedTimeOf(time, timeName),
  };
}

function has(name: number): boolean {
  return (starts[name] ?? -1) >= 0;
}

/**
 * Notes where the values of header keys stand. False when the line is not one flat object, or a header key stands twice or
 * could hide behind an escape. A plain loop over bytes; the ends of long strings are found by `indexOf`.
 */
function walkMembers(bytes: Buffer, from: number, to: number): boolean {
  starts.fill(-1);
  let at = skipSpace(bytes, from + 1);
  while (bytes[at] === 0x22) {
    const key = at + 1;
    at = key;
    for (let byte = bytes[at] ?? 0x5c; byte !== 0x22; byte = bytes[++at] ?? 0x5c) if (byte === 0x5c) return false;
    const name = nameOf(bytes, key, at - key);
    at = bytes[at + 1] === 0x3a ? at + 2 : afterColon(bytes, at + 1);
    if (at < 0) return false;
    if ((bytes[at] ?? 0) <= 0x20) at = skipSpace(bytes, at);
    const start = at;
    at = bytes[at] === 0x5b ? afterArray(bytes, at, to) : afterPlain(bytes, at, to);
    if (at < 0) return false;
    if (name >= 0) {
      if (has(name)) return false;
      starts[name] = start;
      ends[name] = at;
    }
    if ((bytes[at] ?? 0) <= 0x20) at = skipSpace(bytes, at);
    if (bytes[at] !== 0x2c) break;
    at++;
    if ((bytes[at] ?? 0) <= 0x20) at = skipSpace(bytes, at);
  }
  return bytes[at] === 0x7d && at === to - 1;
}

/** Index of the first byte that is no white space; the brace at the end of the line stops it. */
function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while ((bytes[at] ?? 0x7d) <= 0x20) at++;
  return at;
}

function afterColon(bytes: Buffer, from: number): number {
  const at = skipSpace(bytes, from);
  return bytes[at] === 0x3a ? at + 1 : -1;
}

function nameOf(bytes: Buffer, key: number, length: number): number {
  const numbers = BY_LENGTH[length];
  if (numbers === undefined) return -1;
  for (const number of numbers) {
    const name = NAME_BYTES[number];
    if (name === undefined) continue;
    let i = 0;
    while (i < length && name[i] === bytes[key + i]) i++;
    if (i === length) return number;
  }
  return -1;
}

/** Bytes of a string that are looked at one by one before `indexOf` looks for its end. */
const SHORT = 40;

/** Index after a string, a number or a word; -1 for an object or an end that is missing. */
function afterPlain(bytes: Buffer, from: number, to: number): number {
  const first = bytes[from] ?? 0;
  let at = from;
  if (first === 0x22) {
    const short = Math.min(to, from + SHORT);
    for (at = from + 1; at < short; at++) {
      const byte = bytes[at];
      if (byte === 0x22) return at + 1;
      if (byte === 0x5c) at++;
    }
    return afterLongString(bytes, at, to);
  }
  for (let byte = first; byte > 0x20 && byte !== 0x2c && byte !== 0x7d && byte !== 0x5d; byte = bytes[++at] ?? 0) {
    if (byte === 0x7b || byte === 0x5b || byte === 0x22) return -1;
  }
  return at === from || at >= to ? -1 : at;
}

/** As above for a string whose byte at `from` does not follow a lone backslash. */
function afterLongString(bytes: Buffer, from: number, to: number): number {
  let quote = bytes.indexOf(0x22, from);
  while (quote >= 0 && quote < to) {
    let slash = quote;
    while (slash > from && bytes[slash - 1] === 0x5c) slash--;
    if (((quote - slash) & 1) === 0) return quote + 1;
    quote = bytes.indexOf(0x22, quote + 1);
  }
  return -1;
}

/** Index after an array of plain values, such as tags; -1 for any other. */
function afterArray(bytes: Buffer, from: number, to: number): number {
  let at = skipSpace(bytes, from + 1);
  if (bytes[at] === 0x5d) return at + 1;
  while (true) {
    at = afterPlain(bytes, at, to);
    if (at < 0) return -1;
    at = skipSpace(bytes, at);
    const byte = bytes[at];
    if (byte === 0x5d) return at + 1;
    if (byte !== 0x2c) return -1;
    at = skipSpace(bytes, at + 1);
  }
}

/** The last text of each name and length: channels, hosts and providers come again and again. */
const TEXT_LENGTHS = 128;
const lastTexts: string[] = new Array<string>(NAMES.length * TEXT_LENGTHS).fill('');

/** A string of plain ASCII without escapes, without its quotes, or an integer; undefined for anything else. */
function textOf(bytes: Buffer, name: number): string | undefined {
  let start = starts[name] ?? -1;
  let end = ends[name] ?? -1;
  if (start < 0 || end - start > MAX_VALUE) return undefined;
  const isString = bytes[start] === 0x22;
  if (isString) {
    start++;
    end--;
  }
  const length = end - start;
  if (length === 0) return undefined;
  const slot = name * TEXT_LENGTHS + length;
  const last = length < TEXT_LENGTHS ? lastTexts[slot] : undefined;
  if (last !== undefined && isAt(last, bytes, start, length)) return last;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (isString ? byte < 0x20 || byte > 0x7e || byte === 0x5c : byte < 0x30 || byte > 0x39) return undefined;
  }
  const text = bytes.toString('latin1', start, end);
  if (length < TEXT_LENGTHS) lastTexts[slot] = text;
  return text;
}

function isAt(text: string, bytes: Buffer, start: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}

/** The number in a text of digits, NaN for any other. */
function digitsOf(text: string): number {
  let number = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

function recordIdOf(digits: string): RecordId | undefined {
  if (!/^\d{1,20}$/.test(digits)) return undefined;
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : digits;
}

/** Neighbouring lines often have the same second. */
let lastText = '';
let lastName = -1;
let lastTime: StatedTime | undefined;

function statedTimeOf(text: string, name: number): StatedTime | undefined {
  if (text === lastText && name === lastName) return lastTime;
  lastText = text;
  lastName = name;
  lastTime = readTime(text, name);
  return lastTime;
}

function readTime(text: string, name: number): StatedTime | undefined {
  const instant = parseTime(text);
  if (instant === undefined) return undefined;
  const fraction = /[.,](\d+)/.exec(text)?.[1] ?? '';
  const isZoned = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text.slice(10));
  return {
    ...instant,
    // A `Z` on TimeCreated of a flat shape is a claim; TimeGenerated is written by a service in UTC (SETTLED B8).
    zone: !isZoned ? 'local' : name === TIME_CREATED ? 'claimed' : 'utc',
    precision: fraction.length > 3 ? 'ticks' : fraction === '' ? 's' : 'ms',
  };
}
