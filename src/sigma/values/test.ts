import { isInNetwork, type Network, parseAddress } from './cidr.ts';
import { fold } from './fold.ts';
import { type FieldValue, holds, numberOf, type Order, renderValue } from './number.ts';
import { matchesRegex, type SigmaRegex } from './regex.ts';
import { type TimePart, timePartOf } from './time-part.ts';
import { type Anchor, matchesWildcards, type Wildcards } from './wildcards.ts';

/** What is asked of one value of a field; `exists`, `null` and `fieldref` ask of the field as a whole. */
export type Test =
  | { readonly op: 'text'; readonly pattern: Wildcards }
  | { readonly op: 'regex'; readonly regex: SigmaRegex }
  /** Equal as numbers, or text equal to the canonical decimal. */
  | { readonly op: 'number'; readonly value: number | bigint; readonly text: string }
  | { readonly op: 'boolean'; readonly value: boolean }
  | { readonly op: 'null' }
  | { readonly op: 'exists'; readonly isWanted: boolean }
  | { readonly op: 'cidr'; readonly network: Network }
  | { readonly op: 'compare'; readonly comparison: Order; readonly bound: number | bigint }
  | { readonly op: 'time'; readonly part: TimePart; readonly comparison: Order | 'eq'; readonly bound: number }
  | {
      readonly op: 'fieldref';
      /** The other field, and what the route calls it. */
      readonly field: string;
      readonly names: readonly string[];
      readonly anchor: Anchor;
      readonly isCased: boolean;
    };

/** Whether a field with these values passes a test: any value does (SIGMA 2.1). `others` are those of the field of `fieldref`. */
export function matchesValues(
  test: Test,
  values: readonly FieldValue[] | undefined,
  others: readonly FieldValue[] | undefined,
): boolean {
  switch (test.op) {
    case 'exists':
      return (values !== undefined) === test.isWanted;
    case 'null':
      return values === undefined || values.some((value) => value === null);
    case 'fieldref':
      return refersTo(values, others, test.anchor, test.isCased);
    default:
      return values?.some((value) => matchesValue(test, value)) ?? false;
  }
}

type ValueTest = Exclude<Test, { readonly op: 'exists' | 'null' | 'fieldref' }>;

/** Whether one value passes; null passes none of these. */
export function matchesValue(test: ValueTest, value: FieldValue): boolean {
  if (value === null) return false;
  switch (test.op) {
    case 'text': {
      const text = renderValue(value) ?? '';
      return matchesWildcards(test.pattern, test.pattern.isCased ? text : fold(text));
    }
    case 'regex':
      return matchesRegex(test.regex, renderValue(value) ?? '');
    case 'number':
      if (typeof value === 'string') return fold(value) === test.text;
      return typeof value !== 'boolean' && holds('eq', value, test.value);
    case 'boolean':
      return typeof value === 'string' ? value.toLowerCase() === String(test.value) : value === test.value;
    case 'cidr': {
      const address = typeof value === 'string' ? parseAddress(value) : undefined;
      return address !== undefined && isInNetwork(test.network, address);
    }
    case 'compare': {
      const number = numberOf(value);
      return number !== undefined && holds(test.comparison, number, test.bound);
    }
    case 'time': {
      const part = timePartOf(value, test.part);
      return part !== undefined && holds(test.comparison, part, test.bound);
    }
  }
}

function refersTo(
  values: readonly FieldValue[] | undefined,
  others: readonly FieldValue[] | undefined,
  anchor: Anchor,
  isCased: boolean,
): boolean {
  const texts = (list: readonly FieldValue[] | undefined): readonly string[] =>
    (list ?? []).flatMap((value) => {
      const text = renderValue(value);
      return text === undefined ? [] : [isCased ? text : fold(text)];
    });
  const right = texts(others);
  return texts(values).some((left) => right.some((other) => holdsAnchor(anchor, left, other)));
}

/** Whether a text stands at this place of another one. */
export function holdsAnchor(anchor: Anchor, text: string, part: string): boolean {
  switch (anchor) {
    case 'equals':
      return text === part;
    case 'contains':
      return text.includes(part);
    case 'startswith':
      return text.startsWith(part);
    case 'endswith':
      return text.endsWith(part);
  }
}
