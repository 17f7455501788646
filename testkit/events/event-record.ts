import { createHash } from 'node:crypto';
import type { LogRecord } from '../evtx/log-writer.ts';
import { type Element, element, instance, type Part, slot, type Template, textPart } from '../evtx/tree.ts';
import {
  binary,
  filetime,
  guid,
  hex64,
  nested,
  nothing,
  sid,
  TYPE,
  text,
  textArray,
  uint8,
  uint16,
  uint32,
  uint64,
  type Value,
} from '../evtx/value.ts';
import type { EventBody, EventModel } from './model.ts';

const EVENT_XMLNS = 'http://schemas.microsoft.com/win/2004/08/events/event';

/** Templates by what they are made of: one for a host, source and event as Windows has them (EVTX 4.4). */
const TEMPLATES = new Map<string, Template>();

function templateOf(key: string, root: () => Element): Template {
  const known = TEMPLATES.get(key);
  if (known !== undefined) return known;
  const hex = createHash('sha256').update(key).digest('hex');
  const template = { guid: hex.slice(0, 12) + '4' + hex.slice(13, 32), root: root() };
  TEMPLATES.set(key, template);
  return template;
}

/** The System element with the standard slots of EVTX 4.4; Provider and Channel as slots or as literals. */
function system(model: EventModel, isLiteral: boolean): Element {
  const provider: Record<string, string | Part> = { Name: isLiteral ? model.provider : slot(14, TYPE.text) };
  if (model.providerGuid !== undefined) provider['Guid'] = isLiteral ? `{${model.providerGuid}}` : slot(15, TYPE.guid);
  if (model.eventSource !== undefined) provider['EventSourceName'] = model.eventSource;
  return element(
    'System',
    {},
    element('Provider', provider),
    element('EventID', { Qualifiers: slot(4, TYPE.uint16) }, slot(3, TYPE.uint16)),
    element('Version', {}, slot(11, TYPE.uint8)),
    element('Level', {}, slot(0, TYPE.uint8)),
    element('Task', {}, slot(2, TYPE.uint16)),
    element('Opcode', {}, slot(1, TYPE.uint8)),
    element('Keywords', {}, slot(5, TYPE.hex64)),
    element('TimeCreated', { SystemTime: slot(6, TYPE.filetime) }),
    element('EventRecordID', {}, slot(10, TYPE.uint64)),
    element('Correlation', { ActivityID: slot(7, TYPE.guid), RelatedActivityID: slot(13, TYPE.guid) }),
    element('Execution', { ProcessID: slot(8, TYPE.uint32), ThreadID: slot(9, TYPE.uint32) }),
    element('Channel', {}, isLiteral ? textPart(model.channel) : slot(16, TYPE.text)),
    element('Computer', {}, model.computer),
    element('Security', { UserID: slot(12, TYPE.sid) }),
  );
}

function systemValues(model: EventModel, recordId: bigint, isLiteral: boolean): Value[] {
  const isNamed = model.providerGuid !== undefined && !isLiteral;
  return [
    uint8(model.level),
    uint8(model.opcode),
    uint16(model.task),
    uint16(model.eventId),
    // NULL that owns two bytes, as in most real records (EVTX 5.2).
    model.qualifiers === undefined ? nothing([0, 0]) : uint16(model.qualifiers),
    hex64(model.keywords),
    filetime(model.time),
    model.activityId === undefined ? nothing() : guid(model.activityId),
    uint32(model.processId),
    uint32(model.threadId),
    uint64(recordId),
    uint8(model.version),
    model.userSid === undefined ? nothing() : sid(model.userSid),
    nothing(),
    isLiteral ? nothing() : text(model.provider),
    isNamed && model.providerGuid !== undefined ? guid(model.providerGuid) : nothing(),
    isLiteral ? nothing() : text(model.channel),
  ];
}

/** The element below Event of a body with fields, and its key. */
function bodyTemplate(model: EventModel, body: Exclude<EventBody, { kind: 'classic' | 'custom' }>): Template {
  const shape = body.fields.map(({ name, templateType }) => `${name}:${templateType}`).join(' ');
  const place = body.kind === 'userData' ? `${body.element} ${body.xmlns}` : 'EventData';
  return templateOf(`${model.provider}|${model.eventId}|${model.version}|${place}|${shape}`, () => {
    const fields = body.fields.map(({ name, templateType }, i) =>
      body.kind === 'userData'
        ? element(name, {}, slot(i, templateType))
        : name === 'Binary' && templateType === TYPE.binary
          ? element('Binary', {}, slot(i, templateType))
          : element('Data', { Name: name }, slot(i, templateType, templateType !== TYPE.text)),
    );
    return body.kind === 'userData'
      ? element('UserData', {}, element(body.element, { xmlns: body.xmlns }, ...fields))
      : element('EventData', {}, ...fields);
  });
}

/** The record of an event, as Windows stores it: a root template with the body nested in slot 17, or a classic one. */
export function recordOf(model: EventModel): LogRecord {
  const { body } = model;
  // Most real templates have the provider in slots, those of one channel's own source as literals.
  const isLiteral = body.kind === 'classic' || model.eventSource !== undefined || model.provider.endsWith('Sysmon');
  const key = `${isLiteral ? `${model.provider}|${model.channel}` : ''}|${model.providerGuid === undefined}|${model.computer}|${body.kind === 'classic'}`;
  const root = templateOf(key, () => {
    // Event never depends on its body: a NULL body leaves the event standing (EVTX 8 P15).
    const content: Part =
      body.kind === 'classic'
        ? element(
            'EventData',
            {},
            element('Data', {}, slot(17, TYPE.text | 0x80, false)),
            element('Binary', {}, slot(18, TYPE.binary)),
          )
        : slot(17, TYPE.binxml);
    return { ...element('Event', { xmlns: EVENT_XMLNS }, system(model, isLiteral), content), dependency: 0xffff };
  });
  const tail: Value[] =
    body.kind === 'classic'
      ? [textArray(body.items), body.binary === undefined ? nothing() : binary(body.binary)]
      : body.kind === 'custom'
        ? [body.value]
        : [
            nested(
              instance(
                bodyTemplate(model, body),
                body.fields.map((field) => field.value),
              ),
            ),
          ];
  return {
    content: (recordId) => instance(root, [...systemValues(model, recordId, isLiteral), ...tail]),
    written: model.time + (model.writtenOffset ?? 0n),
    ...(model.recordId === undefined ? {} : { eventRecordId: model.recordId }),
  };
}
