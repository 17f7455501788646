import { type Canonical, canonicalJson, sha256Hex } from '../bytes/index.ts';
import { type Event, heldBytesOf } from '../windows/index.ts';
import { type Group, groupSightings } from './grouping.ts';
import { byRetention, compareStanding, type Standing, standingOf } from './retention.ts';
import { compareEvents, type FoldedSighting, foldName, type Sighting } from './sighting.ts';
import { middleOf, type Thinning } from './thinning.ts';

/** Evidence items of one step that are kept and cited (SETTLED A30). */
export const MAX_EVENTS_A_SIGHTING = 1000;
/** Records of one sighting that are left when room is short, and the latest. */
const LEFT_EVENTS_A_SIGHTING = 16;
/** A triad in Sysmon is three sightings. */
const SIGHTINGS_A_SUBSCRIPTION = 3;
/** Share of a host's subscriptions that go when it has to make room: one sort pays for many records. */
const EVICTED_SHARE = 4;
/** Share of the store that is freed at once, so that the walk over its hosts is paid for by many records. */
const FREED_SHARE = 16;

export interface StoreBounds {
  readonly maxSubscriptions: number;
  /** Records and texts that are held, bytes, about. */
  readonly maxBytes: number;
}

/** What one host holds. */
interface Holder {
  readonly host: string;
  readonly entries: Map<string, FoldedSighting>;
  bytes: number;
  /** What was thinned once is kept so, whatever comes later: the order of arrival must not show. */
  thinned: Thinning | undefined;
  /** Of its best subscription, and how many it has; until its entries change. */
  standing: (Standing & { readonly groups: number }) | undefined;
}

/**
 * What every record said about subscriptions, equal words folded, by host. When it is full, the hosts that hold most make
 * room (L15): first what stands in the middle of many sightings of one part, so that nobody hides a subscription by writing it
 * again and again; then subscriptions, loose parts before bound ones; and where many hosts hold little, whole hosts.
 */
export class SightingStore {
  readonly #hosts = new Map<string, Holder>();
  readonly #bounds: StoreBounds;
  #count = 0;
  #bytes = 0;
  /** Subscriptions that were dropped to stay within the bounds. */
  evicted = 0;
  /** Sightings that were dropped from subscriptions that stayed. */
  thinned = 0;

  constructor(bounds: StoreBounds) {
    this.#bounds = bounds;
  }

  /** Folds a sighting of a record that owns its bytes in. Gives the entry, and whether the record is one of those kept. */
  add(host: string, sighting: Sighting, kept: Event): { readonly entry: FoldedSighting; readonly isKept: boolean } {
    const holder = this.#holderOf(host);
    const { key, length } = digestOf(sighting);
    let entry = holder.entries.get(key);
    const cost = heldBytesOf(kept);
    if (entry === undefined) {
      entry = { key, host, sighting, events: [kept], last: kept, count: 1, bytes: 2 * length };
      holder.entries.set(key, entry);
      this.#count++;
      this.#grew(holder, entry, cost, 2 * length);
      return { entry, isKept: true };
    }
    entry.count++;
    if (compareEvents(kept, entry.last) > 0) entry.last = kept;
    const isKept = insertInOrder(entry.events, kept);
    if (isKept) {
      const dropped = entry.events.length > MAX_EVENTS_A_SIGHTING ? entry.events.pop() : undefined;
      this.#grew(holder, entry, cost - (dropped === undefined ? 0 : heldBytesOf(dropped)));
    }
    return { entry, isKept };
  }

  /** Host keys, sorted. */
  hosts(): readonly string[] {
    return [...this.#hosts.keys()].sort();
  }

  sightingsOf(host: string): readonly FoldedSighting[] {
    const holder = this.#hosts.get(host);
    if (holder === undefined) return [];
    if (holder.thinned !== undefined) this.#thin(holder, holder.thinned);
    return [...holder.entries.values()];
  }

  #holderOf(host: string): Holder {
    const known = this.#hosts.get(host);
    if (known !== undefined) return known;
    const holder: Holder = { host, entries: new Map(), bytes: 0, thinned: undefined, standing: undefined };
    this.#hosts.set(host, holder);
    return holder;
  }

