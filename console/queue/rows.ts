import { type IncidentRowDocument, QUEUE_COLUMNS, type QueueValues } from '../../src/api/index.ts';
import { levelRank } from '../kit/words.ts';

/** What is due next of an incident. */
export interface RowDue {
  readonly step: 'acknowledge' | 'verdict' | 'contain' | 'verify';
  /** Unix milliseconds. */
  readonly atMs: number;
}

/** A row of the queue as the page holds it. */
export interface QueueRow {
  readonly id: string;
  readonly number: number;
  readonly version: number;
  readonly revision: number;
  readonly state: IncidentRowDocument['state'];
  readonly standing: IncidentRowDocument['standing'];
  readonly level: string;
  readonly title: string;
  readonly first: string;
  readonly last: string;
  /** Unix milliseconds of `first`. */
  readonly firstMs: number;
  readonly host: string;
  readonly hosts: number;
  readonly source: string | undefined;
  readonly confidence: number | undefined;
  readonly owner: string | undefined;
  readonly verdict: string | undefined;
  readonly due: RowDue | undefined;
  readonly isHidden: boolean;
  readonly isRetrospective: boolean;
  /** Nobody acknowledged it yet, or since it was opened again. */
  readonly isToAcknowledge: boolean;
  /** The verdict was given before it was opened again. */
  readonly isJudgedBefore: boolean;
  /** The beginning of the print of what its worst subscription runs; undefined where no record tells it, and for a viewer. */
  readonly payload: string | undefined;
  /** The beginning of its text, as far as the row has room; empty where there is none. */
  readonly payloadText: string;
}

/** A row of the values that `/v1` sends, by the names of its columns. */
export function rowOf(values: QueueValues, columns: readonly string[] = QUEUE_COLUMNS): QueueRow {
  const of: Readonly<Record<string, unknown>> = Object.fromEntries(columns.map((name, index) => [name, values[index]]));
  const text = (name: string): string => String(of[name] ?? '');
  const maybe = (name: string): string | undefined => (typeof of[name] === 'string' ? of[name] : undefined);
  const count = (name: string): number => Number(of[name] ?? 0);
  const due = maybe('due');
  return {
    id: text('id'),
    number: count('number'),
    version: count('version'),
    revision: count('revision'),
    state: text('state') as QueueRow['state'],
    standing: text('standing') as QueueRow['standing'],
    level: text('level'),
    title: text('title'),
    first: text('first'),
    last: text('last'),
    firstMs: Date.parse(text('first')),
    host: text('host'),
    hosts: count('hosts'),
    source: maybe('source'),
    confidence: typeof of['confidence'] === 'number' ? of['confidence'] : undefined,
    owner: maybe('owner'),
    verdict: maybe('verdict'),
    due: due === undefined ? undefined : { step: text('dueFor') as RowDue['step'], atMs: Date.parse(due) },
    isHidden: count('suppressed') > 0,
    isRetrospective: of['isRetrospective'] === true,
    isToAcknowledge: of['isToAcknowledge'] === true,
    isJudgedBefore: of['isJudgedBefore'] === true,
    payload: maybe('payload'),
    payloadText: text('payloadText'),
  };
}

/** Changes of incidents after which somebody is called. */
export const CALLING: readonly string[] = ['new', 'reopened', 'shown', 'raised'];

/** True where somebody has to look at it as at a new one: it was opened again, its level rose, or nothing hides it any more. */
export function callsAgain(old: QueueRow, now: QueueRow): boolean {
  if (now.isHidden || now.state === 'closed') return false;
  const isRaised = levelRank(now.level) > levelRank(old.level);
  return isRaised || old.isHidden || (now.isToAcknowledge && !old.isToAcknowledge && now.version > old.version);
}

export type Sort = 'urgent' | 'due' | 'newest' | 'oldest' | 'sure';

export const SORTS: readonly { readonly id: Sort; readonly name: string }[] = [
  { id: 'urgent', name: 'worst first' },
  { id: 'due', name: 'due first' },
  { id: 'newest', name: 'newest first' },
  { id: 'oldest', name: 'oldest first' },
  { id: 'sure', name: 'surest first' },
];

export function isByTime(sort: Sort): boolean {
  return sort === 'newest' || sort === 'oldest';
}

/** Where rows of a minute begin, of rows by time, or what comes behind it; the last row where there are none. */
export function indexAtTime(rows: readonly Pick<QueueRow, 'firstMs'>[], sort: Sort, ms: number): number {
  const at = rows.findIndex(({ firstMs }) => (sort === 'newest' ? firstMs < ms + 60_000 : firstMs >= ms));
  return at < 0 ? rows.length - 1 : at;
}

export function isOverdue({ due }: QueueRow, nowMs: number): boolean {
  return due !== undefined && due.atMs < nowMs;
}

/** Level, then overdue, then confidence, then age (PRODUCT 8.2); a total order, so that equal rows do not swap places. */
export function compareRows(sort: Sort, nowMs: number): (a: QueueRow, b: QueueRow) => number {
  const byAge = (a: QueueRow, b: QueueRow): number => b.firstMs - a.firstMs || b.number - a.number;
  const bySure = (a: QueueRow, b: QueueRow): number => (b.confidence ?? 1) - (a.confidence ?? 1);
  const byDue = (a: QueueRow, b: QueueRow): number => (a.due?.atMs ?? Infinity) - (b.due?.atMs ?? Infinity) || 0;
  switch (sort) {
    case 'due':
      return (a, b) => orZero(byDue(a, b)) || levelRank(b.level) - levelRank(a.level) || byAge(a, b);
    case 'newest':
      return byAge;
    case 'oldest':
      return (a, b) => byAge(b, a);
    case 'sure':
      return (a, b) => bySure(a, b) || levelRank(b.level) - levelRank(a.level) || byAge(a, b);
    case 'urgent':
      return (a, b) =>
        levelRank(b.level) - levelRank(a.level) ||
        Number(isOverdue(b, nowMs)) - Number(isOverdue(a, nowMs)) ||
        bySure(a, b) ||
        byAge(a, b);
  }
}

/** Infinity less itself is no number. */
function orZero(difference: number): number {
  return Number.isNaN(difference) ? 0 : difference;
}
