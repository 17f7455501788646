import type { JsonObject } from './json-reader.ts';
import type { JsonValue } from './json-value.ts';
import { beginsTextBlock } from './text-blocks.ts';

/** Keys that lead to a value, array items by index. */
export type JsonPath = readonly (string | number)[];

/** What a wrapper holds: an object, or the text of one (JSON, XML, or a block of text). */
export type Inner =
  | {
      readonly kind: 'value';
      readonly value: JsonObject;
      /** The path in the wrapper of a path in the object; absent when the object was made anew. */
      readonly pathOf?: (path: JsonPath) => JsonPath;
      /** Where all of it stands in the wrapper; absent where that is the whole of it. */
      readonly at?: JsonPath;
    }
  | { readonly kind: 'text'; readonly text: string; readonly sentMs?: number; readonly at?: JsonPath };

/** A way in which exports and shippers pack events, taken off before a unit is asked of the table of shapes (SETTLED B2). */
export interface Wrapper {
  readonly name: string;
  /** What it holds; undefined when the value is not of this wrapper. */
  unwrap(value: Readonly<JsonObject>): readonly Inner[] | undefined;
}

/** Events that one wrapper may hold; more than a 16 MiB unit can. */
const MAX_INNER = 1_000_000;
/** Parts of a dotted key. */
const MAX_KEY_PARTS = 16;

/** The value as an object, undefined for arrays and all else. */
export function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** The value as an array, undefined for all else. */
export function asArray(value: JsonValue | undefined): readonly JsonValue[] | undefined {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : undefined;
}

/** An own member, never one that an object inherits: those are functions and `Object.prototype`, which no JSON holds. */
export function own(value: Readonly<JsonObject>, key: string): JsonValue | undefined {
  // One look-up instead of two: asked for some fifty times an event.
  const item: unknown = value[key];
  return typeof item === 'function' || item === Object.prototype ? undefined : (item as JsonValue | undefined);
}

export function inside(value: JsonObject, ...prefix: JsonPath): Inner {
  return { kind: 'value', value, pathOf: (path) => [...prefix, ...path], at: prefix };
}

/** A document as Elasticsearch returns it: `_source` beside `_index` and `_id`. */
export const elasticDocument: Wrapper = {
  name: 'Elasticsearch _source',
  unwrap: (value) => {
    const source = asObject(own(value, '_source'));
    return source === undefined ? undefined : [inside(source, '_source')];
  },
};

/** A whole search answer of Elasticsearch. */
export const elasticHits: Wrapper = {
  name: 'Elasticsearch hits.hits[]',
  unwrap: (value) => {
    const hits = asArray(asObject(own(value, 'hits'))?.['hits']);
    return hits === undefined ? undefined : objectsOf(hits, 'hits', 'hits');
  },
};

/** Diagnostic settings and Event Hubs send `{"records": […]}`. */
export const recordList: Wrapper = {
  name: 'records[]',
  unwrap: (value) => {
    const records = asArray(own(value, 'records'));
    return records === undefined || Object.keys(value).length !== 1 ? undefined : objectsOf(records, 'records');
  },
};

function objectsOf(items: readonly JsonValue[], ...prefix: JsonPath): readonly Inner[] {
  const found: Inner[] = [];
  for (const [index, item] of items.slice(0, MAX_INNER).entries()) {
    const object = asObject(item);
    if (object !== undefined) found.push(inside(object, ...prefix, index));
  }
  return found;
}

/** An answer of the Log Analytics query API: columns and rows. */
export const logAnalyticsTables: Wrapper = {
  name: 'Log Analytics tables[]',
  unwrap: (value) => {
    const tables = asArray(own(value, 'tables'));
    if (tables === undefined) return undefined;
    const found: Inner[] = [];
    for (const [number, item] of tables.entries()) {
      const table = asObject(item);
      const names = asArray(table?.['columns'])?.map((column) => asObject(column)?.['name']);
      const rows = asArray(table?.['rows']);
      if (names === undefined || rows === undefined) return undefined;
      for (const [index, row] of rows.entries()) {
        if (found.length >= MAX_INNER) return found;
        const cells = asArray(row);
        if (cells === undefined) continue;
        const object: JsonObject = Object.create(null);
        for (const [column, name] of names.entries()) {
          const cell = cells[column];
          if (typeof name === 'string' && cell !== undefined) object[name] = cell;
        }
        found.push({
          kind: 'value',
          value: object,
          pathOf: ([name = '', ...rest]) => ['tables', number, 'rows', index, names.lastIndexOf(String(name)), ...rest],
          at: ['tables', number, 'rows', index],
        });
      }
    }
    return found;
  },
};

