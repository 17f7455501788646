import { digestId } from '../bytes/index.ts';
import { channelKey, type Event, type Evidence, evidenceOf, formatTime, isPrintableMs } from '../windows/index.ts';

/** Cited records of one run that are kept whole; beyond it evidence has its place and no `record`. */
const MAX_CITED = 200_000;
const MAX_CITED_BYTES = 128 << 20;

/** A time cut to whole seconds, as ids have it (DOMAIN 3.4): `2026-03-12T09:44:02Z`. */
export function secondOf(ms: number): string {
  return isPrintableMs(ms) ? `${formatTime(ms, 0).slice(0, 19)}Z` : String(Math.floor(ms / 1000));
}

/** Id of a record (DOMAIN 3.4): the same for every copy, file and shape of it. */
export function recordIdOf(event: Event, host: string): string {
  const time = secondOf(event.timeMs);
  const channel = channelKey(event);
  if (event.recordId !== undefined) return digestId(['record', host, channel, event.recordId, time]);
  const fields = event.entries().map(([name, value]) => [name.toLowerCase(), value]);
  return digestId(['record', host, channel, event.eventId, time, digestId(['fields', fields])]);
}

/** The records that results point at, whole (PRODUCT 7.1). */
export class Citations {
  readonly #cited = new Map<string, Event>();
  readonly #hosts = new Map<string, string>();
  #bytes = 0;
  #evicted = 0;

  get evicted(): number {
    return this.#evicted;
  }

  get size(): number {
    return this.#cited.size;
  }

  /** Evidence for the record and for each copy of it; keeps a copy that outlives the turn. */
  cite(event: Event, host: string): readonly Evidence[] {
    const id = recordIdOf(event, host);
    const isKept = this.#keep(id, event, host);
    const first = evidenceOf(event, isKept ? id : undefined);
    if (event.otherPlaces.length === 0) return [first];
    const { container: _ofFirst, ...shared } = first;
    return [
      first,
      ...event.otherPlaces.map((place) => ({
        ...shared,
        file: place.source.file,
        ...(place.source.container === undefined ? {} : { container: place.source.container }),
        offset: place.offset,
        length: place.length,
      })),
    ];
  }

  #keep(id: string, event: Event, host: string): boolean {
    if (this.#cited.has(id)) return true;
    if (this.#cited.size >= MAX_CITED || this.#bytes + event.place.length > MAX_CITED_BYTES) {
      this.#evicted++;
      return false;
    }
    this.#bytes += event.place.length;
    this.#cited.set(id, event.detach());
    this.#hosts.set(id, host);
    return true;
  }

  /** The kept records with these ids, in the order of the ids; an id that was never cited is left out. */
  recordsOf(ids: Iterable<string>): CitedRecord[] {
    const records: CitedRecord[] = [];
    for (const id of ids) {
      const event = this.#cited.get(id);
      if (event !== undefined) records.push({ id, host: this.#hosts.get(id) ?? '', event });
    }
    return records;
  }

  /** Lets go of every record that no result points at. */
  retain(ids: ReadonlySet<string>): void {
    for (const id of this.#cited.keys()) {
      if (ids.has(id)) continue;
      this.#cited.delete(id);
      this.#hosts.delete(id);
    }
  }
}

export interface CitedRecord {
  readonly id: string;
  /** Host key. */
  readonly host: string;
  readonly event: Event;
}
