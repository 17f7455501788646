import { type ConditionNode, parseCondition } from '../parse/condition.ts';
import type { Report } from '../parse/problem.ts';
import { spanInScalar } from '../parse/scalar-offset.ts';
import type { SourceText, Span } from '../parse/source.ts';
import { type Entry, entryOf, listOf, type MapNode, type ScalarNode, type TreeNode, textOf } from '../parse/tree.ts';
import { type Comparison, numberOf } from '../values/number.ts';

export const CORRELATION_TYPES = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'value_sum',
  'value_avg',
  'value_percentile',
  'value_median',
] as const;
export type CorrelationType =
  | 'event_count'
  | 'value_count'
  | 'temporal'
  | 'temporal_ordered'
  | 'value_sum'
  | 'value_avg'
  | 'value_percentile'
  | 'value_median';

export interface RuleReference {
  /** Id or name, as written. */
  readonly text: string;
  readonly at: Span;
}

export interface Predicate {
  readonly comparison: Comparison;
  readonly bound: number | bigint;
}

/** What the window's value must be; all predicates hold together. */
export interface Threshold {
  readonly predicates: readonly Predicate[];
  readonly fields: readonly string[];
  readonly percentile: number | undefined;
}

/** What a correlation says, before its rules are looked up. */
export interface CorrelationBody {
  readonly type: CorrelationType;
  readonly rules: readonly RuleReference[];
  readonly groupBy: readonly string[];
  readonly timespanMs: number;
  /** Undefined for temporal types that want all their rules. */
  readonly threshold: Threshold | undefined;
  /** A boolean expression of rule names (draft of 2.2). */
  readonly expression: ConditionNode | undefined;
  /** Field by rule (as written in `rules`), by alias. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly doesGenerate: boolean;
  /** Of the whole `correlation` map, and of its `rules`. */
  readonly at: Span;
  readonly rulesAt: Span;
}

const UNITS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  M: 2_629_746,
  y: 31_556_952,
};
const KEYS = ['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate'];
const COMPARISONS: readonly Comparison[] = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'];

export function checkCorrelation(source: SourceText, root: MapNode, report: Report): CorrelationBody | undefined {
  const entry = entryOf(root, 'correlation');
  if (entry?.value.kind !== 'map') {
    const at = entry?.keyAt ?? root.at;
    report({ code: 'S400', at, path: ['correlation'], message: '"correlation" must be a map.' });
    return undefined;
  }
  const reading = new CorrelationReading(source, root, entry.value, report);
  return reading.body();
}

class CorrelationReading {
  readonly #source: SourceText;
  readonly #root: MapNode;
  readonly #map: MapNode;
  readonly #report: Report;

  constructor(source: SourceText, root: MapNode, map: MapNode, report: Report) {
    this.#source = source;
    this.#root = root;
    this.#map = map;
    this.#report = report;
  }

  #entry(key: string): Entry | undefined {
    return entryOf(this.#map, key);
  }

  #tell(code: Parameters<Report>[0]['code'], key: string, message: string, hint?: string, node?: TreeNode): undefined {
    const entry = this.#entry(key);
    const value = node ?? entry?.value;
    const at = value !== undefined && value.at.end > value.at.start ? value.at : (entry?.keyAt ?? this.#map.at);
    this.#report({ code, at, path: ['correlation', key], message, hint });
    return undefined;
  }

