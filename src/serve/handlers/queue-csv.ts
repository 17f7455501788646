import type { ApiRequest, ApiResponse } from '../../api/index.ts';
import { cell } from '../../report/index.ts';
import { type IncidentRow, MOST_ROWS } from '../../state/index.ts';
import { refusalAnswer, timeOf } from './lists.ts';
import { type QueueParts, queueFilterOf } from './queue.ts';

/** As many as the page holds (SETTLED G13). */
const MOST_EXPORTED = 10_000;

type Column = readonly [name: string, value: (row: IncidentRow) => string | number | undefined];

const COLUMNS: readonly Column[] = [
  ['number', ({ number }) => `INC-${number}`],
  ['id', ({ id }) => id],
  ['level', ({ level }) => level],
  ['state', ({ state }) => state],
  ['standing', ({ standing }) => standing],
  ['title', ({ title }) => title],
  ['first', ({ first }) => first],
  ['last', ({ last }) => last],
  ['source', ({ source }) => source ?? undefined],
  ['host', ({ host }) => host],
  ['hosts', ({ hosts }) => hosts],
  ['confidence', ({ confidence }) => confidence ?? undefined],
  ['owner', ({ owner }) => owner ?? undefined],
  ['verdict', ({ verdict }) => verdict ?? undefined],
  ['due for', ({ due }) => due?.for],
  ['due', ({ due }) => (due === null ? undefined : timeOf(due.atMs))],
  ['overdue', ({ due }) => (due?.isOverdue === true ? 'yes' : undefined)],
  ['retrospective', ({ isRetrospective }) => (isRetrospective ? 'yes' : undefined)],
  ['suppressed by', ({ suppressedBy = [] }) => (suppressedBy.length === 0 ? undefined : suppressedBy.join(' '))],
  ['version', ({ version }) => version],
  ['revision', ({ revision }) => revision],
];

/**
 * The queue as a table for a spreadsheet, in its order, at most 10,000 rows: RFC 4180, every cell harmless (L20). `Triad-More` is true where there
 * are more.
 */
export async function queueCsv(parts: QueueParts, request: ApiRequest): Promise<ApiResponse> {
  const filter = queueFilterOf(parts, request);
  if ('kind' in filter) return filter;
  const lines = [COLUMNS.map(([name]) => name).join(',')];
  let cursor: string | undefined;
  do {
    const page = await parts.state.call('listIncidents', {
      ...filter,
      limit: MOST_ROWS,
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (page.kind === 'refused') return refusalAnswer(page);
    for (const row of page.value.rows) lines.push(COLUMNS.map(([, value]) => cell(value(row))).join(','));
    cursor = page.value.next ?? undefined;
  } while (cursor !== undefined && lines.length <= MOST_EXPORTED);
  return {
    kind: 'answer',
    status: 200,
    type: 'text/csv; charset=utf-8',
    headers: {
      'content-disposition': 'attachment; filename="triad-incidents.csv"',
      'cache-control': 'no-store',
      'triad-more': String(cursor !== undefined),
    },
    body: `${lines.join('\r\n')}\r\n`,
  };
}
