import { asArray, own, valueAt } from './json-members.ts';
import type { JsonValue } from './json-value.ts';
import { asObject, type Inner, inside, type Wrapper } from './wrappers.ts';

/** Records that one OTLP request may hold; more than a unit can. */
const MAX_RECORDS = 1_000_000;

const EVENT_XML = /^\s*<(?:\?xml|Event[\s>])/;

/** An OTLP request in JSON: `resourceLogs[].scopeLogs[].logRecords[]`. */
export const otlpLogs: Wrapper = {
  name: 'OTLP resourceLogs[]',
  unwrap: (value) => {
    const resources = asArray(own(value, 'resourceLogs'));
    if (resources === undefined) return undefined;
    const found: Inner[] = [];
    for (const [r, resource] of resources.entries()) {
      for (const [s, scope] of (asArray(valueAt(resource, 'scopeLogs')) ?? []).entries()) {
        for (const [l, record] of (asArray(valueAt(scope, 'logRecords')) ?? []).entries()) {
          if (found.length >= MAX_RECORDS) return found;
          const prefix = ['resourceLogs', r, 'scopeLogs', s, 'logRecords', l];
          addRecord(found, record, prefix);
        }
      }
    }
    return found;
  },
};

function addRecord(found: Inner[], record: JsonValue, prefix: readonly (string | number)[]): void {
  const text = rawBody(record) ?? originalOf(record);
  if (text !== undefined) {
    found.push({ kind: 'text', text, at: prefix });
    return;
  }
  const object = asObject(record);
  if (object !== undefined) found.push(inside(object, ...prefix));
}

/** The event as XML beside a body that is a map: `include_log_record_original` of the receiver keeps it, and it has lost nothing. */
function originalOf(record: JsonValue | undefined): string | undefined {
  for (const attribute of asArray(valueAt(record, 'attributes')) ?? []) {
    if (valueAt(attribute, 'key') !== 'log.record.original') continue;
    const text = valueAt(attribute, 'value', 'stringValue');
    return typeof text === 'string' && EVENT_XML.test(text) ? text : undefined;
  }
  return undefined;
}

/** The event as XML in the body, as `raw: true` sends it, or as JSON, as it was read from lines of a file. */
function rawBody(record: JsonValue | undefined): string | undefined {
  const text = valueAt(record, 'body', 'stringValue');
  return typeof text === 'string' && (EVENT_XML.test(text) || /^\s*\{\s*"/.test(text)) ? text : undefined;
}
