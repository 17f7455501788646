import { type Database, done } from '../../disk/index.ts';
import { type Operation, writes } from '../operation.ts';
import { survivorOf } from './stored-incident.ts';

/**
 * Whether an incident stays while it is open although nobody acted on it: somebody opened it, a hold, a proposed pin or a verdict of another names it, or it took in
 * one that stays. Beside it the order in which the others go, and how far what went had come.
 */
export const KEPT_COLUMN = `ALTER TABLE incident ADD COLUMN is_kept INTEGER NOT NULL DEFAULT 0 CHECK (is_kept IN (0, 1));
CREATE INDEX incident_untouched ON incident (level_rank, changed_ms, number)
  WHERE standing = 'final' AND work_state = 'open' AND revision = 0 AND is_kept = 0 AND level_rank <= 2;
INSERT INTO tally VALUES ('openIncidentsDropped', 0), ('incidentsDroppedMs', 0), ('numberAtFirstDrop', 0);`;

/** A store that let go of some before said by the next to go how far they had come; where there is none, nothing older than the upgrade is sure to be there. */
const NOTE_DROPPED = `UPDATE tally SET value = coalesce((SELECT min(changed_ms) FROM incident INDEXED BY incident_done
    WHERE state IN ('closed', 'merged') AND (standing = 'told') = 0), ?)
  WHERE name = 'incidentsDroppedMs' AND (SELECT value FROM tally WHERE name = 'incidentsDropped') > 0`;
/** Ids of messages about what it has stay as they are. */
const NOTE_NUMBER = `UPDATE tally SET value = (SELECT value FROM tally WHERE name = 'incidentNumber')
  WHERE name = 'numberAtFirstDrop' AND (SELECT value FROM tally WHERE name = 'incidentsDropped') > 0`;

/** Marks what a store tells that had no marks before. Holds stand in the archive, and are marked at a start. */
const MARK_ALL = `UPDATE incident SET is_kept = 1 WHERE id IN (
  SELECT coalesce(i.merged_into, i.id) FROM incident_opened o JOIN incident i ON i.id = o.incident
  UNION SELECT coalesce(a.survivor, n.id) FROM (
    SELECT incident AS id FROM pin_proposal WHERE incident IS NOT NULL
    UNION SELECT judged ->> '$.of.id' FROM incident WHERE judged ->> '$.of.id' IS NOT NULL
  ) n LEFT JOIN incident_alias a ON a.id = n.id)`;

/** Fills the column and the tallies of a store that had none of them. */
export function fillKept(database: Database, nowMs: number): void {
  database.run(MARK_ALL);
  database.run(NOTE_DROPPED, nowMs);
  database.run(NOTE_NUMBER);
}

/** Marks an incident, or the one that it became part of, as one that stays while it is open. */
export function keepOpen(database: Database, id: string): void {
  database.run('UPDATE incident SET is_kept = 1 WHERE id = ? AND is_kept = 0', survivorOf(database, id));
}

/** Marks the survivor of a merge where one of those that it took in was marked. */
export function keepSurvivor(database: Database, survivor: string, absorbed: readonly string[]): void {
  const sql = 'SELECT 1 FROM incident WHERE is_kept = 1 AND id IN (SELECT value FROM json_each(?)) LIMIT 1';
  if (database.get(sql, JSON.stringify(absorbed)) !== undefined) keepOpen(database, survivor);
}

/** The same of those that are named outside of the state, by holds. */
export const keepIncidents: Operation<{ readonly ids: readonly string[] }, null> = writes(({ database }, { ids }) => {
  for (const id of ids) keepOpen(database, id);
  return done(null);
});
