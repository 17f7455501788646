import { type CitedRecord, type ClockOffset, Entities, HostTable } from '../entities/index.ts';
import { Joins } from '../joins/index.ts';
import { type Dossier, SubscriptionAssembler } from '../subscriptions/index.ts';
import { type HitFinder, ObjectMatcher } from '../taxonomy/index.ts';
import {
  type CoverageCount,
  type Event,
  type Gap,
  isKept,
  isPrintableMs,
  type Pieces,
  toEnd,
} from '../windows/index.ts';
import { checkCatalogue } from './analytic.ts';
import { ClearedLogs, CommandLineCount, HostGaps, notEvaluatedOf } from './blind.ts';
import { CATALOGUE, SUBSCRIPTION_ANALYTICS, WATCH_ANALYTICS } from './catalogue/index.ts';
import { citedIds, inDossier, inFinding, inJudged, withoutLostRecords } from './cited.ts';
import { type EngineFacts, engineFacts } from './engine-facts.ts';
import type { AnalyticFinding, JudgedFinding, TiedFinding } from './finding.ts';
import { compareFindings, judgeProcess } from './findings.ts';
import type { LogSign } from './log-finding.ts';
import { PackWatch } from './pack/pack-watch.ts';
import { PayloadReader } from './payload-reader.ts';
import { Presence } from './presence.ts';
import { ProcessWatch } from './process-watch.ts';
import { RepeatedNames } from './repeated-names.ts';
import { Routes, type Taker } from './routes.ts';
import { RuleWatch } from './rule-watch.ts';
import { Sight } from './sight.ts';
import type { Bench, Watch } from './watch.ts';

/** What a hunt or a live run knows before the first event. */
export interface EngineContext {
  /** Counters of everything that was read, by which names of hosts are folded and gaps are told. */
  readonly coverage: readonly CoverageCount[];
  /** The hosts that coverage tells; default: they are made of it. */
  readonly hosts?: HostTable;
  /** Rules of the user's own. */
  readonly rules?: HitFinder;
  /** Rules of our own pack. */
  readonly pack?: HitFinder;
  /** Event time before which nothing more is expected, Unix milliseconds; default: all is there, as in a batch. */
  readonly watermarkMs?: number;
}

export interface EngineResult {
  /** Sorted by first-seen time, host, id. */
  readonly dossiers: readonly Dossier[];
  /** Sorted by time, host, id. */
  readonly findings: readonly AnalyticFinding[];
  /** Of the user's own rules, sorted like the others: they join an incident of ours at most. */
  readonly ruleFindings: readonly TiedFinding[];
  /** Hits of the user's own rules by position. */
  readonly ruleHits: ReadonlyMap<number, number>;
  /** The same as `findings`, with what they are joined by. */
  readonly judged: readonly JudgedFinding[];
  /** What records show of an edit of their logs, by log and time: T13 is told of them and of what whole files show. */
  readonly signs: readonly LogSign[];
  /** What incidents ask about the evidence (L2). */
  readonly facts: EngineFacts;
  /** The cited records, whole. */
  readonly records: readonly CitedRecord[];
  /** Of every host: made when they are asked for. */
  readonly gaps: readonly Gap[];
  /** Those of one host. */
  gapsOf(host: string): readonly Gap[];
  /** What the clocks of two hosts differ by, of all that can be compared (SETTLED C4): made when it is asked for. */
  clocks(): readonly ClockOffset[];
  readonly notEvaluated: readonly { readonly analytic: string; readonly missing: readonly string[] }[];
  /** Rows that bounded tables let go of (L15); tables that lost nothing are left out. */
  readonly evicted: Readonly<Record<string, number>>;
}

/**
 * Joins and judges, the same for batch and live (L8): events come in order of time; a process waits two seconds for its
 * second record and its logon, and is judged when the dossiers are known.
 */
export class Engine {
  readonly #hosts: HostTable;
  readonly #entities: Entities;
  readonly #joins: Joins;
  readonly #dossiers: SubscriptionAssembler;
  readonly #bench: Bench;
  readonly #processes: ProcessWatch;
  readonly #watches: readonly Watch[];
  /** Those of them that ask for starts, and for the time: asked for every record, which few of them answer. */
  readonly #starting: readonly Watch[];
  readonly #settling: readonly Watch[];
  readonly #routes: Routes;
  readonly #coverage: readonly CoverageCount[];
  /** What coverage shows, from the end of the run on: nobody asks before. */
  readonly #sight = new Sight();
  readonly #rules: RuleWatch | undefined;
  readonly #pack: PackWatch | undefined;
  readonly #cleared = new ClearedLogs();
  readonly #presence = new Presence();
  readonly #commandLines = new CommandLineCount();
  readonly #repeated: RepeatedNames;
  #nowMs = Number.NEGATIVE_INFINITY;

