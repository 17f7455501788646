import { done } from '../../disk/index.ts';
import { LEVELS, type Level, levelRank } from '../../windows/index.ts';
import { MOST_ROW_BYTES, MOST_WORD_BYTES } from '../limits.ts';
import { type Operation, reads } from '../operation.ts';
import { refused } from '../outcome.ts';
import { type Condition, type List, MOST_ROWS, type Page, type PageRequest, readPage } from '../pages.ts';
import { HIDDEN_NOW, hiddenBy, isAnyActive } from '../suppressions/hidden.ts';
import { tally } from '../tally.ts';
import { cutToBytes } from './cut-text.ts';
import type { Standing } from './stored-incident.ts';
import { type IncidentState, type Verdict, WORK_STATES } from './work.ts';

/** A row of the queue: at most 400 bytes of columns, numbers counted as 8; long names are cut, and the title to fit. */
export interface IncidentRow {
  readonly id: string;
  readonly number: number;
  readonly version: number;
  readonly revision: number;
  readonly standing: Standing;
  readonly state: IncidentState;
  readonly level: Level;
  readonly isWmi: boolean;
  readonly title: string;
  readonly first: string;
  readonly last: string;
  /** The first of its hosts, and how many it has. */
  readonly host: string;
  readonly hosts: number;
  readonly owner: string | null;
  readonly verdict: Verdict | null;
  readonly isRetrospective: boolean;
  /** Numbers of the suppressions that hide it now; absent where none does, and where the queue leaves out what is hidden. */
  readonly suppressedBy?: readonly number[];
}

/** What a queue is asked for; without `states` all but those merged away. */
export interface IncidentFilter {
  readonly states?: readonly IncidentState[];
  readonly level?: Level;
  /** Host key. */
  readonly host?: string;
  /** RFC 3339 with seven digits: those that went on until then or later. */
  readonly since?: string;
  /** What suppressions hide now: left out, shown with the rest, or alone. Without the time of the server nothing is hidden. */
  readonly suppressed?: 'hide' | 'show' | 'only';
  readonly nowMs?: number;
}

type RawRow = Omit<IncidentRow, 'isWmi' | 'isRetrospective' | 'suppressedBy'> & {
  readonly isWmi: number;
  readonly isRetrospective: number;
  readonly level_rank: number;
  readonly first_ms: number;
};

const QUEUE: List<RawRow, IncidentRow> = {
  name: 'incidents',
  select: `SELECT id, number, version, revision, standing, state, level, is_wmi AS isWmi, title, first, last,
    coalesce(hosts ->> 0, '') AS host, json_array_length(hosts) AS hosts, owner, verdict, is_retrospective AS isRetrospective,
    level_rank, first_ms FROM incident`,
  keys: ['level_rank', 'first_ms', 'number'],
  row: ({ level_rank: _, first_ms: __, ...raw }) =>
    fitted({ ...raw, isWmi: raw.isWmi === 1, isRetrospective: raw.isRetrospective === 1 }),
};

/** In the order of the queue: highest level first, then newest first. A row that changes its place may be met twice or not; others are met once. */
export const listIncidents: Operation<PageRequest & IncidentFilter, Page<IncidentRow>> = reads(
  ({ database }, request) => {
    const { states = WORK_STATES, level, host, since } = request;
    if (level !== undefined && !LEVELS.includes(level)) return refused('invalid', `There is no level "${level}".`);
    const conditions: Condition[] = [
      // The plus keeps SQLite off the index by state, after which it would have to sort: 90 ms of 100,000 incidents and not 4.
      { sql: '+state IN (SELECT value FROM json_each(?))', value: JSON.stringify(states) },
    ];
    if (level !== undefined) conditions.push({ sql: 'level_rank >= ?', value: levelRank(level) });
    if (since !== undefined) conditions.push({ sql: 'last >= ?', value: since });
    if (host !== undefined)
      conditions.push({ sql: 'id IN (SELECT incident FROM incident_host WHERE host = ?)', value: host });
    const { suppressed = 'hide', nowMs } = request;
    if (nowMs === undefined || !isAnyActive(database, nowMs)) {
      return suppressed === 'only'
        ? done({ rows: [], next: null })
        : readPage(database, QUEUE, request, {}, conditions);
    }
    if (suppressed !== 'show') {
      conditions.push({ sql: `id ${suppressed === 'only' ? '' : 'NOT '}IN (${HIDDEN_NOW})`, value: nowMs });
    }
    const page = readPage(database, QUEUE, request, {}, conditions);
    return suppressed === 'hide' || page.kind === 'refused'
      ? page
      : done(withSuppressions(page.value, hiddenBy(database, nowMs)));
  },
);

