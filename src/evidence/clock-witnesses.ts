import { HostTable } from '../entities/index.ts';
import { compareRecordIds, type PackedEvent, type RecordId, type Source } from '../windows/index.ts';
import type { CoverageTable } from './coverage-table.ts';
import type { EventStore } from './event-store.ts';
import { firstDifference, sharesFields } from './record-content.ts';

/** Records of a source that are looked for in others; of all sources together four times as many. */
const MAX_OF_SOURCE = 1024;
const MAX_RECORDS = 4096;
/** Larger rows are no witnesses: what is held stays below 64 MiB, and twice that while a sample is drawn. */
const MAX_ROW_BYTES = 16 * 1024;
/** Records elsewhere that one is held against; and sources that look for the same one. */
const MAX_PAIRS = 8;
const MAX_SEEKERS = 1024;

/** A record of another source that has the same host, channel, event id and record id. */
export interface ClockPair {
  readonly source: number;
  readonly computer: string;
  readonly offset: number;
  readonly createdMs: number;
  /** Its own time is taken for UTC, too. */
  readonly isAssumed: boolean;
  /** Both have fields of one name, and none of them differs. */
  readonly isEqual: boolean;
}

/** A record whose local time was taken for UTC, with those that are, or claim to be, the same one. */
export interface ClockWitness {
  readonly computer: string;
  readonly offset: number;
  readonly createdMs: number;
  readonly pairs: readonly ClockPair[];
}

export interface Witnesses {
  /** By source in order of its number; each list in order of place. */
  readonly bySource: ReadonlyMap<number, readonly ClockWitness[]>;
  /** Sources beyond the bound. */
  readonly untried: number;
}

interface Sought {
  readonly key: string;
  readonly hash: number;
  readonly event: PackedEvent;
  readonly pairs: ClockPair[];
}

/**
 * Records of sources with assumed times that other sources hold, too. Goes twice over the store and holds a sample: those of the
 * lowest hashes, so that two sources look for the same records, and the order of reading does not matter (L7).
 */
export function findWitnesses(store: EventStore, coverage: CoverageTable, sources: readonly Source[]): Witnesses {
  const hosts = HostTable.from(coverage.list(sources));
  const keyOf = (record: { readonly computer: string; readonly channel: string; readonly eventId: number }): string =>
    `${hosts.keyOf(record.computer)}\u0000${record.channel.toLowerCase()}\u0000${record.eventId}`;
  const shared = new SharedRanges(coverage, keyOf);
  const tried = [...coverage.assumedSources].sort((a, b) => a - b).slice(0, MAX_RECORDS);
  const most = Math.min(MAX_OF_SOURCE, Math.floor(MAX_RECORDS / Math.max(1, tried.length)));
  const samples = new Map(tried.map((source) => [source, new Sample(most)]));
  for (const event of store.unsorted()) {
    const sample = samples.get(event.sourceNumber);
    if (sample === undefined || event.timeQuality !== 'local-assumed') continue;
    const { recordId } = event;
    if (recordId === undefined) continue;
    const key = keyOf(event);
    if (shared.isElsewhere(key, event.sourceNumber, recordId)) sample.offer(`${key}\u0000${recordId}`, event);
  }
  pairUp(store, [...samples.values()], keyOf);
  const bySource = new Map<number, readonly ClockWitness[]>();
  for (const [source, sample] of samples) {
    const witnesses = sample
      .take()
      .filter(({ pairs }) => pairs.length > 0)
      .map(({ event, pairs }) => ({
        computer: event.computer,
        offset: event.offsetBytes,
        createdMs: event.createdMs,
        pairs,
      }));
    if (witnesses.length > 0)
      bySource.set(
        source,
        witnesses.sort((a, b) => a.offset - b.offset),
      );
  }
  return { bySource, untried: coverage.assumedSources.size - tried.length };
}

