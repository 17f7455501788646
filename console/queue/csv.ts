import { type QueueCsvRow, queueCsv } from '../../src/report/index.ts';
import { CSV_TYPE, csvName, save, saveFrom } from '../kit/save.ts';
import { say } from '../kit/status.ts';
import { isOverdue, type QueueRow } from './rows.ts';

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
  const name = csvName('incidents');
  if (isWhole) {
    save(name, CSV_TYPE, queueCsv(rows.map(csvRow)));
    return;
  }
  const saved = await saveFrom(`/v1/incidents/export?q=${encodeURIComponent(query)}`, name, CSV_TYPE);
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
