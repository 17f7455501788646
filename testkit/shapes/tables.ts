import type { EventModel } from '../events/index.ts';
import { textOfFiletime } from '../evtx/filetime.ts';
import { TYPE } from '../evtx/value.ts';
import { windowsXml, xmlText } from './event-xml.ts';
import { messageOf } from './messages.ts';
import { hasOwnBody, type ShapeWriter } from './shape-writer.ts';
import {
  Digits,
  fieldsOf,
  flatFields,
  hexKeywords,
  type Json,
  type JsonMembers,
  jsonLines,
  jsonText,
  type LoggedEvent,
  levelName,
  utcMilliseconds,
  utcText,
} from './written-event.ts';

/** RFC 4180: quoted where it must be. */
function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csv(rows: readonly (readonly (readonly [string, string])[])[], end = '\r\n'): string {
  const columns = [...new Set(rows.flatMap((row) => row.map(([column]) => column)))];
  const lines = rows.map((row) => {
    const cells = new Map(row);
    return columns.map((column) => csvCell(cells.get(column) ?? '')).join(',');
  });
  return [columns.map(csvCell).join(','), ...lines, ''].join(end);
}

/** Fields with a column of the table SecurityEvent whose name or type differs from the event's. */
function securityColumn(name: string, text: string): readonly [string, Json] {
  // The table types these: an export of it carries the type in the name.
  if (name === 'ProcessId' || name === 'NewProcessId') return [name, text];
  if (/^\{[0-9a-f-]{36}\}$/.test(text)) return [name, text.slice(1, -1)];
  return [name, text];
}

function securityEvent(event: LoggedEvent): JsonMembers {
  const { model } = event;
  const columns = fieldsOf(event).flatMap(({ name, text }) => (name === undefined ? [] : [securityColumn(name, text)]));
  return {
    TenantId: '00000000-0000-0000-0000-000000000000',
    SourceSystem: 'OpsManager',
    TimeGenerated: utcMilliseconds(event),
    Computer: model.computer,
    EventSourceName: model.provider,
    Channel: model.channel,
    Task: model.task,
    Level: '8',
    EventID: model.eventId,
    Activity: `${model.eventId} - ${messageOf(event)?.split('.')[0] ?? 'An event.'}`,
    SourceComputerId: '0a1b2c3d-0000-0000-0000-000000000000',
    EventOriginId: '76d12871-4344-4404-bc82-0a78925cff53',
    Type: 'SecurityEvent',
    ...Object.fromEntries(columns),
  };
}

function windowsEvent(event: LoggedEvent, isText: boolean): JsonMembers {
  const { model, recordId } = event;
  const { body } = model;
  const fields = flatFields(event, (n) => `Data${n}`);
  const data = body.kind === 'userData' ? { UserData: { [body.element]: fields } } : fields;
  return {
    TenantId: '00000000-0000-0000-0000-000000000000',
    SourceSystem: 'OpsManager',
    TimeGenerated: utcText(event),
    Provider: model.provider,
    Channel: model.channel,
    Computer: model.computer,
    Task: model.task,
    EventLevel: model.level,
    EventLevelName: levelName(event),
    EventData: isText ? jsonText(data) : data,
    EventID: model.eventId,
    EventOriginId: '29acc230-2f13-49db-9ef2-c9b20229a10c',
    EventRecordId: String(recordId),
    Keywords: hexKeywords(event),
    Opcode: String(model.opcode),
    SystemProcessId: model.processId,
    SystemThreadId: model.threadId,
    SystemUserId: model.userSid,
    Version: model.version,
    Type: 'WindowsEvent',
  };
}

