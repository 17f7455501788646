import { fieldLayoutOf, type Source, type SystemField } from '../windows/index.ts';
import { filledText, recordIdOf } from './json-members.ts';
import type { JsonValue } from './json-value.ts';
import { type EventParts, type RawField, shapedEvent } from './shaped-event.ts';
import type { Reading, ShapeId, StatedTime, Unit } from './types.ts';

/** The header of an event as a shape found it, unchecked. */
export interface StatedHeader {
  readonly provider: JsonValue | undefined;
  readonly channel: JsonValue | undefined;
  readonly eventId: JsonValue | undefined;
  readonly computer: JsonValue | undefined;
  readonly version?: JsonValue | undefined;
  readonly recordId?: JsonValue | undefined;
  /** Undefined when the time is missing or cannot be read. */
  readonly time: StatedTime | undefined;
  readonly receivedOffsetMinutes?: number | undefined;
}

/** The fields of an event in its rendered message; undefined when the text is none of that event. */
export type MessageReader = (provider: string, eventId: number, message: string) => readonly RawField[] | undefined;

/** What a shape adds to the header. */
export interface StatedBody {
  system?(field: SystemField): JsonValue | undefined;
  utcTime?(): JsonValue | undefined;
  fields(): readonly RawField[];
  /** Codes of the losses that this unit shows. */
  readonly losses?: readonly string[];
  /** True when the shipper lost the content (SETTLED B15). */
  readonly isLost?: boolean;
}

const MAX_EVENT_ID = 0xffff;

/** The event id, without the qualifiers that some shapes keep in its upper half; undefined when it is none. */
export function eventIdOf(value: JsonValue | undefined): number | undefined {
  const number = typeof value === 'string' && /^\s*\d{1,10}\s*$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > 0xffffffff) return undefined;
  return number % (MAX_EVENT_ID + 1);
}

/** The reading of a unit whose header was found: an event, or why it is none. */
export function readEvent(shape: ShapeId, unit: Unit, source: Source, header: StatedHeader, body: StatedBody): Reading {
  const provider = filledText(header.provider);
  const channel = filledText(header.channel);
  const computer = filledText(header.computer);
  const eventId = eventIdOf(header.eventId);
  if (eventId === undefined) return broken('event id');
  if (channel === undefined) return broken('channel');
  if (computer === undefined) return broken('computer');
  if (header.time === undefined) return broken('time');
  if (provider === undefined) return broken('provider');
  const version = eventIdOf(header.version);
  const { system, utcTime } = body;
  const parts: EventParts = {
    shape,
    source,
    place: unit,
    provider,
    channel,
    eventId,
    computer,
    version,
    recordId: recordIdOf(header.recordId),
    stated: header.time,
    receivedOffsetMinutes: header.receivedOffsetMinutes,
    system,
    utcTime,
    fields: body.fields,
  };
  const event = shapedEvent(parts);
  return body.isLost === true ? { kind: 'lost', event } : { kind: 'event', event, losses: body.losses ?? [] };
}

function broken(what: string): Reading {
  return { kind: 'broken', reason: `its ${what} is missing or of the wrong kind` };
}

/** True for the names of the event's layout; any name of an event without one. */
export function namesOfLayout(provider: string, eventId: number): (name: string) => boolean {
  const layout = fieldLayoutOf(provider, eventId);
  return (name) => layout?.fields.some((field) => field.name === name) === true;
}
