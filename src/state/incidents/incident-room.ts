import type { Database } from '../../disk/index.ts';
import type { Desk } from '../operation.ts';
import { tally } from '../tally.ts';
import { dropParts } from './documents.ts';

/** Of closed and merged incidents the next to go: what the engine speaks of no more, the oldest by last change. Left to itself SQLite takes the index by state, and sorts all of them each time. */
export const NEXT_TO_GO = `SELECT id FROM incident INDEXED BY incident_done WHERE state IN ('closed', 'merged') AND (standing = 'told') = 0
  ORDER BY changed_ms, number LIMIT 1`;

/** Of open ones: what is final, at most medium, and nobody touched (`kept.ts`), the lowest level first. */
export const NEXT_OPEN_TO_GO = `SELECT id, changed_ms AS changedMs FROM incident INDEXED BY incident_untouched
  WHERE standing = 'final' AND work_state = 'open' AND revision = 0 AND is_kept = 0 AND level_rank <= 2
  ORDER BY level_rank, changed_ms, number LIMIT 1`;

/** What went to keep the bounds. */
export interface DroppedIncidents {
  readonly ids: readonly string[];
  /** How many of them were open. */
  readonly open: number;
}

/**
 * Keeps incidents within their bounds (L15). What the engine speaks of stays, closed ones too: its next judgement would tell it again, as new and open, so nothing
 * would be won; its window bounds how many those are. High and critical ones, and what people work on, never go while they are open. So there may be more than
 * the bound.
 */
export function makeIncidentRoom({ database, limits }: Desk): DroppedIncidents {
  const ids: string[] = [];
  let open = 0;
  const isOver = (): boolean =>
    tally(database, 'incidents') > limits.incidents || tally(database, 'incidentBytes') > limits.incidentBytes;
  while (isOver()) {
    const done = database.get<{ id: string }>(NEXT_TO_GO);
    const untouched = done === undefined ? database.get<OpenToGo>(NEXT_OPEN_TO_GO) : undefined;
    const next = done ?? untouched;
    if (next === undefined) break;
    ids.push(...drop({ database, limits }, next.id));
    if (untouched !== undefined) {
      noteOpenDropped(database, untouched);
      open++;
    }
  }
  return { ids, open };
}

interface OpenToGo {
  readonly id: string;
  readonly changedMs: number;
}

function noteOpenDropped(database: Database, { changedMs }: OpenToGo): void {
  tally(database, 'openIncidentsDropped', 1);
  tally(database, 'openIncidentsDroppedMs', Math.max(0, changedMs - tally(database, 'openIncidentsDroppedMs')));
}

/** An incident goes with what was merged into it; of a merged one the alias and the history stay with the survivor. */
function drop(desk: Desk, id: string): readonly string[] {
  const { database } = desk;
  const absorbed = database.all<{ id: string }>('SELECT id FROM incident WHERE merged_into = ?', id);
  const dropped = absorbed.flatMap((one) => drop(desk, one.id));
  const aliases = database.all<{ id: string }>('SELECT id FROM incident_alias WHERE survivor = ?', id);
  const isMerged = database.get('SELECT 1 FROM incident_alias WHERE id = ?', id) !== undefined;
  database.run('DELETE FROM incident_alias WHERE survivor = ?', id);
  dropParts(database, id);
  database.run('DELETE FROM incident WHERE id = ?', id);
  for (const name of [...aliases.map((alias) => alias.id), ...(isMerged ? [] : [id])])
    database.run('DELETE FROM incident_history WHERE incident = ?', name);
  tally(database, 'incidents', -1);
  tally(database, 'incidentsDropped', 1);
  return [...dropped, id];
}
