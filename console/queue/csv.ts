import { type QueueCsvRow, queueCsv } from '../../src/report/index.ts';
import { save, saveFrom } from '../kit/save.ts';
import { say } from '../kit/status.ts';
import { isOverdue, type QueueRow } from './rows.ts';

const TYPE = 'text/csv;charset=utf-8';
/** Words that only the page knows the answer to: of them the rows that it holds are saved. */
const OF_THE_PAGE = /\bis:(?:overdue|hidden)\b/;

export interface CsvRequest {
  /** As they stand on screen, filtered and in order. */
  readonly rows: readonly QueueRow[];
  /** The filter that they were chosen by. */
  readonly query: string;
  /** There are incidents that the page does not hold. */
  readonly hasMore: boolean;
}

/** Saves the rows as they stand; of a queue that the page does not hold whole, what the server has by the same words. */
export async function downloadCsv({ rows, query, hasMore }: CsvRequest): Promise<void> {
  const name = `incidents-${new Date().toISOString().slice(0, 10)}.csv`;
  if (!hasMore || OF_THE_PAGE.test(query)) {
    save(name, TYPE, queueCsv(rows.map(csvRow)));
    if (hasMore) say('Saved what the page holds: 10,000, open ones first, of more.');
    return;
  }
  const saved = await saveFrom(`/v1/incidents/export?q=${encodeURIComponent(query)}`, name, TYPE);
  if (typeof saved === 'string') say(`The queue could not be saved: ${saved}.`);
  else if (saved.get('triad-more') === 'true') say('Saved the first 10,000 rows; there are more.');
}

function csvRow({ due, ...row }: QueueRow): QueueCsvRow {
  if (due === undefined) return row;
  const { step, atMs } = due;
  return {
    ...row,
    due: { for: step, at: new Date(atMs).toISOString(), isOverdue: isOverdue({ ...row, due }, Date.now()) },
  };
}
