import type { EventModel } from '../events/index.ts';
import { windowsXml } from './event-xml.ts';
import { messageOf } from './messages.ts';
import { hasOwnBody, type ShapeWriter } from './shape-writer.ts';
import {
  bracedGuid,
  Digits,
  fieldsOf,
  flatFields,
  type Json,
  type JsonMembers,
  jsonText,
  type LoggedEvent,
  levelName,
  utcText,
} from './written-event.ts';

/** A value in OTLP's JSON: `AnyValue` with its type as the member's name; 64-bit integers are text. */
function anyValue(value: Json): JsonMembers {
  if (value instanceof Digits) return { intValue: value.text };
  if (Array.isArray(value)) return { arrayValue: { values: (value as readonly Json[]).map(anyValue) } };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (typeof value === 'string' || value === null || value === undefined) return { stringValue: value ?? '' };
  return {
    kvlistValue: {
      values: Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => ({ key, value: anyValue(item) })),
    },
  };
}

function body(event: LoggedEvent, data: JsonMembers): JsonMembers {
  const { model, recordId } = event;
  return {
    channel: model.channel,
    computer: model.computer,
    event_id: { id: model.eventId, qualifiers: model.qualifiers ?? 0 },
    keywords: model.channel === 'Security' ? ['Audit Success'] : [],
    level: levelName(event),
    message: messageOf(event) ?? '',
    opcode: 'Info',
    provider: { guid: bracedGuid(event) ?? '', name: model.provider, event_source: model.eventSource ?? '' },
    record_id: new Digits(recordId),
    system_time: `${utcText(event).slice(0, -1)}00Z`,
    task: '',
    version: model.version,
    execution: { process_id: model.processId, thread_id: model.threadId },
    security: model.userSid === undefined ? undefined : { user_id: model.userSid },
    correlation: model.activityId === undefined ? undefined : { activity_id: `{${model.activityId}}` },
    ...data,
  };
}

const isUserData = ({ model }: LoggedEvent): boolean => model.body.kind === 'userData';

/** The flat map of before October 2023; UserData is dropped, and so are values without a name. */
const oldMap = (event: LoggedEvent): JsonMembers =>
  body(event, { event_data: isUserData(event) ? {} : flatFields(event) });

/** The list of October 2023 to February 2026; UserData is dropped. */
const list = (event: LoggedEvent): JsonMembers =>
  body(event, {
    event_data: isUserData(event) ? {} : { data: fieldsOf(event).map(({ name, text }) => ({ [name ?? '']: text })) },
  });

/** The map since February 2026, with UserData. */
const newMap = (event: LoggedEvent): JsonMembers => {
  const fields = flatFields(event);
  const { body: own } = event.model;
  return body(
    event,
    own.kind === 'userData'
      ? { event_data: {}, user_data: { name: own.element, data: fields } }
      : { event_data: fields },
  );
};

const nanoseconds = ({ model }: LoggedEvent): string => String((model.time - 116444736000000000n) * 100n);

function otlp(events: readonly LoggedEvent[], content: (event: LoggedEvent) => JsonMembers): string {
  const logRecords = events.map((event) => ({
    timeUnixNano: nanoseconds(event),
    observedTimeUnixNano: nanoseconds(event),
    severityNumber: 9,
    severityText: levelName(event),
    body: content(event),
    attributes: [],
  }));
  return `${jsonText({
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'host.name', value: { stringValue: 'collector' } }] },
        scopeLogs: [{ scope: { name: 'windowseventlogreceiver' }, logRecords }],
      },
    ],
  })}\n`;
}

/** Receivers that drop UserData leave the message, which says all of it only where the manifest's text does. */
const needsMessage = (model: EventModel): string | undefined =>
  hasOwnBody(model) ??
  (model.body.kind === 'userData' && messageOf({ model, recordId: 0n }) === undefined
    ? 'UserData is dropped, and the kit has no message of its manifest'
    : undefined);

const needsNames = (model: EventModel): string | undefined =>
  needsMessage(model) ?? (model.body.kind === 'classic' ? 'values without a name are dropped' : undefined);

const OTEL_LOSSES = { level: true, system: true } as const;

export const OTEL_WRITERS: readonly ShapeWriter[] = [
  {
    shape: 'S10',
    style: 'OpenTelemetry before October 2023',
    ending: 'json',
    losses: { ...OTEL_LOSSES, names: 'message' },
    cannotCarry: needsNames,
    write: (events) => otlp(events, (event) => anyValue(oldMap(event))),
  },
  {
    shape: 'S10',
    style: 'OpenTelemetry, lists of event_data',
    ending: 'json',
    losses: { ...OTEL_LOSSES, names: 'message' },
    cannotCarry: needsMessage,
    write: (events) => otlp(events, (event) => anyValue(list(event))),
  },
  {
    shape: 'S10',
    style: 'OpenTelemetry since March 2026, bodies as lines',
    ending: 'jsonl',
    losses: OTEL_LOSSES,
    cannotCarry: hasOwnBody,
    write: (events) => events.map((event) => `${jsonText({ body: newMap(event) })}\n`).join(''),
  },
  {
    shape: 'S1',
    style: 'OpenTelemetry with raw: true',
    ending: 'json',
    losses: {},
    cannotCarry: hasOwnBody,
    write: (events) => otlp(events, (event) => ({ stringValue: windowsXml(event) })),
  },
];
