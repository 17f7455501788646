import { cell } from './csv-cell.ts';

/** What a row says in a column: what is true is `yes`, what is false or null is nothing. */
type Told = string | number | boolean | null | undefined;

type FieldOf<T> = { [Field in keyof T]-?: T[Field] extends Told ? Field : never }[keyof T] & string;

/** A column of a table: a field of the row, which gives its name, or a name and the field or what else a row has there. */
export type CsvColumn<T> = FieldOf<T> | readonly [name: string, of: FieldOf<T> | ((row: T) => Told)];

/** A table for a spreadsheet: RFC 4180, every cell harmless (L20). */
export function csvTable<T>(columns: readonly CsvColumn<T>[], rows: Iterable<T>): string {
  const named = columns.map((column) => (typeof column === 'string' ? ([column, column] as const) : column));
  const lines = [named.map(([name]) => name).join(',')];
  for (const row of rows) {
    const values = named.map(([, of]): unknown => (typeof of === 'function' ? of(row) : row[of]));
    lines.push(values.map((value) => cell(shown(value))).join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

function shown(value: unknown): string | number | undefined {
  if (value === true) return 'yes';
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}
