import { type Canonical, canonicalJson, sha256Hex } from '../bytes/index.ts';
import { type Event, heldBytesOf } from '../windows/index.ts';
import { type Group, groupSightings } from './grouping.ts';
import { byRetention } from './retention.ts';
import { compareEvents, type FoldedSighting, foldName, type Sighting } from './sighting.ts';

/** Evidence items of one step that are kept and cited (SETTLED A30). */
export const MAX_EVENTS_A_SIGHTING = 1000;
/** A triad in Sysmon is three sightings. */
const SIGHTINGS_A_SUBSCRIPTION = 3;
/** Share of a host's subscriptions that go when it has to make room: one sort pays for many records. */
const EVICTED_SHARE = 4;

export interface StoreBounds {
  readonly maxSubscriptions: number;
  /** Records and texts that are held, bytes, about. */
  readonly maxBytes: number;
}

/**
 * What every record said about subscriptions, equal words folded, by host. When it is full, the host that holds most
 * makes room, its loose parts before its bound subscriptions, so that a flood costs the host it comes from (L15).
 */
export class SightingStore {
  readonly #hosts = new Map<string, Map<string, FoldedSighting>>();
  readonly #bounds: StoreBounds;
  #count = 0;
  #bytes = 0;
  /** Subscriptions that were dropped to stay within the bounds. */
  evicted = 0;

  constructor(bounds: StoreBounds) {
    this.#bounds = bounds;
  }

  /** Folds a sighting of a record that owns its bytes in. Gives the entry, and whether the record is one of those kept. */
  add(host: string, sighting: Sighting, kept: Event): { readonly entry: FoldedSighting; readonly isKept: boolean } {
    const ofHost = this.#hosts.get(host) ?? new Map<string, FoldedSighting>();
    this.#hosts.set(host, ofHost);
    const { key, length } = digestOf(sighting);
    let entry = ofHost.get(key);
    const cost = heldBytesOf(kept);
    if (entry === undefined) {
      entry = { key, host, sighting, events: [kept], last: kept, count: 1, bytes: cost + 2 * length };
      ofHost.set(key, entry);
      this.#count++;
      this.#bytes += entry.bytes;
      this.#keepBounds();
      return { entry, isKept: true };
    }
    entry.count++;
    if (compareEvents(kept, entry.last) > 0) entry.last = kept;
    const isKept = insertInOrder(entry.events, kept);
    if (isKept) {
      entry.bytes += cost;
      this.#bytes += cost;
      this.#keepBounds();
    }
    return { entry, isKept };
  }

  /** Host keys, sorted. */
  hosts(): readonly string[] {
    return [...this.#hosts.keys()].sort();
  }

  sightingsOf(host: string): readonly FoldedSighting[] {
    return [...(this.#hosts.get(host)?.values() ?? [])];
  }

  #keepBounds(): void {
    const { maxSubscriptions, maxBytes } = this.#bounds;
    while (this.#count > SIGHTINGS_A_SUBSCRIPTION * maxSubscriptions || this.#bytes > maxBytes) {
      if (!this.#evictFrom(this.#widestHost(this.#bytes > maxBytes))) return;
    }
  }

  #widestHost(isByBytes: boolean): string {
    let widest = '';
    let most = -1;
    for (const [host, entries] of this.#hosts) {
      let size = entries.size;
      if (isByBytes) {
        size = 0;
        for (const entry of entries.values()) size += entry.bytes;
      }
      if (size > most || (size === most && host < widest)) {
        widest = host;
        most = size;
      }
    }
    return widest;
  }

  /** False when there is nothing that may go. */
  #evictFrom(host: string): boolean {
    const entries = this.#hosts.get(host);
    if (entries === undefined || entries.size <= SIGHTINGS_A_SUBSCRIPTION) return false;
    const groups = byRetention(groupSightings(host, [...entries.values()]));
    const kept = groups.length - Math.max(1, Math.floor(groups.length / EVICTED_SHARE));
    const pinned = new Set<FoldedSighting>();
    for (const group of groups.slice(0, kept)) for (const entry of entriesOf(group)) pinned.add(entry);
    let removed = 0;
    for (const group of groups.slice(kept)) {
      this.evicted++;
      for (const entry of entriesOf(group)) {
        if (pinned.has(entry) || !entries.delete(entry.key)) continue;
        this.#count--;
        this.#bytes -= entry.bytes;
        removed++;
      }
    }
    if (entries.size === 0) this.#hosts.delete(host);
    return removed > 0;
  }
}

function entriesOf(group: Group): readonly FoldedSighting[] {
  return [...group.filters, ...group.consumers, ...group.bindings];
}

/** Inserts in time order, drops the latest beyond the bound. False when the record itself was dropped. */
function insertInOrder(events: Event[], event: Event): boolean {
  let at = events.length;
  while (at > 0) {
    const before = events[at - 1];
    if (before === undefined || compareEvents(before, event) <= 0) break;
    at--;
  }
  if (at >= MAX_EVENTS_A_SIGHTING) return false;
  events.splice(at, 0, event);
  if (events.length > MAX_EVENTS_A_SIGHTING) events.pop();
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
