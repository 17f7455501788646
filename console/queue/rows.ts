import type { IncidentRowDocument } from '../../src/api/index.ts';
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
}

/** A row as `/v1` sends it: what the view of rows adds may be missing. */
export type SentRow = Omit<IncidentRowDocument, 'isWmi'> & {
  readonly source?: string | null;
  readonly confidence?: number | null;
  readonly due?: { readonly for: RowDue['step']; readonly at?: string; readonly atMs?: number } | null;
};

export function rowOf(sent: SentRow): QueueRow {
  const { due } = sent;
  const dueMs = due?.atMs ?? (due?.at === undefined ? undefined : Date.parse(due.at));
  return {
    id: sent.id,
    number: sent.number,
    version: sent.version,
    revision: sent.revision,
    state: sent.state,
    standing: sent.standing,
    level: sent.level,
    title: sent.title,
    first: sent.first,
    firstMs: Date.parse(sent.first),
    host: sent.host,
    hosts: sent.hosts,
    source: sent.source ?? undefined,
    confidence: sent.confidence ?? undefined,
    owner: sent.owner ?? undefined,
    verdict: sent.verdict ?? undefined,
    due: due === null || due === undefined || dueMs === undefined ? undefined : { step: due.for, atMs: dueMs },
    isHidden: (sent.suppressedBy?.length ?? 0) > 0,
    isRetrospective: sent.isRetrospective,
  };
}

export type Sort = 'urgent' | 'due' | 'newest' | 'oldest' | 'sure';

export const SORTS: readonly { readonly id: Sort; readonly name: string }[] = [
  { id: 'urgent', name: 'worst first' },
  { id: 'due', name: 'due first' },
  { id: 'newest', name: 'newest first' },
  { id: 'oldest', name: 'oldest first' },
  { id: 'sure', name: 'surest first' },
];

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