  /** Counts what an entry has taken up: the records of it, and its text when it is new. Makes room where that is too much. */
  #grew(holder: Holder, entry: FoldedSighting, ofRecords: number, ofText = 0): void {
    entry.bytes += ofRecords;
    holder.bytes += ofRecords + ofText;
    this.#bytes += ofRecords + ofText;
    holder.standing = undefined;
    const { maxSubscriptions, maxBytes } = this.#bounds;
    const most = SIGHTINGS_A_SUBSCRIPTION * maxSubscriptions;
    if (this.#count > most) {
      this.#makeRoom(
        ({ entries }) => entries.size,
        () => this.#count > most - most / FREED_SHARE,
      );
    }
    if (this.#bytes > maxBytes) {
      this.#makeRoom(
        ({ bytes }) => bytes,
        () => this.#bytes > maxBytes - maxBytes / FREED_SHARE,
      );
    }
  }

  #makeRoom(sizeOf: (holder: Holder) => number, isOver: () => boolean): void {
    for (const how of ['changes', 'acts'] as const) {
      for (const holder of this.#widest(sizeOf)) {
        if (!isOver()) return;
        this.#thin(holder, how);
      }
    }
    for (let isFreed = true; isFreed; ) {
      isFreed = false;
      for (const holder of this.#widest(sizeOf)) {
        if (!isOver()) return;
        if (this.#evictGroups(holder)) isFreed = true;
      }
    }
    this.#evictHosts(isOver);
  }

  /** The hosts that hold their share of the whole or more, the widest first. */
  #widest(sizeOf: (holder: Holder) => number): readonly Holder[] {
    const rows = [...this.#hosts.values()].map((holder) => ({ holder, size: sizeOf(holder) }));
    const share = rows.reduce((sum, { size }) => sum + size, 0) / rows.length;
    return rows
      .filter(({ size }) => size >= share)
      .sort((a, b) => b.size - a.size || (a.holder.host < b.holder.host ? -1 : 1))
      .map(({ holder }) => holder);
  }

  /** Takes out the middle of what is told many times; at the end also of the records of each sighting. */
  #thin(holder: Holder, how: Thinning): void {
    const middle = middleOf(holder.entries.values(), how);
    for (const entry of middle) this.#remove(holder, entry);
    this.thinned += middle.length;
    if (middle.length > 0 && holder.thinned !== 'acts') holder.thinned = how;
    if (how === 'changes') return;
    for (const entry of holder.entries.values()) {
      if (entry.events.length <= LEFT_EVENTS_A_SIGHTING) continue;
      const freed = entry.events.splice(LEFT_EVENTS_A_SIGHTING).reduce((sum, event) => sum + heldBytesOf(event), 0);
      entry.bytes -= freed;
      holder.bytes -= freed;
      this.#bytes -= freed;
      holder.thinned = how;
    }
  }

  /** A share of the subscriptions of a host, never the best of them. False when there is nothing that may go. */
  #evictGroups(holder: Holder): boolean {
    const { host, entries } = holder;
    if (entries.size <= SIGHTINGS_A_SUBSCRIPTION) return false;
    const groups = byRetention(groupSightings(host, [...entries.values()]));
    const kept = Math.max(1, groups.length - Math.max(1, Math.floor(groups.length / EVICTED_SHARE)));
    const pinned = new Set(groups.slice(0, kept).flatMap(entriesOf));
    const before = entries.size;
    for (const group of groups.slice(kept)) {
      this.evicted++;
      for (const entry of entriesOf(group)) if (!pinned.has(entry)) this.#remove(holder, entry);
    }
    return entries.size < before;
  }

  /** Whole hosts, those whose best subscription stands lowest first; one host with one subscription stays. */
  #evictHosts(isOver: () => boolean): void {
    const order = [...this.#hosts.values()]
      .map((holder) => ({ holder, standing: standingIn(holder) }))
      .sort((a, b) => compareStanding(a.standing, b.standing));
    for (const { holder, standing } of order.toReversed()) {
      if (!isOver() || (this.#hosts.size === 1 && holder.entries.size <= SIGHTINGS_A_SUBSCRIPTION)) return;
      this.evicted += standing.groups;
      this.#count -= holder.entries.size;
      this.#bytes -= holder.bytes;
      this.#hosts.delete(holder.host);
    }
  }

  #remove(holder: Holder, entry: FoldedSighting): void {
    if (!holder.entries.delete(entry.key)) return;
    holder.bytes -= entry.bytes;
    holder.standing = undefined;
    this.#count--;
    this.#bytes -= entry.bytes;
  }
}

function standingIn(holder: Holder): Standing & { readonly groups: number } {
  if (holder.standing !== undefined) return holder.standing;
  const groups = groupSightings(holder.host, [...holder.entries.values()]);
  const [best = { rank: 0, id: '' }] = groups.map(standingOf).sort(compareStanding);
  holder.standing = { ...best, groups: groups.length };
  return holder.standing;
}

function entriesOf(group: Group): readonly FoldedSighting[] {
  return [...group.filters, ...group.consumers, ...group.bindings];
}

/** Inserts in time order. False when it would lie beyond the bound, and was left out. */
function insertInOrder(events: Event[], event: Event): boolean {
  let at = events.length;
  while (at > 0) {
    const before = events[at - 1];
    if (before === undefined || compareEvents(before, event) <= 0) break;
    at--;
  }
  if (at >= MAX_EVENTS_A_SIGHTING) return false;
  events.splice(at, 0, event);
  return true;
}

function mapEntries(map: ReadonlyMap<string, string>): Canonical {
  return [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([key, value]) => [key, value]);
}

/** The key that equal sightings share, and the length of their text. */
function digestOf(sighting: Sighting): { readonly key: string; readonly length: number } {
  const { filter, consumer, binding, writer, client } = sighting;
  const text = (value: string | undefined): string | null => value ?? null;
  const json = canonicalJson([
    sighting.source,
    sighting.act,
    text(sighting.user === undefined ? undefined : foldName(sighting.user)),
    text(sighting.userSid),
    text(sighting.namespace),
    sighting.isInferred,
    filter === undefined
      ? null
      : [
          text(filter.name),
          text(filter.query),
          text(filter.language),
          text(filter.eventNamespace),
          text(filter.creatorSid),
        ],
    consumer === undefined
      ? null
      : [
          text(consumer.className),
          text(consumer.name),
          text(consumer.payload),
          text(consumer.creatorSid),
          mapEntries(consumer.properties),
          consumer.isCut,
        ],
    binding === undefined
      ? null
      : [
          text(binding.filterName),
          text(binding.consumerClass),
          text(binding.consumerName),
          text(binding.filterRef),
          text(binding.consumerRef),
          mapEntries(binding.properties),
        ],
    writer === undefined ? null : [writer.host, text(writer.image), text(writer.commandLine), writer.isRemoteSession],
    client === undefined ? null : [client.host, client.pid ?? null],
  ]);
  return { key: sha256Hex(json), length: json.length };
}
