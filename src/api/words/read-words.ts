/** One thing that is asked for in words (PRODUCT 9.2). */
export interface Term {
  /** Undefined of free text. */
  readonly field: string | undefined;
  /** Without quotes and wild cards at its ends. */
  readonly value: string;
  readonly isNegated: boolean;
  /** In quotes: as it stands, stars are stars. */
  readonly isExact: boolean;
  /** A star before or behind the value: anything may stand there. */
  readonly isOpenBefore: boolean;
  readonly isOpenBehind: boolean;
  /** Place in the text, in UTF-16 units. */
  readonly at: number;
  readonly length: number;
}

/** Something in the words that is none of ours, with its place. */
export interface WordProblem {
  readonly at: number;
  readonly length: number;
  readonly message: string;
  /** It may become a word as more is typed. */
  readonly isBegun?: true;
}

/** Terms that stand in a text, and what in it is none, each in the order of their places. */
export interface ScannedWords {
  readonly terms: readonly Term[];
  readonly problems: readonly WordProblem[];
}

export type WordsReading =
  | { readonly kind: 'terms'; readonly terms: readonly Term[] }
  /** The first one; nothing is asked for beside it. */
  | { readonly kind: 'problem'; readonly problem: WordProblem };

/** Longest text of words, in UTF-16 units. */
export const MOST_WORDS_TEXT = 2000;
/** Most terms of one. */
const MOST_TERMS = 32;

const TERM = /(-?)(?:([A-Za-z][A-Za-z-]*):)?(?:"((?:[^"\\]|\\.)*)("?)|(\S*))/y;

/** Reads words: `field:value`, `"exact text"`, `-` negates, `*` at either end is open. A field that is not known is a problem at its place, as an empty value is. */
export function readWords(text: string, fields: readonly string[]): WordsReading {
  const { terms, problems } = scanWords(text, fields);
  const [problem] = problems;
  return problem === undefined ? { kind: 'terms', terms } : { kind: 'problem', problem };
}

/** The same with every problem: what is wrong in one word says nothing of the next. */
export function scanWords(text: string, fields: readonly string[]): ScannedWords {
  const terms: Term[] = [];
  const problems: WordProblem[] = [];
  if (text.length > MOST_WORDS_TEXT) {
    const message = `The text has at most ${MOST_WORDS_TEXT} characters.`;
    return { terms, problems: [{ at: MOST_WORDS_TEXT, length: text.length - MOST_WORDS_TEXT, message }] };
  }
  let at = 0;
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at++;
    if (at >= text.length) return { terms, problems };
    TERM.lastIndex = at;
    const match = TERM.exec(text);
    // The expression takes what is no white space, so something stands there.
    if (match === null || match[0] === '') return { terms, problems };
    const [whole] = match;
    if (terms.length >= MOST_TERMS) {
      problems.push({ at, length: whole.length, message: `At most ${MOST_TERMS} words are asked for at once.` });
      return { terms, problems };
    }
    const read = readTerm(match, at, fields);
    if ('message' in read) problems.push(read);
    else terms.push(read);
    at += whole.length;
  }
}

function readTerm(match: RegExpExecArray, at: number, fields: readonly string[]): Term | WordProblem {
  const [whole, minus = '', field, quoted, closing, plain = ''] = match;
  const { length } = whole;
  const name = field?.toLowerCase();
  if (name !== undefined && field !== undefined && !fields.includes(name)) {
    const message = `There is no word "${name}:" here; known are ${fields.map((one) => `${one}:`).join(' ')}`;
    return { at: at + minus.length, length: field.length, message };
  }
  if (quoted !== undefined && closing === '')
    return { at, length, message: 'The quotes are not closed.', isBegun: true };
  const term = termOf({ name, quoted, plain, isNegated: minus === '-', at, length });
  return term.value === '' ? { at, length, message: 'This word says nothing.', isBegun: true } : term;
}

interface Found {
  readonly name: string | undefined;
  readonly quoted: string | undefined;
  readonly plain: string;
  readonly isNegated: boolean;
  readonly at: number;
  readonly length: number;
}

function termOf({ name, quoted, plain, isNegated, at, length }: Found): Term {
  const base = { field: name, isNegated, at, length };
  if (quoted !== undefined)
    return {
      ...base,
      value: quoted.replaceAll(/\\(.)/g, '$1'),
      isExact: true,
      isOpenBefore: false,
      isOpenBehind: false,
    };
  const isOpenBefore = plain.startsWith('*');
  const isOpenBehind = plain.length > 1 && plain.endsWith('*');
  const value = plain.slice(isOpenBefore ? 1 : 0, isOpenBehind ? -1 : undefined);
  return { ...base, value, isExact: false, isOpenBefore, isOpenBehind };
}
