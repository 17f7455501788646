import type { ApiRequest, ApiResponse } from '../../api/index.ts';
import { type QueueCsvRow, queueCsv } from '../../report/index.ts';
import { type IncidentRow, MOST_ROWS } from '../../state/index.ts';
import { rowDocument } from './incident-row.ts';
import { refusalAnswer } from './lists.ts';
import { type QueueParts, queueFilterOf } from './queue.ts';

/** As many as the page holds (SETTLED G13). */
const MOST_EXPORTED = 10_000;

/** The queue as a table, in its order, at most 10,000 rows. `Triad-More` is true where there are more. */
export async function queueTable(parts: QueueParts, request: ApiRequest): Promise<ApiResponse> {
  const filter = queueFilterOf(parts, request);
  if ('kind' in filter) return filter;
  const rows: QueueCsvRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await parts.state.call('listIncidents', {
      ...filter,
      limit: MOST_ROWS,
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (page.kind === 'refused') return refusalAnswer(page);
    rows.push(...page.value.rows.map(csvRow));
    cursor = page.value.next ?? undefined;
  } while (cursor !== undefined && rows.length < MOST_EXPORTED);
  return {
    kind: 'answer',
    status: 200,
    type: 'text/csv; charset=utf-8',
    headers: {
      'content-disposition': 'attachment; filename="triad-incidents.csv"',
      'cache-control': 'no-store',
      'triad-more': String(cursor !== undefined),
    },
    body: queueCsv(rows),
  };
}

function csvRow(row: IncidentRow): QueueCsvRow {
  return { ...rowDocument(row), isHidden: (row.suppressedBy ?? []).length > 0 };
}
