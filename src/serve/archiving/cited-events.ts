import type { ArchiveQuery } from '../../archive/index.ts';
import type { ArchiveTime } from '../../entries/index.ts';
import { formatTime, parseTime } from '../../windows/index.ts';

/** A cited record, as far as its event is found by it again. */
export interface CitedFacts {
  readonly time?: string;
  readonly timeQuality?: string;
  readonly hostRaw?: string;
  readonly channel?: string;
  readonly eventId?: number;
  readonly recordId?: number | string;
}

/** A time of which the zone was corrected or assumed may stand in the archive with another zone. */
const ZONE_MS = 15 * 3_600_000;

/** The search that finds the event of a cited record, and its copies; undefined where too little is known. */
export function queryOfCited(record: CitedFacts): ArchiveQuery | undefined {
  const { time, timeQuality, hostRaw, channel, eventId, recordId } = record;
  const at = time === undefined ? undefined : parseTime(time);
  if (at === undefined || hostRaw === undefined || channel === undefined || eventId === undefined) return undefined;
  const isSure = timeQuality === undefined || timeQuality === 'exact' || timeQuality === 'ms' || timeQuality === 's';
  return {
    from: isSure ? at : { ms: at.ms - ZONE_MS, ticks: 0 },
    to: isSure ? next(at) : { ms: at.ms + ZONE_MS, ticks: 0 },
    hosts: [hostRaw],
    channels: [channel],
    eventIds: [eventId],
    ...(recordId === undefined ? {} : { recordIds: [String(recordId)] }),
  };
}

/** The address of that search. */
export function linkOfCited(record: CitedFacts): string | undefined {
  const query = queryOfCited(record);
  if (query === undefined || [query.hosts, query.channels].some((list) => list?.[0]?.includes(','))) return undefined;
  const { from, to, hosts, channels, eventIds, recordIds } = query;
  const values = new URLSearchParams();
  for (const [name, time] of Object.entries({ from, to })) {
    if (time !== undefined) values.set(name, formatTime(time.ms, time.ticks));
  }
  const lists = { host: hosts, channel: channels, event: eventIds?.map(String), record: recordIds };
  for (const [name, list] of Object.entries(lists)) if (list !== undefined) values.set(name, list.join(','));
  return `/v1/events?${values.toString()}`;
}

function next({ ms, ticks }: ArchiveTime): ArchiveTime {
  return ticks < 9999 ? { ms, ticks: ticks + 1 } : { ms: ms + 1, ticks: 0 };
}
