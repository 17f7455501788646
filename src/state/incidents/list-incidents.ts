import { done } from '../../disk/index.ts';
import { isVerdictBefore } from '../../people/index.ts';
import type { Level } from '../../windows/index.ts';
import { MOST_ROW_BYTES, MOST_WORD_BYTES } from '../limits.ts';
import { type Operation, reads } from '../operation.ts';
import { type List, MOST_ROWS, type Page, type PageRequest, readPage } from '../pages.ts';
import { hiddenBy, isAnyActive } from '../suppressions/hidden.ts';
import { cutToBytes } from './cut-text.ts';
import { type Due, dueOf } from './due.ts';
import { conditionsOf, type IncidentFilter, shownOf } from './incident-filter.ts';
import type { QueueClock } from './overdue.ts';
import { readWorkTimes, type Standing } from './stored-incident.ts';
import { type IncidentState, isToAcknowledge, type Verdict, type WorkJudged } from './work.ts';

/**
 * A row of the queue: at most 400 bytes of columns, numbers counted as 8, and what a long owner takes; other long names are cut, and the title to fit. Half the
 * name of an owner is nobody's.
 */
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
  /** Where it happened, and how many hosts it has. */
  readonly host: string;
  readonly hosts: number;
  /** Of its first hop, whose target `host` is then: the host that the call came from, or what is known of it. */
  readonly source: string | null;
  /** 0..0.99; `null` where all was observed on one host. */
  readonly confidence: number | null;
  readonly owner: string | null;
  readonly verdict: Verdict | null;
  readonly isRetrospective: boolean;
  /** Nobody acknowledged it in this episode. */
  readonly isToAcknowledge: boolean;
  /** The verdict is of an episode before: this one is not judged. */
  readonly isJudgedBefore: boolean;
  /** What is due next; `null` where nothing is, of what is hidden (SETTLED G8), and where no clock was given. */
  readonly due: (Due & { readonly isOverdue: boolean }) | null;
  /** Numbers of the suppressions that hide it now; absent where none does, and where the queue leaves out what is hidden. */
  readonly suppressedBy?: readonly number[];
}

type RawRow = Omit<
  IncidentRow,
  'isWmi' | 'isRetrospective' | 'isToAcknowledge' | 'isJudgedBefore' | 'suppressedBy' | 'due'
> & {
  readonly isWmi: number;
  readonly isRetrospective: number;
  readonly level_rank: number;
  readonly first_ms: number;
  readonly alert: string | null;
  readonly work_times: string;
  readonly episode: number;
  readonly judged: string;
};

const QUEUE: Omit<List<RawRow, IncidentRow>, 'row'> = {
  name: 'incidents',
  select: `SELECT id, number, version, revision, standing, state, level, is_wmi AS isWmi, title, first, last,
    coalesce(brief ->> 'to', hosts ->> 0, '') AS host, json_array_length(hosts) AS hosts, brief ->> 'from' AS source,
    brief ->> 'confidence' AS confidence, owner, verdict, is_retrospective AS isRetrospective, level_rank, first_ms,
    times ->> '$.alert.time' AS alert, work_times, episode, coalesce(judged, 'null') AS judged FROM incident`,
  keys: ['level_rank', 'first_ms', 'number'],
};

function queueOf(clock: QueueClock): List<RawRow, IncidentRow> {
  return { ...QUEUE, row: (raw) => rowOf(raw, clock) };
}

function rowOf(read: RawRow, { nowMs, targets }: QueueClock): IncidentRow {
  const { level_rank: _, first_ms: __, alert, work_times: workTimes, episode, judged, ...raw } = read;
  const { level, state, verdict } = raw;
  const times = readWorkTimes(workTimes);
  const due =
    nowMs === undefined || targets === undefined || state === 'closed' || state === 'merged'
      ? null
      : dueOf({ level, state, verdict, alert, times }, targets);
  return fitted({
    ...raw,
    isWmi: raw.isWmi === 1,
    isRetrospective: raw.isRetrospective === 1,
    isToAcknowledge: state !== 'merged' && isToAcknowledge({ state, times }),
    isJudgedBefore: isVerdictBefore({ verdict, episode, judged: JSON.parse(judged) as WorkJudged | null, times }),
    due: due === null ? null : { ...due, isOverdue: due.atMs < (nowMs ?? 0) },
  });
}

/** In the order of the queue: highest level first, then newest first. A row that changes its place may be met twice or not; others are met once. */
export const listIncidents: Operation<PageRequest & IncidentFilter, Page<IncidentRow>> = reads(
  ({ database }, request) => {
    const conditions = conditionsOf(database, request);
    if ('kind' in conditions) return conditions;
    const page = readPage(database, queueOf(request), request, {}, conditions);
    const { nowMs } = request;
    if (shownOf(request) === 'hide' || page.kind === 'refused') return page;
    if (nowMs === undefined || !isAnyActive(database, nowMs)) return page;
    const hidden = hiddenBy(database, nowMs);
    return done({ ...page.value, rows: page.value.rows.map((row) => withSuppression(row, hidden)) });
  },
);

function withSuppression(row: IncidentRow, hidden: ReadonlyMap<string, readonly number[]>): IncidentRow {
  const suppressedBy = hidden.get(row.id);
  return suppressedBy === undefined ? row : { ...row, suppressedBy, due: null };
}

/** Rows of these ids, at most 1,000, merged ones too, in no order; `mergedInto` is the survivor. */
export const incidentRows: Operation<
  { readonly ids: readonly string[] } & QueueClock,
  readonly { readonly row: IncidentRow; readonly mergedInto: string | null }[]
> = reads(({ database }, { ids, ...clock }) => {
  const select = QUEUE.select.replace(' FROM incident', ', merged_into FROM incident');
  const found = database.all<RawRow & { readonly merged_into: string | null }>(
    `${select} WHERE id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(ids.slice(0, MOST_ROWS)),
  );
  const rows = found.map(({ merged_into: mergedInto, ...raw }) => ({ row: rowOf(raw, clock), mergedInto }));
  const { nowMs } = clock;
  if (nowMs === undefined || !isAnyActive(database, nowMs)) return done(rows);
  const hidden = hiddenBy(database, nowMs);
  return done(rows.map((one) => ({ ...one, row: withSuppression(one.row, hidden) })));
});

function fitted(whole: IncidentRow): IncidentRow {
  const { source } = whole;
  const row = {
    ...whole,
    host: cutToBytes(whole.host, MOST_WORD_BYTES),
    source: source === null ? null : cutToBytes(source, MOST_WORD_BYTES),
  };
  const counted = { ...row, title: '', owner: whole.owner === null ? null : cutToBytes(whole.owner, MOST_WORD_BYTES) };
  const rest = Object.values(counted).map((value) => (typeof value === 'string' ? Buffer.byteLength(value) : 8));
  const room = MOST_ROW_BYTES - rest.reduce((sum, bytes) => sum + bytes, 0);
  return { ...row, title: cutToBytes(row.title, room) };
}
