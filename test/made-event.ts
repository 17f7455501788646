import type { CoverageCount, Event, Instant, SystemField } from '../src/windows/index.ts';
import { type EventModel, fieldTexts } from '../testkit/index.ts';

const EPOCH_1970 = 116444736000000000n;

/** The Event that a reader would give of each model, record ids from 1 in the order given, sorted by time. */
export function madeEvents(models: readonly EventModel[], file = 'made.evtx'): Event[] {
  return models
    .map((model, at) => madeEvent(model, at + 1, file))
    .sort((a, b) => a.timeMs - b.timeMs || a.timeTicks - b.timeTicks);
}

function madeEvent(model: EventModel, recordId: number, file: string): Event {
  const fields = fieldTexts(model);
  const time = instantOf(model.time);
  const made: Event = {
    provider: model.provider,
    channel: model.channel,
    eventId: model.eventId,
    version: model.version,
    computer: model.computer,
    timeMs: time.ms,
    timeTicks: time.ticks,
    createdMs: time.ms,
    createdTicks: time.ticks,
    recordId: Number(model.recordId ?? BigInt(recordId)),
    headerRecordId: recordId,
    recordClass: 'live',
    isForeignTemplate: false,
    place: { source: { file }, offset: 4096 + recordId * 512, length: 512 },
    otherPlaces: [],
    system: (field) => systemText(model, field),
    get: (name) => fields.find(([key]) => key === name)?.[1],
    all: (name) => fields.filter(([key]) => key === name).map(([, value]) => value),
    entries: () => fields,
    detach: () => made,
  };
  return made;
}

function systemText(model: EventModel, field: SystemField): string | undefined {
  if (field === 'UserID') return model.userSid;
  return field === 'ProcessID' ? String(model.processId) : undefined;
}

function instantOf(filetime: bigint): Instant {
  const since = filetime - EPOCH_1970;
  return { ms: Number(since / 10_000n), ticks: Number(since % 10_000n) };
}

/** What a reader counts over the events. */
export function coverageOf(events: readonly Event[]): CoverageCount[] {
  const groups = new Map<string, Event[]>();
  for (const event of events) {
    const key = [event.place.source.file, event.computer, event.channel, event.provider, event.eventId].join('|');
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [event]);
    else known.push(event);
  }
  return [...groups.values()].flatMap((group) => {
    const [event] = group;
    if (event === undefined) return [];
    const times = group.map((one) => ({ ms: one.timeMs, ticks: one.timeTicks })).sort((a, b) => a.ms - b.ms);
    const ids = group.map((one) => Number(one.recordId));
    const [first] = times;
    const last = times.at(-1);
    return {
      source: event.place.source,
      computer: event.computer,
      channel: event.channel,
      provider: event.provider,
      eventId: event.eventId,
      recordClass: event.recordClass,
      count: group.length,
      ...(first === undefined ? {} : { first }),
      ...(last === undefined ? {} : { last }),
      lowestId: Math.min(...ids),
      highestId: Math.max(...ids),
      misdated: 0,
    };
  });
}
