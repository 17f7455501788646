import type { CompiledRule } from '../compile/compile-rules.ts';
import type { Atom, Ir, Origin } from '../compile/ir.ts';
import { fold } from '../values/fold.ts';
import { type FieldValue, renderValue } from '../values/number.ts';
import { MAX_HAYSTACK_CHARS, regexSpan } from '../values/regex.ts';
import { matchesValue, matchesValues, type Test } from '../values/test.ts';
import { wildcardSpan } from '../values/wildcards.ts';
import type { FieldReader } from './field-reader.ts';
import { evaluateAtom, type RoutedEvent, takes, valuesOf } from './plain.ts';

/** What one test of a rule saw in an event. */
export interface TestExplanation extends Origin {
  /** The field as the rule names it, and what it is called in the event; undefined for keywords. */
  readonly field: string | undefined;
  readonly names: readonly string[];
  readonly holds: boolean;
  /** An odd number of "not" stands above it. */
  readonly isNegated: boolean;
  /** Values seen, as text, cut; undefined when the field is absent. */
  readonly seen: readonly string[] | undefined;
  /** The value that matched, and the bytes of its UTF-8 text that did, `end` exclusive. */
  readonly matched: { readonly value: string; readonly start: number; readonly end: number } | undefined;
  /** Why it does not hold. */
  readonly why: string | undefined;
  /** A value was longer than what expressions search. */
  readonly isTruncated: boolean;
}

export interface ConditionExplanation {
  readonly text: string;
  readonly holds: boolean;
  readonly tests: readonly TestExplanation[];
}

export interface Explanation {
  readonly route: string;
  readonly blindFilters: readonly string[];
  readonly conditions: readonly ConditionExplanation[];
}

const MAX_SEEN = 200;
const MAX_VALUES = 10;

/** Every test of a rule on an event, none left out because others decided already; one answer for each route that takes it. */
export function explainRule(rule: CompiledRule, event: RoutedEvent): readonly Explanation[] {
  return rule.routes.flatMap((ruled) => {
    const { route, conditions, blindFilters } = ruled;
    const fields = takes(ruled, event) ? event.readerFor(route) : undefined;
    if (fields === undefined) return [];
    const explained = conditions.map((ir, i) => {
      const tests: TestExplanation[] = [];
      const holds = explainIr(ir, fields, false, tests);
      return { text: rule.conditions[i]?.text ?? '', holds, tests };
    });
    return [{ route: route.label, blindFilters, conditions: explained }];
  });
}

function explainIr(ir: Ir, fields: FieldReader, isNegated: boolean, tests: TestExplanation[]): boolean {
  switch (ir.kind) {
    case 'and':
      return ir.of.map((part) => explainIr(part, fields, isNegated, tests)).every((holds) => holds);
    case 'or':
      return ir.of.map((part) => explainIr(part, fields, isNegated, tests)).some((holds) => holds);
    case 'not':
      return !explainIr(ir.of, fields, !isNegated, tests);
    case 'constant':
      return ir.value;
    case 'atom': {
      const test = explainAtom(ir, fields, isNegated);
      tests.push(test);
      return test.holds;
    }
  }
}

function explainAtom(atom: Atom, fields: FieldReader, isNegated: boolean): TestExplanation {
  const { field, names, test, origin } = atom;
  const values = field === undefined ? fields.keywordValues() : valuesOf(names, fields);
  const others = test.op === 'fieldref' ? valuesOf(test.names, fields) : undefined;
  const holds = evaluateAtom(atom, fields);
  const isWhole = test.op === 'exists' || test.op === 'null' || test.op === 'fieldref';
  const matching = isWhole ? undefined : values?.find((value) => matchesValue(test, value));
  return {
    ...origin,
    field,
    names,
    holds,
    isNegated,
    seen: values?.slice(0, MAX_VALUES).map((value) => (renderValue(value) ?? 'null').slice(0, MAX_SEEN)),
    matched: matching === undefined || isWhole ? undefined : matchedBytes(test, matching),
    why: holds ? undefined : whyNot(test, values, others),
    isTruncated: test.op === 'regex' && (values ?? []).some((value) => String(value).length > MAX_HAYSTACK_CHARS),
  };
}

function matchedBytes(test: Test, value: FieldValue): TestExplanation['matched'] {
  const text = renderValue(value) ?? '';
  const [start, end] = charsMatched(test, text) ?? [0, text.length];
  const bytesBefore = (count: number): number => Buffer.byteLength(text.slice(0, count), 'utf8');
  return { value: text.slice(0, MAX_SEEN), start: bytesBefore(start), end: bytesBefore(end) };
}

function charsMatched(test: Test, text: string): readonly [number, number] | undefined {
  if (test.op === 'regex') return regexSpan(test.regex, text);
  if (test.op !== 'text') return undefined;
  const folded = test.pattern.isCased ? text : fold(text);
  // Where folding changes the length, places in the folded text are not places in the value.
  return folded.length === text.length ? wildcardSpan(test.pattern, folded) : undefined;
}

function whyNot(
  test: Test,
  values: readonly FieldValue[] | undefined,
  others: readonly FieldValue[] | undefined,
): string {
  if (test.op === 'exists') return test.isWanted ? 'the field is absent' : 'the field is there';
  if (test.op === 'null') return 'the field has a value';
  if (values === undefined) return 'the field is absent';
  if (test.op === 'fieldref') {
    if (others === undefined) return `the field ${test.field} is absent`;
    return `${test.field} is ${others
      .map((value) => renderValue(value) ?? 'null')
      .join(', ')
      .slice(0, MAX_SEEN)}`;
  }
  if (values.every((value) => value === null)) return 'the value is null';
  if (test.op === 'text' && !test.pattern.isCased) return 'the value is another';
  if (test.op === 'text')
    return values.some((value) => isSameIgnoringCase(test, value)) ? 'the case differs' : 'the value is another';
  if (test.op === 'regex') return 'the expression finds nothing';
  if (test.op === 'cidr') return 'no address of the network';
  return matchesValues(test, values, others) ? '' : 'the value is another, or no number or time';
}

function isSameIgnoringCase(test: Test & { op: 'text' }, value: FieldValue): boolean {
  const text = fold(renderValue(value) ?? '');
  const runs = test.pattern.runs.map((run) =>
    run.map((part) => (typeof part === 'object' ? { text: fold(part.text) } : part)),
  );
  return wildcardSpan({ ...test.pattern, runs }, text) !== undefined;
}
