import { done } from '../../disk/index.ts';
import type { Level } from '../../windows/index.ts';
import { type Desk, type Operation, reads } from '../operation.ts';
import { hiddenBy } from '../suppressions/hidden.ts';
import { tally } from '../tally.ts';
import type { DueTargets } from './due.ts';
import { isOverfull, nextToGo } from './incident-room.ts';
import { isOverdue, OPEN_ROWS, type OpenRow } from './overdue.ts';
import type { IncidentState } from './work.ts';

export interface SuppressedCounts {
  /** Open incidents that are hidden now, and how many suppressions hide them. */
  readonly incidents: number;
  readonly suppressions: number;
}

/** "12 hidden by 3 suppressions" (SETTLED G8). */
export const countSuppressed: Operation<{ readonly nowMs: number }, SuppressedCounts> = reads(
  ({ database }, { nowMs }) => {
    const open = new Set<string>();
    const by = new Set<number>();
    for (const [id, numbers] of hiddenBy(database, nowMs)) {
      const state = database.get<{ state: string }>('SELECT state FROM incident WHERE id = ?', id)?.state;
      if (state === 'closed' || state === 'merged') continue;
      open.add(id);
      for (const number of numbers) by.add(number);
    }
    return done({ incidents: open.size, suppressions: by.size });
  },
);

/** How full the tables of incidents are. */
export interface IncidentRoom {
  readonly held: number;
  /** Bytes of documents and cited records. */
  readonly heldBytes: number;
  /** Incidents that had to go to keep the bounds, since the store was made. */
  readonly dropped: number;
  /** How many of those were open: nobody had touched them. */
  readonly openDropped: number;
  /** Entries of histories that were full. */
  readonly historyDropped: number;
  /** More than the bounds (`makeIncidentRoom`); what is new is still taken. */
  readonly isOverfull: boolean;
  /** More than the bounds, and some of it goes with the next commit. */
  readonly isMakingRoom: boolean;
}

export interface IncidentCounts extends IncidentRoom {
  /** How many there are of each level and state; what there is none of is left out. */
  readonly counts: readonly { readonly level: Level; readonly state: IncidentState; readonly count: number }[];
}

export const countIncidents: Operation<null, IncidentCounts> = reads((desk) => {
  const { database } = desk;
  const counts = database
    .all<IncidentCounts['counts'][number]>(
      'SELECT level, state, count(*) AS count FROM incident GROUP BY state, level ORDER BY state, level',
    )
    .map((row) => ({ ...row }));
  return done({ counts, ...roomOf(desk) });
});

/** The same without a look at any incident: the health asks now and then. */
export const incidentRoom: Operation<null, IncidentRoom> = reads((desk) => done(roomOf(desk)));

function roomOf(desk: Desk): IncidentRoom {
  const { database } = desk;
  const isOver = isOverfull(desk);
  return {
    held: tally(database, 'incidents'),
    heldBytes: tally(database, 'incidentBytes'),
    dropped: tally(database, 'incidentsDropped'),
    openDropped: tally(database, 'openIncidentsDropped'),
    historyDropped: tally(database, 'historyDropped'),
    isOverfull: isOver,
    isMakingRoom: isOver && nextToGo(database) !== undefined,
  };
}

/** What the queue shows now: what suppressions hide is counted apart. */
export interface QueueCounts {
  readonly counts: IncidentCounts['counts'];
  /** Of those that are not closed: whose time is over, those nobody has, those that the caller has, and those that they have not opened since they changed. */
  readonly overdue: number;
  readonly unassigned: number;
  readonly mine: number;
  readonly unread: number;
  readonly suppressed: SuppressedCounts;
}

/** What somebody opened as it is now. */
const READ = `SELECT o.incident AS id FROM incident_opened o JOIN incident i ON i.id = o.incident
  WHERE o.who = ? AND o.version >= i.version AND o.revision >= i.revision`;

/** Counts for the head of the queue. What is hidden is never overdue (SETTLED G8). */
export const countQueue: Operation<
  { readonly nowMs: number; readonly targets: DueTargets; readonly who: string },
  QueueCounts
> = reads(({ database }, { nowMs, targets, who }) => {
  const hidden = hiddenBy(database, nowMs);
  const open = database.all<OpenRow>(OPEN_ROWS);
  const shown = open.filter(({ id }) => !hidden.has(id));
  const read = new Set(database.all<{ id: string }>(READ, who).map(({ id }) => id));
  const closed = database.all<QueueCounts['counts'][number]>(
    "SELECT level, state, count(*) AS count FROM incident WHERE state = 'closed' GROUP BY level ORDER BY level",
  );
  const groups = Map.groupBy(shown, ({ level, state }) => `${state} ${level}`);
  const counts = [...groups.values()].flatMap((rows) =>
    rows.slice(0, 1).map(({ level, state }) => ({ level, state, count: rows.length })),
  );
  const by = new Set(open.flatMap(({ id }) => hidden.get(id) ?? []));
  return done({
    counts: [...counts, ...closed.map((row) => ({ ...row }))],
    overdue: shown.filter((row) => isOverdue(row, nowMs, targets)).length,
    unassigned: shown.filter(({ owner }) => owner === null).length,
    mine: shown.filter(({ owner }) => owner === who).length,
    unread: shown.filter(({ id }) => !read.has(id)).length,
    suppressed: { incidents: open.length - shown.length, suppressions: by.size },
  });
});
