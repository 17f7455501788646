import { done } from '../disk/index.ts';
import type { FoundEntry } from './found-entry.ts';
import { type ArchiveQuery, queryId } from './query.ts';
import type { SearchCount } from './searcher.ts';
import { type Outcome, refused } from './trouble.ts';

/** A page of what a search found, newest first: in the order of archiving, whatever the times of the events. */
export interface SearchPage {
  readonly kind: 'page';
  readonly entries: readonly FoundEntry[];
  /** Where the next page begins, for the same query; `null` when all was looked at. */
  readonly cursor: string | null;
  /** What the search did so far. */
  readonly count: SearchCount;
}

export const NO_COUNT: SearchCount = { blocks: 0, events: 0, passed: 0, damaged: 0, gone: 0 };

export function addedCount(a: SearchCount, b: SearchCount): SearchCount {
  return {
    blocks: a.blocks + b.blocks,
    events: a.events + b.events,
    passed: a.passed + b.passed,
    damaged: a.damaged + b.damaged,
    gone: a.gone + b.gone,
  };
}

/** What is written while somebody turns pages has larger sequence numbers, so no page misses or repeats an entry. */
export function writeCursor(query: ArchiveQuery, before: number): string {
  return Buffer.from(JSON.stringify([queryId(query), before])).toString('base64url');
}

export function readCursor(query: ArchiveQuery, cursor: string): Outcome<number> {
  const [id, before] = cursor.length <= 128 ? decoded(cursor) : [];
  if (id !== queryId(query)) return refused('cursor', 'This is no cursor of this search; begin without one.');
  return Number.isSafeInteger(before) && Number(before) >= 0
    ? done(Number(before))
    : refused('cursor', 'This cursor is damaged; begin without one.');
}

function decoded(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) ? parts : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
