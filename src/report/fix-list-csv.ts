import { type CsvColumn, csvTable } from './csv-table.ts';

/** What could not be seen of a host, and what would fill the gap. */
export interface FixListRow {
  readonly host: string;
  readonly what: string;
  readonly so: string;
  readonly close: string;
}

const COLUMNS: readonly CsvColumn<FixListRow>[] = ['host', ['not seen', 'what'], 'so', ['to fill this gap', 'close']];

/** Gaps of hosts as a table for whoever fills them, a line each. */
export function fixListCsv(rows: Iterable<FixListRow>): string {
  return csvTable(COLUMNS, rows);
}
