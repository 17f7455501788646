import { levelRank } from '../kit/words.ts';
import { isOverdue, type QueueRow } from './rows.ts';

/** What somebody typed into the filter of the queue (PRODUCT 9.2): words of incidents, minus negates, quotes exact, `*` wild. */
export interface QueueQuery {
  readonly terms: readonly Term[];
  /** Words that are none, with their places: an unknown word is an error, not a filter that finds nothing (SETTLED G11). */
  readonly problems: readonly { readonly at: number; readonly length: number; readonly text: string }[];
}

interface Term {
  readonly isNegated: boolean;
  readonly matches: (row: QueueRow, context: QueryContext) => boolean;
}

export interface QueryContext {
  readonly nowMs: number;
  /** Who is signed in: `owner:me`. */
  readonly person: string;
  readonly isUnread: (row: QueueRow) => boolean;
}

type Field = (value: string) => Term['matches'] | string;

const STATES: readonly string[] = ['open', 'acknowledged', 'contained', 'closed', 'merged'];
const LEVELS: readonly string[] = ['critical', 'high', 'medium', 'low', 'informational'];
const IS: Readonly<Record<string, Term['matches']>> = {
  overdue: (row, { nowMs }) => isOverdue(row, nowMs),
  unassigned: ({ owner }) => owner === undefined,
  unread: (row, { isUnread }) => isUnread(row),
  hidden: ({ isHidden }) => isHidden,
  retrospective: ({ isRetrospective }) => isRetrospective,
  withdrawn: ({ standing }) => standing === 'withdrawn',
};

const FIELDS: Readonly<Record<string, Field>> = {
  host: (value) => {
    const fits = wild(value);
    return (row) => fits(row.host) || (row.source !== undefined && fits(row.source)) || fits(row.title);
  },
  level: (value) => {
    const [, least, word = ''] = /^(>=)?(.*)$/.exec(value.toLowerCase()) ?? [];
    if (!LEVELS.includes(word)) return `There is no level ${value}: ${LEVELS.join(', ')}.`;
    return ({ level }) => (least === undefined ? level === word : levelRank(level) >= levelRank(word));
  },
  state: (value) => {
    const words = value.toLowerCase().split(',');
    const unknown = words.find((word) => !STATES.includes(word));
    if (unknown !== undefined) return `There is no state ${unknown}: ${STATES.join(', ')}.`;
    return ({ state }) => words.includes(state);
  },
  owner: (value) => {
    if (value === 'none') return ({ owner }) => owner === undefined;
    return ({ owner }, { person }) =>
      owner !== undefined && owner.toLowerCase() === (value === 'me' ? person : value).toLowerCase();
  },
  verdict: (value) => (row) => (row.verdict ?? 'none') === value.toLowerCase(),
  account: (value) => titleHas(value),
  filter: (value) => titleHas(value),
  consumer: (value) => titleHas(value),
  id: (value) => (row) => row.id === value || `inc-${row.number}` === value.toLowerCase(),
  is: (value) => IS[value] ?? `is: knows ${Object.keys(IS).join(', ')}.`,
};

export function parseQueueQuery(text: string): QueueQuery {
  const terms: Term[] = [];
  const problems: { at: number; length: number; text: string }[] = [];
  for (const match of text.matchAll(/(-?)(?:([A-Za-z]+):)?("(?:[^"]*)"?|[^\s"]+)/g)) {
    const [whole, minus, name, raw = ''] = match;
    const value = raw.replace(/^"|"$/g, '');
    if (value === '') continue;
    const place = { at: match.index, length: whole.length };
    const field = name === undefined ? titleHas : FIELDS[name.toLowerCase()];
    if (field === undefined) {
      problems.push({
        ...place,
        text: `The queue has no word ${name}: it knows ${Object.keys(FIELDS).join(', ')}. Events are looked for under Search.`,
      });
      continue;
    }
    const matches = field(value);
    if (typeof matches === 'string') problems.push({ ...place, text: matches });
    else terms.push({ isNegated: minus === '-', matches });
  }
  return { terms, problems };
}

export function fitsQuery(query: QueueQuery, row: QueueRow, context: QueryContext): boolean {
  return query.terms.every(({ isNegated, matches }) => matches(row, context) !== isNegated);
}

function titleHas(value: string): Term['matches'] {
  const fits = wild(value);
  return (row) => fits(row.title) || `inc-${row.number}` === value.toLowerCase();
}

/** True for texts that hold the value, whatever the case; `*` stands for anything, then the whole text counts. */
function wild(value: string): (text: string) => boolean {
  const wanted = value.toLowerCase();
  if (!wanted.includes('*')) return (text) => text.toLowerCase().includes(wanted);
  const parts = wanted.split('*');
  return (text) => fitsParts(text.toLowerCase(), parts);
}

function fitsParts(text: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > text.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
