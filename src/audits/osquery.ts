import { type Instant, isPrintableMs, type WmiObject, type WmiValue } from '../windows/index.ts';
import { parseReference } from '../wmi/index.ts';
import type { AuditDocument, AuditedObject } from './audit-document.ts';
import { backslashed, isClassName } from './class-paths.ts';
import { jsonRows } from './json-rows.ts';
import type { AuditReading, RowOrigin } from './reading.ts';
import type { RowPlace, SourceBytes } from './source-bytes.ts';
import { isList, isObject, type JsonObject, own, ownText } from './wmi-values.ts';

/** Columns of the four tables (osquery specs/windows/wmi_*.table) and the properties that they hold. */
const COLUMNS: ReadonlyMap<string, string> = new Map([
  ['name', 'Name'],
  ['query', 'Query'],
  ['query_language', 'QueryLanguage'],
  ['command_line_template', 'CommandLineTemplate'],
  ['executable_path', 'ExecutablePath'],
  ['scripting_engine', 'ScriptingEngine'],
  ['script_file_name', 'ScriptFileName'],
  ['script_text', 'ScriptText'],
  ['consumer', 'Consumer'],
  ['filter', 'Filter'],
]);

/** The class of a row by its columns, where the column `class` was not asked for. */
const CLASSES: readonly { readonly className: string; readonly column: string; readonly other: string }[] = [
  { className: '__FilterToConsumerBinding', column: 'consumer', other: 'filter' },
  { className: '__EventFilter', column: 'query', other: 'query_language' },
  { className: 'CommandLineEventConsumer', column: 'command_line_template', other: 'name' },
  { className: 'ActiveScriptEventConsumer', column: 'script_text', other: 'name' },
];

/** What one query of osqueryd says of one host so far, by the columns of its rows. */
type QueryState = Map<string, AuditedObject>;

/** Rows of osqueryi, and the log lines of osqueryd, whose end state is what counts (SETTLED D11). */
export function readOsquery(source: SourceBytes, reading: AuditReading): AuditDocument {
  const states = new Map<string, QueryState>();
  let newest: Instant | undefined;
  for (const { value, place } of jsonRows(source, reading)) {
    if (!isLogLine(value)) {
      const object = objectOf(value);
      if (object === undefined) {
        reading.passOver('otherClass', place, 'another table of osquery');
        continue;
      }
      reading.countRead();
      reading.add(object, place);
      continue;
    }
    const time = timeOf(value);
    const origin: RowOrigin = { computer: ownText(value, 'hostIdentifier'), time };
    if (applyLine(value, origin, place, states, reading) && time !== undefined) {
      if (newest === undefined || time.ms > newest.ms) newest = time;
    }
  }
  for (const state of states.values()) reading.take(state.values());
  return reading.finish('osquery', { time: newest });
}

function isLogLine(row: JsonObject): boolean {
  return ['columns', 'snapshot', 'diffResults'].some((name) => typeof own(row, name) === 'object');
}

/** Seconds since 1970 of the line; a number, or a text in some versions. */
function timeOf(row: JsonObject): Instant | undefined {
  const stated = own(row, 'unixTime');
  const ms = Number(typeof stated === 'string' && stated.trim() === '' ? Number.NaN : (stated ?? Number.NaN)) * 1000;
  return Number.isSafeInteger(ms) && ms > 0 && isPrintableMs(ms) ? { ms, ticks: 0 } : undefined;
}

/** Brings the state of the line's query up to date; true when the line is of one of our tables. */
function applyLine(
  line: JsonObject,
  origin: RowOrigin,
  place: RowPlace,
  states: Map<string, QueryState>,
  reading: AuditReading,
): boolean {
  const name = ownText(line, 'name') ?? '';
  const key = `${origin.computer ?? ''}\0${name}`;
  const snapshot = own(line, 'snapshot');
  const difference = own(line, 'diffResults');
  const columns = own(line, 'columns');
  const action = ownText(line, 'action');
  let added: readonly JsonObject[] = [];
  let removed: readonly JsonObject[] = [];
  if (isList(snapshot)) added = snapshot.filter(isObject);
  else if (isObject(difference)) {
    added = listIn(difference, 'added');
    removed = listIn(difference, 'removed');
  } else if (isObject(columns)) {
    if (action === 'removed') removed = [columns];
    else added = [columns];
  }
  const objects = [...added, ...removed].map(objectOf);
  if (objects.every((object) => object === undefined) && !(isList(snapshot) && states.has(key))) {
    reading.passOver('otherClass', place, name === '' ? 'another query' : name);
    return false;
  }
  const state = states.get(key) ?? new Map<string, AuditedObject>();
  if (isList(snapshot) && state.size > 0) {
    const [first] = state.values();
    reading.note('superseded', first?.offset ?? place.offset, { name });
    state.clear();
  }
  for (const row of removed) {
    const object = objectOf(row);
    if (object === undefined) continue;
    state.delete(identityOf(row));
    reading.note('removed', place.offset, { name: labelOf(object) });
  }
  for (const row of added) {
    const object = objectOf(row);
    const audited = object === undefined ? undefined : reading.audited(object, place, origin);
    if (audited !== undefined) state.set(identityOf(row), audited);
  }
  states.set(key, state);
  reading.countRead();
  return true;
}

function listIn(object: JsonObject, name: string): readonly JsonObject[] {
  const list = own(object, name);
  return isList(list) ? list.filter(isObject) : [];
}

function identityOf(columns: JsonObject): string {
  return JSON.stringify(
    Object.entries(columns)
      .map(([name, value]) => [name, String(value)])
      .sort(),
  );
}

function labelOf(object: WmiObject): string {
  const name = object.properties.get('Name');
  return typeof name === 'string' ? `${object.className} "${name}"` : object.className;
}

/** The object of a row of one of the four tables; undefined for rows of others. */
function objectOf(row: JsonObject): WmiObject | undefined {
  const stated = ownText(row, 'class') ?? ownText(row, '__class');
  const byColumns = CLASSES.find(({ column, other }) => Object.hasOwn(row, column) && Object.hasOwn(row, other));
  if (byColumns === undefined) return undefined;
  const className = stated !== undefined && isClassName(stated) ? stated : byColumns.className;
  const properties = new Map<string, WmiValue>();
  for (const [column, property] of COLUMNS) {
    const value = ownText(row, column);
    if (value !== undefined) properties.set(property, value);
  }
  const path = ownText(row, 'relative_path') ?? ownText(row, '__relpath');
  const namespace = ownText(row, 'namespace') ?? (path === undefined ? undefined : parseReference(path)?.namespace);
  return {
    kind: 'instance',
    namespace: namespace === undefined ? undefined : backslashed(namespace),
    className,
    superclasses: [],
    properties,
    isWhole: false,
  };
}
