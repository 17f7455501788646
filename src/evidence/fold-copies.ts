import { HostTable } from '../entities/index.ts';
import {
  type CoverageCount,
  type PackedEvent,
  type Pieces,
  type Place,
  type RecordId,
  type Source,
  type TimeQuality,
  trustOfRecord,
} from '../windows/index.ts';
import type { IndexedRecord } from './content-index.ts';
import { mayHaveCopies } from './lone-records.ts';
import { NearRecords } from './near-records.ts';
import { firstDifference } from './record-content.ts';
import { SameIdRecords } from './same-id-records.ts';

/** Copies of one record may state times that differ by this: Sysmon's UtcTime, cut seconds, lag of a shipper (SETTLED B12). */
export const COPIES_MS = 60_000;
/** Without a record id on one side: copies stand this near. */
const NEAR_MS = 1000;
/** Copies of one record that are kept by place; more are only counted. */
const MAX_COPIES = 64;
/** Conflicts that are told one by one. */
const MAX_CONFLICTS = 1000;
/** Places in the queue that have left, before they are swept out. */
const LEAST_SWEPT = 1024;

export interface FoldOptions {
  /** True where another source holds records of this host and channel too: only there copies are looked for. */
  isShared(event: PackedEvent): boolean;
  hostKey(computer: string): string;
  /** Makes an event outlive its turn; default: it is detached, since a view would keep a whole block of a run alive. */
  readonly hold?: (event: PackedEvent) => PackedEvent;
}

/** Two records that claim to be one and say different things: both are kept (SETTLED B12 c, T14). */
export interface CopyConflict {
  readonly host: string;
  readonly channel: string;
  readonly eventId: number;
  readonly recordId: RecordId | undefined;
  readonly timeMs: number;
  readonly timeTicks: number;
  readonly field: string;
  readonly values: readonly [string, string];
  readonly places: readonly [Place, Place];
}

interface Held extends IndexedRecord {
  /** Host, channel and event id, and the record id behind them; undefined where no copy looks for it. */
  readonly keys: Keys | undefined;
  readonly places: Place[];
  /** Set when another entry took it in. */
  isGone: boolean;
}

interface Keys {
  readonly near: string;
  readonly id: string | undefined;
}

const QUALITY_RANK: Readonly<Record<TimeQuality, number>> = {
  exact: 0,
  ms: 1,
  s: 2,
  corrected: 3,
  'local-assumed': 4,
  receive: 5,
};

/**
 * Folds copies of one record that came by different ways, shapes or clocks into one event that keeps all its places (L6). Takes
 * events in order of time and gives them in order of time; holds no more than a minute of the channels that are shared.
 */
export class CopyFolder {
  readonly #options: FoldOptions;
  #isShared: (event: PackedEvent) => boolean;
  readonly #holdOf: (event: PackedEvent) => PackedEvent;
  /** What waits, in order, from `#head` on: of two copies one leaves at the place where it came. */
  #queue: Held[] = [];
  #head = 0;
  /** What stands before it in the queue is no longer near. */
  #nearHead = 0;
  #arrived = 0;
  #compared = 0;
  readonly #byRecordId = new Map<string, SameIdRecords<Held>>();
  /** Those with a record id and those without: two records that both have one are told apart by it, however many there are. */
  readonly #nearWithId = new NearRecords<Held>();
  readonly #nearWithout = new NearRecords<Held>();
  #folded = 0;
  #unfolded = 0;
  readonly #conflicts: CopyConflict[] = [];
  #conflictCount = 0;

  constructor(options: FoldOptions) {
    this.#options = options;
    this.#isShared = options.isShared;
    this.#holdOf = options.hold ?? ((event) => event.detach());
  }

  get folded(): number {
    return this.#folded;
  }

  /** Records that might be copies of several others, and were therefore kept; also of an id that too many claim to be told apart by it. */
  get unfolded(): number {
    return this.#unfolded;
  }

  /** Pairs of records that were held against each other. */
  get compared(): number {
    return this.#compared + this.#nearWithId.compared + this.#nearWithout.compared;
  }

  /** At most a thousand; `conflictCount` counts all. */
  get conflicts(): readonly CopyConflict[] {
    return this.#conflicts;
  }

  get conflictCount(): number {
    return this.#conflictCount;
  }

  /** All there is, or what is left of it behind what `take` was given. */
  *fold(events: Iterable<PackedEvent>): Generator<PackedEvent, void, undefined> {
    yield* this.take(events);
    yield* this.#release(Number.POSITIVE_INFINITY);
  }

