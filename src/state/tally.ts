import type { Database } from '../disk/index.ts';

/** A number that the file keeps: counting rows at each step would take longer than the step. */
export type TallyName =
  | 'batches'
  | 'conflicts'
  | 'incidents'
  | 'incidentBytes'
  | 'incidentsDropped'
  | 'openIncidentsDropped'
  | 'incidentsDroppedMs'
  | 'numberAtFirstDrop'
  | 'incidentNumber'
  | 'historyDropped'
  | 'findings'
  | 'findingsDropped'
  | 'subscriptions'
  | 'subscriptionsDropped'
  | 'foundBytes'
  | 'computers'
  | 'computersDropped'
  | 'hostLogsDropped'
  | 'streamEpoch'
  | 'outboxDropped';

/** Moves a number and gives it; by 0 it is only read. */
export function tally(database: Database, name: TallyName, by = 0): number {
  if (by !== 0) database.run('UPDATE tally SET value = value + ? WHERE name = ?', by, name);
  return database.number('SELECT value FROM tally WHERE name = ?', name);
}
