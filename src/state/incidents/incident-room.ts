import type { Desk } from '../operation.ts';
import { tally } from '../tally.ts';
import { dropParts } from './documents.ts';

/** Of closed and merged incidents the next to go. Left to itself SQLite takes the index by state, and sorts all of them each time. */
export const NEXT_TO_GO = `SELECT id FROM incident INDEXED BY incident_done WHERE state IN ('closed', 'merged')
  ORDER BY standing = 'told', changed_ms, number LIMIT 1`;

/**
 * Keeps incidents within their bounds (L15): of those that are closed or merged away the oldest by last change go, first what the engine speaks of
 * no more. Open ones never go, so there may be more than the bound. Gives the ids that went.
 */
export function makeIncidentRoom({ database, limits }: Desk): readonly string[] {
  const dropped: string[] = [];
  const isOver = (): boolean =>
    tally(database, 'incidents') > limits.incidents || tally(database, 'incidentBytes') > limits.incidentBytes;
  while (isOver()) {
    const oldest = database.get<{ id: string }>(NEXT_TO_GO);
    if (oldest === undefined) break;
    dropped.push(...drop({ database, limits }, oldest.id));
  }
  return dropped;
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