  /** The next events, behind all that came before; what may still have a copy behind them stays. */
  *take(events: Iterable<PackedEvent>): Generator<PackedEvent, void, undefined> {
    for (const event of events) {
      if (this.#isDue(event.timeMs - COPIES_MS)) yield* this.#release(event.timeMs - COPIES_MS);
      if (this.#isShared(event)) this.#look(event);
      else if (this.#head === this.#queue.length) yield event;
      else this.#queue.push(this.#heldOf(this.#holdOf(event), [...event.otherPlaces]));
    }
  }

  /** From here on these have copies: no event that was taken has one among those that were not known then. */
  shareBy(isShared: (event: PackedEvent) => boolean): void {
    this.#isShared = isShared;
  }

  #look(view: PackedEvent): void {
    const event = this.#holdOf(view);
    const host = this.#options.hostKey(event.computer);
    const near = `${host}\u0000${event.channel.toLowerCase()}\u0000${event.eventId}`;
    const keys = { near, id: event.recordId === undefined ? undefined : `${near}\u0000${event.recordId}` };
    this.#leaveNear(event.timeMs - NEAR_MS);
    const sameId = keys.id === undefined ? undefined : this.#byRecordId.get(keys.id);
    const known = sameId === undefined ? undefined : this.#sameRecord(sameId, event, host);
    if (known === 'outranked') return;
    const copy = known ?? this.#sameContent(near, event, sameId?.isCrowded === true);
    if (copy === undefined) this.#put(event, [...event.otherPlaces], keys);
    else this.#merge(copy, event, keys);
  }

  #put(event: PackedEvent, places: Place[], keys: Keys): void {
    const held = this.#heldOf(event, places, keys);
    this.#queue.push(held);
    this.#nearOf(event).add(keys.near, held);
    if (keys.id === undefined) return;
    const sameId = this.#byRecordId.get(keys.id) ?? new SameIdRecords<Held>();
    this.#byRecordId.set(keys.id, sameId);
    sameId.add(held);
  }

  #heldOf(event: PackedEvent, places: Place[], keys?: Keys): Held {
    return { event, number: this.#arrived++, keys, places, isGone: false, content: undefined };
  }

  #nearOf({ recordId }: PackedEvent): NearRecords<Held> {
    return recordId === undefined ? this.#nearWithout : this.#nearWithId;
  }

  /** What is older than this has no copy without a record id any more. */
  #leaveNear(beforeMs: number): void {
    for (; this.#nearHead < this.#queue.length; this.#nearHead++) {
      const held = this.#queue[this.#nearHead];
      if (held === undefined || held.event.timeMs >= beforeMs) return;
      if (held.keys === undefined) continue;
      this.#nearOf(held.event).delete(held.keys.near, held);
      held.content = undefined;
    }
  }

  /**
   * The held record with this record id whose fields agree. Of two that differ both go on, where they came by ways of one class; what a lower
   * class says is told as a conflict, and speaks against nothing (L18): `outranked`.
   */
  #sameRecord(sameId: SameIdRecords<Held>, event: PackedEvent, host: string): Held | 'outranked' | undefined {
    if (sameId.isCrowded) return this.#sameOfMany(sameId, event, host);
    let isOutranked = false;
    for (const held of sameId.rows) {
      if (Math.abs(held.event.timeMs - event.timeMs) > COPIES_MS) continue;
      this.#compared++;
      const difference = firstDifference(held.event, event);
      if (difference === undefined) return held;
      this.#tell(host, held.event, event, difference);
      const rank = trustOfRecord(held.event) - trustOfRecord(event);
      if (rank > 0) this.#retire(held);
      isOutranked ||= rank < 0;
    }
    return isOutranked ? 'outranked' : undefined;
  }

  /** The same among so many that the id tells no record from another: those of one class that differ are no conflicts, they are counted. */
  #sameOfMany(sameId: SameIdRecords<Held>, event: PackedEvent, host: string): Held | 'outranked' | undefined {
    const same = sameId.first(event);
    if (same !== undefined) return same;
    const { lower, higher } = sameId.ofOtherRanks(trustOfRecord(event));
    for (const held of higher === undefined ? lower : [...lower, higher]) {
      this.#compared++;
      const difference = firstDifference(held.event, event);
      if (difference !== undefined) this.#tell(host, held.event, event, difference);
      if (held !== higher) this.#retire(held);
    }
    return higher === undefined ? undefined : 'outranked';
  }

  #tell(host: string, first: PackedEvent, second: PackedEvent, difference: readonly [string, string, string]): void {
    this.#conflictCount++;
    if (this.#conflicts.length >= MAX_CONFLICTS) return;
    const { channel, eventId, recordId, timeMs, timeTicks } = second;
    const [field, ...values] = difference;
    const places = [first.place, second.place] as const;
    this.#conflicts.push({ host, channel, eventId, recordId, timeMs, timeTicks, field, values, places });
  }

  /** The one held record within a second that says the same, where one of the two has no record id (SETTLED B12 b). */
  #sameContent(near: string, event: PackedEvent, isOfMany: boolean): Held | undefined {
    const found = [this.#nearWithout.copiesOf(near, event)];
    if (event.recordId === undefined) found.push(this.#nearWithId.copiesOf(near, event));
    const [first, second] = found.flatMap(({ copies }) => copies);
    if (first !== undefined && second === undefined) return first;
    if (second !== undefined || isOfMany || found.some(({ isWhole }) => !isWhole)) this.#unfolded++;
    return undefined;
  }

  /** Keeps the better of the two records, at its own time. */
  #merge(held: Held, event: PackedEvent, keys: Keys): void {
    this.#folded++;
    const isBetter = isBetterCopy(event, held.event);
    const lost = isBetter ? held.event : event;
    const places = firstPlaces([...held.places, lost.place, ...event.otherPlaces]);
    if (!isBetter) {
      held.places.splice(0, held.places.length, ...places);
      return;
    }
    this.#retire(held);
    this.#put(event, places, keys);
  }

  /** Another takes its place: nothing looks for it any more. */
  #retire(held: Held): void {
    held.isGone = true;
    this.#forget(held);
  }

  #isDue(beforeMs: number): boolean {
    const first = this.#queue[this.#head];
    return first !== undefined && first.event.timeMs < beforeMs;
  }

  *#release(beforeMs: number): Generator<PackedEvent, void, undefined> {
    for (; this.#isDue(beforeMs); this.#sweep()) {
      const first = this.#queue[this.#head++];
      if (first === undefined) return;
      this.#forget(first);
      if (first.isGone) continue;
      yield first.places.length === 0 ? first.event : first.event.withOtherPlaces(first.places);
    }
  }

  /** Lets go of what has left, when it is the greater part. */
  #sweep(): void {
    if (this.#head < LEAST_SWEPT || this.#head * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#head);
    this.#nearHead = Math.max(0, this.#nearHead - this.#head);
    this.#head = 0;
  }

  #forget(held: Held): void {
    const { event, keys } = held;
    if (keys === undefined) return;
    this.#nearOf(event).delete(keys.near, held);
    if (keys.id === undefined) return;
    const sameId = this.#byRecordId.get(keys.id);
    sameId?.delete(held);
    if (sameId?.rows.size === 0) this.#byRecordId.delete(keys.id);
  }
}

