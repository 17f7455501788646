import type { JsonObject } from './json-reader.ts';
import type { JsonValue } from './json-value.ts';
import { asObject, own } from './wrappers.ts';

const EVENT_ID = ['EventID', 'EventId', 'event_id', 'eventId', 'eventID', 'EventCode', 'Id'];
const HOST = ['Computer', 'Hostname', 'HostName', 'ComputerName', 'computer_name', 'MachineName', 'DeviceName', 'host'];
const TIME = ['TimeGenerated', 'TimeCreated', 'EventTime', '@timestamp', 'Timestamp', 'timestamp', 'time'];
const CHANNEL = ['Channel', 'channel', 'LogName', 'log_name', 'EventLog'];
const PROVIDER = [
  'Provider',
  'ProviderName',
  'provider_name',
  'SourceName',
  'source_name',
  'EventSourceName',
  'Source',
];

/**
 * What an object lacks that has an event id, a host and a time, and that no shape knows (SETTLED B5): `channel`, `provider`,
 * or both, or `layout` when it has them. Undefined for ordinary JSON.
 */
export function whatIsMissing(value: Readonly<JsonObject>): string | undefined {
  if (!hasOne(value, EVENT_ID, isNumeric) || !hasOne(value, HOST, isText) || !hasOne(value, TIME, isFilled)) {
    return undefined;
  }
  const hasChannel = hasOne(value, CHANNEL, isText);
  const hasProvider = hasOne(value, PROVIDER, isText);
  if (hasChannel && hasProvider) return 'layout';
  if (hasChannel) return 'provider';
  return hasProvider ? 'channel' : 'channel and provider';
}

function hasOne(
  value: Readonly<JsonObject>,
  keys: readonly string[],
  isRight: (item: JsonValue | undefined) => boolean,
): boolean {
  return keys.some((key) => isRight(own(value, key)));
}

function isNumeric(item: JsonValue | undefined): boolean {
  return typeof item === 'number' ? Number.isInteger(item) : typeof item === 'string' && /^\d{1,10}$/.test(item);
}

function isText(item: JsonValue | undefined): boolean {
  const text = asObject(item)?.['name'] ?? item;
  return typeof text === 'string' && text !== '';
}

function isFilled(item: JsonValue | undefined): boolean {
  return typeof item === 'number' || typeof item === 'bigint' || (typeof item === 'string' && item !== '');
}
