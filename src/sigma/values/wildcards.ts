import { fold } from './fold.ts';

/**
 * A Sigma string in its parts (SIGMA 2.2): text, `*` (any run, also across lines), `?` (one code point), and a dash in
 * flag position that stands for each of the five dashes of `windash`.
 */
export type Part = { readonly text: string } | 'any' | 'one' | 'dash';

/** The five characters that `windash` takes for each other (SIGMA 2.3). */
export const DASHES = '-/\u2013\u2014\u2015';

/** Reads a Sigma string: `\` escapes only `*`, `?` and itself. */
export function parseParts(source: string): readonly Part[] {
  const parts: Part[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') parts.push({ text });
    text = '';
  };
  for (let i = 0; i < source.length; i++) {
    const char = source[i] as string;
    const next = source[i + 1];
    if (char === '\\' && (next === '\\' || next === '*' || next === '?')) {
      text += next;
      i++;
    } else if (char === '*' || char === '?') {
      flush();
      // A run of stars is one.
      if (char === '?' || parts.at(-1) !== 'any') parts.push(char === '*' ? 'any' : 'one');
    } else text += char;
  }
  flush();
  return parts;
}

/** The text of a string without wildcards; undefined with one. */
export function literalOf(parts: readonly Part[]): string | undefined {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') return undefined;
    text += part.text;
  }
  return text;
}

/** A source from which `parseParts` gives the same parts. A dash is written as `-`. */
export function printParts(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      if (part === 'any') return '*';
      if (part === 'one') return '?';
      if (part === 'dash') return '-';
      return part.text.replace(/[\\*?]/g, '\\$&');
    })
    .join('');
}

export type Anchor = 'equals' | 'contains' | 'startswith' | 'endswith';

/** Adds `*` at the ends that a modifier frees, to the parts and not to the text (`contains: '\Temp\'`). */
export function withAnchor(parts: readonly Part[], anchor: Anchor): readonly Part[] {
  const hasLead = (anchor === 'contains' || anchor === 'endswith') && parts[0] !== 'any';
  const hasTail = (anchor === 'contains' || anchor === 'startswith') && (parts.at(-1) !== 'any' || parts.length === 0);
  const padded: readonly Part[] = [
    ...(hasLead ? (['any'] as const) : []),
    ...parts,
    ...(hasTail ? (['any'] as const) : []),
  ];
  return padded.length === 2 && padded[0] === 'any' && padded[1] === 'any' ? ['any'] : padded;
}

const WORD = /^[\p{L}\p{N}_]$/u;

/**
 * Sets `windash`'s dashes free (SIGMA 2.3): those after the start or a non-word character and before a word character.
 * A wildcard counts as a non-word character.
 */
export function withDashes(parts: readonly Part[]): { readonly parts: readonly Part[]; readonly dashes: number } {
  const found: Part[] = [];
  let dashes = 0;
  for (const part of parts) {
    if (typeof part === 'string') {
      found.push(part);
      continue;
    }
    const characters = [...part.text];
    let text = '';
    for (const [i, character] of characters.entries()) {
      const isFlag = !WORD.test(characters[i - 1] ?? ' ') && WORD.test(characters[i + 1] ?? ' ');
      if (!DASHES.includes(character) || !isFlag) {
        text += character;
        continue;
      }
      if (text !== '') found.push({ text });
      text = '';
      found.push('dash');
      dashes++;
    }
    if (text !== '') found.push({ text });
  }
  return { parts: found, dashes };
}

/** A run without `*`: literals, single characters, dashes. */
type Run = readonly Exclude<Part, 'any'>[];

export interface Wildcards {
  readonly parts: readonly Part[];
  readonly isCased: boolean;
  readonly runs: readonly Run[];
  /** The whole pattern is one text between free or fixed ends; undefined otherwise. */
  readonly literal: string | undefined;
  readonly isStartFree: boolean;
  readonly isEndFree: boolean;
}

