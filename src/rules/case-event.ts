import { type Event, fieldLayoutOfChannel, type Instant } from '../windows/index.ts';

/** An event as cases write it (SETTLED E9): what rules look at, and nothing else. */
export interface CaseEvent {
  readonly channel: string;
  readonly eventId: number;
  /** The provider that the channel's event of this number has, where it is left out. */
  readonly provider?: string;
  readonly computer?: string;
  readonly version?: number;
  readonly time?: Instant;
  /** Fields by the record's own names, in order. */
  readonly data: readonly (readonly [name: string, value: string])[];
}

/** A case's event as a reader would hand it out. `number` is its place among the events of its case, from 1. */
export function eventOfCase(given: CaseEvent, number: number, time: Instant): Event {
  const { channel, eventId, version = 0, computer = 'HOST', data } = given;
  const provider = given.provider ?? fieldLayoutOfChannel(channel, eventId)?.provider ?? '';
  const made: Event = {
    provider,
    channel,
    eventId,
    version,
    computer,
    timeMs: time.ms,
    timeTicks: time.ticks,
    createdMs: time.ms,
    createdTicks: time.ticks,
    recordId: number,
    headerRecordId: number,
    recordClass: 'live',
    isForeignTemplate: false,
    place: { source: { file: 'case' }, offset: number, length: 0 },
    otherPlaces: [],
    system: () => undefined,
    get: (name) => data.find(([key]) => key === name)?.[1],
    all: (name) => data.filter(([key]) => key === name).map(([, value]) => value),
    entries: () => data,
    detach: () => made,
  };
  return made;
}
