import type { EventModel } from '../events/index.ts';
import { userDataXml } from './event-xml.ts';
import { messageOf } from './messages.ts';
import { hasOwnBody, type ShapeWriter } from './shape-writer.ts';
import {
  bracedGuid,
  Digits,
  flatFields,
  type JsonMembers,
  jsonLines,
  type LoggedEvent,
  localSeconds,
  utcMilliseconds,
  utcText,
} from './written-event.ts';

/** Minutes that the wall clock of the captures is ahead of UTC: New York in summer (CORPUS 4.4). */
const ZONE = -240;

/** NXLog's own members (im_msvistalog); an event's field of the same name stands in its place where the two collide. */
function header(event: LoggedEvent): JsonMembers {
  const { model, recordId } = event;
  const isAudit = model.channel === 'Security';
  const severity = model.level === 2 ? ['ERROR', 4] : model.level === 3 ? ['WARNING', 3] : ['INFO', 2];
  return {
    EventTime: localSeconds(event, ZONE),
    Hostname: model.computer,
    Keywords: new Digits(BigInt.asIntN(64, model.keywords)),
    EventType: isAudit ? 'AUDIT_SUCCESS' : (severity[0] as string),
    SeverityValue: severity[1] as number,
    Severity: severity[0] as string,
    EventID: model.eventId,
    SourceName: model.provider,
    ProviderGuid: bracedGuid(event),
    Version: model.version,
    Task: model.task,
    OpcodeValue: model.opcode,
    RecordNumber: new Digits(recordId),
    ActivityID: model.activityId === undefined ? undefined : `{${model.activityId.toUpperCase()}}`,
    ExecutionProcessID: model.processId,
    ThreadID: model.threadId,
    Channel: model.channel,
    ...(model.userSid === 'S-1-5-18'
      ? { Domain: 'NT AUTHORITY', AccountName: 'SYSTEM', UserID: 'S-1-5-18', AccountType: 'User' }
      : model.userSid === undefined
        ? {}
        : { UserID: model.userSid }),
    Message: messageOf(event),
    Opcode: 'Info',
  };
}

/** What the collector behind NXLog adds. */
function collected(event: LoggedEvent): JsonMembers {
  return {
    EventReceivedTime: localSeconds(event, ZONE),
    SourceModuleName: 'eventlog',
    SourceModuleType: 'im_msvistalog',
    '@timestamp': utcMilliseconds(event),
    '@version': '1',
    host: 'collector.corp.example.com',
    port: 64545,
  };
}

const NXLOG_LOSSES = { time: 's', isLocal: 'told', level: true, collisions: true, binary: true } as const;

/**
 * Header and fields on one level. An event's own EventType moves NXLog's aside, spelled as in the captures; other fields lose
 * against a member of the same name (DOMAIN 2.2 #34).
 */
function withFields(event: LoggedEvent): JsonMembers {
  const own = header(event);
  const { EventType: eventType, ...fields } = flatFields(event);
  const renamed = eventType === undefined ? {} : { EventType: eventType, EventTypeOrignal: own['EventType'] };
  return { ...fields, ...own, ...renamed, ...collected(event) };
}

/** Only laid-out EventData has names on the one level. */
const hasNoNames = (model: EventModel): string | undefined =>
  hasOwnBody(model) ?? (model.body.kind === 'classic' ? 'unnamed values have no member of their own' : undefined);

const hasNoMessage = (model: EventModel): string | undefined =>
  hasNoNames(model) ??
  (messageOf({ model, recordId: 0n }) === undefined ? 'the kit has no message of its manifest' : undefined);

function flat(event: LoggedEvent, isNamed: boolean): JsonMembers {
  const { model } = event;
  return {
    ...flatFields(event),
    TimeCreated: utcMilliseconds(event).slice(0, -1).replace('T', ' '),
    Hostname: model.computer,
    EventID: model.eventId,
    Channel: model.channel,
    Task: String(model.task),
    ...(isNamed ? { SourceName: model.provider } : {}),
    Message: messageOf(event),
  };
}

const FLAT_LOSSES = {
  time: 'ms',
  isLocal: 'untold',
  recordId: true,
  version: true,
  level: true,
  system: true,
  collisions: true,
  binary: true,
} as const;

export const NXLOG_WRITERS: readonly ShapeWriter[] = [
  {
    shape: 'S6',
    style: 'NXLog with parsed UserData',
    ending: 'json',
    losses: NXLOG_LOSSES,
    cannotCarry: hasNoNames,
    write: (events) => jsonLines(events, withFields),
  },
  {
    shape: 'S6',
    style: 'NXLog with UserData as XML',
    ending: 'json',
    losses: NXLOG_LOSSES,
    cannotCarry: hasNoNames,
    write: (events) =>
      jsonLines(events, (event) => {
        const xml = userDataXml(event);
        return xml === undefined ? withFields(event) : { ...header(event), UserData: xml, ...collected(event) };
      }),
  },
  {
    shape: 'S6',
    style: 'NXLog, WMI-Activity as Message only',
    ending: 'json',
    losses: { ...NXLOG_LOSSES, names: 'message' },
    cannotCarry: (model) => (model.body.kind === 'userData' ? hasNoMessage(model) : hasNoNames(model)),
    write: (events) =>
      jsonLines(events, (event) =>
        event.model.body.kind === 'userData' ? { ...header(event), ...collected(event) } : withFields(event),
      ),
  },
  {
    shape: 'S6',
    style: 'NXLog with its own EventTime in UTC',
    ending: 'json',
    losses: { level: true, collisions: true, binary: true },
    cannotCarry: hasNoNames,
    write: (events) => jsonLines(events, (event) => ({ ...withFields(event), EventTime: utcText(event) })),
  },
  {
    shape: 'S6',
    style: 'flat TimeCreated',
    ending: 'json',
    losses: { ...FLAT_LOSSES, provider: true },
    cannotCarry: hasNoNames,
    write: (events) => jsonLines(events, (event) => flat(event, false)).replaceAll('\n', '\r\n'),
  },
  {
    shape: 'S6',
    style: 'flat TimeCreated with SourceName',
    ending: 'json',
    losses: FLAT_LOSSES,
    cannotCarry: hasNoNames,
    write: (events) => jsonLines(events, (event) => flat(event, true)),
  },
];
