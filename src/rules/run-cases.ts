import { compileOptions, type RuleMapping } from '../intake/index.ts';
import {
  type CompiledCorrelation,
  type CompiledRule,
  Correlator,
  compileRules,
  type Problem,
  parseRules,
  type RuleSource,
  type Rules,
  STATUSES,
} from '../sigma/index.ts';
import { EventFields, EventMatcher, ObjectMatcher } from '../taxonomy/index.ts';
import type { Event } from '../windows/index.ts';
import { eventOfCase } from './case-event.ts';
import { type EventExplanation, explainEvent, explainObject } from './explain-event.ts';
import type { RuleCase } from './read-cases.ts';

/** What came of one case. */
export interface CaseResult {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly expect: 'hit' | 'miss';
  readonly isRight: boolean;
  /** Titles of the rules that hit. */
  readonly hits: readonly string[];
  /** Why not, where it is not right: rules on events, or on the object. */
  readonly explanations: readonly CaseExplanation[];
  /** Why the case could not be tried. */
  readonly trouble?: string;
}

export interface CaseExplanation {
  readonly rule: string;
  /** From 1; absent where the case has an object. */
  readonly event?: number;
  readonly explanation: EventExplanation;
}

/** A case does not say where its object was seen. */
const SERVICES: ReadonlySet<string> = new Set(['subscription', 'repository', 'audit']);
/** Explanations that a failed case gives. */
const MAX_EXPLANATIONS = 4;

type AnyRule = CompiledRule | CompiledCorrelation;

/** What one file of rules has to be tried. */
interface Bench {
  readonly rules: readonly CompiledRule[];
  readonly correlations: readonly CompiledCorrelation[];
  /** Tries these rules, and those of other files that their correlations are made of. */
  readonly matcher: EventMatcher;
  readonly objects: ObjectMatcher;
  /** Rules that only correlations of this file use: they say nothing by themselves. */
  readonly silent: ReadonlySet<AnyRule>;
}

/**
 * Tries rules on cases. All files are compiled together, as a hunt does: filters hold back the rules that they name, and
 * correlations find their members, wherever these stand.
 *
 * ```ts
 * const runner = new CaseRunner(sources);
 * for (const one of cases) console.log(runner.run(one, 'a.cases.yml', 'a.yml').isRight);
 * ```
 */
export class CaseRunner {
  readonly #rules: Rules;
  readonly #problems: readonly Problem[];
  readonly #sources: ReadonlyMap<string, RuleSource>;
  readonly #benches = new Map<string, Bench>();

  constructor(sources: readonly RuleSource[], mapping: RuleMapping = {}) {
    const { rules, problems } = compileRules(sources, { ...compileOptions(mapping), statuses: STATUSES });
    this.#rules = rules;
    this.#problems = problems;
    this.#sources = new Map(sources.map((source) => [source.file, source]));
  }

  /** Tries a case of `casesFile` on the rules of `rulesFile`. */
  run(one: RuleCase, casesFile: string, rulesFile: string): CaseResult {
    const { name, expect, line, rule: wanted } = one;
    const result = { file: casesFile, line, name, expect, explanations: [] };
    const bench = this.#benchOf(rulesFile);
    const isWanted = ({ metadata: { id, name: own, title } }: AnyRule): boolean =>
      wanted === undefined || [id, own, title].some((key) => key?.toLowerCase() === wanted.toLowerCase());
    const tried: ReadonlySet<AnyRule> = new Set([...bench.rules, ...bench.correlations].filter(isWanted));
    if (tried.size === 0) {
      const none = wanted === undefined ? 'The file beside it has no rule.' : `There is no rule "${wanted}" beside it.`;
      return { ...result, isRight: false, hits: [], trouble: this.#troubleOf(rulesFile) ?? none };
    }
    const events = one.events.map((event, i) => eventOfCase(event, i + 1));
    const found = one.object === undefined ? this.#hitsOf(events, bench) : this.#objectHitsOf(one.object, bench);
    const telling = found.filter((hit) => tried.has(hit) && (wanted !== undefined || !bench.silent.has(hit)));
    const hits = [...new Set(telling.map(({ metadata }) => metadata.title))];
    const isRight = hits.length > 0 === (expect === 'hit');
    if (isRight) return { ...result, isRight, hits };
    const told = bench.rules.filter((rule) => tried.has(rule) && (expect === 'hit' || telling.includes(rule)));
    return { ...result, isRight, hits, explanations: explanationsOf(one, told, events) };
  }

  #troubleOf(rulesFile: string): string | undefined {
    const errors = this.#problems.filter(({ severity }) => severity === 'error');
    const ids = this.#idsIn(rulesFile);
    // Of two rules of one id the second is told of, and both are refused.
    const wrong =
      errors.find(({ file }) => file === rulesFile) ??
      errors.find(({ ruleId }) => ruleId !== undefined && ids.has(ruleId.toLowerCase()));
    return wrong === undefined ? undefined : `${wrong.file}:${wrong.line}:${wrong.column} ${wrong.message}`;
  }

