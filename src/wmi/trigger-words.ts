import type { ObjectChange } from './event-classes.ts';
import { type Comparison, type NumberRange, numberRange, wantedTexts } from './trigger-facts.ts';

/** Characters of one name in a sentence; names are cut, never dropped. */
const MAX_NAME = 80;
const MAX_LISTED = 4;

function shortName(name: string): string {
  return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name;
}

/** `a`, `a or b`, `a, b or c`; beyond four the rest is counted. */
export function anyOf(items: readonly string[]): string {
  const shown = items.slice(0, MAX_LISTED).map(shortName);
  if (items.length > MAX_LISTED) shown.push(`${items.length - MAX_LISTED} others`);
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} or ${last}`;
}

/** A name in a sentence; one that is a pattern says so. */
export function named(noun: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const isPattern = names.some((name) => /[%[]/.test(name));
  return isPattern ? `a ${noun} like ${anyOf(names)}` : anyOf(names);
}

const CHANGE_WORDS: Readonly<Record<ObjectChange, string>> = {
  creation: 'is created',
  modification: 'changes',
  deletion: 'is deleted',
};

/** `starts`, `starts, changes or stops`; `words` replaces the plain verbs. */
export function changeWords(
  changes: readonly ObjectChange[],
  words: Readonly<Partial<Record<ObjectChange, string>>> = {},
): string {
  return anyOf(changes.map((change) => words[change] ?? CHANGE_WORDS[change]));
}

/** Seconds for people: `5 s`, `0.5 s`, `5 min`, `2 h`. */
export function secondsText(seconds: number): string {
  if (seconds >= 7200 && seconds % 3600 === 0) return `${seconds / 3600} h`;
  if (seconds >= 120 && seconds % 60 === 0) return `${seconds / 60} min`;
  return `${seconds} s`;
}

/** Minutes with one decimal at most: 325 s is `5.4`. */
function minutesText(seconds: number): string {
  return String(Math.round(seconds / 6) / 10);
}

/** "once, 4 to 5.4 min after boot"; undefined when the uptime has no upper end. */
export function bootWindowText(uptime: NumberRange): string | undefined {
  const [first] = uptime.values;
  const last = uptime.values.at(-1);
  if (first !== undefined && last !== undefined) {
    return first === last
      ? `once, ${minutesText(first)} min after boot`
      : `${minutesText(first)} to ${minutesText(last)} min after boot`;
  }
  if (uptime.high === undefined) return undefined;
  if (uptime.low === undefined) return `in the first ${minutesText(uptime.high)} min after boot`;
  return `once, ${minutesText(uptime.low)} to ${minutesText(uptime.high)} min after boot`;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const CLOCK_PROPERTIES = ['year', 'quarter', 'month', 'day', 'weekinmonth', 'dayofweek', 'hour', 'minute', 'second'];

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

function rangeText(range: NumberRange): string {
  if (range.values.length > 0) return anyOf(range.values.map(String));
  if (range.low === undefined) return `up to ${range.high ?? ''}`;
  return range.high === undefined ? `from ${range.low}` : `${range.low} to ${range.high}`;
}

function daysText(range: NumberRange | undefined): string | undefined {
  if (range === undefined) return undefined;
  const { low, high } = range;
  let values = range.values;
  if (values.length === 0) {
    const from = Math.max(0, Math.ceil(low ?? 0));
    const to = Math.min(6, Math.floor(high ?? 6));
    values = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
  }
  // WMI counts from Sunday; people begin with Monday.
  const sorted = [...values].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
  const names = sorted.map((value) => DAYS[value] ?? `day ${value} of the week`);
  return names.length === 0 ? undefined : names.join(', ');
}

/**
 * "every day at 11:33", "every Mon, Tue, Thu, Fri, Sat at 11:33", "every hour at minute 30"; undefined when the query
 * asks nothing of the clock. Local time; for Win32_UTCTime the caller adds the zone.
 */
export function clockText(comparisons: readonly Comparison[]): string | undefined {
  const ranges = new Map<string, NumberRange>();
  for (const property of CLOCK_PROPERTIES) {
    const range = numberRange(comparisons, property);
    if (range !== undefined) ranges.set(property, range);
  }
  if (ranges.size === 0) return undefined;
  const one = (property: string): number | undefined => {
    const range = ranges.get(property);
    return range !== undefined && range.values.length === 1 && range.low === undefined && range.high === undefined
      ? range.values[0]
      : undefined;
  };
  const hour = one('hour');
  const minute = one('minute');
  const second = one('second');
  const days = daysText(ranges.get('dayofweek'));
  const date: string[] = [];
  const day = ranges.get('day');
  if (day !== undefined) date.push(`on day ${rangeText(day)} of the month`);
  for (const property of ['weekinmonth', 'month', 'quarter', 'year']) {
    const range = ranges.get(property);
    if (range !== undefined) date.push(`in ${property === 'weekinmonth' ? 'week' : property} ${rangeText(range)}`);
  }
  let time: string;
  let rhythm = '';
  const seconds = second === undefined ? '' : `:${pad(second)}`;
  const hours = ranges.get('hour');
  const minutes = ranges.get('minute');
  const secondRange = ranges.get('second');
  if (hour !== undefined && minute !== undefined) {
    time = ` at ${pad(hour)}:${pad(minute)}${seconds}`;
  } else if (hours === undefined && minutes === undefined && secondRange !== undefined) {
    rhythm = 'every minute';
    time = ` at second ${rangeText(secondRange)}`;
  } else if (hours === undefined && minutes !== undefined) {
    rhythm = 'every hour';
    time = ` at minute ${rangeText(minutes)}`;
  } else if (hours !== undefined && minute !== undefined && hours.values.length > 1) {
    time = ` at ${anyOf(hours.values.map((value) => `${pad(value)}:${pad(minute)}`))}`;
  } else if (hour !== undefined && minutes !== undefined) {
    time = ` at ${pad(hour)}:.., minute ${rangeText(minutes)}`;
  } else if (hours !== undefined) {
    time = ` in hour ${rangeText(hours)}${minutes === undefined ? '' : `, minute ${rangeText(minutes)}`}`;
  } else {
    time = '';
  }
  const onDays = days === undefined ? '' : `every ${days}`;
  if (rhythm !== '') return [rhythm + time, days === undefined ? '' : `on ${days}`, ...date].filter(Boolean).join(' ');
  if (date.length === 0) return `${onDays === '' ? 'every day' : onDays}${time}`;
  return `${[onDays, ...date].filter(Boolean).join(' ')}${time}`;
}

const LOGON_TYPES: ReadonlyMap<string, string> = new Map([
  ['2', 'at the console'],
  ['3', 'over the network'],
  ['4', 'as a batch job'],
  ['5', 'as a service'],
  ['7', 'by unlocking'],
  ['8', 'over the network with a clear text password'],
  ['9', 'with other credentials'],
  ['10', 'by remote desktop'],
  ['11', 'with cached credentials'],
]);

/** How someone signs in by the LogonType asked for: ` at the console`; empty when the query leaves it open. */
export function logonTypeText(comparisons: readonly Comparison[]): string {
  const types = wantedTexts(comparisons, 'logontype').map((type) => LOGON_TYPES.get(type) ?? `by logon type ${type}`);
  return types.length === 0 ? '' : ` ${anyOf(types)}`;
}
