/** Offsets of zones from the time zone database that the runtime carries (L4: never the machine's own zone). */

const MINUTE_MS = 60_000;
/** Offsets change at whole quarters of an hour. */
const STEP_MS = 15 * MINUTE_MS;
const MAX_KNOWN = 65_536;

/** A zone that text names: minutes ahead of UTC, or a name of the time zone database. */
export type Zone = number | string;

const formats = new Map<string, Intl.DateTimeFormat>();
const known = new Map<string, number>();

/** `utc`, `Z`, `+05:30`, `-0800`, `Europe/Paris`; undefined for anything else. */
export function zoneOf(text: string): Zone | undefined {
  const trimmed = text.trim();
  if (/^(?:utc|gmt|z)$/i.test(trimmed)) return 0;
  const match = /^([+-])(\d{1,2}):?(\d{2})$/.exec(trimmed);
  if (match !== null) {
    const minutes = Number(match[2]) * 60 + Number(match[3]);
    if (Number(match[3]) > 59 || minutes > 14 * 60) return undefined;
    return match[1] === '-' ? -minutes : minutes;
  }
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(trimmed) || formatOf(trimmed) === undefined) return undefined;
  return trimmed;
}

/**
 * Minutes that a wall clock in this zone is ahead of UTC when it shows `localMs` (read as if it were UTC). In the hour that an
 * autumn change shows twice it is the second one's.
 */
export function zoneOffsetMinutes(zone: Zone, localMs: number): number {
  if (typeof zone === 'number') return zone;
  const step = Math.floor(localMs / STEP_MS);
  const key = `${zone}\u0000${step}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const first = offsetAt(zone, step * STEP_MS);
  const offset = offsetAt(zone, step * STEP_MS - first * MINUTE_MS);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, offset);
  return offset;
}

function offsetAt(zone: string, utcMs: number): number {
  const parts = new Map(
    formatOf(zone)
      ?.formatToParts(utcMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return Math.round((wall - utcMs) / MINUTE_MS);
}

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  const made = formats.get(zone);
  if (made !== undefined) return made;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
    return format;
  } catch (cause) {
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
}