/** Splunk's JSON export: `result._raw` holds the event as it was indexed. */
export const splunkResult: Wrapper = {
  name: 'Splunk result._raw',
  unwrap: (value) => {
    const raw = own(asObject(own(value, 'result')) ?? value, '_raw');
    return typeof raw === 'string' ? [{ kind: 'text', text: raw }] : undefined;
  },
};

/** `event.original` keeps the event as it was, XML mostly: better than what was made of it (SERVE 2.2). */
export const eventOriginal: Wrapper = {
  name: 'event.original',
  unwrap: (value) => {
    const original = own(asObject(own(value, 'event')) ?? {}, 'original') ?? own(value, 'event.original');
    return typeof original === 'string' ? structured(original) : undefined;
  },
};

const DOTTED = /^(?:winlog|event_data|user_data|zeek)\./;
const FIRST_OF_DOTTED: ReadonlySet<number> = new Set([...'weuz'].map((letter) => letter.charCodeAt(0)));

/** Keys such as `winlog.event_data.Image`, as Kibana and flattening exports write them, back to nested objects. */
export const dottedKeys: Wrapper = {
  name: 'dotted flat keys',
  unwrap: (value) => {
    if (!hasDottedKey(value)) return undefined;
    const nested: JsonObject = Object.create(null);
    for (const [key, item] of Object.entries(value)) nest(nested, key, item);
    return [{ kind: 'value', value: nested }];
  },
};

/** Asked of every unit: without a list of its keys, and by their first letters before the pattern. */
function hasDottedKey(value: Readonly<JsonObject>): boolean {
  for (const key in value) if (FIRST_OF_DOTTED.has(key.charCodeAt(0)) && DOTTED.test(key)) return true;
  return false;
}

function nest(root: JsonObject, key: string, item: JsonValue): void {
  const parts = key.split('.');
  // Names of event fields may hold dots themselves: everything below `event_data` is one name.
  const fixed = parts.findIndex((part) => part === 'event_data' || part === 'user_data');
  const path = fixed < 0 ? parts : [...parts.slice(0, fixed + 1), parts.slice(fixed + 1).join('.')];
  if (path.length > MAX_KEY_PARTS) return;
  let at = root;
  for (const part of path.slice(0, -1)) {
    const below = asObject(at[part]) ?? (Object.create(null) as JsonObject);
    at[part] = below;
    at = below;
  }
  const last = path.at(-1);
  if (last !== undefined && last !== '' && at[last] === undefined) at[last] = item;
}

/** Members in which shippers carry a whole event as text. */
const CARRIERS = ['message', 'log', 'event', 'data', 'raw', 'rawEvent', 'body', 'MESSAGE'];

/** Logstash, Fluent Bit, journals and queues that carry the event as text in one member. */
export const carriedText: Wrapper = {
  name: 'message that holds JSON or XML',
  unwrap: (value) => {
    for (const key of CARRIERS) {
      const text = own(value, key);
      const found = typeof text === 'string' ? (structured(text) ?? classicBlock(text, own(value, 'time'))) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  },
};

/** Splunk HEC and queues that carry the event as an object in one member. */
export const carriedObject: Wrapper = {
  name: 'event or record object',
  unwrap: (value) => {
    for (const key of ['event', 'record', 'data', 'body']) {
      const object = asObject(own(value, key));
      if (object !== undefined) return [inside(object, key)];
    }
    return undefined;
  },
};

/** The text when it begins like JSON or like an Event, undefined otherwise. */
function structured(text: string): readonly Inner[] | undefined {
  return /^\s*(?:\{\s*"|<\?xml|<Events?[\s>]|<\w+:Event[\s>])/.test(text) ? [{ kind: 'text', text }] : undefined;
}

/**
 * A block of Splunk's classic text in an envelope of HEC, whose `time` is seconds of Unix (SERVE 1.2). Blank lines at its end are none of it, as in a
 * file.
 */
function classicBlock(text: string, time: JsonValue | undefined): readonly Inner[] | undefined {
  if (!beginsTextBlock(text)) return undefined;
  const isNumber = typeof time === 'number' || (typeof time === 'string' && /^\d{1,12}(?:\.\d{1,9})?$/.test(time));
  const sentMs = isNumber ? Number(time) * 1000 : Number.NaN;
  return [{ kind: 'text', text: text.trimEnd(), ...(Number.isFinite(sentMs) ? { sentMs } : {}) }];
}

/** Taken off before the table is asked. */
export const WRAPPERS: readonly Wrapper[] = [
  elasticDocument,
  elasticHits,
  splunkResult,
  logAnalyticsTables,
  recordList,
  eventOriginal,
  dottedKeys,
];

/** Taken off where no shape knows the unit as it is: their names are too common to go first. */
export const CARRIERS_OF_EVENTS: readonly Wrapper[] = [carriedText, carriedObject];
