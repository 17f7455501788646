import type { Database } from '../../disk/index.ts';
import { MUTED } from './scope.ts';

/** SQL: suppressions that hold at a time, with one `?`. */
export const ACTIVE = 'ended_ms IS NULL AND ends_ms > ?';

/** SQL: ids of the incidents of which `active`, a table of suppressions, mutes every carrier. */
export const HIDDEN_BY_ACTIVE: string = `SELECT m.incident AS id FROM (${MUTED}) m GROUP BY m.incident
  HAVING count(DISTINCT m.place) = (SELECT count(*) FROM incident_carrier c WHERE c.incident = m.incident)`;

/** SQL: ids of what is hidden now, with one `?`, the time. */
export const HIDDEN_NOW: string = `WITH active AS (SELECT * FROM suppression WHERE ${ACTIVE}) ${HIDDEN_BY_ACTIVE}`;

/** Which suppressions hide an incident, by its id; those that are not hidden are left out. */
export function hiddenBy(database: Database, nowMs: number): ReadonlyMap<string, readonly number[]> {
  if (!isAnyActive(database, nowMs)) return new Map();
  const rows = database.all<{ incident: string; seq: number }>(
    `WITH active AS (SELECT * FROM suppression WHERE ${ACTIVE}), hidden AS MATERIALIZED (${HIDDEN_BY_ACTIVE})
     SELECT DISTINCT m.incident AS incident, m.seq AS seq FROM (${MUTED}) m JOIN hidden h ON h.id = m.incident ORDER BY 1, 2`,
    nowMs,
  );
  const hidden = new Map<string, number[]>();
  for (const { incident, seq } of rows) hidden.set(incident, [...(hidden.get(incident) ?? []), seq]);
  return hidden;
}

export function isAnyActive(database: Database, nowMs: number): boolean {
  return database.get(`SELECT 1 FROM suppression WHERE ${ACTIVE} LIMIT 1`, nowMs) !== undefined;
}