function logAnalyticsEvent(event: LoggedEvent): JsonMembers {
  const { model } = event;
  const fields = fieldsOf(event);
  const isUserData = model.body.kind === 'userData';
  const items = fields.map(({ name, text }) =>
    isUserData
      ? `<${name}>${xmlText(text)}</${name}>`
      : name === undefined
        ? `<Data>${xmlText(text)}</Data>`
        : `<Data Name="${name}">${xmlText(text)}</Data>`,
  );
  const inner =
    isUserData && model.body.kind === 'userData'
      ? `<UserData><${model.body.element} xmlns="${model.body.xmlns}">${items.join('')}</${model.body.element}></UserData>`
      : `<EventData xmlns="http://schemas.microsoft.com/win/2004/08/events/event">${items.join('')}</EventData>`;
  return {
    TenantId: '00000000-0000-0000-0000-000000000000',
    SourceSystem: 'OpsManager',
    TimeGenerated: utcMilliseconds(event),
    Source: model.provider,
    EventLog: model.channel,
    Computer: model.computer,
    EventLevel: model.level,
    EventLevelName: levelName(event),
    ParameterXml: fields.map(({ text }) => `<Param>${xmlText(text)}</Param>`).join(''),
    EventData: `<DataItem type="System.XmlData" time="${utcText(event)}" sourceHealthServiceId="0a1b2c3d-0000-0000-0000-000000000000">${inner}</DataItem>`,
    EventID: model.eventId,
    RenderedDescription: messageOf(event) ?? '',
    UserName: 'N/A',
    Type: 'Event',
  };
}

const securityOnly = (model: EventModel): string | undefined =>
  hasOwnBody(model) ??
  (model.channel === 'Security' && model.body.kind === 'eventData'
    ? undefined
    : 'the table holds events of the Security log with columns of their own');

const LEVELS: readonly string[] = ['LogAlways', 'Critical', 'Error', 'Warning', 'Info', 'Verbose'];

function evtxECmd(event: LoggedEvent): [string, Json][] {
  const { model, recordId } = event;
  const { body } = model;
  const fields = fieldsOf(event);
  let payload: JsonMembers;
  if (body.kind === 'userData') {
    payload = {
      UserData: {
        [body.element]: {
          '@xmlns': body.xmlns,
          ...Object.fromEntries(fields.map(({ name, text }) => [name ?? 'Data', text])),
        },
      },
    };
  } else if (body.kind === 'classic') {
    const items = fields.filter(({ name }) => name === undefined).map(({ text }) => text);
    payload = {
      EventData: { Data: items.join(', '), Binary: fields.find(({ name }) => name === 'Binary')?.text ?? '' },
    };
  } else {
    const items = fields
      .filter(({ type }) => type !== TYPE.binary)
      .map(({ name, text }) => ({ '@Name': name, '#text': text }));
    payload = { EventData: { Data: items.length === 1 ? items[0] : items } };
  }
  return [
    ['RecordNumber', 1],
    ['EventRecordId', String(recordId)],
    ['TimeCreated', `${textOfFiletime(model.time).slice(0, -1)}+00:00`],
    ['EventId', model.eventId],
    ['Level', LEVELS[model.level] ?? 'Info'],
    ['Provider', model.provider],
    ['Channel', model.channel],
    ['ProcessId', model.processId],
    ['ThreadId', model.threadId],
    ['Computer', model.computer],
    ['ChunkNumber', 0],
    ['UserId', model.userSid ?? ''],
    ['MapDescription', 'An event'],
    ['UserName', ''],
    ['PayloadData1', fields[0]?.text ?? ''],
    ['HiddenRecord', false],
    ['Keywords', hexKeywords(event)],
    ['SourceFile', 'C:\\case\\log.evtx'],
    ['Payload', jsonText(payload)],
    ['ExtraDataOffset', 0],
  ];
}

/** EvtxECmd's CSV: its own form of a time, and no digits after the seventh. */
function csvRow(event: LoggedEvent): (readonly [string, string])[] {
  return evtxECmd(event).map(([column, value]) => {
    if (column === 'TimeCreated') return [column, utcText(event).slice(0, -1).replace('T', ' ')];
    if (typeof value === 'boolean') return [column, value ? 'True' : 'False'];
    return [column, value instanceof Digits ? value.text : String(value)];
  });
}

