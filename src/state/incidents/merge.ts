import type { Desk } from '../operation.ts';
import { NEVER_HIDDEN } from '../suppressions/hidden-spans.ts';
import type { KeptMutes } from '../suppressions/kept-mutes.ts';
import { dropParts } from './documents.ts';
import { hiddenUntil, noteHidden } from './hidden-past.ts';
import { addHistory } from './history.ts';
import { keepSurvivor } from './kept.ts';
import { withEarliestAlert } from './kept-times.ts';
import { incidentOf, type StoredIncident, saveIncident } from './stored-incident.ts';
import { bySystem } from './told.ts';
import { combined, type Work } from './work.ts';

export interface Merge {
  readonly ids: readonly string[];
  readonly atMs: number;
  /** The survivor was told for the first time in this step: it has no work of its own. */
  readonly isNew: boolean;
  readonly mutes: KeptMutes;
}

/**
 * Makes incidents part of a survivor (SETTLED G3): their ids are its aliases, their work and history its own, and what they rested on goes, for its
 * document holds that. Gives the ids that were not part of it before.
 */
export function mergeInto(desk: Desk, survivor: StoredIncident, { ids, atMs, isNew, mutes }: Merge): readonly string[] {
  const { database } = desk;
  const fresh = ids.toSorted().filter((id) => !isAliasOf(desk, id, survivor.id));
  const rows = fresh.flatMap((id) => incidentOf(database, id) ?? []);
  // What was part of another has no work to bring: that went with it.
  const own = rows.filter(({ standing }) => standing !== 'merged');
  const after = workOf(survivor, own, { atMs, isNew });
  if (own.length > 0) {
    const others = own.map((row) => row.times);
    const times = withEarliestAlert(survivor.times, others, isNew);
    saveIncident(database, { ...survivor, times, changedMs: atMs, work: after });
    const note = `took in ${own.map(({ id, number }) => `${id} (INC-${number})`).join(', ')}`;
    addHistory(desk, {
      by: bySystem({ atMs }),
      action: 'absorbed',
      incident: survivor,
      before: survivor.work,
      after,
      note,
    });
  }
  for (const row of rows) {
    noteHidden(desk, row, { atMs, was: hiddenUntil(database, mutes, row, atMs), is: NEVER_HIDDEN });
    saveIncident(database, { ...row, standing: 'merged', mergedInto: survivor.id, changedMs: atMs });
    dropParts(database, row.id);
    const note = `part of ${survivor.id} (INC-${survivor.number})`;
    addHistory(desk, {
      by: bySystem({ atMs }),
      action: 'merged',
      incident: row,
      before: row.work,
      after,
      note,
    });
  }
  keepSurvivor(database, survivor.id, fresh);
  for (const id of fresh) {
    database.run('UPDATE incident SET merged_into = ? WHERE merged_into = ?', survivor.id, id);
    database.run('UPDATE incident_alias SET survivor = ? WHERE survivor = ?', survivor.id, id);
    database.run(
      'INSERT INTO incident_alias VALUES (?, ?) ON CONFLICT DO UPDATE SET survivor = excluded.survivor',
      id,
      survivor.id,
    );
  }
  return fresh;
}

function workOf(
  survivor: StoredIncident,
  absorbed: readonly StoredIncident[],
  { atMs, isNew }: Pick<Merge, 'atMs' | 'isNew'>,
): Work {
  const works = absorbed.map(({ work }) => work);
  const [first, ...rest] = isNew ? works : [survivor.work, ...works];
  return first === undefined ? survivor.work : combined([first, ...rest], atMs);
}

function isAliasOf({ database }: Desk, id: string, survivor: string): boolean {
  return (
    database.get('SELECT 1 FROM incident_alias WHERE id = ? AND survivor = ? AND id <> survivor', id, survivor) !==
    undefined
  );
}
