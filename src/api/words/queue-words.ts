import { LEVELS, levelRank } from '../../windows/index.ts';
import { scanWords, type Term, type WordProblem } from './read-words.ts';

export type QueueWord =
  | 'host'
  | 'account'
  | 'ip'
  | 'payload'
  | 'filter'
  | 'consumer'
  | 'ns'
  | 'rule'
  | 'attack'
  | 'level'
  | 'state'
  | 'owner'
  | 'verdict'
  | 'id'
  | 'is';

/** A word of the queue: whether a short row of it answers it whole, and what it means. */
interface WordMeaning {
  /** False where the whole incident has to be looked at: the page asks the server which ones fit. */
  readonly isOfRow: boolean;
  readonly says: string;
}

/** What incidents are searched by, for the server and its page (PRODUCT 9.2, SETTLED G11). Free text beside them is a part of the title, or a whole number such as `INC-12`. */
export const QUEUE_WORDS: Readonly<Record<QueueWord, WordMeaning>> = {
  host: { isOfRow: false, says: 'any of its hosts, whole or by its first label' },
  account: { isOfRow: false, says: 'an account behind its level, with or without its domain' },
  ip: { isOfRow: false, says: 'an address of its hops' },
  payload: { isOfRow: false, says: 'a part of what one of its subscriptions runs; not for viewers' },
  filter: { isOfRow: false, says: 'the name of a filter' },
  consumer: { isOfRow: false, says: 'the name of a consumer' },
  ns: { isOfRow: false, says: 'the namespace of a subscription' },
  rule: { isOfRow: false, says: 'an analytic or rule behind its level' },
  attack: { isOfRow: false, says: 'a technique, with its parts: T1546 or T1546.003' },
  level: { isOfRow: true, says: 'its level; level:>=high for that and above' },
  state: { isOfRow: true, says: 'its state; several with commas' },
  owner: { isOfRow: true, says: 'who has it; owner:me, owner:none' },
  verdict: { isOfRow: true, says: 'its verdict; verdict:none of what is not judged, or not since it was opened again' },
  id: { isOfRow: true, says: 'its id or number, INC-12' },
  is: { isOfRow: true, says: 'overdue, unassigned, unacknowledged, unread, hidden, retrospective or withdrawn' },
};

export const QUEUE_WORD_NAMES: readonly QueueWord[] = Object.keys(QUEUE_WORDS) as QueueWord[];

/** States that an incident of the queue has: what was merged away is in none. */
export const QUEUE_STATES = ['open', 'acknowledged', 'contained', 'closed'] as const;

/** What `is:` may ask for. */
export const IS_WORDS = [
  'overdue',
  'unassigned',
  'unacknowledged',
  'unread',
  'hidden',
  'retrospective',
  'withdrawn',
] as const;
export type IsWord = (typeof IS_WORDS)[number];

/** Texts between stars: one alone is the whole value, an empty one at an end leaves that end open. Letters of ASCII count the same in either case. */
export type WordPattern = readonly [string, ...string[]];

/** What is asked for by one word, the same for the server's tables and for the rows of the page. */
export type AskedOf =
  | { readonly kind: 'oneOf'; readonly word: 'level' | 'state'; readonly values: readonly string[] }
  | { readonly kind: 'is'; readonly word: 'is'; readonly value: IsWord }
  /** Nobody, or no verdict. */
  | { readonly kind: 'none'; readonly word: 'owner' | 'verdict' }
  /** Whoever asks. */
  | { readonly kind: 'me'; readonly word: 'owner' }
  /** `word` is left out of free text. */
  | {
      readonly kind: 'pattern';
      readonly word: Exclude<QueueWord, 'level' | 'state' | 'is'> | undefined;
      readonly pattern: WordPattern;
    };

/** One thing that must hold of an incident, or must not. */
export interface QueueTerm {
  readonly isNegated: boolean;
  readonly asked: AskedOf;
  /** Place in the text, in UTF-16 units. */
  readonly at: number;
  readonly length: number;
}

export interface QueueWordsReading {
  readonly terms: readonly QueueTerm[];
  /** Words that are none, in the order of their places: where there is one, nothing is asked for. */
  readonly problems: readonly WordProblem[];
}

/** Words of which only some values mean anything: another is a typing error, and would find nothing. */
const VALUES: Readonly<Partial<Record<QueueWord, readonly string[]>>> = {
  level: LEVELS,
  state: QUEUE_STATES,
  is: IS_WORDS,
};

/** Reads the words of the queue: all must hold, `-` negates, quotes keep a text together and its stars, `*` is anything. An unknown word, level or state is a problem at its place. */
export function readQueueWords(text: string): QueueWordsReading {
  const scanned = scanWords(text, QUEUE_WORD_NAMES);
  const problems = [...scanned.problems];
  const terms: QueueTerm[] = [];
  for (const term of scanned.terms) {
    const { field, isNegated, at, length } = term;
    const values = VALUES[field as QueueWord];
    const unknown = values === undefined ? undefined : valuesOf(term).find((value) => !values.includes(value));
    if (values === undefined || unknown === undefined) terms.push({ isNegated, asked: askedOf(term), at, length });
    else {
      const message = `There is no ${field} "${unknown.slice(0, 40)}"; known are ${values.join(', ')}.`;
      const isBegun = values.some((value) => value.startsWith(unknown));
      problems.push({ at, length, message, ...(isBegun ? { isBegun } : {}) });
    }
  }
  return { terms, problems: problems.toSorted((a, b) => a.at - b.at) };
}

/** True of a text whose last word may still become one: while it is typed it is no error yet. */
export function isBegunWord(text: string): boolean {
  const { problems } = readQueueWords(text);
  return problems.some(({ isBegun, at, length }) => isBegun === true && at + length === text.trimEnd().length);
}

/** Several states with commas are one of them, a level may be the least. */
function valuesOf({ field, value }: Term): readonly string[] {
  const text = value.toLowerCase();
  if (field === 'state') return text.split(',');
  return [field === 'level' && text.startsWith('>=') ? text.slice(2) : text];
}

function askedOf(term: Term): AskedOf {
  const { value } = term;
  const field = QUEUE_WORD_NAMES.find((word) => word === term.field);
  const isWhole = !term.isExact && !term.isOpenBefore && !term.isOpenBehind;
  switch (field) {
    case 'level':
    case 'state':
      return { kind: 'oneOf', word: field, values: value.startsWith('>=') ? levelsFrom(term) : valuesOf(term) };
    case 'is':
      return { kind: 'is', word: 'is', value: IS_WORDS.find((word) => word === value.toLowerCase()) ?? 'unassigned' };
    case 'owner':
    case 'verdict':
      if (isWhole && value === 'none') return { kind: 'none', word: field };
      if (isWhole && value === 'me' && field === 'owner') return { kind: 'me', word: 'owner' };
      return { kind: 'pattern', word: field, pattern: patternOf(term) };
    default:
      return { kind: 'pattern', word: field, pattern: patternOf(term) };
  }
}

/** From the lowest to the highest. */
function levelsFrom(term: Term): readonly string[] {
  const [least = ''] = valuesOf(term);
  return LEVELS.filter((level) => levelRank(level) >= levelRank(least as (typeof LEVELS)[number]));
}

function patternOf({ value, isExact, isOpenBefore, isOpenBehind }: Term): WordPattern {
  if (isExact) return [value];
  return `${isOpenBefore ? '*' : ''}${value}${isOpenBehind ? '*' : ''}`.split('*') as [string, ...string[]];
}