  constructor(context: EngineContext) {
    const problems = checkCatalogue(CATALOGUE);
    if (problems.length > 0) throw new Error(`the catalogue of analytics is not valid: ${problems.join('; ')}`);
    this.#hosts = context.hosts ?? HostTable.from(context.coverage);
    this.#entities = new Entities(this.#hosts);
    this.#coverage = context.coverage;
    this.#repeated = new RepeatedNames(this.#entities);
    this.#joins = new Joins(this.#entities);
    this.#rules =
      context.rules === undefined ? undefined : new RuleWatch(context.rules, this.#entities, context.watermarkMs);
    this.#dossiers = new SubscriptionAssembler(this.#entities, { sources: this.#joins });
    const payloads = new PayloadReader();
    this.#processes = new ProcessWatch(this.#entities, this.#joins, payloads);
    this.#bench = { entities: this.#entities, joins: this.#joins, sight: this.#sight, payloads };
    this.#pack =
      context.pack === undefined
        ? undefined
        : new PackWatch(context.pack, new ObjectMatcher(context.pack.rules), this.#bench);
    this.#watches = WATCH_ANALYTICS.map((analytic) => analytic.open(this.#bench));
    this.#starting = this.#watches.filter(({ started }) => started !== undefined);
    this.#settling = this.#watches.filter(({ settle }) => settle !== undefined);
    this.#routes = new Routes([...this.#watches.filter(isTaker), this.#cleared, this.#commandLines]);
  }

  /** Event time before which nothing more is expected, from here on; it goes forward only. */
  expectFrom(watermarkMs: number): void {
    this.#rules?.expectFrom(watermarkMs);
  }

  /** True where an engine that expects nothing before a later time from its beginning on might know something else by now. */
  get hasHeldBack(): boolean {
    return this.#rules?.hasHeldBack === true;
  }

  /** Takes the next event. It need not outlive the call: what is kept is detached. */
  accept(event: Event): void {
    const host = this.#entities.hostKey(event.computer);
    // An object at rest is no record of a log: it joins nothing by time, and closes no window of those that do.
    const isLogged = event.sight === undefined && event.look === undefined;
    if (isLogged) {
      this.#rules?.accept(host, event);
      this.#pack?.accept(host, event);
      this.#repeated.accept(host, event);
      // What only a rule or such a sign asked for is no record of the analytics.
      const isAskedFor = event.repeatsNames === true || (this.#rules ?? this.#pack) !== undefined;
      if (isAskedFor && !isKept(event)) return;
    }
    if (isLogged && isPrintableMs(event.timeMs) && event.timeMs > this.#nowMs) {
      this.#nowMs = event.timeMs;
      this.#settle(event.timeMs);
    }
    this.#entities.accept(event, host);
    if (isLogged) this.#joins.accept(event);
    this.#dossiers.accept(event, host);
    this.#routes.accept(host, event);
    if (isLogged) this.#presence.accept(host, event);
  }

  /**
   * Ends the run: every window is closed, whatever the time. `coverage` is given where more was counted since the run began, of
   * which the same hosts are told.
   */
  finish(coverage?: readonly CoverageCount[]): EngineResult {
    return toEnd(this.finishing(coverage));
  }

  /** The same in pieces, between which the engine is to be asked for nothing. */
  *finishing(coverage: readonly CoverageCount[] = this.#coverage): Pieces<EngineResult> {
    this.#sight.learn(coverage, this.#hosts);
    this.#settle(Number.POSITIVE_INFINITY);
    yield;
    const assembled = this.#dossiers.finish();
    const byId = new Map(assembled.map((dossier) => [dossier.id, dossier]));
    const judged: JudgedFinding[] = [];
    for (const process of this.#processes.cases()) {
      for (const one of judgeProcess(process, byId, this.#dossiers, this.#bench)) judged.push(one);
    }
    for (const { judge } of SUBSCRIPTION_ANALYTICS) {
      for (const one of judge(assembled, this.#bench)) judged.push(one);
    }
    for (const watch of this.#watches) {
      for (const one of watch.finish({ dossiers: assembled, findings: [...judged] })) judged.push(one);
    }
    yield;
    const packed = this.#pack === undefined ? undefined : yield* this.#pack.finishing(assembled, judged);
    yield;
    for (const one of packed?.findings ?? []) judged.push(one);
    const absorbed = mergedLists([...this.#watches.map((watch) => watch.absorbed), packed?.absorbed]);
    const named = assembled.map((dossier) => withAliases(packed?.tools.onDossier(dossier) ?? dossier, absorbed));
    for (const [at, found] of judged.entries()) {
      const finding = packed?.tools.onFinding(found.finding) ?? found.finding;
      judged[at] = { ...found, finding: withAliases(finding, absorbed) };
    }
    judged.sort((a, b) => compareFindings(a.finding, b.finding));
    yield;
    const hasLost = (this.#entities.evicted['citedRecords'] ?? 0) > 0;
    const placed = withoutLostRecords((id) => this.#entities.hostOfRecord(id) !== undefined);
    const ruled = this.#rules?.finish(assembled);
    const dossiers = hasLost ? named.map((dossier) => inDossier(dossier, placed)) : named;
    const told = hasLost ? judged.map((finding) => inJudged(finding, placed)) : judged;
    const findings = told.map(({ finding }) => finding);
    const signs = this.#repeated.signs().map(({ evidence, ...sign }) => {
      const cited = evidence ?? [];
      return { ...sign, evidence: hasLost ? placed(cited) : cited };
    });
    const ruleFindings = (ruled?.findings ?? []).map((tied) =>
      hasLost ? { ...tied, finding: inFinding(tied.finding, placed) } : tied,
    );
    const gaps = new HostGaps({
      sight: this.#sight,
      cleared: this.#cleared,
      withoutCommandLines: this.#commandLines.blindHosts(),
      dossiers,
      findings,
    });
    return {
      dossiers,
      findings,
      ruleFindings,
      ruleHits: ruled?.hits ?? new Map(),
      judged: told,
      signs,
      facts: engineFacts({
        entities: this.#entities,
        sight: this.#sight,
        presence: this.#presence,
        cleared: this.#cleared,
        sourcesOf: (id) => this.#dossiers.sourcesOf(id),
      }),
      records: this.#entities.citedRecords(
        citedIds(
          dossiers,
          told,
          dossiers.flatMap(({ id }) => this.#dossiers.sourcesOf(id)),
          ruleFindings.map(({ finding }) => finding),
          signs.flatMap(({ evidence }) => evidence),
        ),
      ),
      get gaps() {
        return gaps.all();
      },
      gapsOf: (host) => gaps.of(host),
      clocks: () => this.#entities.clocks.all(),
      notEvaluated: notEvaluatedOf(this.#sight),
      evicted: this.#evicted(),
    };
  }

  #settle(nowMs: number): void {
    for (const start of this.#entities.settle(nowMs)) {
      this.#processes.started(start);
      this.#dossiers.processStarted(start);
      this.#pack?.started(start);
      for (const watch of this.#starting) watch.started?.(start);
    }
    this.#joins.settle(nowMs);
    this.#processes.settle(nowMs);
    this.#dossiers.settle(nowMs);
    for (const watch of this.#settling) watch.settle?.(nowMs);
  }

  #evicted(): Record<string, number> {
    const tables = {
      ...this.#entities.evicted,
      ...this.#joins.evicted,
      ...this.#processes.evicted,
      ...this.#dossiers.evicted,
      ...this.#rules?.evicted,
      ...this.#pack?.evicted,
      ...mergedCounts(this.#watches.map(({ evicted }) => evicted)),
      clearedLogs: this.#cleared.evicted,
      presence: this.#presence.evicted,
      repeatedNames: this.#repeated.evicted,
    };
    const lossy = Object.entries(tables).filter(([, count]) => count > 0);
    return Object.fromEntries(lossy.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** True for a watch that follows records; one that does not say which ones is a bug. */
function isTaker(watch: Watch): watch is Watch & Taker {
  if ((watch.takes === undefined) !== (watch.accept === undefined)) throw new Error('a watch takes records, or none');
  return watch.takes !== undefined;
}

/** With the ids of what it tells as well, and which was therefore not raised (L14). */
function withAliases<T extends { readonly id: string; readonly aliases: readonly string[] }>(
  named: T,
  absorbed: ReadonlyMap<string, readonly string[]>,
): T {
  const more = absorbed.get(named.id);
  return more === undefined ? named : { ...named, aliases: [...new Set([...named.aliases, ...more])].sort() };
}

/** Several tables of lists as one; lists of one key are put together. */
function mergedLists(
  tables: readonly (ReadonlyMap<string, readonly string[]> | undefined)[],
): ReadonlyMap<string, readonly string[]> {
  const merged = new Map<string, readonly string[]>();
  for (const [key, list] of tables.flatMap((table) => [...(table ?? [])])) {
    merged.set(key, [...(merged.get(key) ?? []), ...list]);
  }
  return merged;
}

/** Counts of several tables by name; names that two have are added up. */
function mergedCounts(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum = new Map<string, number>();
  for (const [name, count] of counts.flatMap((table) => Object.entries(table))) {
    sum.set(name, (sum.get(name) ?? 0) + count);
  }
  return Object.fromEntries(sum);
}
