import {
  type FieldLayout,
  fieldLayoutOf,
  fieldLayoutOfChannel,
  isWanted,
  parseTime,
  type SystemField,
} from '../windows/index.ts';
import { ALL_FIELDS, WMI_ACTIVITY } from './blinds.ts';
import { fieldsOfXmlText } from './event-xml.ts';
import { filledText, firstMember, isFieldValue, own } from './json-members.ts';
import type { JsonValue } from './json-value.ts';
import { eventIdOf, type MessageReader, readEvent } from './read-event.ts';
import type { FieldValue, RawField } from './shaped-event.ts';
import { statedTime } from './stated-time.ts';
import type { Loss, Shape, StatedTime } from './types.ts';

type Members = Readonly<Record<string, JsonValue>>;

const LOSSES: readonly Loss[] = [
  {
    code: 'seconds',
    what: 'EventTime has whole seconds',
    close: 'export as XML or with $EventTime in UTC',
    blinds: [],
  },
  { code: 'milliseconds', what: 'times are cut to milliseconds', close: 'export as XML', blinds: [] },
  {
    code: 'wmi-activity-message',
    what: 'WMI-Activity events have only their Message, from which the fields were read',
    close: 'export with parse_xml or as XML',
    blinds: [],
  },
  {
    code: 'wmi-activity-fields',
    what: 'WMI-Activity events have neither fields nor a readable Message',
    close: 'export with parse_xml or as XML',
    blinds: WMI_ACTIVITY,
  },
  {
    code: 'message-only',
    what: 'events kept only their Message, from which the fields were read',
    close: 'raise the size limit of the shipper or export as XML',
    blinds: [],
  },
  {
    code: 'content-lost',
    what: 'events have neither fields nor a readable Message',
    close: 'export as XML',
    blinds: ALL_FIELDS,
  },
  { code: 'level', what: 'Level is given as Severity only', close: 'export as XML', blinds: [] },
  { code: 'no-record-id', what: 'events have no record id and no user', close: 'export EVTX or XML', blinds: [] },
  {
    code: 'provider',
    what: 'the provider is not named; it is taken from channel and id',
    close: 'export EVTX or XML',
    blinds: [],
  },
];

/**
 * S6: NXLog's flat JSON, and the flat exports of Get-WinEvent in public datasets; header and fields share one level (SETTLED
 * B3). `readMessage` gives the fields of events that kept only their text.
 */
export function nxlogShape(readMessage: MessageReader): Shape {
  return {
    id: 'S6',
    title: 'NXLog and flat JSON',
    losses: LOSSES,
    proof: 'real sample',
    limits: {
      '5861': { carries: 'partly', why: 'from the message only, unless UserData is kept' },
      'Sysmon 20': { carries: 'partly', why: 'large payloads are in the message only' },
    },

    detect(unit) {
      return unit.kind === 'json' ? formOf(unit.value)?.why : undefined;
    },

    read(unit, source) {
      const value: Members = unit.kind === 'json' ? unit.value : {};
      const form = formOf(value);
      if (form === undefined) return { kind: 'broken', reason: 'it lost its header' };
      const eventId = eventIdOf(own(value, 'EventID')) ?? 0;
      const channel = isClearedLog(value, eventId) ? 'System' : (filledText(own(value, 'Channel')) ?? '');
      const named = filledText(own(value, 'SourceName')) ?? statedProvider(value, channel, eventId);
      const provider = named ?? providerOf(channel, eventId);
      const version = eventIdOf(own(value, 'Version'));
      const payloadNow = (): Payload =>
        payloadOf(value, provider, eventId, fieldLayoutOf(provider, eventId, version), readMessage);
      // A loss is told of events that a hunt reads: what else a shipper dropped blinds nothing. Nor is it looked for.
      const isOfHunt = isWanted(provider, channel, eventId);
      const payload = isOfHunt || !hasMessage(value) ? payloadNow() : undefined;
      const losses = isOfHunt && payload !== undefined ? [...payload.losses] : [];
      const time = timeOf(form.timeText);
      if (form.name === 'nxlog') losses.push('level');
      else losses.push('no-record-id', ...(named === undefined ? ['provider'] : []));
      if (time?.precision === 's') losses.push('seconds');
      else if (time?.precision === 'ms') losses.push('milliseconds');
      return readEvent(
        'S6',
        unit,
        source,
        {
          provider,
          channel,
          eventId,
          computer: firstMember(value, 'Hostname', 'MachineName', 'Computer'),
          version: own(value, 'Version'),
          recordId: firstMember(value, 'RecordNumber', 'EventRecordID'),
          time,
          receivedOffsetMinutes: form.name === 'nxlog' ? receivedOffset(value) : undefined,
        },
        {
          losses,
          isLost: payload?.isLost === true,
          system: (field) => flatSystem(value, field),
          utcTime: () => own(value, 'UtcTime'),
          fields: () => (payload ?? payloadNow()).fields(),
        },
      );
    },
  };
}

