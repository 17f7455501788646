import {
  CORRELATION_TYPES,
  type CorrelationBody,
  type CorrelationType,
  type Threshold,
} from '../check/check-correlation.ts';
import type { CompiledCorrelation, CorrelationMember } from '../compile/compile-rules.ts';
import type { ConditionNode } from '../parse/condition.ts';
import type { Comparison } from '../values/number.ts';
import { each, flag, list, Misshapen, member, members, oneOf, text, texts, whole } from './shape.ts';
import { readMetadata } from './stored-metadata.ts';
import { readNumber, storeNumber } from './stored-number.ts';
import { MAX_TREE_DEPTH } from './stored-trees.ts';

const COMPARISONS: readonly Comparison[] = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'];
/** Places in the text are for those who compile it. */
const NOWHERE = { start: 0, end: 0 };

/** A name, or a list of a word and what it joins. */
type StoredExpression = string | readonly unknown[];

export function storeCorrelation({ metadata, body, members: of, isMuted }: CompiledCorrelation): object {
  const { type, rules, groupBy, timespanMs, threshold, expression, aliases, doesGenerate } = body;
  return {
    metadata,
    type,
    rules: rules.map((rule) => rule.text),
    groupBy,
    timespanMs,
    ...(threshold === undefined ? {} : { threshold: storeThreshold(threshold) }),
    ...(expression === undefined ? {} : { expression: storeExpression(expression) }),
    aliases: [...aliases].map(([alias, fields]) => [alias, [...fields]]),
    doesGenerate,
    members: of.map(({ kind, index, reference }) => [kind, index, reference]),
    isMuted,
  };
}

function storeThreshold({ predicates, fields, percentile }: Threshold): object {
  const stored = predicates.map(({ comparison, bound }) => [comparison, storeNumber(bound)]);
  return { predicates: stored, fields, ...(percentile === undefined ? {} : { percentile }) };
}

function storeExpression(node: ConditionNode): StoredExpression {
  switch (node.kind) {
    case 'identifier':
      return node.name;
    case 'selector':
      throw new Error('an expression of rules has no selector');
    case 'not':
      return ['not', storeExpression(node.of)];
    default:
      return [node.kind, ...node.of.map(storeExpression)];
  }
}

/** A correlation at this position, over so many rules; its members stand before it. */
export function readCorrelation(value: unknown, index: number, rules: number): CompiledCorrelation {
  const map = members(value);
  const of = (name: string): unknown => member(map, name);
  const threshold = of('threshold');
  const expression = of('expression');
  const timespanMs = readNumber(of('timespanMs'));
  if (typeof timespanMs !== 'number' || !Number.isFinite(timespanMs) || timespanMs <= 0) {
    throw new Misshapen('a timespan is wanted');
  }
  const body: CorrelationBody = {
    type: oneOf(of('type'), CORRELATION_TYPES),
    rules: texts(of('rules')).map((reference) => ({ text: reference, at: NOWHERE })),
    groupBy: texts(of('groupBy')),
    timespanMs,
    threshold: threshold === undefined ? undefined : readThreshold(threshold),
    expression: expression === undefined ? undefined : readExpression(expression, 0),
    aliases: new Map(each(of('aliases'), 'aliases', readAlias)),
    doesGenerate: flag(of('doesGenerate')),
    at: NOWHERE,
    rulesAt: NOWHERE,
  };
  const found = each(of('members'), 'members', (one) => readMember(one, rules, index));
  checkBody(body, found);
  return {
    kind: 'correlation',
    index,
    metadata: readMetadata(of('metadata')),
    body,
    members: found,
    isMuted: flag(of('isMuted')),
  };
}

/** A correlation that compiling would have refused finds nothing, and nobody would know. */
function checkBody({ type, rules, threshold, expression }: CorrelationBody, found: readonly CorrelationMember[]): void {
  if (found.length === 0) throw new Misshapen('a correlation has members');
  if (new Set(found.map(({ kind, index }) => `${kind} ${index}`)).size < found.length) {
    throw new Misshapen('a member stands twice');
  }
  const named = new Set(rules.map((rule) => rule.text));
  if (found.some(({ reference }) => !named.has(reference))) throw new Misshapen('a member is none of the rules');
  if (threshold === undefined && !type.startsWith('temporal')) throw new Misshapen(`${type} has a condition`);
  if (threshold !== undefined) checkThreshold(type, threshold);
  if (expression !== undefined) checkExpression(expression, named);
}

function checkThreshold(type: CorrelationType, { predicates, fields, percentile }: Threshold): void {
  if (predicates.length === 0 || predicates.length > 2) throw new Misshapen('a condition has one or two comparisons');
  if (type.startsWith('value_') && fields.length === 0) throw new Misshapen(`${type} has a field`);
  if (fields.length > 1 && type !== 'value_count') throw new Misshapen(`${type} has one field`);
  if (percentile !== undefined && !(percentile >= 0 && percentile <= 100)) {
    throw new Misshapen('a percentile is from 0 to 100');
  }
}

function checkExpression(node: ConditionNode, named: ReadonlySet<string>): void {
  if (node.kind === 'identifier') {
    if (!named.has(node.name)) throw new Misshapen('an expression names none of the rules');
  } else if (node.kind === 'not') checkExpression(node.of, named);
  else if (node.kind !== 'selector') {
    if (node.of.length === 0) throw new Misshapen(`"${node.kind}" has parts`);
    for (const part of node.of) checkExpression(part, named);
  }
}

function readThreshold(value: unknown): Threshold {
  const map = members(value);
  const percentile = member(map, 'percentile');
  const predicates = each(member(map, 'predicates'), 'predicates', (one) => {
    const [comparison, bound] = list(one);
    return { comparison: oneOf(comparison, COMPARISONS), bound: readNumber(bound) };
  });
  const fields = texts(member(map, 'fields'));
  return { predicates, fields, percentile: percentile === undefined ? undefined : Number(readNumber(percentile)) };
}

function readExpression(value: unknown, depth: number): ConditionNode {
  if (typeof value === 'string') return { kind: 'identifier', name: value, at: NOWHERE };
  if (depth > MAX_TREE_DEPTH) throw new Misshapen(`an expression is nested deeper than ${MAX_TREE_DEPTH} levels`);
  const [word, ...rest] = list(value);
  const kind = oneOf(word, ['and', 'or', 'not'] as const);
  const of = rest.map((part) => readExpression(part, depth + 1));
  if (kind !== 'not') return { kind, of, at: NOWHERE };
  const [part] = of;
  if (part === undefined || of.length > 1) throw new Misshapen('"not" has one part');
  return { kind, of: part, at: NOWHERE };
}

function readAlias(value: unknown): readonly [string, ReadonlyMap<string, string>] {
  const [alias, fields] = list(value);
  const pairs = list(fields).map((pair) => {
    const [rule, field] = list(pair);
    return [text(rule), text(field)] as const;
  });
  return [text(alias), new Map(pairs)];
}

function readMember(value: unknown, rules: number, correlations: number): CorrelationMember {
  const [word, index, reference] = list(value);
  const kind = oneOf(word, ['rule', 'correlation'] as const);
  return { kind, index: whole(index, kind === 'rule' ? rules : correlations), reference: text(reference) };
}
