import { HostTable } from '../entities/index.ts';
import {
  type CoverageCount,
  type PackedEvent,
  type Place,
  type RecordId,
  type Source,
  type TimeQuality,
  trustOfRecord,
} from '../windows/index.ts';
import { mayHaveCopies } from './lone-records.ts';

/** Copies of one record may state times that differ by this: Sysmon's UtcTime, cut seconds, lag of a shipper (SETTLED B12). */
export const COPIES_MS = 60_000;
/** Without a record id on one side: copies stand this near. */
const NEAR_MS = 1000;
/** Records of one host, channel and id within a second that are compared; in a denser flood nothing is folded, and counted. */
const MAX_CANDIDATES = 64;
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

interface Held {
  readonly event: PackedEvent;
  /** True where copies look for it. */
  readonly isIndexed: boolean;
  readonly places: Place[];
  /** Set when another entry took it in. */
  isGone: boolean;
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
  readonly #byRecordId = new Map<string, Held[]>();
  /** Those with a record id and those without: two records that both have one are told apart by it, however many there are. */
  readonly #nearWithId = new Map<string, Held[]>();
  readonly #nearWithout = new Map<string, Held[]>();
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

  /** Records that might be copies of several others, and were therefore kept. */
  get unfolded(): number {
    return this.#unfolded;
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
      else this.#queue.push(heldOf(this.#holdOf(event), [...event.otherPlaces], false));
    }
  }

  /** From here on these have copies: no event that was taken has one among those that were not known then. */
  shareBy(isShared: (event: PackedEvent) => boolean): void {
    this.#isShared = isShared;
  }

  #look(view: PackedEvent): void {
    const event = this.#holdOf(view);
    const host = this.#options.hostKey(event.computer);
    const nearKey = `${host}\u0000${event.channel.toLowerCase()}\u0000${event.eventId}`;
    const idKey = event.recordId === undefined ? undefined : `${nearKey}\u0000${event.recordId}`;
    const known = idKey === undefined ? undefined : this.#sameRecord(idKey, event, host);
    if (known === 'outranked') return;
    const copy = known ?? this.#sameContent(nearKey, event);
    if (copy !== undefined) {
      this.#merge(copy, event, idKey, nearKey);
      return;
    }
    const held = heldOf(event, [...event.otherPlaces], true);
    this.#queue.push(held);
    this.#index(held, idKey, nearKey);
  }

  #index(held: Held, idKey: string | undefined, nearKey: string): void {
    if (idKey !== undefined) append(this.#byRecordId, idKey, held);
    append(this.#nearOf(held.event), nearKey, held);
  }

  #nearOf({ recordId }: PackedEvent): Map<string, Held[]> {
    return recordId === undefined ? this.#nearWithout : this.#nearWithId;
  }

  /**
   * The held record with this record id whose fields agree. Of two that differ both go on, where they came by ways of one class; what a lower
   * class says is told as a conflict, and speaks against nothing (L18): `outranked`.
   */
  #sameRecord(idKey: string, event: PackedEvent, host: string): Held | 'outranked' | undefined {
    let isOutranked = false;
    for (const held of this.#byRecordId.get(idKey) ?? []) {
      if (held.isGone || Math.abs(held.event.timeMs - event.timeMs) > COPIES_MS) continue;
      const difference = firstDifference(held.event, event);
      if (difference === undefined) return held;
      this.#tell(host, held.event, event, difference);
      const rank = trustOfRecord(held.event) - trustOfRecord(event);
      if (rank > 0) held.isGone = true;
      isOutranked ||= rank < 0;
    }
    return isOutranked ? 'outranked' : undefined;
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
  #sameContent(nearKey: string, event: PackedEvent): Held | undefined {
    const candidates: Held[] = [];
    this.#addCandidates(candidates, this.#nearWithout.get(nearKey) ?? [], event);
    if (event.recordId === undefined) this.#addCandidates(candidates, this.#nearWithId.get(nearKey) ?? [], event);
    if (candidates.length > 1) this.#unfolded++;
    return candidates.length === 1 ? candidates[0] : undefined;
  }

  #addCandidates(candidates: Held[], list: readonly Held[], event: PackedEvent): void {
    for (let i = list.length - 1; i >= 0; i--) {
      const held = list[i];
      if (held === undefined || held.isGone) continue;
      if (event.timeMs - held.event.timeMs > NEAR_MS) break;
      // Nothing within one file is folded without a record id (SETTLED B11).
      if (held.event.sourceNumber === event.sourceNumber) continue;
      if (candidates.length >= MAX_CANDIDATES) break;
      if (firstDifference(held.event, event) === undefined && sharesFields(held.event, event)) candidates.push(held);
    }
  }

  /** Keeps the better of the two records, at its own time. */
  #merge(held: Held, event: PackedEvent, idKey: string | undefined, nearKey: string): void {
    this.#folded++;
    const isBetter = isBetterCopy(event, held.event);
    const lost = isBetter ? held.event : event;
    const places = [...held.places, lost.place, ...event.otherPlaces].slice(0, MAX_COPIES);
    if (!isBetter) {
      held.places.splice(0, held.places.length, ...places);
      return;
    }
    held.isGone = true;
    const better = heldOf(event, places, true);
    this.#queue.push(better);
    this.#index(better, idKey, nearKey);
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
    this.#head = 0;
  }

  #forget(held: Held): void {
    const { event } = held;
    if (!held.isIndexed) return;
    const nearKey = `${this.#options.hostKey(event.computer)}\u0000${event.channel.toLowerCase()}\u0000${event.eventId}`;
    drop(this.#nearOf(event), nearKey, held);
    if (event.recordId !== undefined) drop(this.#byRecordId, `${nearKey}\u0000${event.recordId}`, held);
  }
}

