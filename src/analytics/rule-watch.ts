import { digestId } from '../bytes/index.ts';
import { type Entities, FairTable, recordIdOf, secondOf } from '../entities/index.ts';
import {
  type CompiledCorrelation,
  type CompiledRule,
  type CorrelationFinding,
  Correlator,
  type MatchedValue,
  type Metadata,
  matchedValues,
} from '../sigma/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { EventFields, type EventHit, type EventMatcher } from '../taxonomy/index.ts';
import { type Event, type Evidence, formatTime, isPrintableMs, type Level } from '../windows/index.ts';
import type { Finding, RuleCredit } from './finding.ts';
import { compareFindings } from './findings.ts';
import { scoreOf } from './scoring.ts';

/** Groups of hits of one run; a group of the table is one rule and host, so that a noisy rule loses its own. */
const GROUPS = { max: 100_000, quota: 10_000 };
/** Records that a finding of a rule cites; all are counted. */
const MAX_CITED = 32;
/** A rule without a level ranks as one of this (SIGMA 1). */
const DEFAULT_LEVEL: Level = 'medium';
const MAX_SHOWN_VALUES = 4;
const MAX_SHOWN = 120;

interface Group {
  readonly rule: CompiledRule;
  readonly host: string;
  readonly matched: readonly MatchedValue[];
  /** Fields of negations alone that no event of this route has: its filters held nothing back. */
  readonly blindFilters: readonly string[];
  readonly time: string;
  count: number;
  /** Ids of the records behind it, as far as they are cited. */
  readonly records: Set<string>;
  readonly evidence: Evidence[];
}

/** What a user's rules said of a run. */
export interface RuleFindings {
  /** Sorted as findings are. */
  readonly findings: readonly Finding[];
  /** Hits by rule, by its position, whatever became of them. */
  readonly hits: ReadonlyMap<number, number>;
}

/**
 * Tries rules on every event in order of time, and makes one finding of all hits of one rule on one host with the same values
 * (SETTLED E7). It joins nothing and changes no sum of our own.
 */
export class RuleWatch {
  readonly #matcher: EventMatcher;
  readonly #entities: Entities;
  readonly #correlator: Correlator;
  readonly #hasCorrelations: boolean;
  readonly #groups = new FairTable<Group>(GROUPS);
  readonly #correlated: CorrelationFinding[] = [];
  readonly #hits = new Map<number, number>();

  constructor(matcher: EventMatcher, entities: Entities) {
    this.#matcher = matcher;
    this.#entities = entities;
    this.#correlator = new Correlator(matcher.rules, { isSorted: true });
    this.#hasCorrelations = matcher.rules.correlations.length > 0;
  }