  body(): CorrelationBody | undefined {
    for (const { key, keyAt } of this.#map.entries) {
      if (KEYS.includes(key)) continue;
      const message = `A correlation has no "${key}".`;
      this.#report({
        code: 'S127',
        at: keyAt,
        path: ['correlation', key],
        message,
        hint: `It has ${KEYS.join(', ')}.`,
      });
    }
    const type = this.#type();
    const timespanMs = this.#timespan();
    const aliases = this.#aliases();
    const expression = type === 'temporal' || type === 'temporal_ordered' ? this.#expression() : undefined;
    const rules = this.#rules(expression);
    const threshold = type === undefined || expression !== undefined ? undefined : this.#threshold(type);
    const groupBy = listOf(this.#entry('group-by')?.value).flatMap((item) => {
      const text = textOf(item);
      return text === undefined
        ? (this.#tell('S403', 'group-by', 'A field of "group-by" must be text.', undefined, item) ?? [])
        : [text];
    });
    const doesGenerate = this.#generate();
    if (type === undefined || timespanMs === undefined || rules === undefined) return undefined;
    const rulesAt = this.#entry('rules')?.value.at ?? this.#map.at;
    return {
      type,
      rules,
      groupBy,
      timespanMs,
      threshold,
      expression,
      aliases,
      doesGenerate,
      at: this.#map.at,
      rulesAt,
    };
  }

  #type(): CorrelationType | undefined {
    const text = textOf(this.#entry('type')?.value);
    const type = CORRELATION_TYPES.find((one) => one === text);
    return type ?? this.#tell('S400', 'type', `"type" is one of ${CORRELATION_TYPES.join(', ')}.`);
  }

  #timespan(): number | undefined {
    const text = textOf(this.#entry('timespan')?.value);
    const match = text === undefined ? null : /^(\d{1,9})([smhdwMy])$/.exec(text);
    const seconds = match === null ? 0 : Number(match[1]) * (UNITS[match[2] ?? ''] ?? 0);
    if (seconds <= 0) {
      const what = text === undefined ? 'There is no timespan.' : `"${text.slice(0, 30)}" is no timespan.`;
      return this.#tell('S401', 'timespan', what, 'Write digits and one of s, m, h, d: "5m".');
    }
    if (/[wMy]$/.test(text ?? ''))
      this.#tell('S410', 'timespan', 'Weeks, months and years are not part of Sigma.', 'Write days.');
    return seconds * 1000;
  }

  #rules(expression: ConditionNode | undefined): readonly RuleReference[] | undefined {
    const entry = this.#entry('rules');
    const named = expression === undefined ? [] : namesOf(expression);
    if (entry === undefined) {
      if (named.length === 0) return this.#tell('S404', 'rules', 'There are no rules to correlate.');
      return named.map((text) => ({ text, at: this.#entry('condition')?.value.at ?? this.#map.at }));
    }
    const rules: RuleReference[] = [];
    for (const item of listOf(entry.value)) {
      const text = textOf(item);
      if (text === undefined || text === '')
        this.#tell('S404', 'rules', 'A rule is referred to by id or name.', undefined, item);
      else if (rules.some((one) => one.text === text))
        this.#tell('S404', 'rules', `"${text}" stands twice.`, undefined, item);
      else rules.push({ text, at: item.at });
    }
    if (rules.length === 0) return this.#tell('S404', 'rules', 'There are no rules to correlate.');
    if (
      expression !== undefined &&
      (named.length !== rules.length || rules.some(({ text }) => !named.includes(text)))
    ) {
      return this.#tell(
        'S402',
        'condition',
        'The rules of the expression are not those of "rules".',
        'Leave "rules" out.',
      );
    }
    return rules;
  }

  #expression(): ConditionNode | undefined {
    const node = this.#entry('condition')?.value;
    if (node?.kind !== 'scalar' || typeof node.value !== 'string') return undefined;
    if (textOf(this.#entry('type')?.value) === 'temporal_ordered') {
      return this.#tell('S402', 'condition', 'An expression has no order.', 'Write "type: temporal".');
    }
    const reading = parseCondition(node.value);
    const wrong = reading.kind === 'trouble' ? reading.trouble : selectorIn(reading.root);
    if (wrong === undefined) return reading.kind === 'condition' ? reading.root : undefined;
    const at = spanInScalar(this.#source, node, wrong.at.start, wrong.at.end);
    this.#report({ code: 'S402', at, path: ['correlation', 'condition'], message: wrong.message });
    return undefined;
  }

  #threshold(type: CorrelationType): Threshold | undefined {
    const isTemporal = type === 'temporal' || type === 'temporal_ordered';
    const node = this.#entry('condition')?.value;
    if (node === undefined && isTemporal) return undefined;
    if (node?.kind !== 'map') {
      if (isTemporal) return undefined;
      return this.#tell('S402', 'condition', 'The condition must be a map such as "gte: 10".');
    }
    const predicates = node.entries.flatMap(({ key, value }) => this.#predicate(key, value));
    const fields = listOf(entryOf(node, 'field')?.value).flatMap((item) => textOf(item) ?? []);
    const percentile = this.#percentile(node);
    if (predicates.length === 0)
      return this.#tell('S402', 'condition', `The condition names none of ${COMPARISONS.join(', ')}.`);
    if (predicates.length > 2) return this.#tell('S402', 'condition', 'The condition has at most two comparisons.');
    if (fields.length === 0 && type.startsWith('value_')) {
      return this.#tell(
        'S403',
        'condition',
        `"${type}" needs the field whose values it looks at.`,
        'Write "field: Name".',
      );
    }
    if (fields.length > 1 && type !== 'value_count')
      return this.#tell('S403', 'condition', `"${type}" looks at one field.`);
    return { predicates, fields, percentile };
  }

  #predicate(key: string, value: TreeNode): readonly Predicate[] {
    if (key === 'field' || key === 'percentile') return [];
    const comparison = COMPARISONS.find((one) => one === key);
    if (comparison === undefined) {
      this.#tell(
        'S402',
        'condition',
        `The condition has no "${key}".`,
        `It has ${COMPARISONS.join(', ')} and field.`,
        value,
      );
      return [];
    }
    const scalar: ScalarNode | undefined = value.kind === 'scalar' ? value : undefined;
    const bound = typeof scalar?.value === 'boolean' ? undefined : numberOf(scalar?.value ?? null);
    if (bound === undefined) {
      this.#tell('S402', 'condition', `"${key}" takes a number.`, undefined, value);
      return [];
    }
    if (typeof scalar?.value === 'string') {
      this.#tell('S410', 'condition', 'This number is written as text.', 'Write it without quotes.', value);
    }
    return [{ comparison, bound }];
  }

  #percentile(condition: MapNode): number | undefined {
    const node = entryOf(condition, 'percentile')?.value;
    if (node === undefined) return undefined;
    const number = node.kind === 'scalar' && typeof node.value !== 'boolean' ? numberOf(node.value) : undefined;
    if (number !== undefined && number >= 0 && number <= 100) return Number(number);
    return this.#tell('S402', 'condition', '"percentile" takes a number from 0 to 100.', undefined, node);
  }

  #aliases(): ReadonlyMap<string, ReadonlyMap<string, string>> {
    const aliases = new Map<string, ReadonlyMap<string, string>>();
    const node = this.#entry('aliases')?.value;
    if (node === undefined) return aliases;
    if (node.kind !== 'map') this.#tell('S406', 'aliases', '"aliases" must be a map of names.');
    for (const { key, value } of node.kind === 'map' ? node.entries : []) {
      const fields = new Map<string, string>();
      for (const field of value.kind === 'map' ? value.entries : []) {
        const text = textOf(field.value);
        if (text !== undefined) fields.set(field.key, text);
      }
      if (value.kind !== 'map' || fields.size < value.entries.length) {
        this.#tell('S406', 'aliases', `The alias "${key}" must be a map of rules and fields.`, undefined, value);
      }
      aliases.set(key, fields);
    }
    return aliases;
  }

  /** It stands under `correlation`; at the top it is read too (SETTLED E5). */
  #generate(): boolean {
    const top = entryOf(this.#root, 'generate');
    const entry = this.#entry('generate') ?? top;
    if (entry === undefined) return false;
    if (entry === top) {
      const message = '"generate" stands at the top of the document.';
      this.#report({ code: 'S410', at: top.keyAt, path: ['generate'], message, hint: 'Put it below "correlation".' });
    }
    if (entry.value.kind === 'scalar' && typeof entry.value.value === 'boolean') return entry.value.value;
    const at = entry.value.at.end > entry.value.at.start ? entry.value.at : entry.keyAt;
    const message = '"generate" must be true or false, without quotes.';
    this.#report({ code: 'S407', at, path: ['correlation', 'generate'], message });
    return false;
  }
}

/** Names of an expression, in order of appearance. */
export function namesOf(node: ConditionNode): readonly string[] {
  if (node.kind === 'identifier') return [node.name];
  if (node.kind === 'selector') return [];
  const of = node.kind === 'not' ? [node.of] : node.of;
  return [...new Set(of.flatMap(namesOf))];
}

function selectorIn(node: ConditionNode): { readonly at: Span; readonly message: string } | undefined {
  if (node.kind === 'selector') return { at: node.at, message: 'An expression of rules has no "of".' };
  if (node.kind === 'identifier') return undefined;
  const of = node.kind === 'not' ? [node.of] : node.of;
  return of.map(selectorIn).find((found) => found !== undefined);
}
