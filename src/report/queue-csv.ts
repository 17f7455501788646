import { type CsvColumn, csvTable } from './csv-table.ts';

/** A row of the queue as its table has it; times are RFC 3339. */
export interface QueueCsvRow {
  readonly number: number;
  readonly id: string;
  readonly level: string;
  readonly state: string;
  readonly standing: string;
  readonly title: string;
  readonly first: string;
  readonly last: string;
  readonly source?: string | undefined;
  readonly host: string;
  readonly hosts: number;
  readonly confidence?: number | undefined;
  readonly owner?: string | undefined;
  readonly verdict?: string | undefined;
  readonly due?: { readonly for: string; readonly at: string; readonly isOverdue: boolean } | undefined;
  readonly isRetrospective: boolean;
  readonly isHidden: boolean;
  /** Nobody acknowledged it yet, or since it was opened again. */
  readonly isToAcknowledge: boolean;
  /** The verdict is of before it was opened again. */
  readonly isJudgedBefore: boolean;
  readonly version: number;
  readonly revision: number;
}

const COLUMNS: readonly CsvColumn<QueueCsvRow>[] = [
  ['number', ({ number }) => `INC-${number}`],
  'id',
  'level',
  'state',
  'standing',
  'title',
  'first',
  'last',
  'source',
  'host',
  'hosts',
  'confidence',
  'owner',
  'verdict',
  ['verdict before', 'isJudgedBefore'],
  ['to acknowledge', 'isToAcknowledge'],
  ['due for', ({ due }) => due?.for],
  ['due', ({ due }) => due?.at],
  ['overdue', ({ due }) => due?.isOverdue],
  ['retrospective', 'isRetrospective'],
  ['suppressed', 'isHidden'],
  'version',
  'revision',
];

/** The queue as a table for a spreadsheet. */
export function queueCsv(rows: Iterable<QueueCsvRow>): string {
  return csvTable(COLUMNS, rows);
}
