import { compileOptions, type RuleMapping } from '../intake/index.ts';
import {
  type CompiledCorrelation,
  type CompiledRule,
  Correlator,
  compileRules,
  type RuleSource,
  type Rules,
  STATUSES,
} from '../sigma/index.ts';
import { EventFields, EventMatcher } from '../taxonomy/index.ts';
import type { Event, Instant } from '../windows/index.ts';
import { eventOfCase } from './case-event.ts';
import { type EventExplanation, explainEvent } from './explain-event.ts';
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
  /** Why not, where it is not right: rules on events. */
  readonly explanations: readonly CaseExplanation[];
  /** Why the case could not be tried. */
  readonly trouble?: string;
}

export interface CaseExplanation {
  readonly rule: string;
  /** From 1. */
  readonly event: number;
  readonly explanation: EventExplanation;
}

/** Events of a case stand a second apart where they have no time of their own. */
const FIRST: Instant = { ms: Date.UTC(2026, 0, 1), ticks: 0 };
/** Explanations that a failed case gives. */
const MAX_EXPLANATIONS = 4;

/** Rules of one file, ready for the cases beside it. */
export class CaseRunner {
  readonly #rules: Rules;
  readonly #trouble: string | undefined;

  constructor(source: RuleSource, mapping: RuleMapping = {}) {
    const { rules, problems } = compileRules([source], { ...compileOptions(mapping), statuses: STATUSES });
    this.#rules = rules;
    const wrong = problems.find(({ severity }) => severity === 'error');
    this.#trouble = wrong === undefined ? undefined : `${wrong.file}:${wrong.line}:${wrong.column} ${wrong.message}`;
  }

  run(one: RuleCase, file: string): CaseResult {
    const { name, expect, line, rule: wanted } = one;
    const result = { file, line, name, expect, explanations: [] };
    const isWanted = (rule: CompiledRule | CompiledCorrelation): boolean => {
      const { id, name: own, title } = rule.metadata;
      return wanted === undefined || [id, own, title].some((key) => key?.toLowerCase() === wanted.toLowerCase());
    };
    const rules = this.#rules.rules.filter(isWanted);
    const correlations = this.#rules.correlations.filter(isWanted);
    if (rules.length + correlations.length === 0) {
      const none = wanted === undefined ? 'The file beside it has no rule.' : `There is no rule "${wanted}" beside it.`;
      return { ...result, isRight: false, hits: [], trouble: this.#trouble ?? none };
    }
    const events = one.events.map((event, i) =>
      eventOfCase(event, i + 1, event.time ?? { ms: FIRST.ms + i * 1000, ticks: FIRST.ticks }),
    );
    const found = this.#hitsOf(events);
    const hits = [
      ...new Set(
        found
          .filter((hit) => (wanted !== undefined || !hit.isMuted) && isWanted(hit))
          .map(({ metadata }) => metadata.title),
      ),
    ];
    const isRight = hits.length > 0 === (expect === 'hit');
    if (isRight) return { ...result, isRight, hits };
    const told = rules.filter((rule) => expect === 'hit' || hits.includes(rule.metadata.title));
    const explanations = told.flatMap((rule) =>
      events.map((event, i) => ({ rule: rule.metadata.title, event: i + 1, explanation: explainEvent(rule, event) })),
    );
    const useful = explanations.filter(({ explanation }) => expect === 'hit' || explanation.holds);
    return { ...result, isRight, hits, explanations: useful.slice(0, MAX_EXPLANATIONS) };
  }

  /** Rules and correlations that hit any of the events. */
  #hitsOf(events: readonly Event[]): readonly (CompiledRule | CompiledCorrelation)[] {
    const matcher = new EventMatcher(this.#rules);
    const correlator = new Correlator(this.#rules);
    const found: (CompiledRule | CompiledCorrelation)[] = [];
    for (const event of events) {
      const hits = matcher.match(event);
      for (const { rule } of hits) found.push(rule);
      if (hits.length === 0) continue;
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
    for (const { correlation } of correlator.finish()) found.push(correlation);
    return found;
  }
}
