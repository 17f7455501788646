import { parseTime } from '../../windows/index.ts';
import { readWords, type Term, type WordProblem } from './read-words.ts';

/**
 * What received events are searched by, for the server and its page (PRODUCT 9.2, SETTLED G11), with what each takes: a `name` is whole,
 * a `number` is an event id, a `time` is a day, a minute or RFC 3339. A `text` is looked for in the whole event: no such field is known by name in the archive.
 */
export const EVENT_WORDS = {
  host: 'name',
  channel: 'name',
  event: 'number',
  record: 'name',
  sender: 'name',
  from: 'time',
  to: 'time',
  account: 'text',
  ip: 'text',
  payload: 'text',
  filter: 'text',
  consumer: 'text',
  ns: 'text',
  id: 'text',
} as const;

export type EventField = keyof typeof EVENT_WORDS;

/** One thing that must hold of an event. */
export interface EventTerm {
  /** Undefined of free text. */
  readonly field: EventField | undefined;
  readonly value: string;
  /** A star stands at one of its ends: what it is part of counts too. */
  readonly isPart: boolean;
}

export type EventWordsReading =
  | { readonly kind: 'terms'; readonly terms: readonly EventTerm[] }
  | { readonly kind: 'problem'; readonly problem: WordProblem };

/** Reads the words of a search of events. What the archive cannot answer is a problem at its place: it has no way to leave out, and names are whole. */
export function readEventWords(text: string): EventWordsReading {
  const read = readWords(text, Object.keys(EVENT_WORDS));
  if (read.kind === 'problem') return read;
  const terms: EventTerm[] = [];
  for (const term of read.terms) {
    const field = term.field as EventField | undefined;
    const isPart = term.isOpenBefore || term.isOpenBehind;
    const message = problemOf(term, field, isPart) ?? twiceOf(terms, field);
    if (message !== undefined) return { kind: 'problem', problem: { at: term.at, length: term.length, message } };
    terms.push({ field, value: term.value, isPart });
  }
  return { kind: 'terms', terms };
}

function problemOf({ value, isNegated }: Term, field: EventField | undefined, isPart: boolean): string | undefined {
  if (isNegated) return 'A search of events cannot leave out: narrow it by what is there.';
  const takes = field === undefined ? 'text' : EVENT_WORDS[field];
  if (takes === 'text') return undefined;
  if (isPart) return `"${field}:" is a whole ${takes} here, without a star.`;
  if (takes === 'number' && !/^\d{1,10}$/.test(value)) return `"${field}:" is an event id, such as 4688.`;
  if (takes === 'time' && parseTime(value) === undefined)
    return `"${field}:" is a time, such as 2026-03-12 or 2026-03-12T09:40Z.`;
  return undefined;
}

function twiceOf(terms: readonly EventTerm[], field: EventField | undefined): string | undefined {
  const isOnce = field !== undefined && EVENT_WORDS[field] === 'time';
  return isOnce && terms.some((term) => term.field === field) ? `"${field}:" stands there already.` : undefined;
}
