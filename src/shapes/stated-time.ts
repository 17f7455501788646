import { parseTime } from '../windows/index.ts';
import type { StatedTime } from './types.ts';

const FRACTION = /[.,](\d{1,9})/;

/**
 * A time as a shape writes it: `2020-09-18T19:00:00.711Z`, `2019-12-04 20:49:31`, with or without offset. A zone that is written
 * counts as UTC (`utc`), or as a mere claim (`claimed`: SETTLED B8); without one the time is `local`. Undefined for anything
 * else.
 */
export function statedTime(text: string, zoneMeans: 'utc' | 'claimed' = 'utc'): StatedTime | undefined {
  // 2021-01-14T23:41:09.357986400Z has nine digits; no real form is longer than its offset adds.
  if (text.length > 64) return undefined;
  const trimmed = text.trim();
  const instant = parseTime(trimmed);
  if (instant === undefined) return undefined;
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(trimmed.slice(10));
  return { ...instant, zone: hasZone ? zoneMeans : 'local', precision: precisionOf(FRACTION.exec(trimmed)?.[1]) };
}

function precisionOf(fraction: string | undefined): StatedTime['precision'] {
  if (fraction === undefined) return 's';
  return fraction.length > 3 ? 'ticks' : 'ms';
}

const EPOCH_SECONDS = /^(\d{1,11})(?:\.(\d{1,30}))?$/;

/**
 * Seconds since 1970 from the digits of a number, never from a double (SETTLED B10): `1561916401.1234567`. Undefined for
 * exponents, signs and text.
 */
export function epochSeconds(digits: string): StatedTime | undefined {
  const match = EPOCH_SECONDS.exec(digits);
  if (match === null) return undefined;
  const fraction = match[2];
  const cut = (fraction ?? '').padEnd(7, '0').slice(0, 7);
  return {
    ms: Number(match[1]) * 1000 + Number(cut.slice(0, 3)),
    ticks: Number(cut.slice(3)),
    zone: 'utc',
    precision: precisionOf(fraction),
  };
}

const JSON_DATE = /^\/?Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/?$/;

/** `\/Date(1790000000000)\/`, as Windows PowerShell 5.1 writes dates: milliseconds of UTC, whatever offset follows. */
export function jsonDate(text: string): StatedTime | undefined {
  const match = JSON_DATE.exec(text.trim());
  return match === null ? undefined : { ms: Number(match[1]), ticks: 0, zone: 'utc', precision: 'ms' };
}

/** Nanoseconds since 1970 from their digits (OTLP `timeUnixNano`). */
export function epochNanoseconds(digits: string): StatedTime | undefined {
  if (!/^\d{12,20}$/.test(digits)) return undefined;
  const seconds = digits.slice(0, -9);
  return epochSeconds(`${seconds}.${digits.slice(-9)}`);
}
