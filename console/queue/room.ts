import { levelRank } from '../kit/words.ts';
import type { QueueRow } from './rows.ts';

/** Rows that the page holds, sorts and filters itself (SETTLED G13). */
export const MOST_ROWS = 10_000;

/**
 * Takes out of rows what is more than the page holds, and gives it back: what is closed before what is not, then the last in the server's order, which is
 * by level and from the newest on; never what was heard of just now.
 */
export function makeRoom(
  rows: Map<string, QueueRow>,
  heard: { has(id: string): boolean },
  most: number = MOST_ROWS,
): readonly QueueRow[] {
  if (rows.size <= most) return [];
  const gone = [...rows.values()]
    .filter(({ id }) => !heard.has(id))
    .sort(
      (a, b) =>
        Number(b.state === 'closed') - Number(a.state === 'closed') ||
        levelRank(a.level) - levelRank(b.level) ||
        a.firstMs - b.firstMs ||
        a.number - b.number,
    )
    .slice(0, rows.size - most);
  for (const { id } of gone) rows.delete(id);
  return gone;
}
