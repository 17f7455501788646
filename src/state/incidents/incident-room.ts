import type { Database } from '../../disk/index.ts';
import type { Desk } from '../operation.ts';
import { tally } from '../tally.ts';
import { dropParts } from './documents.ts';

/** Of closed and merged incidents the next to go: what the engine speaks of no more, the oldest by last change. Left to itself SQLite takes the index by state, and sorts all of them each time. */
export const NEXT_TO_GO = `SELECT id FROM incident INDEXED BY incident_done WHERE state IN ('closed', 'merged') AND (standing = 'told') = 0
  ORDER BY changed_ms, number LIMIT 1`;

/** Of open ones: what is final, at most medium, and nobody touched (`kept.ts`), the lowest level first. */
export const NEXT_OPEN_TO_GO = `SELECT id FROM incident INDEXED BY incident_untouched
  WHERE standing = 'final' AND work_state = 'open' AND revision = 0 AND is_kept = 0 AND level_rank <= 2
  ORDER BY level_rank, changed_ms, number LIMIT 1`;

/** Most that go in one commit: nothing else is done meanwhile. */
export const MOST_GONE_AT_ONCE = 1000;

/** What went to keep the bounds. */
export interface DroppedIncidents {
  readonly ids: readonly string[];
  /** How many of them were open. */
  readonly open: number;
}

/**
 * Keeps incidents within their bounds (L15), some at a time: what is too many after that goes with the next commits. What the engine speaks of stays, closed ones too: its next judgement would tell it
 * again, as new and open, so nothing would be won; its window bounds how many those are. High and critical ones, and what people work on, never go while they are open. So there may be more than the
 * bound.
 */
export function makeIncidentRoom(desk: Desk): DroppedIncidents {
  const { database } = desk;
  const ids: string[] = [];
  let open = 0;
  while (ids.length < MOST_GONE_AT_ONCE && isOverfull(desk)) {
    const next = nextToGo(database);
    if (next === undefined) break;
    // What was merged into it goes first, for it may be more than goes at once.
    const absorbed = database.all<{ id: string }>(
      'SELECT id FROM incident WHERE merged_into = ? LIMIT ?',
      next.id,
      MOST_GONE_AT_ONCE - ids.length,
    );
    for (const one of absorbed) drop(database, one.id);
    ids.push(...absorbed.map(({ id }) => id));
    if (ids.length >= MOST_GONE_AT_ONCE) break;
    drop(database, next.id);
    ids.push(next.id);
    if (next.isOpen) open++;
  }
  if (open > 0) tally(database, 'openIncidentsDropped', open);
  return { ids, open };
}

/** More than the bounds. */
export function isOverfull({ database, limits }: Desk): boolean {
  return tally(database, 'incidents') > limits.incidents || tally(database, 'incidentBytes') > limits.incidentBytes;
}

/** What goes next where there is no room. */
export function nextToGo(database: Database): { readonly id: string; readonly isOpen: boolean } | undefined {
  const done = database.get<{ id: string }>(NEXT_TO_GO);
  const next = done ?? database.get<{ id: string }>(NEXT_OPEN_TO_GO);
  return next === undefined ? undefined : { id: next.id, isOpen: done === undefined };
}

/** Of a merged one the alias and the history stay with the survivor. */
function drop(database: Database, id: string): void {
  noteDropped(database, id);
  const aliases = database.all<{ id: string }>('SELECT id FROM incident_alias WHERE survivor = ?', id);
  const isMerged = database.get('SELECT 1 FROM incident_alias WHERE id = ?', id) !== undefined;
  database.run('DELETE FROM incident_alias WHERE survivor = ?', id);
  dropParts(database, id);
  database.run('DELETE FROM incident WHERE id = ?', id);
  for (const name of [...aliases.map((alias) => alias.id), ...(isMerged ? [] : [id])])
    database.run('DELETE FROM incident_history WHERE incident = ?', name);
  tally(database, 'incidents', -1);
}

/** True where an incident of the same id may have gone before it: it got its number after the first went. */
export function mayHaveGone(database: Database, { number }: { readonly number: number }): boolean {
  const first = tally(database, 'numberAtFirstDrop');
  return first > 0 && number > first;
}

/** How many went, the last change of the newest of them, and the last number that was given before any did. */
function noteDropped(database: Database, id: string): void {
  if (tally(database, 'incidentsDropped') === 0)
    tally(database, 'numberAtFirstDrop', tally(database, 'incidentNumber'));
  const changedMs = database.number('SELECT changed_ms FROM incident WHERE id = ?', id);
  tally(database, 'incidentsDropped', 1);
  tally(database, 'incidentsDroppedMs', Math.max(0, changedMs - tally(database, 'incidentsDroppedMs')));
}
