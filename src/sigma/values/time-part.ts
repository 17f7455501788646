import { civilMs } from '../../windows/index.ts';
import { type FieldValue, numberOf } from './number.ts';

export const TIME_PARTS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;
export type TimePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

export const TIME_RANGE: Readonly<Record<TimePart, readonly [number, number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  week: [1, 53],
  month: [1, 12],
  year: [1, 9999],
};

interface Wall {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?$/i;
const MS_PER_DAY = 86_400_000;
/** Epochs above are milliseconds (SIGMA 2.3). */
const SECONDS_BELOW = 1e12;

/** A part of the time in a field: ISO 8601 by the clock as written, or an epoch in seconds or milliseconds (UTC). */
export function timePartOf(value: FieldValue, part: TimePart): number | undefined {
  const wall = typeof value === 'string' ? (wallOfText(value) ?? wallOfEpoch(value)) : wallOfEpoch(value);
  if (wall === undefined) return undefined;
  return part === 'week' ? isoWeek(wall) : wall[part];
}

function wallOfText(text: string): Wall | undefined {
  const match = text.length > 64 ? null : ISO.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = match.slice(1, 6).map((part) => Number(part ?? 0));
  const days = new Date(Date.UTC(2000, month, 0)).getUTCDate() + (month === 2 && !isLeap(year) ? -1 : 0);
  const isReal = month >= 1 && month <= 12 && day >= 1 && day <= days && hour <= 23 && minute <= 59;
  return isReal ? { year, month, day, hour, minute } : undefined;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function wallOfEpoch(value: FieldValue): Wall | undefined {
  const number = numberOf(value);
  if (number === undefined) return undefined;
  const epoch = Number(number);
  const ms = Math.abs(epoch) >= SECONDS_BELOW ? epoch : epoch * 1000;
  if (!(Math.abs(ms) <= 8.64e15)) return undefined;
  const date = new Date(ms);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  };
}

/** The week of ISO 8601: that of the day's Thursday, counted in the Thursday's year. */
function isoWeek({ year, month, day }: Wall): number {
  const days = Math.floor(dayMs(year, month, day) / MS_PER_DAY);
  // 1970-01-01 was a Thursday: day 0 of a week is Monday.
  const thursday = days - ((((days + 3) % 7) + 7) % 7) + 3;
  const thursdayYear = new Date(thursday * MS_PER_DAY).getUTCFullYear();
  return Math.floor((thursday - Math.floor(dayMs(thursdayYear, 1, 1) / MS_PER_DAY)) / 7) + 1;
}

function dayMs(year: number, month: number, day: number): number {
  return civilMs(year, month, day, 0, 0, 0, 0);
}
