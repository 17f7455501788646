import { digestId } from '../bytes/index.ts';
import { type Entities, FairTable, recordIdOf } from '../entities/index.ts';
import {
  type CompiledCorrelation,
  type CompiledRule,
  type CorrelationFinding,
  Correlator,
  type MatchedValue,
  matchedValues,
} from '../sigma/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { type EventHit, type EventMatcher, ObjectMatcher } from '../taxonomy/index.ts';
import { type Event, type Evidence, formatTime, isPrintableMs } from '../windows/index.ts';
import { type Actor, actorOf, glueOfActor } from './actor.ts';
import type { Finding, Glue, TiedFinding } from './finding.ts';
import { compareFindings } from './findings.ts';
import { objectHits } from './object-hits.ts';
import { OpenBindings } from './open-bindings.ts';
import {
  creditOf,
  DEFAULT_LEVEL,
  fieldsOf,
  keyOf,
  matchedWords,
  shortened,
  techniquesOf,
  timeOf,
  unfilteredWords,
} from './rule-words.ts';
import { scoreOf } from './scoring.ts';

/** Groups of hits of one run; a group of the table is one rule and host, so that a noisy rule loses its own. */
const GROUPS = { max: 100_000, quota: 10_000 };
/** Records that a finding of a rule cites; all are counted. */
const MAX_CITED = 32;
/** Of findings that only the subscriptions they are about may tie to an incident. */
const UNTIED: Glue = { processes: [], logons: [], accounts: [], firstMs: 0, lastMs: 0 };

interface Group {
  readonly rule: CompiledRule;
  readonly host: string;
  readonly matched: readonly MatchedValue[];
  /** Fields of negations alone that no event of this route has: its filters held nothing back. */
  readonly blindFilters: readonly string[];
  time: string;
  /** Of the first record. */
  actor: Actor;
  firstMs: number;
  lastMs: number;
  count: number;
  /** Ids of the records behind it, as far as they are cited. */
  readonly records: Set<string>;
  readonly evidence: Evidence[];
}

/** What a user's rules said of a run. */
export interface RuleFindings {
  /** Sorted as findings are. */
  readonly findings: readonly TiedFinding[];
  /** Hits by rule, by its position, whatever became of them. */
  readonly hits: ReadonlyMap<number, number>;
}

/**
 * Tries rules on every event in order of time, and makes one finding of all hits of one rule on one host with the same values
 * (SETTLED E7). It changes no sum of our own.
 */
export class RuleWatch {
  readonly #bindings: OpenBindings;
  readonly #entities: Entities;
  readonly #objects: ObjectMatcher;
  readonly #correlator: Correlator;
  readonly #hasCorrelations: boolean;
  readonly #groups = new FairTable<Group>(GROUPS);
  readonly #correlated: CorrelationFinding[] = [];
  readonly #hits = new Map<number, number>();

  constructor(matcher: EventMatcher, entities: Entities) {
    this.#bindings = new OpenBindings(matcher);
    this.#entities = entities;
    this.#objects = new ObjectMatcher(matcher.rules);
    this.#correlator = new Correlator(matcher.rules, { isSorted: true });
    this.#hasCorrelations = matcher.rules.correlations.length > 0;
  }

  get evicted(): Readonly<Record<string, number>> {
    return { ruleHits: this.#groups.evicted, ruleBindings: this.#bindings.evicted };
  }

  /** Takes the next event; it need not outlive the call. */
  accept(host: string, event: Event): void {
    const hits = this.#bindings.match(host, event);
    if (hits.length === 0) return;
    this.#take(host, event, hits);
    if (this.#hasCorrelations) this.#correlate(host, event, hits);
  }

  #take(host: string, event: Event, hits: readonly EventHit[]): void {
    for (const hit of hits) {
      this.#hits.set(hit.rule.index, (this.#hits.get(hit.rule.index) ?? 0) + 1);
      if (!hit.rule.isMuted) this.#note(host, event, hit);
    }
  }

  finish(dossiers: readonly Dossier[]): RuleFindings {
    if (this.#hasCorrelations) this.#keepFinal(this.#correlator.finish());
    // No correlation sees these: its time has passed. They count only what holds either way.
    for (const { host, event, hits } of this.#bindings.settle(dossiers)) this.#take(host, event, hits);
    const dossierOf = new Map<string, string>();
    for (const { id, evidence } of dossiers) {
      for (const { record } of evidence) if (record !== undefined) dossierOf.set(record, id);
    }
    const findings = [
      ...mergedByDossier([...this.#groups.values()], dossierOf, this.#entities),
      ...this.#correlated.map((found) => ({ finding: this.#ofCorrelation(found), glue: UNTIED })),
      ...dossiers.flatMap((dossier) => this.#ofDossier(dossier)),
    ].sort((a, b) => compareFindings(a.finding, b.finding));
    return { findings, hits: this.#hits };
  }

  /** Rules over Triad's own objects: one finding a rule and dossier, and no word about the dossier's own sum (SETTLED E8). */
  #ofDossier(dossier: Dossier): readonly TiedFinding[] {
    const heard = objectHits(this.#objects, dossier).filter(({ rule }) => !rule.isMuted);
    for (const { rule } of heard) this.#hits.set(rule.index, (this.#hits.get(rule.index) ?? 0) + 1);
    return heard.map(({ rule, ruled, conditions, fields }) => {
      const text = matchedWords(matchedValues(ruled, conditions, fields));
      return {
        finding: {
          ...stated(rule, `${text}${unfilteredWords(ruled.blindFilters)}`, dossier.evidence),
          id: digestId(['finding', 'rule', keyOf(rule), dossier.host, dossier.id]),
          host: dossier.host,
          hosts: [dossier.host],
          subscriptions: [dossier.id],
          time: dossier.firstSeen,
          ...(dossier.firstSeenIsBound === true ? { timeIsBound: true as const } : {}),
          count: 1,
          aliases: [],
          evidence: dossier.evidence,
        },
        glue: UNTIED,
      };
    });
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
        actor: actorOf(event),
        firstMs: event.timeMs,
        lastMs: event.timeMs,
        count: 0,
        records: new Set(),
        evidence: [],
      };
      this.#groups.set(ofRule, key, group);
    }
    group.count++;
    group.lastMs = Math.max(group.lastMs, event.timeMs);
    const time = timeOf(event);
    // A binding that had to wait for its answer stands where it belongs.
    const isFirst = time < group.time;
    if (isFirst) Object.assign(group, { time, actor: actorOf(event), firstMs: event.timeMs });
    if (group.records.size >= MAX_CITED) return;
    const evidence = this.#entities.cite(event);
    const id = evidence[0]?.record ?? recordIdOf(event, host);
    if (group.records.has(id)) return;
    group.records.add(id);
    if (isFirst) group.evidence.unshift(...evidence);
    else group.evidence.push(...evidence);
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

/** Groups as findings; hits of one rule on records of one dossier are one, whichever of them it saw (SETTLED E3, E7). */
function mergedByDossier(
  groups: readonly Group[],
  dossierOf: ReadonlyMap<string, string>,
  entities: Entities,
): TiedFinding[] {
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
    const text = matchedWords(first.matched);
    const unfiltered = unfilteredWords(ordered.flatMap(({ blindFilters }) => blindFilters));
    const finding: Finding = {
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
    const lastMs = Math.max(...ordered.map((group) => group.lastMs));
    return { finding, glue: glueOfActor(entities, first.host, first.actor, first.firstMs, lastMs) };
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
