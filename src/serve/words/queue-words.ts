import { type AskedOf, type QueueTerm, readQueueWords, type WordProblem } from '../../api/index.ts';
import type { WordCondition } from '../../state/index.ts';

export type QueueWordsReading =
  | { readonly kind: 'words'; readonly words: readonly WordCondition[] }
  | { readonly kind: 'problem'; readonly problem: WordProblem };

/** Words of the queue as the state is asked for them; `who` asks: `owner:me` and `is:unread` are of them. */
export function queueWords(text: string, who = ''): QueueWordsReading {
  const { terms, problems } = readQueueWords(text);
  const [problem] = problems;
  return problem === undefined
    ? { kind: 'words', words: terms.map((term) => conditionOf(term, who)) }
    : { kind: 'problem', problem };
}

function conditionOf({ asked, isNegated }: QueueTerm, who: string): WordCondition {
  return { ...partOf(asked, who), isNegated };
}

function partOf(asked: AskedOf, who: string): Omit<WordCondition, 'isNegated'> {
  switch (asked.kind) {
    case 'oneOf':
      return { field: asked.word, pattern: [asked.values.join(',')] };
    case 'none':
      return asked.word === 'verdict' ? { field: 'unjudged', pattern: ['1'] } : { field: asked.word, pattern: [''] };
    case 'me':
      return { field: 'owner', pattern: [who] };
    case 'pattern':
      return { field: asked.word, pattern: asked.pattern };
    case 'is':
      return ofIs(asked.value, who);
  }
}

function ofIs(value: Extract<AskedOf, { kind: 'is' }>['value'], who: string): Omit<WordCondition, 'isNegated'> {
  switch (value) {
    case 'unread':
      return { field: 'unread', pattern: [who] };
    case 'retrospective':
    case 'unacknowledged':
      return { field: value, pattern: ['1'] };
    case 'withdrawn':
      return { field: 'standing', pattern: [value] };
    case 'unassigned':
      return { field: 'owner', pattern: [''] };
    case 'overdue':
    case 'hidden':
      return { field: value, pattern: [] };
  }
}
