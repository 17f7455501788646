/**
 * Times without loss: Unix milliseconds plus 0..9999 units of 100 ns, both plain numbers (L4, EVTX 5.6). No `Date`.
 */

export interface Instant {
  /** Whole Unix milliseconds. */
  readonly ms: number;
  /** 0..9999 units of 100 ns. */
  readonly ticks: number;
}

const MS_1601_TO_1970 = 11644473600000;
const MS_PER_DAY = 86400000;
/** 9999-12-31T23:59:59.999Z, the last time that has a four-digit year. */
const MAX_MS = 253402300799999;

/** Unix milliseconds of a FILETIME given as two unsigned halves (EVTX 5.6; exact below 2^63). */
export function filetimeMs(high: number, low: number): number {
  const t = high * 7296 + low;
  return high * 429496 + Math.floor(t / 10000) - MS_1601_TO_1970;
}

/** The 0..9999 units of 100 ns below the millisecond of a FILETIME. */
export function filetimeTicks(high: number, low: number): number {
  const t = high * 7296 + low;
  return t - Math.floor(t / 10000) * 10000;
}

/** True when the milliseconds have a year of four digits, from 1601 on. */
export function isPrintableMs(ms: number): boolean {
  return ms >= -MS_1601_TO_1970 && ms <= MAX_MS;
}

let cachedDay = Number.NaN;
let cachedDate = '';

/** `YYYY-MM-DD` of a whole day number since 1970, by civil-date arithmetic; neighbours share the cached day. */
function dateOfDay(day: number): string {
  if (day === cachedDay) return cachedDate;
  const z = day + 719468;
  const era = Math.floor(z / 146097);
  const dayOfEra = z - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const mp = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * mp + 2) / 5) + 1;
  const month = mp < 10 ? mp + 3 : mp - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  cachedDay = day;
  cachedDate = `${String(year).padStart(4, '0')}-${pad2(month)}-${pad2(dayOfMonth)}`;
  return cachedDate;
}

function pad2(n: number): string {
  return n < 10 ? `0${n}` : String(n);
}

/** RFC 3339 in UTC with seven digits: `2026-03-12T09:44:02.9180123Z`. The time must be printable. */
export function formatTime(ms: number, ticks: number): string {
  const day = Math.floor(ms / MS_PER_DAY);
  let rest = ms - day * MS_PER_DAY;
  const hours = Math.floor(rest / 3600000);
  rest -= hours * 3600000;
  const minutes = Math.floor(rest / 60000);
  rest -= minutes * 60000;
  const seconds = Math.floor(rest / 1000);
  const millis = rest - seconds * 1000;
  return `${dateOfDay(day)}T${pad2(hours)}:${pad2(minutes)}:${pad2(seconds)}.${String(millis).padStart(3, '0')}${String(ticks).padStart(4, '0')}Z`;
}

/** Milliseconds of a civil UTC date and time; month 1..12. Days beyond the month are not checked here. */
export function civilMs(
  year: number,
  month: number,
  day: number,
  hours: number,
  minutes: number,
  seconds: number,
  millis: number,
): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  const days = era * 146097 + dayOfEra - 719468;
  return days * MS_PER_DAY + hours * 3600000 + minutes * 60000 + seconds * 1000 + millis;
}

const TIME_TEXT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Reads a date with optional time, fraction (cut at 100 ns) and zone; without a zone it is UTC. Gives undefined for
 * anything else, also for the 30th of February.
 */
export function parseTime(text: string): Instant | undefined {
  return parsePlainTime(text) ?? parseAnyTime(text);
}

/** Two digits at an index as a number; a million when they are none. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : 1_000_000;
}

/**
 * The form that nearly all logs have, `2020-09-01 21:43:45[.977[1234]][Z]`, at a quarter of the cost of the pattern: a line of
 * JSON holds four of them. Undefined for every other form, right or wrong.
 */
function parsePlainTime(text: string): Instant | undefined {
  const separator = text.charCodeAt(10);
  if (separator !== 0x20 && separator !== 0x54) return undefined;
  if (text.charCodeAt(4) !== 0x2d || text.charCodeAt(7) !== 0x2d) return undefined;
  if (text.charCodeAt(13) !== 0x3a || text.charCodeAt(16) !== 0x3a) return undefined;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hours = twoDigits(text, 11);
  const minutes = twoDigits(text, 14);
  const seconds = twoDigits(text, 17);
  if (year > 9999 || month < 1 || month > 12 || day < 1 || day > 28) return undefined;
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  let units = 0;
  let at = 19;
  if (text.charCodeAt(at) === 0x2e) {
    let scale = 10_000_000;
    for (at = 20; at < 27; at++) {
      const digit = text.charCodeAt(at) - 0x30;
      if (!(digit >= 0 && digit <= 9)) break;
      scale /= 10;
      units += digit * scale;
    }
    if (at === 20) return undefined;
  }
  if (text.charCodeAt(at) === 0x5a) at++;
  if (at !== text.length) return undefined;
  const millis = Math.floor(units / 10_000);
  return { ms: civilMs(year, month, day, hours, minutes, seconds, millis), ticks: units - millis * 10_000 };
}

function parseAnyTime(text: string): Instant | undefined {
  const m = TIME_TEXT.exec(text.trim());
  if (m === null) return undefined;
  const year = Number(m[1]);
  const month = Number(m[2]);
  const day = Number(m[3]);
  const hours = Number(m[4] ?? 0);
  const minutes = Number(m[5] ?? 0);
  const seconds = Number(m[6] ?? 0);
  if (month < 1 || month > 12 || hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const last = month === 2 && isLeap ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
  if (day < 1 || day > last) return undefined;
  const fraction = (m[7] ?? '').padEnd(7, '0').slice(0, 7);
  const zone = m[8];
  let offsetMinutes = 0;
  if (zone !== undefined && zone !== 'Z' && zone !== 'z') {
    const digits = zone.slice(1).replace(':', '');
    offsetMinutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4));
    if (zone.startsWith('-')) offsetMinutes = -offsetMinutes;
  }
  const millis = Number(fraction.slice(0, 3));
  return {
    ms: civilMs(year, month, day, hours, minutes, seconds, millis) - offsetMinutes * 60000,
    ticks: Number(fraction.slice(3)),
  };
}

/** Orders two instants: negative, zero or positive. */
export function compareInstants(a: Instant, b: Instant): number {
  return a.ms - b.ms || a.ticks - b.ticks;
}
