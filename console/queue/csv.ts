import { type QueueCsvRow, queueCsv } from '../../src/report/index.ts';
import { save, saveFrom } from '../kit/save.ts';
import { say } from '../kit/status.ts';
import { isOverdue, type QueueRow } from './rows.ts';

const TYPE = 'text/csv;charset=utf-8';
export interface CsvRequest {
  /** As they stand on screen, filtered and in order. */
  readonly rows: readonly QueueRow[];
  /** The filter that they were chosen by. */
  readonly query: string;
  /** They are all that fit: the page holds every incident, and knows which ones do. */
  readonly isWhole: boolean;
}

/** Saves the rows as they stand; where they are not all that fit, what the server has by the same words. */
export async function downloadCsv({ rows, query, isWhole }: CsvRequest): Promise<void> {
  const name = `incidents-${new Date().toISOString().slice(0, 10)}.csv`;
  if (isWhole) {
    save(name, TYPE, queueCsv(rows.map(csvRow)));
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
