import type { Event } from './event.ts';
import { formatTime, isPrintableMs } from './time.ts';

/** False for an object at rest where nothing tells when it was looked at. */
export function isTimed({ sight, look }: Pick<Event, 'sight' | 'look'>): boolean {
  return sight?.isTimed !== false && look?.isTimed !== false;
}

/**
 * Event time in RFC 3339; a time outside of four-digit years is cut to the nearest that is inside. Where nothing tells when an
 * object at rest was looked at, the earliest that it can have been written.
 */
export function timeOf(event: Pick<Event, 'timeMs' | 'timeTicks' | 'sight' | 'look'>): string {
  if (!isTimed(event)) {
    const { ms, ticks } = event.sight?.serviceRun?.notBefore ?? { ms: Number.NEGATIVE_INFINITY, ticks: 0 };
    return timeOf({ timeMs: ms, timeTicks: ticks });
  }
  if (isPrintableMs(event.timeMs)) return formatTime(event.timeMs, event.timeTicks);
  return event.timeMs > 0 ? '9999-12-31T23:59:59.9999999Z' : '1601-01-01T00:00:00.0000000Z';
}
