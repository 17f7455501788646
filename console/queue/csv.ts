import { cell } from '../../src/report/index.ts';
import { save } from '../kit/save.ts';
import type { QueueRow } from './rows.ts';

const COLUMNS: readonly (readonly [string, (row: QueueRow) => string])[] = [
  ['incident', ({ number }) => `INC-${number}`],
  ['id', ({ id }) => id],
  ['level', ({ level }) => level],
  ['state', ({ state }) => state],
  ['verdict', ({ verdict }) => verdict ?? ''],
  ['owner', ({ owner }) => owner ?? ''],
  ['title', ({ title }) => title],
  ['source', ({ source }) => source ?? ''],
  ['host', ({ host }) => host],
  ['hosts', ({ hosts }) => String(hosts)],
  ['confidence', ({ confidence }) => (confidence === undefined ? '' : confidence.toFixed(2))],
  ['first', ({ first }) => first],
  ['due', ({ due }) => (due === undefined ? '' : due.step)],
  ['dueAt', ({ due }) => (due === undefined ? '' : new Date(due.atMs).toISOString())],
];

/** The rows as they stand, whatever the screen shows of them; cells that a sheet would run are made inert. */
export function queueCsv(rows: readonly QueueRow[]): string {
  const lines = rows.map((row) => COLUMNS.map(([, of]) => cell(of(row))).join(','));
  return `${[COLUMNS.map(([name]) => name).join(','), ...lines].join('\r\n')}\r\n`;
}

export function downloadCsv(rows: readonly QueueRow[]): void {
  save(`incidents-${new Date().toISOString().slice(0, 10)}.csv`, 'text/csv;charset=utf-8', queueCsv(rows));
}