const SENTINEL_LOSSES = { time: 'ms', recordId: true, version: true, level: true, system: true } as const;
/** Unnamed values of one event are one text, or no document says what they are. */
const namedOnly = (model: EventModel): string | undefined =>
  hasOwnBody(model) ?? (model.body.kind === 'classic' ? 'nothing tells its unnamed values apart' : undefined);

export const TABLE_WRITERS: readonly ShapeWriter[] = [
  {
    shape: 'S13',
    style: 'Sentinel SecurityEvent',
    ending: 'jsonl',
    losses: SENTINEL_LOSSES,
    cannotCarry: securityOnly,
    write: (events) => jsonLines(events, securityEvent).replaceAll('\n', '\r\n'),
  },
  {
    shape: 'S13',
    style: 'Sentinel SecurityEvent, CSV of the portal',
    ending: 'csv',
    losses: SENTINEL_LOSSES,
    cannotCarry: securityOnly,
    write: (events) =>
      `\ufeff${csv(
        events.map((event) =>
          Object.entries(securityEvent(event)).map(([name, value]) =>
            name === 'TimeGenerated'
              ? (['TimeGenerated [UTC]', portalTime(event)] as const)
              : ([name, String(value ?? '')] as const),
          ),
        ),
      )}`,
  },
  {
    shape: 'S14',
    style: 'Sentinel Event',
    ending: 'jsonl',
    losses: { time: 'ms', recordId: true, version: true, system: true },
    cannotCarry: hasOwnBody,
    write: (events) => jsonLines(events, logAnalyticsEvent),
  },
  {
    shape: 'S15',
    style: 'Sentinel WindowsEvent, EventData as text',
    ending: 'jsonl',
    losses: {},
    cannotCarry: namedOnly,
    write: (events) => jsonLines(events, (event) => windowsEvent(event, true)),
  },
  {
    shape: 'S15',
    style: 'Sentinel WindowsEvent, answer of the query API',
    ending: 'json',
    losses: {},
    cannotCarry: namedOnly,
    write: (events) => {
      const rows = events.map((event) => windowsEvent(event, false));
      const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
      const columns = names.map((name) => ({ name, type: name === 'EventData' ? 'dynamic' : 'string' }));
      return jsonText({
        tables: [
          {
            name: 'PrimaryResult',
            columns,
            rows: rows.map((row) =>
              names.map((name) => {
                const value = row[name];
                return name === 'EventData' ? jsonText(value) : (value ?? null);
              }),
            ),
          },
        ],
      });
    },
  },
  {
    shape: 'S18',
    style: 'EvtxECmd JSON',
    ending: 'json',
    losses: { version: true, binary: true },
    cannotCarry: namedOnly,
    write: (events) => `\ufeff${jsonLines(events, (event) => Object.fromEntries(evtxECmd(event)))}`,
  },
  {
    shape: 'S18',
    style: 'EvtxECmd CSV',
    ending: 'csv',
    losses: { version: true, binary: true },
    cannotCarry: namedOnly,
    write: (events) => `\ufeff${csv(events.map(csvRow))}`,
  },
  {
    shape: 'S1',
    style: 'Splunk CSV of XmlWinEventLog',
    ending: 'csv',
    losses: {},
    cannotCarry: hasOwnBody,
    write: (events) =>
      csv(
        events.map((event) => [
          ['_raw', windowsXml(event)],
          ['_time', utcMilliseconds(event).replace('Z', '+0000')],
          ['host', event.model.computer],
          ['sourcetype', 'XmlWinEventLog'],
        ]),
        '\n',
      ),
  },
];

/** `3/12/2026, 2:32:05.221 PM`. */
function portalTime({ model }: LoggedEvent): string {
  const text = textOfFiletime(model.time);
  const hour = Number(text.slice(11, 13));
  const date = `${Number(text.slice(5, 7))}/${Number(text.slice(8, 10))}/${text.slice(0, 4)}`;
  return `${date}, ${hour % 12 || 12}:${text.slice(14, 23)} ${hour < 12 ? 'AM' : 'PM'}`;
}
