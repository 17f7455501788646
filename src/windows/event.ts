import type { Look, ObjectSight } from './object-sight.ts';
import { bestTrustRank, type CameBy } from './trust.ts';

/**
 * The one thing that travels through Triad: a Windows event, whatever it was read from.
 *
 * A reader hands out a view whose fields are decoded on demand from bytes that it owns. Such a view is valid only during
 * its turn (the call that received it); `detach()` gives a copy that may be kept (ADR 0002).
 */

/** Where a record lies in its file: EVTX 7 (D3). Every class is read by default and always labelled. */
export type RecordClass = 'live' | 'afterDamage' | 'swallowed' | 'carved';

/** A 64-bit record id: a number below 2^53, else its decimal text. */
export type RecordId = number | string;

/** One innermost file of the evidence: a loose file, or a member reached through `container`; live, what one sender sends in one way. */
export interface Source extends CameBy {
  /** The path as given or found, `/` or `\` as the user wrote it. */
  readonly file: string;
  /** Path inside the container file, outermost first; absent for a loose file. */
  readonly container?: readonly string[];
}

/** How good an event's time is (SERVE 2.4); a join over a bad clock says so. */
export type TimeQuality = 'exact' | 'ms' | 's' | 'corrected' | 'local-assumed' | 'receive';

/** The address of a record: enough to show its raw bytes again. Offsets and lengths are bytes in the innermost file. */
export interface Place {
  readonly source: Source;
  readonly offset: number;
  readonly length: number;
  /** From 1; of text shapes only. */
  readonly line?: number;
  /** A name stands twice in an object of what was read there (SETTLED B18). */
  readonly repeatsNames?: true;
}

/** The System fields of an event that are seldom asked for, in the order of the document (EVTX 5.1). */
export const SYSTEM_FIELDS = [
  'ProviderGuid',
  'Qualifiers',
  'Level',
  'Task',
  'Opcode',
  'Keywords',
  'ActivityID',
  'RelatedActivityID',
  'ProcessID',
  'ThreadID',
  'UserID',
] as const;

/** Read as canonical text; absent ones give undefined. */
export type SystemField = (typeof SYSTEM_FIELDS)[number];

export interface Event {
  /** Provider name as written. */
  readonly provider: string;
  /** Channel as written; compare with `channelKey` (lower case). */
  readonly channel: string;
  readonly eventId: number;
  readonly version: number;
  /** Computer as written at logging time (DOMAIN 2.2 #31). */
  readonly computer: string;
  /** Event time (SETTLED A10), Unix milliseconds; exact together with `timeTicks`. */
  readonly timeMs: number;
  /** 0..9999, units of 100 ns within the millisecond. */
  readonly timeTicks: number;
  /** System/TimeCreated, which equals the event time except for Sysmon records that carry UtcTime. */
  readonly createdMs: number;
  readonly createdTicks: number;
  /** System/EventRecordID. */
  readonly recordId: RecordId | undefined;
  /** The id in the record's frame: its position in this file (EVTX 1.5). */
  readonly headerRecordId: RecordId | undefined;
  readonly recordClass: RecordClass;
  /** True when the template came from another chunk or file (EVTX 7.3): what follows from it is `inferred`. */
  readonly isForeignTemplate: boolean;
  readonly place: Place;
  /** Bytes that it takes up where it is kept, about; absent: as many as its record is long. Many events may lie in one item, and each has the place of it. */
  readonly heldBytes?: number;
  /** The log shape it was read from (SERVE 2.1); absent for EVTX. */
  readonly shape?: string | undefined;
  /** Absent means `exact`. */
  readonly timeQuality?: TimeQuality;
  /** Where copies of the same record lie (a backup, a forwarded or carved copy): one event keeps all its evidence (L6). */
  readonly otherPlaces: readonly Place[];
  /** A name stands twice in an object of what it was read of, or one of its copies. */
  readonly repeatsNames?: boolean;
  /** The object at rest that it tells of, where it comes from a repository or an audit and not from a log. */
  readonly sight?: ObjectSight;
  /** The look at a repository or a live host, where it tells of that and not of one object. */
  readonly look?: Look;
  /** A System field as canonical text. */
  system(field: SystemField): string | undefined;
  /**
   * The first field of this exact name as canonical text (EVTX 5.1), undefined when absent or NULL.
   * EventData fields carry the name of their `Data`; unnamed ones are called `Data`. UserData fields are named relative
   * to the single child of UserData, nested ones as `Child/Sub`, attributes as `Child@attr`.
   */
  get(name: string): string | undefined;
  /** All fields of this exact name, in order (unnamed `Data` items, repeated names). */
  all(name: string): readonly string[];
  /** Every field in document order as [name, canonical text]; NULL fields are left out. */
  entries(): readonly (readonly [string, string])[];
  /** A copy that outlives the turn. Returns itself when it already owns its bytes. */
  detach(): Event;
}

/** What an event weighs where it is kept, in bytes. */
export function heldBytesOf(event: Event): number {
  return event.heldBytes ?? event.place.length;
}

/** The field of the first of these names that is present; names are tried in order, exactly as written. */
export function firstOf(event: Event, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = event.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/**
 * True of an event from text blocks without any escaping (S12): whoever writes a log message can write such a block too,
 * so that what rests on it alone is at most `strong` (SETTLED B16).
 */
export function isForgeable(event: Pick<Event, 'shape'>): boolean {
  return event.shape === 'S12';
}

/** A field whose name differs in case between builds (WMI-Activity: `ProcessID`, `Processid`; DOMAIN 2.1). */
export function getFolded(event: Event, name: string): string | undefined {
  const exact = event.get(name);
  if (exact !== undefined) return exact;
  const wanted = name.toLowerCase();
  for (const [key, value] of event.entries()) {
    if (key.toLowerCase() === wanted) return value;
  }
  return undefined;
}

/** Names of channels and providers that honest evidence repeats; hostile evidence makes them be forgotten, no more. */
const MAX_FOLDED = 1024;
const folded = new Map<string, string>();

/** Lower case of a name that records repeat: looked up instead of made anew for each of them ([M] 22 ns instead of 110 ns). */
export function foldName(name: string): string {
  const known = folded.get(name);
  if (known !== undefined) return known;
  if (folded.size >= MAX_FOLDED) folded.clear();
  const lower = name.toLowerCase();
  folded.set(name, lower);
  return lower;
}

/** Lower-case channel name, the key that ids and tables use (DOMAIN 3.4). */
export function channelKey(event: Pick<Event, 'channel'>): string {
  return foldName(event.channel);
}

/** Orders record ids as unsigned numbers; absent ones come first. */
export function compareRecordIds(a: RecordId | undefined, b: RecordId | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1;
  if (typeof b === 'number') return 1;
  return a.length - b.length || (a < b ? -1 : 1);
}

/** The best class of trust that a record came by, over all its copies; less is higher (`trustRank`). */
export function trustOfRecord({ place, otherPlaces }: Pick<Event, 'place' | 'otherPlaces'>): number {
  const own = bestTrustRank([place.source]);
  return otherPlaces.length === 0 ? own : Math.min(own, bestTrustRank(otherPlaces.map(({ source }) => source)));
}

/** The same events, those that are proven first: where a list is cut, what anybody could have sent must not push out the others. */
export function provenFirst<E extends Pick<Event, 'place' | 'otherPlaces'>>(events: readonly E[]): readonly E[] {
  const isDoubtful = (event: E): boolean => trustOfRecord(event) > 1;
  if (!events.some(isDoubtful)) return events;
  return [...events.filter((event) => !isDoubtful(event)), ...events.filter(isDoubtful)];
}
