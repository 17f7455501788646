import { parseTime, type RecordId } from '../windows/index.ts';
import type { SkippedLine, StatedTime } from './types.ts';

/** The header of a line as its bytes show it. */
export type LocatedHeader = Omit<SkippedLine, 'offset'>;

/** Names of the header fields in the flat shapes, where they stand at the top level (SERVE 2.1). */
const CHANNELS = ['"Channel"'];
const EVENT_IDS = ['"EventID"'];
const COMPUTERS = ['"Hostname"', '"Computer"'];
const PROVIDERS = ['"SourceName"', '"Provider"'];
const CLAIMED = '"TimeCreated"';
const TIMES = ['"EventTime"', CLAIMED, '"TimeGenerated"'];
const RECORD_IDS = ['"RecordNumber"', '"EventRecordId"'];
/** Longest value that is looked at. */
const MAX_VALUE = 512;

/**
 * Channel, event id and host of a line of JSON without parsing it: only where they are certain, which means that each key
 * stands once, as a member of the outermost object, with a plain value (SETTLED B17). Undefined means: parse it.
 */
export function locateHeader(bytes: Buffer, from: number, to: number): LocatedHeader | undefined {
  if (bytes[from] !== 0x7b || bytes[to - 1] !== 0x7d) return undefined;
  const line = bytes.toString('latin1', from, to);
  const channel = firstMember(line, CHANNELS);
  if (channel === undefined || !channel.text.startsWith('"')) return undefined;
  const eventId = firstMember(line, EVENT_IDS);
  if (eventId === undefined || !/^"?\d{1,10}"?$/.test(eventId.text)) return undefined;
  const computer = firstMember(line, COMPUTERS);
  if (computer === undefined || mayNest(line) || mayEscapeKeys(line)) return undefined;
  const provider = firstMember(line, PROVIDERS);
  const recordId = firstMember(line, RECORD_IDS);
  const time = firstMember(line, TIMES);
  if ([channel, computer, provider, recordId, time].some((member) => member?.text === '')) return undefined;
  return {
    provider: unquoted(provider),
    channel: unquoted(channel),
    eventId: Number(unquoted(eventId)),
    computer: unquoted(computer),
    recordId: recordIdOf(unquoted(recordId)),
    stated: time === undefined ? undefined : statedTimeOf(unquoted(time), time.key),
  };
}

/** A key could hide behind an escape (`Ch\u0061nnel`); no writer escapes letters. */
function mayEscapeKeys(line: string): boolean {
  return line.includes('\\u00') && /\\u00(?:4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a])/i.test(line);
}

/**
 * True unless every brace after the first one stands inside a string for certain: values of GUIDs and messages do. A
 * bracket that opens an array may stand anywhere, since keys are members of objects only.
 */
function mayNest(line: string): boolean {
  for (let at = line.indexOf('{', 1); at >= 0; at = line.indexOf('{', at + 1)) {
    let before = at - 1;
    while (before > 0 && line.charCodeAt(before) <= 0x20) before--;
    const code = line.charCodeAt(before);
    if (code === 0x2c || code === 0x5b || code === 0x7d || code === 0x7b) return true;
    if (code !== 0x3a) continue;
    do before--;
    while (before > 0 && line.charCodeAt(before) <= 0x20);
    if (line.charCodeAt(before) === 0x22) return true;
  }
  return false;
}

interface Member {
  readonly key: string;
  /** As written, with its quotes; empty where it is not certain. */
  readonly text: string;
}

/** The first of these keys that stands in the line. */
function firstMember(line: string, keys: readonly string[]): Member | undefined {
  for (const key of keys) {
    const at = line.indexOf(key);
    if (at >= 0) return { key, text: valueText(line, key, at) };
  }
  return undefined;
}

/** A string of plain ASCII without escapes, or an integer; empty when the key at `at` is not alone, or no key. */
function valueText(line: string, key: string, at: number): string {
  if (line.indexOf(key, at + key.length) >= 0) return '';
  let before = at - 1;
  while (before > 0 && line.charCodeAt(before) <= 0x20) before--;
  const opener = line.charCodeAt(before);
  if (opener !== 0x7b && opener !== 0x2c) return '';
  let from = at + key.length;
  while (line.charCodeAt(from) <= 0x20) from++;
  if (line.charCodeAt(from) !== 0x3a) return '';
  from++;
  while (line.charCodeAt(from) <= 0x20) from++;
  if (line.charCodeAt(from) !== 0x22) return /^-?\d{1,19}(?=[\s,}])/.exec(line.slice(from, from + 21))?.[0] ?? '';
  const end = line.indexOf('"', from + 1);
  const text = end < 0 || end - from > MAX_VALUE ? '' : line.slice(from, end + 1);
  return /^"[ !#-[\]-~]+"$/.test(text) ? text : '';
}

function unquoted(member: Member | undefined): string {
  if (member === undefined) return '';
  return member.text.startsWith('"') ? member.text.slice(1, -1) : member.text;
}

function recordIdOf(digits: string): RecordId | undefined {
  if (!/^\d{1,20}$/.test(digits)) return undefined;
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : digits;
}

function statedTimeOf(text: string, key: string): StatedTime | undefined {
  const instant = parseTime(text);
  if (instant === undefined) return undefined;
  const fraction = /[.,](\d+)/.exec(text)?.[1] ?? '';
  const isZoned = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text);
  return {
    ...instant,
    // A `Z` on TimeCreated of a flat shape is a claim; TimeGenerated is written by a service in UTC (SETTLED B8).
    zone: !isZoned ? 'local' : key === CLAIMED ? 'claimed' : 'utc',
    precision: fraction.length > 3 ? 'ticks' : fraction === '' ? 's' : 'ms',
  };
}
