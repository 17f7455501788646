import { type Address, isInNetwork, type Network } from '../values/cidr.ts';
import { MAX_HAYSTACK_CHARS, matchesRegex, passesGates, type SigmaRegex } from '../values/regex.ts';
import { holdsAnchor, matchesValue, matchesValues, type Test } from '../values/test.ts';
import { matchesWildcards, type Wildcards } from '../values/wildcards.ts';
import type { Column } from './columns.ts';
import { chainOf, followOneAnother } from './regex-chain.ts';
import { findsSequence, hasLongLine, lineLengthOf, sequenceOf } from './regex-sequence.ts';

/** A part of a rule that asks the event under the hand. */
export type Predicate = () => boolean;

/** What a test costs beside others, as measured on command lines (SIGMA 8.4). */
export const COST = {
  field: 0.5,
  equal: 1,
  end: 1.2,
  set: 1.5,
  contains: 4,
  number: 3,
  network: 5,
  wildcard: 25,
  regex: 30,
};

/** A test of a field as a function; `other` is the field of `fieldref`. Keywords have no test of the field as a whole. */
export function compileTest(
  test: Test,
  column: Column,
  other: Column | undefined,
): { readonly cost: number; readonly holds: Predicate } {
  switch (test.op) {
    case 'exists':
    case 'null':
      if (column.names === undefined) return { cost: 0, holds: () => false };
      return { cost: COST.field, holds: () => matchesValues(test, column.values(), undefined) };
    case 'fieldref':
      if (column.names === undefined || other === undefined) return { cost: 0, holds: () => false };
      return { cost: COST.field, holds: compileReference(test, column, other) };
    case 'cidr':
      return { cost: COST.network, holds: compileNetwork(test.network, column) };
    case 'text':
      return compilePattern(test.pattern, column);
    case 'regex':
      return { cost: COST.regex, holds: compileSearch(test.regex, column) };
    default:
      return { cost: COST.number, holds: () => someValue(column, test) };
  }
}

function compileNetwork(network: Network, column: Column): Predicate {
  return () => {
    const all = column.addresses();
    for (let i = 0; i < all.length; i++) if (isInNetwork(network, all[i] as Address)) return true;
    return false;
  };
}

/** Any text of a field that stands so to any of another one. */
function compileReference(
  { anchor, isCased }: Extract<Test, { readonly op: 'fieldref' }>,
  column: Column,
  other: Column,
): Predicate {
  const textsOf = (of: Column): readonly string[] => (isCased ? of.texts() : of.folded());
  return () => {
    const left = textsOf(column);
    const right = textsOf(other);
    for (let i = 0; i < left.length; i++) {
      for (let k = 0; k < right.length; k++) {
        if (holdsAnchor(anchor, left[i] as string, right[k] as string)) return true;
      }
    }
    return false;
  };
}

function someValue(column: Column, test: Exclude<Test, { op: 'exists' | 'null' | 'fieldref' }>): boolean {
  const values = column.values();
  if (values === undefined) return false;
  for (let i = 0; i < values.length; i++) if (matchesValue(test, values[i] ?? null)) return true;
  return false;
}

function compilePattern(pattern: Wildcards, column: Column): { readonly cost: number; readonly holds: Predicate } {
  const { literal, isStartFree, isEndFree, isCased } = pattern;
  const texts = isCased ? (): readonly string[] => column.texts() : (): readonly string[] => column.folded();
  if (literal === undefined) {
    const holds = (): boolean => {
      const all = texts();
      for (let i = 0; i < all.length; i++) if (matchesWildcards(pattern, all[i] as string)) return true;
      return false;
    };
    return { cost: COST.wildcard, holds };
  }
  if (isStartFree && isEndFree) {
    const holds = (): boolean => {
      const all = texts();
      for (let i = 0; i < all.length; i++) if ((all[i] as string).includes(literal)) return true;
      return false;
    };
    return { cost: COST.contains, holds };
  }
  if (isStartFree) {
    const holds = (): boolean => {
      const all = texts();
      for (let i = 0; i < all.length; i++) if ((all[i] as string).endsWith(literal)) return true;
      return false;
    };
    return { cost: COST.end, holds };
  }
  if (isEndFree) {
    const holds = (): boolean => {
      const all = texts();
      for (let i = 0; i < all.length; i++) if ((all[i] as string).startsWith(literal)) return true;
      return false;
    };
    return { cost: COST.end, holds };
  }
  const holds = (): boolean => {
    const all = texts();
    for (let i = 0; i < all.length; i++) if (all[i] === literal) return true;
    return false;
  };
  return { cost: COST.equal, holds };
}

/** An expression behind its gates; what needs no engine does without. */
function compileSearch(regex: SigmaRegex, column: Column): Predicate {
  const { shape } = regex;
  const search = searchOf(regex);
  return () => {
    const texts = column.texts();
    for (let i = 0; i < texts.length; i++) {
      const text = texts[i] as string;
      if (
        text.length > MAX_HAYSTACK_CHARS
          ? matchesRegex(regex, text)
          : text.length >= shape.minLength && search(text, column, i)
      )
        return true;
    }
    return false;
  };
}

type Search = (text: string, column: Column, at: number) => boolean;

function searchOf(regex: SigmaRegex): Search {
  const { shape } = regex;
  const byEngine: Search = (text, column, at) =>
    passesGates(shape, text, shape.isFolded ? column.folded()[at] : undefined) && regex.engine.matcher(text).find();
  const least = lineLengthOf(regex);
  if (least !== undefined) return (text) => hasLongLine(text, least);
  const sequence = sequenceOf(regex);
  if (sequence !== undefined) return (text) => findsSequence(sequence, text);
  const chain = chainOf(regex);
  if (chain === undefined) return byEngine;
  return (text, column, at) => (text.includes('\n') ? byEngine(text, column, at) : followOneAnother(chain, text));
}