interface FlatForm {
  readonly name: 'nxlog' | 'flat';
  readonly why: string;
  readonly timeText: string;
}

/** Which of the three forms the object has; undefined for ordinary JSON that happens to have an EventID. */
function formOf(value: Members): FlatForm | undefined {
  if (eventIdOf(own(value, 'EventID')) === undefined || filledText(own(value, 'Channel')) === undefined)
    return undefined;
  const source = filledText(own(value, 'SourceName'));
  if (source !== undefined && own(value, 'Activity') === undefined) {
    const time = own(value, 'EventTime');
    if (typeof time === 'string' && filledText(own(value, 'Hostname')) !== undefined) {
      return { name: 'nxlog', why: 'EventID, SourceName, Channel and EventTime on one level', timeText: time };
    }
  }
  const created = own(value, 'TimeCreated');
  if (typeof created !== 'string' || filledText(own(value, 'Hostname')) === undefined) return undefined;
  const why =
    source === undefined
      ? 'EventID, Channel, Hostname and TimeCreated'
      : 'EventID, SourceName, Channel, Hostname and TimeCreated';
  return { name: 'flat', why: `${why} on one level`, timeText: created };
}

/** A `Z` is a claim here; an offset in figures was put there by somebody who knew it. */
function timeOf(text: string): StatedTime | undefined {
  return statedTime(text, /z\s*$/i.test(text) ? 'claimed' : 'utc');
}

/** EventReceivedTime minus @timestamp in minutes: how far the shipper's clock is from UTC (SETTLED B9). */
function receivedOffset(value: Members): number | undefined {
  const received = own(value, 'EventReceivedTime');
  const arrived = own(value, '@timestamp');
  if (typeof received !== 'string' || typeof arrived !== 'string') return undefined;
  if (/(?:z|[+-]\d\d:?\d\d)\s*$/i.test(received.slice(10))) return undefined;
  const local = parseTime(received);
  const utc = parseTime(arrived);
  return local === undefined || utc === undefined ? undefined : Math.round((local.ms - utc.ms) / 60_000);
}

/** `ProviderName`, unless the event has a field of that name: WMI-Activity 5857 names the provider of WMI so. */
function statedProvider(value: Members, channel: string, eventId: number): string | undefined {
  if (fieldLayoutOfChannel(channel, eventId)?.field('ProviderName') !== undefined) return undefined;
  return filledText(own(value, 'ProviderName'));
}

/** The provider where none is named: that of the event's layout, else what the channel is called after. */
function providerOf(channel: string, eventId: number): string {
  const layout = fieldLayoutOfChannel(channel, eventId);
  if (layout !== undefined) return layout.provider;
  if (channel.toLowerCase() === 'security') return 'Microsoft-Windows-Security-Auditing';
  const slash = channel.indexOf('/');
  return slash > 0 ? channel.slice(0, slash) : channel;
}

/** `ProcessID` as a number is Execution where there is no ExecutionProcessID; as text it is a field (SETTLED B3). */
function isExecution(value: Members): boolean {
  return typeof own(value, 'ProcessID') === 'number' && own(value, 'ExecutionProcessID') === undefined;
}

