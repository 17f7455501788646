import { digestId } from '../bytes/index.ts';
import { type Entities, recordIdOf, type TableBounds } from '../entities/index.ts';
import { type CompiledRule, type MatchedValue, matchedValues } from '../sigma/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { EventHit } from '../taxonomy/index.ts';
import type { Event, Evidence } from '../windows/index.ts';
import { type Actor, actorOf } from './actor.ts';
import { fieldsOf } from './rule-words.ts';

/** Hits of rules that are one finding, whoever wrote the rule: what they saw, who did it, and the records. */

/** Records that a finding cites, and actors that may tie it; all records are counted. */
export const MAX_CITED = 32;
/** A value is kept whole up to so many characters, a longer one by its beginning and a digest; a field keeps so many values. */
const MAX_VALUE = 512;
const KEPT_OF_VALUE = 256;
const MAX_VALUES = 32;

/** Who did what one record of a group tells, and when. */
export interface HitSight {
  readonly actor: Actor;
  /** Unix milliseconds. */
  readonly atMs: number;
}

/** Hits of one rule on one host that saw the same. */
export interface HitGroup {
  readonly rule: CompiledRule;
  readonly host: string;
  /** As `keptValues` gives them. */
  readonly matched: readonly MatchedValue[];
  /** Fields of negations alone that no event of this route has: its filters held nothing back. */
  readonly blindFilters: readonly string[];
  /** Of the earliest record. */
  actor: Actor;
  timeMs: number;
  timeTicks: number;
  lastMs: number;
  count: number;
  /** Ids of the records behind it, as far as they are cited. */
  readonly records: Set<string>;
  readonly evidence: Evidence[];
  /** Of the cited records, each actor once. */
  readonly sights: HitSight[];
}

/** Bounds of a table of groups (L15); a group of the table is one rule and host, so that a noisy rule loses its own. */
export const HIT_BOUNDS: TableBounds<HitGroup> = {
  max: 100_000,
  quota: 10_000,
  maxBytes: 128 * 1024 * 1024,
  bytesOf: ({ matched }: HitGroup): number =>
    matched.reduce((sum, { values }) => values.reduce((all, value) => all + 2 * value.length, sum), 4096),
};

/** What made the rule match, bounded: the same for the same values, and other for others. */
export function keptValues(hit: EventHit): readonly MatchedValue[] {
  return matchedValues(hit.ruled, hit.conditions, fieldsOf(hit)).map(({ field, values }) => ({
    field,
    values:
      values.length <= MAX_VALUES
        ? values.map(keptValue)
        : [...values.slice(0, MAX_VALUES - 1).map(keptValue), digestId(['values', [...values]])],
  }));
}

function keptValue(value: string): string {
  if (value.length <= MAX_VALUE) return value;
  return `${value.slice(0, KEPT_OF_VALUE).toWellFormed()}… ${digestId(['value', value])}`;
}

/** Values as ids and keys are made of them. */
export function valueKey(matched: readonly MatchedValue[]): [string, string[]][] {
  return matched.map(({ field, values }) => [field, [...values]]);
}

export function newHits(host: string, event: Event, hit: EventHit, matched: readonly MatchedValue[]): HitGroup {
  return {
    rule: hit.rule,
    host,
    matched,
    blindFilters: hit.ruled.blindFilters,
    actor: actorOf(event),
    timeMs: event.timeMs,
    timeTicks: event.timeTicks,
    lastMs: event.timeMs,
    count: 0,
    records: new Set(),
    evidence: [],
    sights: [],
  };
}

/** Counts a record of the group, and cites it while there is room. */
export function addRecord(group: HitGroup, event: Event, entities: Entities): void {
  const { timeMs, timeTicks } = event;
  group.count++;
  group.lastMs = Math.max(group.lastMs, timeMs);
  // A binding that had to wait for its answer stands where it belongs.
  const isFirst = (timeMs - group.timeMs || timeTicks - group.timeTicks) < 0;
  if (isFirst) Object.assign(group, { actor: actorOf(event), timeMs, timeTicks });
  if (group.records.size >= MAX_CITED) return;
  const evidence = entities.cite(event);
  const record = evidence[0]?.record ?? recordIdOf(event, group.host);
  if (group.records.has(record)) return;
  group.records.add(record);
  if (isFirst) group.evidence.unshift(...evidence);
  else group.evidence.push(...evidence);
  addSight(group.sights, { actor: actorOf(event), atMs: timeMs });
}

function addSight(sights: HitSight[], sight: HitSight): void {
  const key = actorKey(sight.actor);
  if (!sights.some(({ actor }) => actorKey(actor) === key)) sights.push(sight);
}

function actorKey({ guid, pid, logonId, user }: Actor): string {
  return JSON.stringify([guid ?? null, pid ?? null, logonId ?? null, user ?? null]);
}

/** Evidence of the first records of all groups, each record once. */
export function citedOf(groups: readonly { readonly evidence: readonly Evidence[] }[]): readonly Evidence[] {
  const seen = new Set<string>();
  const cited: Evidence[] = [];
  for (const item of groups.flatMap(({ evidence }) => evidence)) {
    const record = item.record ?? '';
    if (!seen.has(record) && seen.size >= MAX_CITED) continue;
    seen.add(record);
    cited.push(item);
  }
  return cited;
}

/** The subscription that a record is of, by the record. */
export function dossiersByRecord(dossiers: readonly Dossier[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { id, evidence } of dossiers) {
    for (const { record } of evidence) if (record !== undefined) found.set(record, id);
  }
  return found;
}

/** The first subscription that records of the groups are of. */
export function subjectOf(
  groups: readonly Pick<HitGroup, 'records'>[],
  dossierOf: ReadonlyMap<string, string>,
): string | undefined {
  for (const { records } of groups) {
    for (const record of records) {
      const dossier = dossierOf.get(record);
      if (dossier !== undefined) return dossier;
    }
  }
  return undefined;
}
