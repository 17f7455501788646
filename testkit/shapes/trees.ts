import { TYPE } from '../evtx/value.ts';
import { userDataXml, windowsXml } from './event-xml.ts';
import { typedValue } from './evtx-dump.ts';
import { messageOf } from './messages.ts';
import { hasOwnBody, type ShapeWriter } from './shape-writer.ts';
import {
  bracedGuid,
  Digits,
  fieldsOf,
  hexKeywords,
  type Json,
  type JsonMembers,
  jsonLines,
  type LoggedEvent,
  levelName,
  utcText,
} from './written-event.ts';

/** Fields by name with their types; unnamed values as a list under `Data`. */
function typedFields(event: LoggedEvent): JsonMembers {
  const members: Record<string, Json> = {};
  const unnamed: string[] = [];
  for (const field of fieldsOf(event)) {
    if (field.name === undefined) unnamed.push(field.text);
    else members[field.name] ??= typedValue(field);
  }
  if (unnamed.length > 0) members['Data'] = unnamed;
  return members;
}

/** A row of Velociraptor's `parse_evtx`: names of attributes as members, the time a decimal of seconds. */
function velociraptor(event: LoggedEvent): JsonMembers {
  const { model, recordId } = event;
  const { body } = model;
  const microseconds = (model.time - 116444736000000000n) / 10n;
  const data = typedFields(event);
  return {
    System: {
      Provider: { Name: model.provider, Guid: bracedGuid(event) },
      EventID: { Value: model.eventId, ...(model.qualifiers === undefined ? {} : { Qualifiers: model.qualifiers }) },
      Version: model.version,
      Level: model.level,
      Task: model.task,
      Opcode: model.opcode,
      Keywords: new Digits(model.keywords),
      TimeCreated: {
        SystemTime: new Digits(`${microseconds / 1_000_000n}.${String(microseconds % 1_000_000n).padStart(6, '0')}`),
      },
      EventRecordID: new Digits(recordId),
      Correlation: model.activityId === undefined ? {} : { ActivityID: model.activityId.toUpperCase() },
      Execution: { ProcessID: model.processId, ThreadID: model.threadId },
      Channel: model.channel,
      Computer: model.computer,
      Security: model.userSid === undefined ? {} : { UserID: model.userSid },
    },
    ...(body.kind === 'userData' ? { UserData: { [body.element]: data } } : { EventData: data }),
    Message: messageOf(event) ?? '',
    ClientId: 'C.7f2b1c0de4a91b33',
    Fqdn: 'collector.corp.example.com',
    _Source: 'Windows.EventLogs.Evtx',
  };
}

/** OpenWEC's `Json` format; its documents spell Version as `Vesion` (SERVE 2.1 S21). */
function openwec(event: LoggedEvent): JsonMembers {
  const { model, recordId } = event;
  const xml = userDataXml(event);
  return {
    System: {
      Provider: { Name: model.provider, Guid: bracedGuid(event), EventSourceName: model.eventSource },
      EventID: model.eventId,
      EventIDQualifiers: model.qualifiers,
      Vesion: model.version,
      Level: model.level,
      Task: model.task,
      Opcode: model.opcode,
      Keywords: hexKeywords(event),
      TimeCreated: utcText(event),
      EventRecordID: new Digits(recordId),
      Correlation: model.activityId === undefined ? {} : { ActivityID: `{${model.activityId.toUpperCase()}}` },
      Execution: { ProcessID: model.processId, ThreadID: model.threadId },
      Channel: model.channel,
      Computer: model.computer,
      UserID: model.userSid,
    },
    ...(xml === undefined ? { EventData: typedFields(event) } : { UserData: xml }),
    OpenWEC: {
      IpAddress: '10.20.4.71',
      TimeReceived: '2026-11-01T00:00:00.000Z',
      Principal: 'WS-17$@CORP.EXAMPLE.COM',
      Subscription: { Name: 'all', Version: '1', Uuid: '9a2c5d10-3f5b-4d0e-9d35-6a3f6d2b7a11' },
    },
  };
}

/** Vector's `windows_event_log` source (beta). */
function vector(event: LoggedEvent): JsonMembers {
  const { model, recordId } = event;
  const { body } = model;
  const fields = fieldsOf(event);
  const named = Object.fromEntries(
    fields.flatMap(({ name, text, type }) => (name === undefined || type === TYPE.binary ? [] : [[name, text]])),
  );
  const unnamed = fields.filter(({ name }) => name === undefined).map(({ text }) => text);
  return {
    source_type: 'windows_event_log',
    host: model.computer,
    timestamp: utcText(event),
    channel: model.channel,
    computer: model.computer,
    event_id: model.eventId,
    provider_name: model.provider,
    provider_guid: bracedGuid(event),
    record_id: new Digits(recordId),
    level: levelName(event),
    level_value: model.level,
    keywords: `0x${model.keywords.toString(16).toUpperCase().padStart(16, '0')}`,
    process_id: model.processId,
    thread_id: model.threadId,
    user_id: model.userSid,
    activity_id: model.activityId === undefined ? undefined : `{${model.activityId}}`,
    qualifiers: model.qualifiers,
    task: model.task === 0 ? undefined : model.task,
    opcode: model.opcode === 0 ? undefined : model.opcode,
    version: model.version,
    message: messageOf(event),
    ...(unnamed.length > 0 ? { string_inserts: unnamed } : {}),
    ...(body.kind === 'userData' ? { user_data: named } : { event_data: named }),
  };
}

const lines =
  (write: (event: LoggedEvent) => JsonMembers): ShapeWriter['write'] =>
  (events) =>
    jsonLines(events, write);

/** OpenWEC's `Json Raw`: the XML beside what is known of the sender. */
const openwecRaw = (event: LoggedEvent): JsonMembers => ({
  meta: { IpAddress: '10.20.4.71', TimeReceived: '2026-11-01T00:00:00.000Z', Principal: 'WS-17$@CORP.EXAMPLE.COM' },
  data: windowsXml(event),
});

export const TREE_WRITERS: readonly ShapeWriter[] = [
  {
    shape: 'S3',
    style: 'Velociraptor',
    ending: 'jsonl',
    losses: { time: 'micros' },
    cannotCarry: hasOwnBody,
    write: lines(velociraptor),
  },
  {
    shape: 'S9',
    style: 'Vector',
    ending: 'jsonl',
    losses: { binary: true },
    cannotCarry: hasOwnBody,
    write: lines(vector),
  },
  {
    shape: 'S21',
    style: 'OpenWEC Json',
    ending: 'jsonl',
    losses: {},
    cannotCarry: hasOwnBody,
    write: lines(openwec),
  },
  {
    shape: 'S1',
    style: 'OpenWEC Json Raw',
    ending: 'jsonl',
    losses: {},
    cannotCarry: hasOwnBody,
    write: lines(openwecRaw),
  },
];
