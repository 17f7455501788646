import { formatTime, parseTime } from '../windows/index.ts';

/** Shows stored times in a zone of choice; what is stored stays UTC (PRODUCT 3). */
export interface Clock {
  /** `UTC`, or the zone as asked for. */
  readonly zone: string;
  /** `2026-03-12 09:44:02.918`. */
  readonly stamp: (time: string) => string;
  /** `09:44:02.918`. */
  readonly timeOfDay: (time: string) => string;
  /** `2026-03-12`. */
  readonly day: (time: string) => string;
  /** `2026-03-12 09:44`. */
  readonly minute: (time: string) => string;
}

function clockOf(zone: string, offsetMs: (ms: number) => number): Clock {
  const shift = (time: string): string => {
    const instant = parseTime(time);
    if (instant === undefined) return time;
    const shown = instant.ms + offsetMs(instant.ms);
    return formatTime(shown, instant.ticks).replace('T', ' ');
  };
  return {
    zone,
    stamp: (time) => shift(time).slice(0, 23),
    timeOfDay: (time) => shift(time).slice(11, 23),
    day: (time) => shift(time).slice(0, 10),
    minute: (time) => shift(time).slice(0, 16),
  };
}

/** Behind a time that is only a lower bound. */
export function orLater(isBound: true | undefined): string {
  return isBound === true ? ' or later' : '';
}

export const UTC_CLOCK: Clock = clockOf('UTC', () => 0);

/** The text with every stored time in it written as the clock shows it. */
export function readableTimes(text: string, clock: Clock): string {
  return text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z/g, (time) => clock.stamp(time));
}

/** A clock for an IANA zone, or undefined when the runtime does not know it. */
export function zoneClock(zone: string): Clock | undefined {
  if (/^(?:utc|z)$/i.test(zone)) return UTC_CLOCK;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  return clockOf(zone, (ms) => {
    const name = format.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? '';
    const match = /^GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(name);
    if (match === null) return 0;
    const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
    return (match[1] === '-' ? -1 : 1) * seconds * 1000;
  });
}
