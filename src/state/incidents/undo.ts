import type { Database } from '../../disk/index.ts';
import type { By } from '../operation.ts';
import type { Work } from './work.ts';

/** How long an acknowledgement can be taken back (SETTLED G12). */
export const UNDO_MS = 30_000;

interface Entry {
  readonly who: string;
  readonly action: string;
  readonly atMs: number;
  readonly before: string;
}

/**
 * What was people's before the last acknowledgement, where this person may still take it back: it is theirs, not older than 30 s, and nothing
 * but notes, and how it was hidden, came since. Else the reason in words.
 */
export function undoable(database: Database, id: string, by: By): Partial<Work> | string {
  const [last] = database.all<Entry>(
    `SELECT who, action, at_ms AS atMs, before FROM incident_history
     WHERE incident = ? AND action NOT IN ('note', 'suppressed') ORDER BY seq DESC LIMIT 1`,
    id,
  );
  if (last?.action !== 'acknowledge') return 'The last thing that was done to it is no acknowledgement.';
  if (last.who !== by.who) return `${last.who} acknowledged it.`;
  if (by.atMs - last.atMs > UNDO_MS) return `It was acknowledged more than ${UNDO_MS / 1000} seconds ago.`;
  return JSON.parse(last.before) as Partial<Work>;
}
