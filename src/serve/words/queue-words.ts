import { readWords, type Term, type WordProblem } from '../../api/index.ts';
import { IS_WORDS, QUEUE_WORDS, type QueueWord, WORK_STATES, type WordCondition } from '../../state/index.ts';
import { LEVELS, type Level } from '../../windows/index.ts';

export type QueueWordsReading =
  | { readonly kind: 'words'; readonly words: readonly WordCondition[] }
  | { readonly kind: 'problem'; readonly problem: WordProblem };

/** Words of which only some values mean anything: another is a typing error, and would find nothing. */
const VALUES: Readonly<Partial<Record<QueueWord, readonly string[]>>> = {
  level: LEVELS,
  state: WORK_STATES,
  is: IS_WORDS,
};

/**
 * Words of the queue (PRODUCT 9.2): all must hold. An unknown word, level or state is a problem at its place. `who` asks: `owner:me` and `is:unread` are
 * of them.
 */
export function queueWords(text: string, who = ''): QueueWordsReading {
  const read = readWords(text, QUEUE_WORDS);
  if (read.kind === 'problem') return read;
  for (const term of read.terms) {
    const { field } = term;
    const values = VALUES[field as QueueWord];
    const unknown = values === undefined ? undefined : valuesOf(term).find((value) => !values.includes(value));
    if (values === undefined || unknown === undefined) continue;
    const message = `There is no ${field} "${unknown.slice(0, 40)}"; known are ${values.join(', ')}.`;
    return { kind: 'problem', problem: { at: term.at, length: term.length, message } };
  }
  return { kind: 'words', words: read.terms.map((term) => conditionOf(term, who)) };
}

/** Several states with commas are one of them, a level may be the least. */
function valuesOf({ field, value }: Term): readonly string[] {
  const text = value.toLowerCase();
  if (field === 'state') return text.split(',');
  return [field === 'level' && text.startsWith('>=') ? text.slice(2) : text];
}

function conditionOf(term: Term, who: string): WordCondition {
  const { isNegated } = term;
  const asked = askedFor(term, who);
  // What has known values has them whole.
  const isListed = VALUES[term.field as QueueWord] !== undefined;
  return {
    ...asked,
    isNegated,
    isOpenBefore: !isListed && term.isOpenBefore,
    isOpenBehind: !isListed && term.isOpenBehind,
  };
}

function askedFor(term: Term, who: string): Pick<WordCondition, 'field' | 'value'> {
  const { field, value } = term;
  const isWhole = !term.isExact && !term.isOpenBefore && !term.isOpenBehind;
  switch (field) {
    case 'is':
      return ofIs(value.toLowerCase(), who);
    case 'owner':
    case 'verdict':
      if (isWhole && value === 'none') return { field, value: '' };
      return isWhole && field === 'owner' && value === 'me' ? { field, value: who } : { field, value };
    case 'level': {
      const [least = ''] = valuesOf(term);
      if (!value.startsWith('>=')) return { field, value };
      // From the lowest to the highest.
      return { field, value: LEVELS.slice(LEVELS.indexOf(least as Level)).join(',') };
    }
    default: {
      const known = QUEUE_WORDS.find((word) => word === field);
      return { field: known === 'is' ? undefined : known, value };
    }
  }
}

function ofIs(value: string, who: string): Pick<WordCondition, 'field' | 'value'> {
  switch (value) {
    case 'unread':
      return { field: 'unread', value: who };
    case 'retrospective':
      return { field: 'retrospective', value: '1' };
    case 'withdrawn':
      return { field: 'standing', value };
    default:
      return { field: 'owner', value: '' };
  }
}
