import { RowCutter, splitRow, tableHeadOf } from '../shapes/index.ts';
import type { AuditReading } from './reading.ts';
import type { RowPlace, SourceBytes } from './source-bytes.ts';

export interface TableRow {
  /** Cells by column, as written; columns without a name and repeated ones are left out. */
  readonly cells: ReadonlyMap<string, string>;
  readonly place: RowPlace;
}

export interface Table {
  /** The type behind `#TYPE`, where Windows PowerShell wrote one. */
  readonly type: string | undefined;
  readonly columns: readonly string[];
  readonly rows: Iterable<TableRow>;
}

/** Lines in front of a header in which autorunsc names itself. */
const MOST_BANNER = 16;
const MOST_COLUMNS = 4096;
const MAX_ROW = 16 * 1024 * 1024;

/**
 * A table of rows whose header has all of these columns, if they are given; undefined where none is found. Rows with another number of
 * cells than the header are broken: their values may stand under wrong names.
 */
export function readTable(
  source: SourceBytes,
  reading: AuditReading,
  needed: readonly string[] = [],
): Table | undefined {
  const head = source.text(0, Math.min(source.bytes.length, 1 << 16));
  const lines = head.split(/\r\n|\n/, MOST_BANNER);
  const type = lines
    .find((line) => line.startsWith('#TYPE '))
    ?.slice(6)
    .trim();
  const header = lines.findIndex((line) => !line.startsWith('#TYPE ') && hasAll(line, needed));
  const line = lines[header];
  if (line === undefined) return undefined;
  const separator = separatorOf(line);
  const columns = splitRow(line, separator).map((name) => name.trim());
  if (columns.length > MOST_COLUMNS) return undefined;
  return { type, columns, rows: rowsOf(source, reading, separator, columns, header) };
}

function* rowsOf(
  source: SourceBytes,
  reading: AuditReading,
  separator: string,
  columns: readonly string[],
  header: number,
): Generator<TableRow> {
  const cutter = new RowCutter(separator, MAX_ROW);
  cutter.push(source.bytes);
  for (let row = cutter.next(true); row !== undefined; row = cutter.next(true)) {
    if (reading.isFull) return;
    // Lines count from 1 and the header's index from 0: the header itself is passed over like one that is repeated.
    if (row.line <= header) continue;
    const place = source.place(row.start, row.end);
    if (row.problem !== undefined) {
      reading.reject(place, row.problem);
      continue;
    }
    const values = splitRow(cutter.text(row), separator);
    if (values.length === columns.length && values.every((value, i) => value.trim() === columns[i])) continue;
    if (values.length === 1 && (values[0] ?? '').startsWith('#TYPE ')) continue;
    if (values.length !== columns.length) {
      reading.reject(place, `it has ${values.length} values and the header ${columns.length} columns`);
      continue;
    }
    const cells = new Map<string, string>();
    for (const [i, name] of columns.entries()) {
      if (name !== '' && !cells.has(name)) cells.set(name, values[i] ?? '');
    }
    yield { cells, place };
  }
}

/** True when the line has each of these words as a column. */
function hasAll(line: string, needed: readonly string[]): boolean {
  if (line.trim() === '') return false;
  const columns = new Set(splitRow(line, separatorOf(line)).map((name) => name.trim().toLowerCase()));
  return needed.every((name) => columns.has(name.toLowerCase()));
}

function separatorOf(line: string): string {
  const known = tableHeadOf(`${line}\n`)?.separator;
  if (known !== undefined) return known;
  const counts = [',', '\t', ';'].map((mark) => ({ mark, count: line.split(mark).length }));
  return counts.reduce((most, next) => (next.count > most.count ? next : most)).mark;
}