/**
 * True for a 104 whose own field `Channel`, the log that was cleared, took the place of the header's: 104 stands in System
 * alone, and no other event of that id names who cleared and where a copy went.
 */
function isClearedLog(value: Members, eventId: number): boolean {
  if (eventId !== 104 || String(own(value, 'Channel')).toLowerCase() === 'system') return false;
  const source = filledText(own(value, 'SourceName'));
  if (source !== undefined) return source === 'Microsoft-Windows-Eventlog';
  return ['SubjectUserName', 'SubjectDomainName', 'BackupPath'].some((name) => isFieldValue(own(value, name)));
}

function flatSystem(value: Members, field: SystemField): JsonValue | undefined {
  switch (field) {
    case 'ProcessID':
      return own(value, 'ExecutionProcessID') ?? (isExecution(value) ? own(value, 'ProcessID') : undefined);
    case 'ThreadID': {
      // Sysmon has no field of that name; a number is NXLog's own.
      const thread = own(value, 'ThreadID');
      return typeof thread === 'number' ? thread : undefined;
    }
    case 'Opcode':
      return own(value, 'OpcodeValue') ?? own(value, 'Opcode');
    case 'Level':
      return own(value, 'Level');
    default:
      return own(value, field);
  }
}

interface Payload {
  readonly losses: readonly string[];
  readonly isLost: boolean;
  fields(): readonly RawField[];
}

/** Members that are never fields of an event without a layout: the shipper's own. */
const OWN_MEMBERS: ReadonlySet<string> = new Set([
  'EventTime',
  'EventReceivedTime',
  'TimeCreated',
  'Hostname',
  'MachineName',
  'Computer',
  'Keywords',
  'EventType',
  'EventTypeOrignal',
  'SeverityValue',
  'Severity',
  'EventID',
  'SourceName',
  'ProviderName',
  'ProviderGuid',
  'Version',
  'Task',
  'Level',
  'OpcodeValue',
  'Opcode',
  'RecordNumber',
  'EventRecordID',
  'ExecutionProcessID',
  'ThreadID',
  'ActivityID',
  'RelatedActivityID',
  'Channel',
  'LogName',
  'Domain',
  'AccountName',
  'UserID',
  'AccountType',
  'Message',
  'Category',
  'SourceModuleName',
  'SourceModuleType',
  '@timestamp',
  '@version',
  'host',
  'port',
  'tags',
  'type',
]);

/** What NXLog itself writes in EventType; anything else is a field of that name (DOMAIN 2.2 #34). */
const NXLOG_EVENT_TYPES: ReadonlySet<string> = new Set([
  'INFO',
  'AUDIT_SUCCESS',
  'AUDIT_FAILURE',
  'ERROR',
  'WARNING',
  'VERBOSE',
  'CRITICAL',
  'DEBUG',
]);
const OPERATIONS: ReadonlySet<string> = new Set(['Created', 'Modified', 'Deleted']);

/** True for a value that can be the field of this name, and is not the shipper's own member of the same name. */
function isFieldOf(name: string, item: JsonValue | undefined, provider: string): item is FieldValue {
  if (!isFieldValue(item)) return false;
  // The header's Version is a number, Sysmon's own (event 4) a text.
  if (name === 'Version') return typeof item === 'string';
  if (name === 'Channel') return String(item).toLowerCase() !== 'system';
  if (name === 'EventType') return !NXLOG_EVENT_TYPES.has(String(item));
  if (name === 'Operation' && provider === 'Microsoft-Windows-Sysmon') return OPERATIONS.has(String(item));
  return true;
}

