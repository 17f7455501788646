import type { WmiObject, WmiValue } from '../windows/index.ts';
import type { AuditDocument } from './audit-document.ts';
import type { AuditReading } from './reading.ts';
import type { RowPlace, SourceBytes } from './source-bytes.ts';
import { readTable } from './table-rows.ts';
import { xmlRows } from './xml-rows.ts';

/** Columns that every version of autorunsc writes. */
export const AUTORUNS_COLUMNS: readonly string[] = ['Entry Location', 'Entry', 'Category', 'Launch String'];

interface Entry {
  readonly category: string | undefined;
  readonly location: string;
  readonly name: string;
  readonly enabled: string;
  readonly launch: string;
}

const LOCATION = /^WMI\b/i;
const UNELEVATED = /run as administrator/i;

/** `autorunsc -a w -c` and `-ct`, and the table that Autoruns saves (SETTLED D11). */
export function readAutorunsCsv(source: SourceBytes, reading: AuditReading): AuditDocument {
  const table = readTable(source, reading, AUTORUNS_COLUMNS);
  for (const { cells, place } of table?.rows ?? []) {
    const cell = (name: string): string => cells.get(name) ?? '';
    const entry: Entry = {
      category: cell('Category'),
      location: cell('Entry Location'),
      name: cell('Entry'),
      enabled: cell('Enabled'),
      launch: cell('Launch String'),
    };
    takeEntry(entry, place, reading);
  }
  return reading.finish('autoruns-csv');
}

/** `autorunsc -a w -x`. */
export function readAutorunsXml(source: SourceBytes, reading: AuditReading): AuditDocument {
  for (const { element, place } of xmlRows(source, 'autoruns', 'item', reading)) {
    const text = (name: string): string => element.children.find((child) => child.name === name)?.text ?? '';
    const entry: Entry = {
      category: undefined,
      location: text('location'),
      name: text('itemname'),
      enabled: text('enabled'),
      launch: text('launchstring'),
    };
    takeEntry(entry, place, reading);
  }
  return reading.finish('autoruns-xml');
}

function takeEntry(entry: Entry, place: RowPlace, reading: AuditReading): void {
  const { category, location, name, launch } = entry;
  if (!(category === undefined || category === '' ? LOCATION.test(location) : category.toUpperCase() === 'WMI')) {
    reading.passOverSilently();
    return;
  }
  if (UNELEVATED.test(location)) reading.note('unelevated', place.offset);
  // A row of the location itself has no entry.
  if (name === '') {
    reading.passOverSilently();
    return;
  }
  if (entry.enabled.toLowerCase() === 'disabled') reading.note('disabled', place.offset, { name });
  const properties = new Map<string, WmiValue>([['Name', name]]);
  if (launch !== '') properties.set('CommandLineTemplate', launch);
  const object: WmiObject = {
    kind: 'instance',
    namespace: undefined,
    className: '__EventConsumer',
    superclasses: [],
    properties,
    isWhole: false,
  };
  reading.countRead();
  reading.add(object, place);
}
