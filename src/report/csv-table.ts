import { cell } from './csv-cell.ts';

/** A column of a table: its name, and what a row has there. */
export type CsvColumn<T> = readonly [name: string, value: (row: T) => string | number | undefined];

/** A table for a spreadsheet: RFC 4180, every cell harmless (L20). */
export function csvTable<T>(columns: readonly CsvColumn<T>[], rows: Iterable<T>): string {
  const lines = [columns.map(([name]) => name).join(',')];
  for (const row of rows) lines.push(columns.map(([, value]) => cell(value(row))).join(','));
  return `${lines.join('\r\n')}\r\n`;
}
