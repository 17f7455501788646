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
}

export type WordsReading =
  | { readonly kind: 'terms'; readonly terms: readonly Term[] }
  | { readonly kind: 'problem'; readonly problem: WordProblem };

/** Longest text, and most terms of one. */
const MOST_TEXT = 2000;
const MOST_TERMS = 32;

const TERM = /(-?)(?:([A-Za-z][A-Za-z-]*):)?(?:"((?:[^"\\]|\\.)*)("?)|(\S*))/y;

/** Reads words: `field:value`, `"exact text"`, `-` negates, `*` at either end is open. A field that is not known is a problem at its place, as an empty value is. */
export function readWords(text: string, fields: readonly string[]): WordsReading {
  if (text.length > MOST_TEXT)
    return wrong(MOST_TEXT, text.length - MOST_TEXT, `The text has at most ${MOST_TEXT} characters.`);
  const terms: Term[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at++;
    if (at >= text.length) return { kind: 'terms', terms };
    TERM.lastIndex = at;
    const match = TERM.exec(text);
    if (match === null || match[0] === '') return wrong(at, 1, 'This is no word.');
    const [whole, minus = '', field, quoted, closing, plain = ''] = match;
    const name = field?.toLowerCase();
    if (name !== undefined && field !== undefined && !fields.includes(name))
      return wrong(
        at + minus.length,
        field.length,
        `There is no word "${name}:" here; known are ${fields.map((one) => `${one}:`).join(' ')}`,
      );
    if (quoted !== undefined && closing === '') return wrong(at, whole.length, 'The quotes are not closed.');
    if (terms.length >= MOST_TERMS)
      return wrong(at, whole.length, `At most ${MOST_TERMS} words are asked for at once.`);
    const term = termOf({ name, quoted, plain, isNegated: minus === '-', at, length: whole.length });
    if (term.value === '') return wrong(at, whole.length, 'This word says nothing.');
    terms.push(term);
    at += whole.length;
  }
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

function wrong(at: number, length: number, message: string): WordsReading {
  return { kind: 'problem', problem: { at, length, message } };
}
