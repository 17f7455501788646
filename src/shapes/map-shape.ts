import { fieldLayoutOf, type Zone, zoneOffsetMinutes } from '../windows/index.ts';
import { membersOf } from './columns.ts';
import { fieldsOfXmlText } from './event-xml.ts';
import { asArray, asObject, fieldValueOf, own } from './json-members.ts';
import { readJsonText } from './json-reader.ts';
import type { JsonValue } from './json-value.ts';
import { positionalFields } from './positional.ts';
import { eventIdOf, readEvent } from './read-event.ts';
import type { RawField } from './shaped-event.ts';
import { epochNanoseconds, epochSeconds, statedTime } from './stated-time.ts';
import type { Loss, Shape, StatedTime, Unit } from './types.ts';

type Members = Readonly<Record<string, JsonValue>>;

/** A field by its path (`event.data`), or a text that stands for it. */
export type MappedValue = { readonly field: string } | { readonly value: string };

export type MapTimeFormat = 'iso' | 'epoch-seconds' | 'epoch-milliseconds' | 'epoch-nanoseconds';

/** Where the fields of an event are. */
export type MapFields =
  /** Beside the header; only names of the event's layout, and those that the mapping gives, are fields. */
  | { readonly as: 'flat' }
  /** Members of an object. */
  | { readonly as: 'path'; readonly field: string }
  /** Members of an object that is written as JSON text. */
  | { readonly as: 'json'; readonly field: string }
  /** Event XML, or EventData or UserData of it, as text. */
  | { readonly as: 'xml'; readonly field: string }
  /** A list of values, named by the event's layout. */
  | { readonly as: 'positional'; readonly field: string };

/** A mapping of a user's own (SETTLED B7): plain data, so that it can go to another thread. */
export interface ShapeMap {
  /** The shape is called `map:NAME`. */
  readonly name: string;
  readonly match: { readonly present: readonly string[]; readonly equals: readonly (readonly [string, string])[] };
  readonly time: { readonly field: string; readonly format: MapTimeFormat; readonly zone?: Zone };
  readonly host: MappedValue;
  readonly channel: MappedValue;
  readonly provider: MappedValue;
  readonly eventId: MappedValue;
  readonly recordId?: MappedValue;
  readonly fields: MapFields;
  /** Names in the source, and what the event calls them. */
  readonly rename: readonly (readonly [string, string])[];
  readonly losses: readonly Loss[];
}

/** The shape that a mapping describes. It stands before the table; nothing in it is code or a pattern. */
export function mapShape(map: ShapeMap): Shape {
  const id = `map:${map.name}` as const;
  const renamed = new Map(map.rename);
  return {
    id,
    title: `mapping ${map.name}`,
    proof: 'documentation only',
    losses: map.losses,

    detect(unit) {
      const value = membersOf(unit);
      if (value === undefined) return undefined;
      const { present, equals } = map.match;
      const isMatch =
        present.every((path) => isThere(fieldAt(value, path))) &&
        equals.every(([path, text]) => textOf(fieldAt(value, path)) === text);
      return isMatch ? `it has what the mapping ${map.name} asks for` : undefined;
    },

    read(unit, source) {
      const value = membersOf(unit) ?? {};
      const mapped = (of: MappedValue | undefined): JsonValue | undefined =>
        of === undefined ? undefined : 'value' in of ? of.value : fieldAt(value, of.field);
      const provider = textOf(mapped(map.provider));
      const eventId = mapped(map.eventId);
      return readEvent(
        id,
        unit,
        source,
        {
          provider,
          channel: textOf(mapped(map.channel)),
          eventId,
          computer: textOf(mapped(map.host)),
          recordId: mapped(map.recordId),
          time: timeOf(unit, value, map.time),
        },
        {
          losses: map.losses.map(({ code }) => code),
          fields: () => mappedFields(value, map.fields, provider ?? '', eventIdOf(eventId) ?? 0, renamed),
        },
      );
    },
  };
}

/** A member by its whole name, else by the parts between its dots. */
export function fieldAt(value: Members, path: string): JsonValue | undefined {
  const whole = own(value, path);
  if (whole !== undefined || !path.includes('.')) return whole;
  let at: JsonValue | undefined = value;
  for (const key of path.split('.')) {
    const object = asObject(at);
    if (object === undefined) return undefined;
    at = own(object, key);
  }
  return at;
}

function isThere(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}

function textOf(value: JsonValue | undefined): string | undefined {
  return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
}

function timeOf(unit: Unit, value: Members, time: ShapeMap['time']): StatedTime | undefined {
  const item = fieldAt(value, time.field);
  const written = unit.kind === 'json' ? unit.numberText?.(...pathOf(value, time.field)) : undefined;
  const text = written ?? textOf(item);
  if (text === undefined) return undefined;
  switch (time.format) {
    case 'epoch-seconds':
      return epochSeconds(text);
    case 'epoch-milliseconds': {
      const [whole = '', fraction = ''] = text.split('.');
      const digits = whole.padStart(4, '0');
      return epochSeconds(`${digits.slice(0, -3)}.${digits.slice(-3)}${fraction}`);
    }
    case 'epoch-nanoseconds':
      return epochNanoseconds(text);
    default:
      return inZone(statedTime(text), time.zone);
  }
}

function pathOf(value: Members, path: string): readonly string[] {
  return own(value, path) === undefined ? path.split('.') : [path];
}

/** A time without a zone is local to the zone that the mapping names. */
function inZone(time: StatedTime | undefined, zone: Zone | undefined): StatedTime | undefined {
  if (time === undefined || zone === undefined || time.zone !== 'local') return time;
  return { ...time, ms: time.ms - zoneOffsetMinutes(zone, time.ms) * 60_000, zone: 'utc' };
}

function mappedFields(
  value: Members,
  fields: MapFields,
  provider: string,
  eventId: number,
  renamed: ReadonlyMap<string, string>,
): readonly RawField[] {
  if (fields.as === 'flat') {
    const layout = fieldLayoutOf(provider, eventId);
    const named = new Set(renamed.values());
    return membersAsFields(value, renamed).filter(
      ([name]) => named.has(name) || layout?.fields.some((field) => field.name === name) === true,
    );
  }
  const item = fieldAt(value, fields.field);
  if (fields.as === 'positional') {
    const values = (asArray(item) ?? []).map(fieldValueOf);
    return positionalFields(provider, eventId, values);
  }
  if (fields.as === 'xml') return (typeof item === 'string' ? fieldsOfXmlText(item) : undefined) ?? [];
  if (fields.as === 'path') return membersAsFields(asObject(item) ?? {}, renamed);
  const reading = typeof item === 'string' ? readJsonText(item) : undefined;
  return reading === undefined || reading.kind === 'problem' ? [] : membersAsFields(reading.value, renamed);
}

/** Members in order, under the names of the mapping; a list gives its name once for each item. */
function membersAsFields(members: Members, renamed: ReadonlyMap<string, string>): readonly RawField[] {
  return Object.entries(members).flatMap(([name, item]) =>
    (asArray(item) ?? [item]).flatMap((one): RawField[] => {
      const field = fieldValueOf(one);
      return field === undefined ? [] : [[renamed.get(name) ?? name, field]];
    }),
  );
}