/** Makes parts ready to be matched; folds them unless `isCased`. */
export function wildcardsOf(parts: readonly Part[], isCased: boolean): Wildcards {
  const runs: Exclude<Part, 'any'>[][] = [[]];
  for (const part of parts) {
    if (part === 'any') runs.push([]);
    else runs.at(-1)?.push(typeof part === 'string' || isCased ? part : { text: fold(part.text) });
  }
  const middle = runs.filter((run) => run.length > 0);
  const only = middle[0]?.[0];
  const isText = middle.length === 1 && middle[0]?.length === 1 && typeof only === 'object';
  return {
    parts,
    isCased,
    runs,
    literal: isText ? only.text : undefined,
    isStartFree: parts[0] === 'any',
    isEndFree: parts.at(-1) === 'any',
  };
}

/**
 * Whether the text matches; with `isCased` the text as it is, else its folded form. Each run is looked for at the first
 * place after the one before it, the last one at the end: time is at most text times pattern, without backtracking over `*`.
 */
export function matchesWildcards(pattern: Wildcards, text: string): boolean {
  const { literal, isStartFree, isEndFree, runs } = pattern;
  if (literal !== undefined) {
    if (isStartFree) return isEndFree ? text.includes(literal) : text.endsWith(literal);
    return isEndFree ? text.startsWith(literal) : text === literal;
  }
  return spanOfWildcards(runs, text) !== undefined;
}

/** Where the fixed runs of a pattern lie in the text, from the first to the end of the last. */
export function wildcardSpan(pattern: Wildcards, text: string): readonly [number, number] | undefined {
  return spanOfWildcards(pattern.runs, text);
}

function spanOfWildcards(runs: readonly Run[], text: string): readonly [number, number] | undefined {
  const first = runs[0] as Run;
  const start = matchRun(first, text, 0);
  if (start < 0) return undefined;
  if (runs.length === 1) return start === text.length ? [0, start] : undefined;
  let from = first.length > 0 ? 0 : -1;
  let at = start;
  let to = start;
  for (let i = 1; i < runs.length - 1; i++) {
    const [begin, end] = findRun(runs[i] as Run, text, at);
    if (begin < 0) return undefined;
    if (from < 0) from = begin;
    at = end;
    to = end;
  }
  const last = runs.at(-1) as Run;
  if (last.length === 0) return from < 0 ? [0, text.length] : [from, to];
  const begin = matchRunBackwards(last, text);
  if (begin < at) return undefined;
  return [from < 0 ? begin : from, text.length];
}

/** The end of the run when it matches at this place, else -1. */
function matchRun(run: Run, text: string, from: number): number {
  let at = from;
  for (const part of run) {
    if (typeof part === 'object') {
      if (!text.startsWith(part.text, at)) return -1;
      at += part.text.length;
    } else if (at >= text.length) return -1;
    else if (part === 'one') at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
    else if (DASHES.includes(text[at] as string)) at++;
    else return -1;
  }
  return at;
}

/** The start of the run when it ends the text, else -1. */
function matchRunBackwards(run: Run, text: string): number {
  let at = text.length;
  for (let i = run.length - 1; i >= 0; i--) {
    const part = run[i] as Exclude<Part, 'any'>;
    if (typeof part === 'object') {
      if (!text.endsWith(part.text, at)) return -1;
      at -= part.text.length;
    } else if (at <= 0) return -1;
    else if (part === 'one') at -= isPairBefore(text, at) ? 2 : 1;
    else if (DASHES.includes(text[at - 1] as string)) at--;
    else return -1;
  }
  return at;
}

function isPairBefore(text: string, at: number): boolean {
  return at > 1 && (text.codePointAt(at - 2) as number) > 0xffff;
}

function isInsidePair(text: string, at: number): boolean {
  return at > 0 && at < text.length && (text.codePointAt(at - 1) as number) > 0xffff;
}

/** The first place of the run at or after `from`, as [start, end]. */
function findRun(run: Run, text: string, from: number): readonly [number, number] {
  const head = run[0];
  for (let at = from; at <= text.length; at++) {
    if (typeof head === 'object') {
      at = text.indexOf(head.text, at);
      if (at < 0) return [-1, -1];
    }
    if (isInsidePair(text, at) && typeof head !== 'object') continue;
    const end = matchRun(run, text, at);
    if (end >= 0) return [at, end];
  }
  return [-1, -1];
}