function withSuppressions(page: Page<IncidentRow>, hidden: ReadonlyMap<string, readonly number[]>): Page<IncidentRow> {
  const rows = page.rows.map((row) => {
    const suppressedBy = hidden.get(row.id);
    return suppressedBy === undefined ? row : { ...row, suppressedBy };
  });
  return { ...page, rows };
}

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

/** Rows of these ids, at most 1,000, merged ones too, in no order; `mergedInto` is the survivor. */
export const incidentRows: Operation<
  { readonly ids: readonly string[] },
  readonly { readonly row: IncidentRow; readonly mergedInto: string | null }[]
> = reads(({ database }, { ids }) => {
  const select = QUEUE.select.replace(' FROM incident', ', merged_into FROM incident');
  const found = database.all<RawRow & { readonly merged_into: string | null }>(
    `${select} WHERE id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(ids.slice(0, MOST_ROWS)),
  );
  return done(found.map(({ merged_into: mergedInto, ...raw }) => ({ row: QUEUE.row(raw), mergedInto })));
});

export interface IncidentCounts {
  /** How many there are of each level and state; what there is none of is left out. */
  readonly counts: readonly { readonly level: Level; readonly state: IncidentState; readonly count: number }[];
  readonly held: number;
  /** Bytes of documents and cited records. */
  readonly heldBytes: number;
  /** Incidents that had to go to keep the bounds, since the store was made. */
  readonly dropped: number;
  /** Entries of histories that were full. */
  readonly historyDropped: number;
  /** More than the bounds, all of it open: nothing can go, and what is new is still taken. */
  readonly isOverfull: boolean;
}

export const countIncidents: Operation<null, IncidentCounts> = reads(({ database, limits }) => {
  const counts = database
    .all<IncidentCounts['counts'][number]>(
      'SELECT level, state, count(*) AS count FROM incident GROUP BY state, level ORDER BY state, level',
    )
    .map((row) => ({ ...row }));
  const held = tally(database, 'incidents');
  const heldBytes = tally(database, 'incidentBytes');
  return done({
    counts,
    held,
    heldBytes,
    dropped: tally(database, 'incidentsDropped'),
    historyDropped: tally(database, 'historyDropped'),
    isOverfull: held > limits.incidents || heldBytes > limits.incidentBytes,
  });
});

/** What the engine has to know of an incident to compare a judgement with it. */
export interface RememberedIncident {
  readonly id: string;
  readonly number: number;
  readonly version: number;
  readonly digest: string;
  readonly members: readonly string[];
  readonly hosts: readonly string[];
  readonly first: string;
  /** JSON, as it was told. */
  readonly times: string;
  readonly standing: Standing;
}

type RawRemembered = Omit<RememberedIncident, 'members' | 'hosts'> & {
  readonly members: string;
  readonly hosts: string;
};

const REMEMBERED: List<RawRemembered, RememberedIncident> = {
  name: 'known incidents',
  select: 'SELECT id, number, version, digest, members, hosts, first, times, standing FROM incident',
  keys: ['number'],
  row: ({ members, hosts, ...raw }) => ({
    ...raw,
    members: JSON.parse(members) as readonly string[],
    hosts: JSON.parse(hosts) as readonly string[],
  }),
};

/** All that the engine goes on with, in pages: those that are both closed and final are left out, and come back as new if they ever do. */
export const knownIncidents: Operation<PageRequest, Page<RememberedIncident>> = reads(({ database }, request) =>
  readPage(database, REMEMBERED, request, {}, [{ sql: "(state <> 'closed' OR standing <> ?)", value: 'final' }]),
);

function fitted(whole: IncidentRow): IncidentRow {
  const { owner } = whole;
  const row = {
    ...whole,
    host: cutToBytes(whole.host, MOST_WORD_BYTES),
    owner: owner === null ? null : cutToBytes(owner, MOST_WORD_BYTES),
  };
  const rest = Object.values({ ...row, title: '' }).map((value) =>
    typeof value === 'string' ? Buffer.byteLength(value) : 8,
  );
  const room = MOST_ROW_BYTES - rest.reduce((sum, bytes) => sum + bytes, 0);
  return { ...row, title: cutToBytes(row.title, room) };
}
