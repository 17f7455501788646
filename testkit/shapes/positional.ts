import type { EventModel } from '../events/index.ts';
import { textOfFiletime } from '../evtx/filetime.ts';
import { TYPE } from '../evtx/value.ts';
import { windowsXml } from './event-xml.ts';
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
  jsonText,
  type LoggedEvent,
  levelName,
  localSeconds,
  utcText,
  type WrittenField,
} from './written-event.ts';

/** SIDs that Fluent Bit's look-up turns into names wherever it runs; those of a domain stay when it fails. */
const ACCOUNTS: Readonly<Record<string, string>> = {
  'S-1-5-18': 'NT AUTHORITY\\SYSTEM',
  'S-1-5-19': 'NT AUTHORITY\\LOCAL SERVICE',
  'S-1-5-20': 'NT AUTHORITY\\NETWORK SERVICE',
};

/** The values in order; bytes are no insert. */
const inserts = (event: LoggedEvent): Json[] =>
  fieldsOf(event)
    .filter(({ type }) => type !== TYPE.binary)
    .map(({ text }) => text);

function winevtlog(event: LoggedEvent): JsonMembers {
  const { model, recordId } = event;
  return {
    ProviderName: model.provider,
    ProviderGuid: bracedGuid(event) ?? '',
    Qualifiers: model.qualifiers ?? '',
    EventID: model.eventId,
    Version: model.version,
    Level: model.level,
    Task: model.task,
    Opcode: model.opcode,
    Keywords: hexKeywords(event),
    TimeCreated: `${localSeconds(event, 120)} +0200`,
    EventRecordID: new Digits(recordId),
    ActivityID: model.activityId === undefined ? '' : `{${model.activityId.toUpperCase()}}`,
    RelatedActivityID: '',
    ProcessID: model.processId,
    ThreadID: model.threadId,
    Channel: model.channel,
    Computer: model.computer,
    UserID: model.userSid === undefined ? '' : (ACCOUNTS[model.userSid] ?? model.userSid),
    Message: messageOf(event) ?? '',
    StringInserts: inserts(event),
  };
}

function winlog(event: LoggedEvent): JsonMembers {
  const { model, recordId } = event;
  const time = `${localSeconds(event, 120)} +0200`;
  return {
    RecordNumber: new Digits(recordId),
    TimeGenerated: time,
    TimeWritten: time,
    EventID: model.eventId,
    Qualifiers: model.qualifiers ?? 0,
    EventType: model.channel === 'Security' ? 'SuccessAudit' : 'Information',
    EventCategory: model.task,
    Channel: model.channel,
    SourceName: model.provider,
    ComputerName: model.computer,
    Data: '',
    Sid: '',
    Message: messageOf(event) ?? '',
    StringInserts: inserts(event),
  };
}

/** The old API opens classic logs only (SERVE 2.1 S8). */
const classicLogsOnly = (model: EventModel): string | undefined =>
  hasOwnBody(model) ?? (model.channel.includes('/') ? 'the old API cannot read Operational channels' : undefined);

const FLUENT_LOSSES = { time: 's', names: 'positions', system: true, binary: true } as const;

/** `Properties` of an EventLogRecord as ConvertTo-Json sees the .NET values. */
function property(field: WrittenField): Json {
  const { text, type } = field;
  if (type === TYPE.binary) return [...Buffer.from(text, 'hex')];
  if (type === TYPE.sid) return { BinaryLength: 28, AccountDomainSid: null, Value: text };
  if (type === TYPE.guid) return text.slice(1, -1);
  if (type === TYPE.hex32 || type === TYPE.hex64) return new Digits(BigInt(text));
  return typedValue(field);
}

function eventLogRecord(event: LoggedEvent, shell: '5.1' | '7'): JsonMembers {
  const { model, recordId } = event;
  const local = textOfFiletime(model.time + 120n * 600_000_000n).slice(0, -1);
  const milliseconds = Date.parse(utcText(event).slice(0, 23).concat('Z'));
  return {
    Id: model.eventId,
    Version: model.version,
    Qualifiers: model.qualifiers ?? null,
    Level: model.level,
    Task: model.task,
    Opcode: model.opcode,
    Keywords: new Digits(BigInt.asIntN(64, model.keywords)),
    RecordId: new Digits(recordId),
    ProviderName: model.provider,
    ProviderId: model.providerGuid?.toLowerCase() ?? null,
    LogName: model.channel,
    ProcessId: model.processId,
    ThreadId: model.threadId,
    MachineName: model.computer,
    UserId: model.userSid === undefined ? null : { BinaryLength: 12, AccountDomainSid: null, Value: model.userSid },
    TimeCreated: shell === '7' ? `${local}+02:00` : new Digits(`"\\/Date(${milliseconds})\\/"`),
    ActivityId: model.activityId ?? null,
    RelatedActivityId: null,
    ContainerLog: model.channel,
    MatchedQueryIds: [],
    Bookmark: {},
    LevelDisplayName: levelName(event),
    OpcodeDisplayName: 'Info',
    TaskDisplayName: null,
    KeywordsDisplayNames: [],
    Properties: fieldsOf(event).map((field) => ({ Value: property(field) })),
    Message: messageOf(event) ?? null,
  };
}

export const POSITIONAL_WRITERS: readonly ShapeWriter[] = [
  {
    shape: 'S7',
    style: 'Fluent Bit winevtlog',
    ending: 'jsonl',
    losses: FLUENT_LOSSES,
    cannotCarry: hasOwnBody,
    write: (events) => jsonLines(events, winevtlog),
  },
  {
    shape: 'S7',
    style: 'Fluent Bit winevtlog, Render_Event_As_XML',
    ending: 'jsonl',
    losses: { time: 's', system: true },
    cannotCarry: hasOwnBody,
    write: (events) => jsonLines(events, (event) => ({ ...winevtlog(event), System: windowsXml(event) })),
  },
  {
    shape: 'S8',
    style: 'Fluent Bit winlog',
    ending: 'jsonl',
    losses: { ...FLUENT_LOSSES, version: true, level: true },
    cannotCarry: classicLogsOnly,
    write: (events) => jsonLines(events, winlog),
  },
  {
    shape: 'S17',
    style: 'Get-WinEvent of Windows PowerShell 5.1',
    ending: 'json',
    losses: { time: 'ms', names: 'positions' },
    cannotCarry: hasOwnBody,
    write: (events) =>
      `\ufeff${jsonText(
        events.map((event) => eventLogRecord(event, '5.1')),
        '\n',
      ).replaceAll('\n', '\r\n')}\r\n`,
  },
  {
    shape: 'S17',
    style: 'Get-WinEvent of PowerShell 7',
    ending: 'json',
    losses: { names: 'positions' },
    cannotCarry: hasOwnBody,
    write: (events) =>
      `${jsonText(
        events.map((event) => eventLogRecord(event, '7')),
        '\n',
      )}\n`,
  },
];
