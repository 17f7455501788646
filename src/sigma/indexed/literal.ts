import { fold } from '../values/fold.ts';
import type { Test } from '../values/test.ts';
import type { Wildcards } from '../values/wildcards.ts';
import { classOf, END, START } from './char-classes.ts';

/** Four characters in a row as one number. */
export const GRAM_CHARS = 4;
export const GRAM_MASK = 0xffffff;

/**
 * A text, by classes, that a value holds whenever a test of it is true: at its start, at its end, or anywhere. What it
 * finds is a superset, so that the rule is tried then.
 */
export interface Literal {
  readonly classes: readonly number[];
  readonly isAtStart: boolean;
  readonly isAtEnd: boolean;
}

/** The literals of which a value holds one at least when it passes; undefined when nothing such is known. Each list is one choice. */
export function literalChoices(test: Test): readonly (readonly Literal[])[] {
  switch (test.op) {
    case 'text':
      return patternChoices(test.pattern);
    case 'number':
      return [[{ classes: classesOf(test.text), isAtStart: true, isAtEnd: true }]];
    case 'boolean':
      return [[{ classes: classesOf(String(test.value)), isAtStart: true, isAtEnd: true }]];
    case 'regex': {
      const all = test.regex.shape.literals.map((text) => runsOf(text, false, false));
      // Each alternative has its own.
      if (all.length === 0 || all.some((runs) => runs.length === 0)) return [];
      return [all.map(longest)];
    }
    default:
      return [];
  }
}

function longest(runs: readonly Literal[]): Literal {
  return runs.reduce((best, run) => (run.classes.length > best.classes.length ? run : best));
}

/** More free dashes than these are not spelt out. */
const MAX_DASHES = 2;

/**
 * Each run between wildcards is a choice. A dash of `windash` is `-` or `/`, which are one class, or one of those above ASCII,
 * which are of class 0: all of these together are one choice.
 */
function patternChoices({ runs, isStartFree, isEndFree }: Wildcards): readonly (readonly Literal[])[] {
  const found: (readonly Literal[])[] = [];
  for (const [at, run] of runs.entries()) {
    const isFirst = at === 0 && !isStartFree;
    const isLast = at === runs.length - 1 && !isEndFree;
    const pieces: Exclude<Run[number], 'one'>[][] = [[]];
    for (const part of run) {
      if (part === 'one') pieces.push([]);
      else pieces.at(-1)?.push(part);
    }
    for (const [place, piece] of pieces.entries()) {
      found.push(...pieceChoices(piece, isFirst && place === 0, isLast && place === pieces.length - 1));
    }
  }
  return found;
}

type Run = Wildcards['runs'][number];

function pieceChoices(
  piece: readonly Exclude<Run[number], 'one'>[],
  isAtStart: boolean,
  isAtEnd: boolean,
): readonly (readonly Literal[])[] {
  const dashes = piece.filter((part) => part === 'dash').length;
  const texts = piece.map((part) => (part === 'dash' ? '' : part.text));
  if (dashes === 0) return runsOf(texts.join(''), isAtStart, isAtEnd).map((literal) => [literal]);
  if (dashes > MAX_DASHES || texts.some((text) => fold(text).includes(ABOVE)))
    return texts.flatMap((text) => runsOf(text, false, false).map((literal) => [literal]));
  const spelt = Array.from({ length: 1 << dashes }, (_, bits): Literal => {
    let nth = 0;
    const text = piece
      .map((part) => (part === 'dash' ? ((bits >> nth++) & 1 ? '\u2013' : '-') : fold(part.text)))
      .join('');
    return { classes: classesOf(text), isAtStart, isAtEnd };
  });
  return [spelt];
}

/** Folding makes two characters of `İ`, of which the second is this: the only text whose length it changes. */
const ABOVE = '\u0307';

/** A text with the ends that it keeps, cut where folding may have changed places; the empty text only where it is a whole value. */
function runsOf(text: string, isAtStart: boolean, isAtEnd: boolean): readonly Literal[] {
  const parts = fold(text).split(ABOVE);
  return parts
    .map((part, at) => ({
      classes: classesOf(part),
      isAtStart: isAtStart && at === 0,
      isAtEnd: isAtEnd && at === parts.length - 1,
    }))
    .filter((one) => one.classes.length > 0 || (one.isAtStart && one.isAtEnd));
}

export function classesOf(text: string): readonly number[] {
  return Array.from({ length: text.length }, (_, at) => classOf(text.charCodeAt(at)));
}

/** Every four characters in a row of a literal, its fixed ends counted as characters; each with the place of its last one. */
export function gramsOf(literal: Literal): readonly (readonly [gram: number, lastAt: number])[] {
  const { classes, isAtStart, isAtEnd } = literal;
  const whole = [...(isAtStart ? [START] : []), ...classes, ...(isAtEnd ? [END] : [])];
  const lead = isAtStart ? 1 : 0;
  const found: (readonly [number, number])[] = [];
  let gram = 0;
  for (const [at, one] of whole.entries()) {
    gram = ((gram << 6) | one) & GRAM_MASK;
    if (at >= GRAM_CHARS - 1) found.push([gram, at - lead]);
  }
  return found;
}
