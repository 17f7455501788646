import { readWords, type Term, type WordProblem } from '../../api/index.ts';
import { QUEUE_WORDS, type QueueWord, WORK_STATES, type WordCondition } from '../../state/index.ts';
import { LEVELS } from '../../windows/index.ts';

export type QueueWordsReading =
  | { readonly kind: 'words'; readonly words: readonly WordCondition[] }
  | { readonly kind: 'problem'; readonly problem: WordProblem };

/** Words of which only some values mean anything: another is a typing error, and would find nothing. */
const VALUES: Readonly<Partial<Record<QueueWord, readonly string[]>>> = { level: LEVELS, state: WORK_STATES };

/** Words of the queue (PRODUCT 9.2): all must hold. An unknown word, level or state is a problem at its place. */
export function queueWords(text: string): QueueWordsReading {
  const read = readWords(text, QUEUE_WORDS);
  if (read.kind === 'problem') return read;
  for (const term of read.terms) {
    const { field, value } = term;
    const values = VALUES[field as QueueWord];
    if (values === undefined || values.includes(value.toLowerCase())) continue;
    const message = `There is no ${field} "${value.slice(0, 40)}"; known are ${values.join(', ')}.`;
    return { kind: 'problem', problem: { at: term.at, length: term.length, message } };
  }
  return { kind: 'words', words: read.terms.map(conditionOf) };
}

function conditionOf({ field, value, isNegated, isOpenBefore, isOpenBehind }: Term): WordCondition {
  return { field: QUEUE_WORDS.find((word) => word === field), value, isNegated, isOpenBefore, isOpenBehind };
}
