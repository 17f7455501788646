import { FairTable, recordIdOf } from '../entities/index.ts';
import { matchedValues } from '../sigma/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { EventHit, HitFinder } from '../taxonomy/index.ts';
import { type Event, heldBytesOf } from '../windows/index.ts';
import { fieldsOf } from './rule-words.ts';

interface Waiting {
  readonly host: string;
  readonly event: Event;
}

/** Records that wait for an answer; a group of the table is one host. They weigh what they do in their file. */
const WAITING = {
  max: 10_000,
  quota: 1_000,
  maxBytes: 64 * 1024 * 1024,
  bytesOf: ({ event }: Waiting): number => 1024 + heldBytesOf(event),
};

/** Hits of a record that were known when it came, or at the end. */
export interface RecordHits extends Waiting {
  readonly hits: readonly EventHit[];
}

/**
 * Rules on 5861, whose `Operation` is `Created` only where the record witnesses a creation (SETTLED E3, L1). That is known when the
 * dossiers are: a start of Winmgmt may show ten seconds after the record, and another log may hold an earlier one of the binding.
 * What holds either way is told at once; the rest of the record waits.
 */
export class OpenBindings {
  readonly #matcher: HitFinder;
  readonly #waiting = new FairTable(WAITING);

  constructor(matcher: HitFinder) {
    this.#matcher = matcher;
  }

  /** Records whose answer was given up: only what holds either way was told of them. */
  get evicted(): number {
    return this.#waiting.evicted;
  }

  /** The hits that hold whatever the record turns out to be. Valid until the event changes. */
  match(host: string, event: Event): readonly EventHit[] {
    const hits = this.#matcher.match(event);
    if (event.eventId !== 5861) return hits;
    const created = this.#matcher.match(event, 'Created');
    const sure = sureOf(hits, created);
    if (sure.size === hits.length && sure.size === created.length) return hits;
    this.#waiting.set(host, recordIdOf(event, host), { host, event: event.detach() });
    return hits.filter((hit) => sure.has(wordsOf(hit)));
  }

  /** What hangs on the answer, in the order of the records by host. */
  *settle(dossiers: readonly Dossier[]): Generator<RecordHits> {
    const witnesses = creationRecords(dossiers);
    for (const { host, event } of this.#waiting.values()) {
      const hits = this.#matcher.match(event);
      const created = this.#matcher.match(event, 'Created');
      const sure = sureOf(hits, created);
      const told = witnesses.has(recordIdOf(event, host)) ? created : hits;
      yield { host, event, hits: told.filter((hit) => !sure.has(wordsOf(hit))) };
    }
  }
}

/** Records that a step says a binding was created by. */
function creationRecords(dossiers: readonly Dossier[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { lifecycle } of dossiers) {
    for (const { step, part, evidence } of lifecycle) {
      if (step !== 'created' || part !== 'binding') continue;
      for (const { record } of evidence) if (record !== undefined) ids.add(record);
    }
  }
  return ids;
}

function sureOf(hits: readonly EventHit[], created: readonly EventHit[]): ReadonlySet<string> {
  return new Set(hits.map(wordsOf)).intersection(new Set(created.map(wordsOf)));
}

/** What a hit says: two that say the same are one, whatever the rule did not look at. */
function wordsOf(hit: EventHit): string {
  const { rule, route, ruled, conditions, seen } = hit;
  return JSON.stringify([
    rule.index,
    route.id,
    seen.eventId,
    conditions,
    matchedValues(ruled, conditions, fieldsOf(hit)),
  ]);
}
