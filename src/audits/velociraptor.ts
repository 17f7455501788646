import type { JsonValue } from '../shapes/index.ts';
import { readJsonText } from '../shapes/index.ts';
import type { WmiObject } from '../windows/index.ts';
import type { AuditDocument } from './audit-document.ts';
import { backslashed } from './class-paths.ts';
import { readExported } from './exported-object.ts';
import { jsonRows } from './json-rows.ts';
import type { AuditReading } from './reading.ts';
import { pathOf } from './references.ts';
import type { RowPlace, SourceBytes } from './source-bytes.ts';
import { readTable } from './table-rows.ts';
import { isList, isObject, type JsonObject, own, ownText } from './wmi-values.ts';

/** Consumers or filters of one row; there is one of each, unless several have one name. */
const MOST_DETAILS = 16;

/** Rows of Windows.Persistence.PermanentWMIEvents: `ConsumerDetails`, `FilterDetails`, `Namespace` (SETTLED D11). */
export function readVelociraptor(source: SourceBytes, reading: AuditReading): AuditDocument {
  if (startsAsJson(source)) {
    for (const { value, place } of jsonRows(source, reading)) readRow(value, place, reading);
  } else {
    const table = readTable(source, reading, ['ConsumerDetails', 'FilterDetails']);
    for (const { cells, place } of table?.rows ?? []) {
      const row = Object.fromEntries([...cells].map(([name, cell]) => [name, cellValue(cell)] as const));
      readRow(row, place, reading);
    }
  }
  return reading.finish('velociraptor');
}

function startsAsJson(source: SourceBytes): boolean {
  return /^[\s[\ufeff]{0,64}\{/.test(source.text(0, Math.min(source.bytes.length, 256)));
}

function cellValue(cell: string): JsonValue {
  const first = cell.trimStart().charAt(0);
  if (first !== '{' && first !== '[') return cell;
  const read = readJsonText(`{"value":${cell}}`);
  return read.kind === 'object' ? (own(read.value, 'value') ?? null) : cell;
}

function readRow(row: JsonObject, place: RowPlace, reading: AuditReading): void {
  const consumers = detailsOf(own(row, 'ConsumerDetails'));
  const filters = detailsOf(own(row, 'FilterDetails'));
  if (consumers.length === 0 || filters.length === 0) {
    reading.reject(place, 'ConsumerDetails and FilterDetails are not both objects');
    return;
  }
  const namespace = ownText(row, 'Namespace');
  const computer = ownText(row, 'Fqdn') ?? ownText(row, 'Hostname');
  const objectsOf = (details: readonly JsonObject[], className: string | undefined): readonly WmiObject[] =>
    details.flatMap((each) => {
      const read = readExported(each, { isTable: false, className, namespace }, place, reading);
      return read === undefined ? [] : [read.object];
    });
  const boundConsumers = objectsOf(consumers, undefined);
  const boundFilters = objectsOf(filters, '__EventFilter');
  for (const object of [...boundConsumers, ...boundFilters]) reading.add(object, place, { computer });
  for (const consumer of boundConsumers) {
    for (const filter of boundFilters) {
      const binding = bindingOf(filter, consumer, namespace);
      if (binding !== undefined) reading.add(binding, place, { computer });
    }
  }
  // Rows whose objects were none of eventing have been counted as such.
  if (boundConsumers.length > 0 || boundFilters.length > 0) reading.countRead();
}

function detailsOf(value: JsonValue | undefined): readonly JsonObject[] {
  if (isObject(value)) return [value];
  return isList(value) ? value.slice(0, MOST_DETAILS).filter(isObject) : [];
}

/** The binding that the row stands for; its own properties are not told. */
function bindingOf(filter: WmiObject, consumer: WmiObject, namespace: string | undefined): WmiObject | undefined {
  const filterName = filter.properties.get('Name');
  const consumerName = consumer.properties.get('Name');
  if (typeof filterName !== 'string' || typeof consumerName !== 'string') return undefined;
  return {
    kind: 'instance',
    namespace: namespace === undefined ? undefined : backslashed(namespace),
    className: '__FilterToConsumerBinding',
    superclasses: [],
    properties: new Map([
      ['Filter', pathOf(filter.className, filterName, filter.namespace)],
      ['Consumer', pathOf(consumer.className, consumerName, consumer.namespace)],
    ]),
    isWhole: false,
  };
}
