import { digestId } from '../bytes/index.ts';
import { type Entities, FairTable, recordIdOf } from '../entities/index.ts';
import {
  type CompiledCorrelation,
  type CompiledRule,
  type CorrelationFinding,
  Correlator,
  matchedValues,
} from '../sigma/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { type EventHit, type HitFinder, ObjectMatcher } from '../taxonomy/index.ts';
import { distinctEvidence, type Event, type Evidence, formatTime, isPrintableMs } from '../windows/index.ts';
import { actorOf, glueOfActor } from './actor.ts';
import type { Finding, Glue, TiedFinding } from './finding.ts';
import { compareFindings } from './findings.ts';
import {
  addRecord,
  citedOf,
  dossiersByRecord,
  HIT_BOUNDS,
  type HitGroup,
  keptValues,
  MAX_CITED,
  newHits,
  subjectOf,
  valueKey,
} from './hit-groups.ts';
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

/** Correlations that were found in one run; a group is one rule. */
const CORRELATED = { max: 20_000, quota: 2_000 };
/** Of findings that only the subscriptions they are about may tie to an incident. */
const UNTIED: Glue = { processes: [], logons: [], accounts: [], firstMs: 0, lastMs: 0 };

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
  readonly #groups = new FairTable<HitGroup>(HIT_BOUNDS);
  readonly #correlated = new FairTable<CorrelationFinding>(CORRELATED);
  #correlations = 0;
  readonly #hits = new Map<number, number>();

  /** `watermarkMs`: nothing is expected before it; what a window's close decides is told of windows that are over by then. */
  constructor(matcher: HitFinder, entities: Entities, watermarkMs: number = Number.POSITIVE_INFINITY) {
    this.#bindings = new OpenBindings(matcher);
    this.#entities = entities;
    this.#objects = new ObjectMatcher(matcher.rules);
    this.#correlator = new Correlator(matcher.rules, { isSorted: true, isOverBeforeMs: watermarkMs });
    this.#hasCorrelations = matcher.rules.correlations.length > 0;
  }

  /** Event time before which nothing more is expected, from here on. */
  expectFrom(watermarkMs: number): void {
    this.#correlator.isOverBefore(watermarkMs);
  }

  /** True where what was told so far hangs on the time before which nothing was expected then. */
  get hasHeldBack(): boolean {
    return this.#correlator.hasHeldBack;
  }

  get evicted(): Readonly<Record<string, number>> {
    return {
      ruleHits: this.#groups.evicted,
      ruleBindings: this.#bindings.evicted,
      ruleCorrelations: this.#correlated.evicted,
    };
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
    const dossierOf = dossiersByRecord(dossiers);
    const findings = oneAnId([
      ...mergedByDossier([...this.#groups.values()], dossierOf, this.#entities),
      ...[...this.#correlated.values()].map((found) => this.#ofCorrelation(found, dossierOf)),
      ...dossiers.flatMap((dossier) => this.#ofDossier(dossier)),
    ]);
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
    const matched = keptValues(hit);
    const key = digestId(['hits', valueKey(matched)]);
    const ofRule = `${hit.rule.index} ${host}`;
    let group = this.#groups.get(ofRule, key);
    if (group === undefined) {
      group = newHits(host, event, hit, matched);
      this.#groups.set(ofRule, key, group);
    }
    addRecord(group, event, this.#entities);
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
    for (const one of found) {
      if (one.isFinal) this.#correlated.set(String(one.correlation.index), String(this.#correlations++), one);
    }
  }

  /** Its members tie it: the subscriptions that they are of, and who did what they tell. */
  #ofCorrelation(found: CorrelationFinding, dossierOf: ReadonlyMap<string, string>): TiedFinding {
    const { correlation, group, first, last, count, references } = found;
    const evidence: Evidence[] = [];
    const hosts = new Set<string>();
    const glues: Glue[] = [];
    const subscriptions = new Set<string>();
    for (const { id, host, event } of this.#entities.citedRecords(new Set(references.slice(0, MAX_CITED)))) {
      hosts.add(host);
      evidence.push(...this.#entities.cite(event));
      glues.push(glueOfActor(this.#entities, host, actorOf(event), event.timeMs, event.timeMs));
      const dossier = dossierOf.get(id);
      if (dossier !== undefined) subscriptions.add(dossier);
    }
    const names = [...hosts].sort();
    const of = group.map(({ field, value }) => `${field} ${shortened(value)}`).join(', ');
    const until = `${formatTime(first.ms, first.ticks)} to ${formatTime(last.ms, last.ticks)}`;
    const text = `correlation of ${count} ${count === 1 ? 'event' : 'events'}, ${until}${of === '' ? '' : `, of ${of}`}`;
    const finding: Finding = {
      ...stated(correlation, text, evidence),
      id: digestId(['finding', 'rule', keyOf(correlation), found.key]),
      host: names[0] ?? '-',
      hosts: names,
      subscriptions: [...subscriptions].sort(),
      time: formatTime(first.ms, first.ticks),
      count,
      aliases: found.aliases.map((alias) => digestId(['finding', 'rule', keyOf(correlation), alias])).sort(),
      evidence,
    };
    return { finding, glue: mergedGlue(glues) };
  }
}

/** Groups as findings; hits of one rule on records of one dossier are one, whichever of them it saw (SETTLED E3, E7). */
function mergedByDossier(
  groups: readonly HitGroup[],
  dossierOf: ReadonlyMap<string, string>,
  entities: Entities,
): TiedFinding[] {
  const units = Map.groupBy(groups, (group) =>
    JSON.stringify([group.rule.index, group.host, subjectOf([group], dossierOf) ?? valueKey(group.matched)]),
  );
  return [...units.values()].map((unit) => {
    const ordered = unit.toSorted((a, b) => a.timeMs - b.timeMs || a.timeTicks - b.timeTicks);
    const [first] = ordered as [HitGroup, ...HitGroup[]];
    const evidence = citedOf(ordered);
    const dossier = subjectOf([first], dossierOf);
    const text = matchedWords(first.matched);
    const unfiltered = unfilteredWords(ordered.flatMap(({ blindFilters }) => blindFilters));
    const finding: Finding = {
      ...stated(first.rule, `${text}${unfiltered}`, evidence),
      id: digestId(['finding', 'rule', keyOf(first.rule), first.host, dossier ?? valueKey(first.matched)]),
      host: first.host,
      hosts: [first.host],
      subscriptions: dossier === undefined ? [] : [dossier],
      time: timeOf(first),
      count: ordered.reduce((sum, { count }) => sum + count, 0),
      aliases: [],
      evidence,
    };
    const glues = ordered.flatMap(({ host, sights }) =>
      sights.slice(0, MAX_CITED).map(({ actor, atMs }) => glueOfActor(entities, host, actor, atMs, atMs)),
    );
    return { finding, glue: mergedGlue(glues.slice(0, MAX_CITED)) };
  });
}

/** What any of them is tied by, in their order. */
function mergedGlue(glues: readonly Glue[]): Glue {
  if (glues.length === 0) return UNTIED;
  const processes = new Map(glues.flatMap((glue) => glue.processes.map((one) => [one.key, one] as const)));
  return {
    processes: [...processes.values()],
    logons: [...new Set(glues.flatMap(({ logons }) => logons))],
    accounts: [...new Set(glues.flatMap(({ accounts }) => accounts))],
    firstMs: Math.min(...glues.map(({ firstMs }) => firstMs)),
    lastMs: Math.max(...glues.map(({ lastMs }) => lastMs)),
  };
}

/** Sorted, each id once: rules without an id are known by their titles, and two of one title say one thing of one subject. */
function oneAnId(findings: readonly TiedFinding[]): readonly TiedFinding[] {
  const byId = Map.groupBy(
    findings.toSorted((a, b) => compareFindings(a.finding, b.finding)),
    ({ finding }) => finding.id,
  );
  return [...byId.values()].map((same) => {
    const [first] = same as [TiedFinding, ...TiedFinding[]];
    if (same.length === 1) return first;
    const worst = same.reduce((most, one) => (one.finding.score > most.finding.score ? one : most), first);
    const finding: Finding = {
      ...worst.finding,
      time: first.finding.time,
      count: same.reduce((sum, one) => sum + one.finding.count, 0),
      evidence: distinctEvidence(citedOf(same.map((one) => one.finding))),
    };
    return { finding, glue: mergedGlue(same.map(({ glue }) => glue)) };
  });
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
