import { type FieldLayout, fieldLayoutOf, type SystemField } from '../windows/index.ts';
import { WMI_ACTIVITY } from './blinds.ts';
import { asArray, asObject, fieldValueOf, filledText, isFieldValue, own, valueAt } from './json-members.ts';
import type { JsonValue } from './json-value.ts';
import { eventIdOf, type MessageReader, readEvent } from './read-event.ts';
import type { RawField } from './shaped-event.ts';
import { epochNanoseconds, statedTime } from './stated-time.ts';
import type { Shape, StatedTime, Unit } from './types.ts';
import { evtxName } from './unnamed-data.ts';

type Members = Readonly<Record<string, JsonValue>>;

const MAX_DEPTH = 32;

/** A value of OTLP in JSON (`stringValue`, `kvlistValue`, …) as plain JSON; other values stay. */
export function plainAnyValue(value: JsonValue | undefined, depth = 0): JsonValue | undefined {
  const object = asObject(value);
  if (object === undefined || depth > MAX_DEPTH) return value;
  for (const key of ['stringValue', 'boolValue', 'doubleValue', 'intValue'] as const) {
    const found = own(object, key);
    if (found !== undefined) return found;
  }
  const list = asArray(valueAt(object, 'arrayValue', 'values'));
  if (list !== undefined) return list.map((item) => plainAnyValue(item, depth + 1) ?? null);
  const pairs = asArray(valueAt(object, 'kvlistValue', 'values'));
  if (pairs === undefined) return value;
  const members: Record<string, JsonValue> = Object.create(null);
  for (const pair of pairs) {
    const name = valueAt(pair, 'key');
    if (typeof name === 'string') members[name] = plainAnyValue(valueAt(pair, 'value'), depth + 1) ?? null;
  }
  return members;
}

/** The body of a log record, or the record itself where the exporter put the body on its own level. */
function bodyOf(unit: Unit): Members | undefined {
  if (unit.kind !== 'json') return undefined;
  const body = asObject(plainAnyValue(own(unit.value, 'body') ?? own(unit.value, 'Body'))) ?? unit.value;
  const isWindows =
    eventIdOf(valueAt(body, 'event_id', 'id')) !== undefined &&
    filledText(valueAt(body, 'provider', 'name')) !== undefined &&
    filledText(own(body, 'channel')) !== undefined;
  return isWindows ? body : undefined;
}

/** S10: the body map of OpenTelemetry's windowseventlog receiver in its three layouts (SERVE 2.1). */
export function otelShape(readMessage: MessageReader): Shape {
  return {
    id: 'S10',
    title: 'OpenTelemetry windowseventlog',
    losses: [
      {
        code: 'user-data-message',
        what: 'receivers before March 2026 drop UserData; the fields were read from the message',
        close: 'set raw: true, or update the collector',
        blinds: [],
      },
      {
        code: 'user-data',
        what: 'receivers before March 2026 drop UserData, and the message could not be read',
        close: 'set raw: true, or update the collector',
        blinds: WMI_ACTIVITY,
      },
      {
        code: 'level',
        what: 'Level, Task, Opcode and Keywords are rendered names',
        close: 'set raw: true',
        blinds: [],
      },
    ],
    proof: 'documentation only',
    limits: { '5861': { carries: 'partly', why: 'from the message only, before March 2026' } },

    detect(unit) {
      return bodyOf(unit) === undefined ? undefined : 'a body with event_id.id, provider.name and channel';
    },

    read(unit, source) {
      const body = bodyOf(unit);
      if (body === undefined) return { kind: 'broken', reason: 'its body is no map' };
      const provider = filledText(valueAt(body, 'provider', 'name')) ?? '';
      const eventId = eventIdOf(valueAt(body, 'event_id', 'id')) ?? 0;
      const layout = fieldLayoutOf(provider, eventId);
      const fields = dataFields(body, layout);
      const isDropped = fields.length === 0 && layout?.userData !== undefined;
      const message = filledText(own(body, 'message')) ?? '';
      const fromMessage = isDropped && message !== '' ? readMessage(provider, eventId, message) : undefined;
      const loss = isDropped ? (fromMessage === undefined ? ['user-data'] : ['user-data-message']) : [];
      return readEvent(
        'S10',
        unit,
        source,
        {
          provider,
          channel: own(body, 'channel'),
          eventId,
          computer: own(body, 'computer'),
          version: own(body, 'version'),
          recordId: own(body, 'record_id'),
          time: timeOf(unit, body),
        },
        {
          losses: [...loss, 'level'],
          isLost: isDropped && fromMessage === undefined && message === '',
          system: (field) => otelSystem(body, field),
          fields: () => fromMessage ?? fields,
        },
      );
    },
  };
}

function timeOf(unit: Unit, body: Members): StatedTime | undefined {
  const written = own(body, 'system_time');
  const stated = typeof written === 'string' ? statedTime(written) : undefined;
  if (stated !== undefined) return { ...stated, zone: 'utc' };
  const nanoseconds = unit.kind === 'json' ? own(unit.value, 'timeUnixNano') : undefined;
  return isFieldValue(nanoseconds) ? epochNanoseconds(String(nanoseconds)) : undefined;
}

function otelSystem(body: Members, field: SystemField): JsonValue | undefined {
  switch (field) {
    case 'ProviderGuid':
      return valueAt(body, 'provider', 'guid');
    case 'Keywords':
      return own(body, 'keywords');
    case 'Qualifiers':
      return valueAt(body, 'event_id', 'qualifiers');
    case 'ProcessID':
      return valueAt(body, 'execution', 'process_id');
    case 'ThreadID':
      return valueAt(body, 'execution', 'thread_id');
    case 'UserID':
      return valueAt(body, 'security', 'user_id');
    case 'ActivityID':
      return valueAt(body, 'correlation', 'activity_id');
    case 'RelatedActivityID':
      return valueAt(body, 'correlation', 'related_activity_id');
    default:
      return own(body, field.toLowerCase());
  }
}

/**
 * The three layouts of event_data: a map, a list of one-member maps under `data`, a map whose unnamed values are called
 * `Data1`, `Data2`, … or `param1`, `param2`, … by the release.
 */
function dataFields(body: Members, layout: FieldLayout | undefined): readonly RawField[] {
  const fields: RawField[] = [];
  for (const key of ['event_data', 'user_data']) {
    const data = asObject(own(body, key));
    if (data === undefined) continue;
    // Receivers since March 2026 name the child of UserData beside its values (PR 46944 of the collector).
    const named = key === 'user_data' ? asObject(own(data, 'data')) : undefined;
    const list = asArray(own(data, 'data'));
    if (named !== undefined) {
      for (const [name, item] of Object.entries(named)) addMember(fields, name, item, layout);
    } else if (list !== undefined) {
      for (const item of list) addListItem(fields, item);
      const binary = own(data, 'binary');
      if (typeof binary === 'string' && binary !== '') fields.push(['Binary', binary]);
    } else {
      for (const [name, item] of Object.entries(data)) addMember(fields, name, item, layout);
    }
  }
  return fields;
}

function addListItem(fields: RawField[], item: JsonValue): void {
  const object = asObject(item);
  if (object === undefined) {
    if (isFieldValue(item)) fields.push(['Data', item]);
    return;
  }
  for (const [name, one] of Object.entries(object)) addMember(fields, name === '' ? 'Data' : name, one, undefined);
}

function addMember(fields: RawField[], name: string, item: JsonValue, layout: FieldLayout | undefined): void {
  const value = fieldValueOf(item);
  if (value === undefined) return;
  fields.push([evtxName(layout, name), value]);
}