  #benchOf(file: string): Bench {
    const known = this.#benches.get(file);
    if (known !== undefined) return known;
    const isOwn = this.#ownedBy(file);
    const rules = this.#rules.rules.filter(isOwn);
    const correlations = this.#rules.correlations.filter(isOwn);
    const members = this.#membersOf(correlations);
    const tried = { rules: this.#rules.rules.filter((rule) => members.has(rule) || isOwn(rule)), correlations: [] };
    const bench: Bench = {
      rules,
      correlations,
      matcher: new EventMatcher(tried),
      objects: new ObjectMatcher(tried),
      silent: new Set([...members].filter(({ isMuted }) => isMuted)),
    };
    this.#benches.set(file, bench);
    return bench;
  }

  /** Of equal rules in several files the first counts (SIGMA 1), for the cases of each. */
  #ownedBy(file: string): (rule: AnyRule) => boolean {
    const all: readonly AnyRule[] = [...this.#rules.rules, ...this.#rules.correlations];
    if (all.some(({ metadata }) => metadata.file === file)) return ({ metadata }) => metadata.file === file;
    const ids = this.#idsIn(file);
    return ({ metadata: { id } }) => id !== undefined && ids.has(id.toLowerCase());
  }

  #idsIn(file: string): ReadonlySet<string> {
    const source = this.#sources.get(file);
    const documents = source === undefined ? [] : parseRules(source.text, file).documents;
    return new Set(documents.flatMap(({ id }) => id?.toLowerCase() ?? []));
  }

  /** All that correlations are made of, however deep. */
  #membersOf(correlations: readonly CompiledCorrelation[]): ReadonlySet<AnyRule> {
    const members = new Set<AnyRule>();
    const visit = (one: CompiledCorrelation): void => {
      for (const { kind, index } of one.members) {
        const member = kind === 'rule' ? this.#rules.rules[index] : this.#rules.correlations[index];
        if (member === undefined || members.has(member)) continue;
        members.add(member);
        if (member.kind === 'correlation') visit(member);
      }
    };
    for (const one of correlations) visit(one);
    return members;
  }

  #objectHitsOf(object: NonNullable<RuleCase['object']>, { objects }: Bench): readonly AnyRule[] {
    return objects.match(SERVICES, object).map(({ rule }) => rule);
  }

  /** Rules and correlations that hit any of the events. */
  #hitsOf(events: readonly Event[], { matcher, correlations }: Bench): readonly AnyRule[] {
    const found: AnyRule[] = [];
    const correlator = correlations.length === 0 ? undefined : new Correlator(this.#rules);
    for (const event of events) {
      const hits = matcher.match(event);
      for (const { rule } of hits) found.push(rule);
      if (hits.length === 0 || correlator === undefined) continue;
      const findings = correlator.add({
        time: { ms: event.timeMs, ticks: event.timeTicks },
        source: event.place.source.file,
        host: event.computer,
        recordId: event.recordId,
        reference: String(event.recordId),
        hits: hits.map(({ rule, ruled, route, seen, conditions }) => {
          const fields = new EventFields(route);
          fields.moveTo(seen);
          return { rule, route: ruled, fields, conditions };
        }),
      });
      for (const { correlation } of findings) found.push(correlation);
    }
    for (const { correlation } of correlator?.finish() ?? []) found.push(correlation);
    return found;
  }
}

/** True for a file of nothing but filters, whose cases are those of the rules that they name. */
export function holdsFiltersOnly({ file, text }: RuleSource): boolean {
  if (!/^filter\s*:/m.test(text)) return false;
  const { documents } = parseRules(text, file);
  return documents.length > 0 && documents.every(({ kind }) => kind === 'filter');
}

/** Why a case is not what it should be: each rule on each event, or on the object; of a miss those that hold. */
function explanationsOf(
  { expect, object }: RuleCase,
  rules: readonly CompiledRule[],
  events: readonly Event[],
): readonly CaseExplanation[] {
  const explained = rules.flatMap((rule): readonly CaseExplanation[] => {
    const { title } = rule.metadata;
    if (object !== undefined) return [{ rule: title, explanation: explainObject(rule, object) }];
    return events.map((event, i) => ({ rule: title, event: i + 1, explanation: explainEvent(rule, event) }));
  });
  return explained.filter(({ explanation }) => expect === 'hit' || explanation.holds).slice(0, MAX_EXPLANATIONS);
}