/** Of too many copies those first that bear a sign of their own (T13). */
function firstPlaces(places: readonly Place[]): Place[] {
  if (places.length <= MAX_COPIES) return [...places];
  const bears = ({ repeatsNames }: Place): boolean => repeatsNames === true;
  return [...places.filter(bears), ...places.filter((place) => !bears(place))].slice(0, MAX_COPIES);
}

/** Folds what coverage shows to be held by more than one source; hosts go by the names that all of the run tells. */
export function copyFolder(coverage: readonly CoverageCount[]): CopyFolder {
  const hosts = HostTable.from(coverage);
  return new CopyFolder({ isShared: sharedBy(coverage, hosts), hostKey: (computer) => hosts.keyOf(computer) });
}

/**
 * What has to wait for a copy among events that are all held: what coverage shows to be shared, and of that only records of which
 * one may be there. `held` are looked through once, in pieces, `count` is how many they are about.
 */
export function* sharedAmong(
  held: Iterable<PackedEvent>,
  count: number,
  coverage: readonly CoverageCount[],
  hosts: HostTable,
): Pieces<(event: PackedEvent) => boolean> {
  const isShared = sharedBy(coverage, hosts);
  const mayHaveCopy = yield* mayHaveCopies(held, count, (computer) => hosts.keyOf(computer));
  return (event) => mayHaveCopy(event) && isShared(event);
}

/** A text may hold a record twice by itself: a search result, a shipper that sent it again. */
function sharedBy(coverage: readonly CoverageCount[], hosts: HostTable): (event: PackedEvent) => boolean {
  const sources = new Map<string, Source | 'several'>();
  for (const { computer, channel, source } of coverage) {
    const key = channelOf(hosts.keyOf(computer), channel);
    const known = sources.get(key);
    if (known === undefined) sources.set(key, source);
    else if (known !== source) sources.set(key, 'several');
  }
  return (event) =>
    event.shape !== undefined || sources.get(channelOf(hosts.keyOf(event.computer), event.channel)) === 'several';
}

function channelOf(host: string, channel: string): string {
  return `${host}\u0000${channel.toLowerCase()}`;
}

/** The higher class of trust, which no lower one displaces (L18); then EVTX before other shapes, then the better clock, then more fields, then the order of sources. */
function isBetterCopy(a: PackedEvent, b: PackedEvent): boolean {
  const rank = (event: PackedEvent): readonly number[] => [
    trustOfRecord(event),
    event.shape === undefined ? 0 : 1,
    event.recordId === undefined ? 1 : 0,
    QUALITY_RANK[event.timeQuality],
    -event.entries().length,
    event.sourceNumber,
  ];
  const left = rank(a);
  const right = rank(b);
  for (const [i, value] of left.entries()) {
    const other = right[i] ?? 0;
    if (value !== other) return value < other;
  }
  return false;
}