  get evicted(): Readonly<Record<string, number>> {
    return { ruleHits: this.#groups.evicted };
  }

  /** Takes the next event; it need not outlive the call. */
  accept(host: string, event: Event): void {
    const hits = this.#matcher.match(event);
    if (hits.length === 0) return;
    for (const hit of hits) {
      this.#hits.set(hit.rule.index, (this.#hits.get(hit.rule.index) ?? 0) + 1);
      if (!hit.rule.isMuted) this.#note(host, event, hit);
    }
    if (this.#hasCorrelations) this.#correlate(host, event, hits);
  }

  finish(dossiers: readonly Dossier[]): RuleFindings {
    if (this.#hasCorrelations) this.#keepFinal(this.#correlator.finish());
    const dossierOf = new Map<string, string>();
    for (const { id, evidence } of dossiers) {
      for (const { record } of evidence) if (record !== undefined) dossierOf.set(record, id);
    }
    const findings = [
      ...mergedByDossier([...this.#groups.values()], dossierOf),
      ...this.#correlated.map((found) => this.#ofCorrelation(found)),
    ].sort(compareFindings);
    return { findings, hits: this.#hits };
  }

  #note(host: string, event: Event, hit: EventHit): void {
    const matched = matchedValues(hit.ruled, hit.conditions, fieldsOf(hit));
    const key = JSON.stringify(matched.map(({ field, values }) => [field, values]));
    const ofRule = `${hit.rule.index} ${host}`;
    let group = this.#groups.get(ofRule, key);
    if (group === undefined) {
      const { blindFilters } = hit.ruled;
      group = {
        rule: hit.rule,
        host,
        matched,
        blindFilters,
        time: timeOf(event),
        count: 0,
        records: new Set(),
        evidence: [],
      };
      this.#groups.set(ofRule, key, group);
    }
    group.count++;
    if (group.records.size >= MAX_CITED) return;
    const evidence = this.#entities.cite(event);
    const id = evidence[0]?.record ?? recordIdOf(event, host);
    if (group.records.has(id)) return;
    group.records.add(id);
    group.evidence.push(...evidence);
  }

  #correlate(host: string, event: Event, hits: readonly EventHit[]): void {
    const time = isPrintableMs(event.timeMs) ? { ms: event.timeMs, ticks: event.timeTicks } : undefined;
    const evidence = this.#entities.cite(event);
    const reference = evidence[0]?.record ?? recordIdOf(event, host);
    const found = this.#correlator.add({
      time,
      source: host,
      host,
      recordId: event.recordId,
      reference,
      hits: hits.map((hit) => ({
        rule: hit.rule,
        route: hit.ruled,
        fields: fieldsOf(hit),
        conditions: hit.conditions,
      })),
    });
    this.#keepFinal(found);
  }

  #keepFinal(found: readonly CorrelationFinding[]): void {
    for (const one of found) if (one.isFinal) this.#correlated.push(one);
  }

  #ofCorrelation(found: CorrelationFinding): Finding {
    const { correlation, group, first, last, count, references } = found;
    const evidence: Evidence[] = [];
    const hosts = new Set<string>();
    for (const { host, event } of this.#entities.citedRecords(new Set(references.slice(0, MAX_CITED)))) {
      hosts.add(host);
      evidence.push(...this.#entities.cite(event));
    }
    const names = [...hosts].sort();
    const of = group.map(({ field, value }) => `${field} ${shortened(value)}`).join(', ');
    const until = `${formatTime(first.ms, first.ticks)} to ${formatTime(last.ms, last.ticks)}`;
    const text = `correlation of ${count} ${count === 1 ? 'event' : 'events'}, ${until}${of === '' ? '' : `, of ${of}`}`;
    return {
      ...stated(correlation, text, evidence),
      id: digestId(['finding', 'rule', keyOf(correlation), found.key]),
      host: names[0] ?? '-',
      hosts: names,
      subscriptions: [],
      time: formatTime(first.ms, first.ticks),
      count,
      aliases: found.aliases.map((alias) => digestId(['finding', 'rule', keyOf(correlation), alias])).sort(),
      evidence,
    };
  }
}

/** A reader of its own: the matcher's moves on to what the event implies. */
function fieldsOf({ route, seen }: EventHit): EventFields {
  const fields = new EventFields(route);
  fields.moveTo(seen);
  return fields;
}

/** Groups as findings; hits of one rule on records of one dossier are one, whichever of them it saw (SETTLED E3, E7). */
function mergedByDossier(groups: readonly Group[], dossierOf: ReadonlyMap<string, string>): Finding[] {
  const subject = (group: Group): string | undefined =>
    [...group.records].map((id) => dossierOf.get(id)).find((id) => id !== undefined);
  const units = Map.groupBy(groups, (group) =>
    JSON.stringify([
      group.rule.index,
      group.host,
      subject(group) ?? group.matched.map(({ field, values }) => [field, values]),
    ]),
  );
  return [...units.values()].map((unit) => {
    const ordered = unit.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
    const [first] = ordered as [Group, ...Group[]];
    const evidence = firstOf(ordered);
    const dossier = subject(first);
    const values = first.matched.map(({ field, values }) => [field, [...values]] as const);
    const text = `rule matched${first.matched.length === 0 ? '' : ` on ${shownValues(first.matched)}`}`;
    const blind = [...new Set(ordered.flatMap(({ blindFilters }) => blindFilters))].sort();
    const unfiltered =
      blind.length === 0 ? '' : `; filters on ${blind.join(', ')} saw nothing: these records have no such field`;
    return {
      ...stated(first.rule, `${text}${unfiltered}`, evidence),
      id: digestId([
        'finding',
        'rule',
        keyOf(first.rule),
        first.host,
        dossier ?? values.map(([field, list]) => [field, list]),
      ]),
      host: first.host,
      hosts: [first.host],
      subscriptions: dossier === undefined ? [] : [dossier],
      time: first.time,
      count: ordered.reduce((sum, { count }) => sum + count, 0),
      aliases: [],
      evidence,
    };
  });
}

/** Evidence of the first records of all groups, each record once. */
function firstOf(groups: readonly Group[]): readonly Evidence[] {
  const seen = new Set<string>();
  const evidence: Evidence[] = [];
  for (const item of groups.flatMap((group) => group.evidence)) {
    const id = item.record ?? '';
    if (!seen.has(id) && seen.size >= MAX_CITED) continue;
    seen.add(id);
    evidence.push(item);
  }
  return evidence;
}

type Stated = Pick<
  Finding,
  'rule' | 'title' | 'level' | 'score' | 'terms' | 'scope' | 'accounts' | 'candidates' | 'attack'
>;

/** What every finding of a rule says of the rule; the score is that of its level and nothing more. */
function stated(
  { metadata }: Pick<CompiledRule | CompiledCorrelation, 'metadata'>,
  text: string,
  evidence: readonly Evidence[],
): Stated {
  const { level, score, terms } = scoreOf(metadata.level ?? DEFAULT_LEVEL, text, [], [], evidence.slice(0, 1));
  return {
    rule: creditOf(metadata),
    title: metadata.title,
    level,
    score,
    terms,
    scope: 'custom',
    accounts: [],
    candidates: [],
    attack: techniquesOf(metadata),
  };
}

function creditOf({ id, title, author, license, file, references }: Metadata): RuleCredit {
  return {
    ...(id === undefined ? {} : { id }),
    title,
    ...(author === undefined ? {} : { author }),
    ...(license === undefined ? {} : { license }),
    path: file,
    references,
  };
}

/** Techniques as the rule tags them. */
function techniquesOf({ tags }: Metadata): Finding['attack'] {
  const ids = tags.flatMap((tag) => /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag)?.[1]?.toUpperCase() ?? []);
  return [...new Set(ids)].sort().map((id) => ({ new: id, old: [id] }));
}

/** What a rule is known by in ids: its UUID, else its title; not where its file lies. */
function keyOf({ metadata }: Pick<CompiledRule | CompiledCorrelation, 'metadata'>): string {
  return metadata.id?.toLowerCase() ?? metadata.title;
}

function shownValues(matched: readonly MatchedValue[]): string {
  const shown = matched
    .slice(0, MAX_SHOWN_VALUES)
    .map(({ field, values }) => `${field} ${shortened(values.join(' | '))}`);
  const more = matched.length - shown.length;
  return `${shown.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}

function shortened(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN).toWellFormed()}…`;
}

function timeOf({ timeMs, timeTicks }: Event): string {
  return isPrintableMs(timeMs) ? formatTime(timeMs, timeTicks) : secondOf(timeMs);
}
