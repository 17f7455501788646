import type { Database } from '../../disk/index.ts';
import type { Level } from '../../windows/index.ts';
import { hiddenBy } from '../suppressions/hidden.ts';
import { type DueTargets, dueOf } from './due.ts';
import { readWorkTimes } from './stored-incident.ts';
import type { Verdict, WorkState } from './work.ts';

/** By what rows tell what is due and hidden; without it they tell neither. */
export interface QueueClock {
  readonly nowMs?: number;
  readonly targets?: DueTargets;
}

/** An incident that is not closed, as far as it says what is due. */
export interface OpenRow {
  readonly id: string;
  readonly level: Level;
  readonly state: WorkState;
  readonly verdict: Verdict | null;
  readonly owner: string | null;
  readonly alert: string | null;
  readonly workTimes: string;
}

export const OPEN_ROWS = `SELECT id, level, state, verdict, owner, times ->> '$.alert.time' AS alert, work_times AS workTimes
  FROM incident WHERE state IN ('open', 'acknowledged', 'contained')`;

export function isOverdue({ workTimes, ...facts }: OpenRow, nowMs: number, targets: DueTargets): boolean {
  const due = dueOf({ ...facts, times: readWorkTimes(workTimes) }, targets);
  return due !== null && due.atMs < nowMs;
}

/** Ids of what is overdue now: what is hidden never is (SETTLED G8). */
export function overdueIds(database: Database, { nowMs, targets }: QueueClock): readonly string[] {
  if (nowMs === undefined || targets === undefined) return [];
  const hidden = hiddenBy(database, nowMs);
  return database
    .all<OpenRow>(OPEN_ROWS)
    .filter((row) => !hidden.has(row.id) && isOverdue(row, nowMs, targets))
    .map(({ id }) => id);
}
