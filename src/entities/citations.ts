import { type Canonical, digestId } from '../bytes/index.ts';
import {
  addressOf,
  cameBy,
  channelKey,
  type Event,
  type Evidence,
  evidenceOf,
  formatTime,
  heldBytesOf,
  isPrintableMs,
  type ObjectSight,
  trustOfRecord,
} from '../windows/index.ts';
import { FairTable } from './bounded.ts';

/** Cited records of one run that are kept whole; a group is one host. */
const BOUNDS = {
  max: 200_000,
  quota: 200_000,
  bytesOf: ({ event }: Kept): number => heldBytesOf(event),
  maxBytes: 128 << 20,
};

/** A time cut to whole seconds, as ids have it (DOMAIN 3.4): `2026-03-12T09:44:02Z`. */
export function secondOf(ms: number): string {
  return isPrintableMs(ms) ? `${formatTime(ms, 0).slice(0, 19)}Z` : String(Math.floor(ms / 1000));
}

/** Id of a record (DOMAIN 3.4): the same for every copy, file and shape of it. */
export function recordIdOf(event: Event, host: string): string {
  if (event.sight !== undefined) return objectIdOf(event.sight, host);
  const time = secondOf(event.timeMs);
  const channel = channelKey(event);
  if (event.recordId !== undefined) return digestId(['record', host, channel, event.recordId, time]);
  const fields = event.entries().map(([name, value]) => [name.toLowerCase(), value]);
  return digestId(['record', host, channel, event.eventId, time, digestId(['fields', fields])]);
}

/** Id of an object at rest (SETTLED D3): the same in every generation, copy and source that holds the same values. */
function objectIdOf({ object, path }: ObjectSight, host: string): string {
  const values = [...object.properties]
    .map(([name, value]): [string, Canonical] => [name.toLowerCase(), typeof value === 'string' ? value : [...value]])
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return digestId([
    'object',
    host,
    object.namespace?.toLowerCase() ?? null,
    object.className.toLowerCase(),
    path.toLowerCase(),
    digestId(['values', values]),
  ]);
}

interface Kept {
  readonly host: string;
  readonly id: string;
  readonly event: Event;
}

/** The records that results point at, whole (PRODUCT 7.1). When there are too many, each host loses its own oldest. */
export class Citations {
  readonly #cited: FairTable<Kept>;
  readonly #hosts = new Map<string, string>();

  constructor(bounds: { readonly max?: number; readonly maxBytes?: number } = {}) {
    this.#cited = new FairTable<Kept>({ ...BOUNDS, ...bounds, onEvict: ({ id }) => this.#hosts.delete(id) });
  }

  get evicted(): number {
    return this.#cited.evicted;
  }

  /** Evidence for the record and for each copy of it; keeps a copy that outlives the turn. */
  cite(event: Event, host: string): readonly Evidence[] {
    if (event.look !== undefined) return [evidenceOf(event)];
    const id = recordIdOf(event, host);
    const known = this.#cited.get(host, id);
    // Two that claim to be one and say different things are both evidence; the one that is proven is shown (L18).
    if (known === undefined || trustOfRecord(event) < trustOfRecord(known.event)) {
      this.#cited.set(host, id, { host, id, event: event.detach() });
      this.#hosts.set(id, host);
    }
    const first = evidenceOf(event, id);
    const other = event.sight?.other;
    if (other !== undefined) return [first, { ...addressOf(other.place), repository: other.repository }];
    if (event.otherPlaces.length === 0) return [first];
    const { container: _ofFirst, trust: _1, hostNotBound: _2, relayed: _3, ...shared } = first;
    return [
      first,
      ...event.otherPlaces.map((place) => ({
        ...shared,
        file: place.source.file,
        ...(place.source.container === undefined ? {} : { container: place.source.container }),
        offset: place.offset,
        length: place.length,
        ...cameBy(place.source),
      })),
    ];
  }

  /** Host key of a cited record, while it is kept. */
  hostOf(id: string): string | undefined {
    return this.#hosts.get(id);
  }

  /** The kept records with these ids, in the order of the ids; others are left out. */
  recordsOf(ids: Iterable<string>): CitedRecord[] {
    const records: CitedRecord[] = [];
    for (const id of ids) {
      const kept = this.#find(id);
      if (kept !== undefined) records.push(kept);
    }
    return records;
  }

  #find(id: string): Kept | undefined {
    const host = this.#hosts.get(id);
    return host === undefined ? undefined : this.#cited.get(host, id);
  }
}

export interface CitedRecord {
  readonly id: string;
  /** Host key. */
  readonly host: string;
  readonly event: Event;
}