function heldOf(event: PackedEvent, places: Place[], isIndexed: boolean): Held {
  return { event, isIndexed, places, isGone: false };
}

function append(map: Map<string, Held[]>, key: string, held: Held): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [held]);
  else list.push(held);
}

function drop(map: Map<string, Held[]>, key: string, held: Held): void {
  const list = map.get(key);
  if (list === undefined) return;
  const at = list.indexOf(held);
  if (at >= 0) list.splice(at, 1);
  if (list.length === 0) map.delete(key);
}

/** Folds what coverage shows to be held by more than one source; hosts go by the names that all of the run tells. */
export function copyFolder(coverage: readonly CoverageCount[]): CopyFolder {
  const hosts = HostTable.from(coverage);
  return new CopyFolder({ isShared: sharedBy(coverage, hosts), hostKey: (computer) => hosts.keyOf(computer) });
}

/**
 * What has to wait for a copy among events that are all held: what coverage shows to be shared, and of that only records of which
 * one may be there. `held` are looked through once, `count` is how many they are about.
 */
export function sharedAmong(
  held: Iterable<PackedEvent>,
  count: number,
  coverage: readonly CoverageCount[],
  hosts: HostTable,
): (event: PackedEvent) => boolean {
  const isShared = sharedBy(coverage, hosts);
  const mayHaveCopy = mayHaveCopies(held, count, (computer) => hosts.keyOf(computer));
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

/** SERVE 2.4: line ends as LF, none at the end, no trailing NULs; what shippers drop counts as absent. */
function comparable(text: string): string | undefined {
  const canonical = text
    .replace(/\r\n?/g, '\n')
    .replace(/[\n\u0000]+$/, '')
    .trimEnd();
  if (canonical === '' || canonical === '-' || canonical === '{00000000-0000-0000-0000-000000000000}') return undefined;
  return canonical;
}

/** Fields that say when: copies hold them to different precision. */
const TIME_FIELD = /time$/i;

/** The first field that both have and that differs, with both values. */
export function firstDifference(a: PackedEvent, b: PackedEvent): readonly [string, string, string] | undefined {
  const right = new Map<string, string>();
  for (const [name, value] of b.entries()) if (!right.has(name)) right.set(name, value);
  const seen = new Set<string>();
  for (const [name, value] of a.entries()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const other = right.get(name);
    if (other === undefined || other === value) continue;
    const left = comparable(value);
    const same = comparable(other);
    if (left === undefined || same === undefined || left === same) continue;
    if (TIME_FIELD.test(name) && left.slice(0, 19) === same.slice(0, 19)) continue;
    return [name, value, other];
  }
  return undefined;
}

/** True when at least one field with a value stands in both: two empty records are no copies. */
export function sharesFields(a: PackedEvent, b: PackedEvent): boolean {
  const names = new Set(b.entries().map(([name]) => name));
  return a.entries().some(([name, value]) => names.has(name) && comparable(value) !== undefined);
}
