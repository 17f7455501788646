import { parseTime, type RecordId } from '../windows/index.ts';
import { FlatWalk } from './flat-object.ts';
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
/** The line at hand. */
const walk = new FlatWalk(NAMES);
/** Longest value that is looked at. */
const MAX_VALUE = 512;

/**
 * Channel, event id and host of a line of JSON without parsing it: only where they are certain, which means that the line is
 * one flat object whose header keys stand once, with a plain value (SETTLED B17). Undefined means: parse it.
 */
export function locateHeader(bytes: Buffer, from: number, to: number): LocatedHeader | undefined {
  if (walk.walk(bytes, from, to) < 0) return undefined;
  const channel = textOf(bytes, CHANNEL);
  const eventId = textOf(bytes, EVENT_ID);
  const computer = textOf(bytes, walk.has(HOSTNAME) ? HOSTNAME : COMPUTER);
  if (channel === undefined || computer === undefined || eventId === undefined) return undefined;
  const id = eventId.length > 10 ? Number.NaN : digitsOf(eventId);
  if (Number.isNaN(id)) return undefined;
  const provider = textOf(bytes, walk.has(SOURCE_NAME) ? SOURCE_NAME : PROVIDER);
  const timeName = walk.has(EVENT_TIME) ? EVENT_TIME : walk.has(TIME_CREATED) ? TIME_CREATED : TIME_GENERATED;
  const time = textOf(bytes, timeName);
  const recordId = textOf(bytes, walk.has(RECORD_NUMBER) ? RECORD_NUMBER : EVENT_RECORD_ID);
  return {
    provider: provider ?? '',
    channel,
    eventId: id,
    computer,
    recordId: recordId === undefined ? undefined : recordIdOf(recordId),
    stated: time === undefined ? undefined : statedTimeOf(time, timeName),
  };
}

/** The last text of each name and length: channels, hosts and providers come again and again. */
const TEXT_LENGTHS = 128;
const lastTexts: string[] = new Array<string>(NAMES.length * TEXT_LENGTHS).fill('');

/** A string of plain ASCII without escapes, without its quotes, or an integer; undefined for anything else. */
function textOf(bytes: Buffer, name: number): string | undefined {
  let start = walk.start(name);
  let end = walk.end(name);
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