function pairUp(store: EventStore, samples: readonly Sample[], keyOf: (event: PackedEvent) => string): void {
  const seekers = new Map<string, Sought[]>();
  const ids = new Set<RecordId>();
  for (const sought of samples.flatMap((sample) => sample.take())) {
    if (sought.event.recordId !== undefined) ids.add(sought.event.recordId);
    const known = seekers.get(sought.key);
    if (known === undefined) seekers.set(sought.key, [sought]);
    else if (known.length < MAX_SEEKERS) known.push(sought);
  }
  if (ids.size === 0) return;
  for (const event of store.unsorted()) {
    const { recordId } = event;
    // Most records leave here: a key costs a lower-case copy of the channel.
    if (recordId === undefined || !ids.has(recordId)) continue;
    for (const sought of seekers.get(`${keyOf(event)}\u0000${recordId}`) ?? []) addPair(sought, event);
  }
}

/** Keeps the first pairs by source and place, in whatever order they come. */
function addPair({ event, pairs }: Sought, other: PackedEvent): void {
  const source = other.sourceNumber;
  const offset = other.offsetBytes;
  if (source === event.sourceNumber) return;
  const at = pairs.findIndex((pair) => source < pair.source || (source === pair.source && offset < pair.offset));
  if (at < 0 && pairs.length >= MAX_PAIRS) return;
  pairs.splice(at < 0 ? pairs.length : at, 0, {
    source,
    computer: other.computer,
    offset,
    createdMs: other.createdMs,
    isAssumed: other.timeQuality === 'local-assumed',
    isEqual: firstDifference(event, other) === undefined && sharesFields(event, other),
  });
  if (pairs.length > MAX_PAIRS) pairs.pop();
}

/** Which record ids of a host, channel and event id each source can hold, by what was counted of it. */
class SharedRanges {
  readonly #ranges = new Map<string, { readonly source: number; readonly low: RecordId; readonly high: RecordId }[]>();

  constructor(
    coverage: CoverageTable,
    keyOf: (row: { readonly computer: string; readonly channel: string; readonly eventId: number }) => string,
  ) {
    const { assumedSources } = coverage;
    for (const row of coverage.rows()) if (assumedSources.has(row.source)) this.#ranges.set(keyOf(row), []);
    for (const row of coverage.rows()) {
      const { source, lowestId: low, highestId: high } = row;
      if (low !== undefined && high !== undefined) this.#ranges.get(keyOf(row))?.push({ source, low, high });
    }
  }

  isElsewhere(key: string, source: number, id: RecordId): boolean {
    return (this.#ranges.get(key) ?? []).some(
      (range) =>
        range.source !== source && compareRecordIds(range.low, id) <= 0 && compareRecordIds(id, range.high) <= 0,
    );
  }
}

/** The records of one source with the lowest hashes. */
class Sample {
  readonly #most: number;
  #held: Sought[] = [];
  /** Records from this hash on were left out. */
  #limit = Number.POSITIVE_INFINITY;

  constructor(most: number) {
    this.#most = most;
  }

  /** Takes a view of an event, and a copy of it only when it is held. */
  offer(key: string, event: PackedEvent): void {
    const hash = hashOf(key);
    if (hash > this.#limit || event.rowBytes().length > MAX_ROW_BYTES) return;
    this.#held.push({ key, hash, event: event.detach(), pairs: [] });
    if (this.#held.length >= this.#most * 2) this.#cutBack();
  }

  take(): readonly Sought[] {
    this.#cutBack();
    return this.#held;
  }

  #cutBack(): void {
    if (this.#held.length <= this.#most) return;
    this.#held.sort((a, b) => a.hash - b.hash || a.event.offsetBytes - b.event.offsetBytes);
    this.#held.length = this.#most;
    this.#limit = this.#held[this.#most - 1]?.hash ?? this.#limit;
  }
}

/** FNV-1a over the UTF-16 units of a text, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
