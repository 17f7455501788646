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

/** Events of a case stand a second apart where they have no time of their own. */
const FIRST_MS = Date.UTC(2026, 0, 1);

/**
 * A case's event as a reader would hand it out. `number` is its place among the events of its case, from 1; what the case leaves
 * out is what such records have.
 */
export function eventOfCase(given: CaseEvent, number: number): Event {
  const { channel, eventId, computer = 'HOST', data } = given;
  const layout = fieldLayoutOfChannel(channel, eventId);
  const provider = given.provider ?? layout?.provider ?? channel.replace(/\/.*$/, '');
  const version = given.version ?? layout?.versionOf(data.map(([name]) => name)) ?? 0;
  const time = given.time ?? { ms: FIRST_MS + (number - 1) * 1000, ticks: 0 };
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
