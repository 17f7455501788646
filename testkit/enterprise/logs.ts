import { type EventModel, writeEvents } from '../events/index.ts';

/** The events of one log of one machine in the order in which it wrote them. */
export interface SimulatedLog {
  readonly computer: string;
  readonly channel: string;
  readonly events: readonly EventModel[];
}

/** Events in any order as the logs that hold them: by machine and channel, each in the order of its own clock. */
export function logsOf(events: Iterable<EventModel>): readonly SimulatedLog[] {
  const logs = new Map<string, EventModel[]>();
  for (const event of events) {
    const key = `${event.computer}|${event.channel}`;
    const log = logs.get(key);
    if (log === undefined) logs.set(key, [event]);
    else log.push(event);
  }
  return [...logs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, made]) => {
      const [computer = '', channel = ''] = key.split('|');
      return { computer, channel, events: made.toSorted(compareWritten) };
    });
}

function compareWritten(a: EventModel, b: EventModel): number {
  return a.time < b.time ? -1 : a.time > b.time ? 1 : a.eventId - b.eventId;
}

/**
 * Each log as one file, or as several that follow each other, as cut exports: `WS-0001/Security.evtx`, `WS-0001/Security-2.evtx`.
 * Record ids go on from part to part.
 */
export function logFiles(logs: readonly SimulatedLog[], parts = 1): (readonly [string, Uint8Array])[] {
  return logs.flatMap(({ computer, channel, events }) => {
    const folder = computer.split('.')[0] ?? computer;
    const size = Math.max(1, Math.ceil(events.length / parts));
    const files: (readonly [string, Uint8Array])[] = [];
    for (let from = 0; from < events.length; from += size) {
      const number = from === 0 ? '' : `-${from / size + 1}`;
      const { bytes } = writeEvents(events.slice(from, from + size), { firstId: BigInt(from + 1) });
      files.push([`${folder}/${channel.replaceAll('/', '%4')}${number}.evtx`, bytes]);
    }
    return files;
  });
}