function payloadOf(
  value: Members,
  provider: string,
  eventId: number,
  layout: FieldLayout | undefined,
  readMessage: MessageReader,
): Payload {
  const userData = own(value, 'UserData');
  const isXml = typeof userData === 'string' && /^\s*</.test(userData);
  if (isXml && layout?.field('UserData') === undefined) {
    return { losses: [], isLost: false, fields: () => fieldsOfXmlText(userData) ?? [] };
  }
  if (layout === undefined) return { losses: [], isLost: false, fields: () => otherFields(value) };
  const core = layout.fields.filter((field) => field.addedBy === 0);
  const found = core.filter(({ name }) => fieldOf(value, name, provider) !== undefined).length;
  const fromFields = (): readonly RawField[] => laidFields(value, layout, provider);
  if (found === core.length && !layout.isUnnamed) return { losses: [], isLost: false, fields: fromFields };
  const message = hasMessage(value) ? String(own(value, 'Message')) : '';
  const read = lazily(() => (message === '' ? undefined : readMessage(provider, eventId, message)));
  // One field of many may be the shipper's, as EventType is: what counts is whether the event is there.
  if (found * 2 >= core.length && !layout.isUnnamed) {
    return { losses: [], isLost: false, fields: () => merged(layout, fromFields(), read()) };
  }
  if (layout.isUnnamed && message !== '') {
    return { losses: ['message-only'], isLost: false, fields: () => read() ?? [['Data', message]] };
  }
  const isWmi = provider === 'Microsoft-Windows-WMI-Activity';
  if (read() === undefined && found === 0) {
    return { losses: [isWmi ? 'wmi-activity-fields' : 'content-lost'], isLost: message === '', fields: () => [] };
  }
  return {
    losses: [isWmi ? 'wmi-activity-message' : 'message-only'],
    isLost: false,
    fields: () => merged(layout, fromFields(), read()),
  };
}

/** True when the rendered text is there; where it could not be rendered NXLog says so in its place (SETTLED B15). */
function hasMessage(value: Members): boolean {
  const message = own(value, 'Message');
  return typeof message === 'string' && message !== '' && !message.startsWith('ERROR_EVT_UNRESOLVED');
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The value of a field: under its own name first, then under one that differs by case only. */
function fieldOf(value: Members, name: string, provider: string): FieldValue | undefined {
  const exact = own(value, name);
  if (exact !== undefined) {
    // Beside AccountType stands the account that logged the event (CORPUS 6), not the one it speaks of (7045).
    const isOwn =
      name === 'AccountName' ? Object.hasOwn(value, 'AccountType') : name === 'ProcessID' && isExecution(value);
    return !isOwn && isFieldOf(name, exact, provider) ? exact : undefined;
  }
  const folded = name.toLowerCase();
  for (const key of Object.keys(value)) {
    if (key.length !== name.length || key.toLowerCase() !== folded || OWN_MEMBERS.has(key)) continue;
    if (key === 'ProcessID' && isExecution(value)) continue;
    const item = own(value, key);
    if (isFieldOf(name, item, provider)) return item;
  }
  return undefined;
}

function laidFields(value: Members, layout: FieldLayout, provider: string): readonly RawField[] {
  const fields: RawField[] = [];
  for (const { name } of layout.fields) {
    const item = fieldOf(value, name, provider);
    if (item !== undefined) fields.push([name, item]);
  }
  return fields;
}

/** Both in the order of the layout; where both have a field, the first counts. */
function merged(
  layout: FieldLayout,
  fields: readonly RawField[],
  more: readonly RawField[] | undefined,
): readonly RawField[] {
  const byName = new Map(more ?? []);
  for (const [name, value] of fields) byName.set(name, value);
  const ordered: RawField[] = [];
  for (const { name } of layout.fields) {
    const value = byName.get(name);
    if (value === undefined) continue;
    ordered.push([name, value]);
    byName.delete(name);
  }
  return [...ordered, ...byName];
}

/** Of an event that the table does not know: everything that is not the shipper's own. */
function otherFields(value: Members): readonly RawField[] {
  const fields: RawField[] = [];
  for (const [name, item] of Object.entries(value)) {
    if (OWN_MEMBERS.has(name) || (name === 'ProcessID' && isExecution(value))) continue;
    if (isFieldValue(item)) fields.push([name, item]);
  }
  return fields;
}
