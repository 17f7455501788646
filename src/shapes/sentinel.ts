import { type FieldLayout, fieldLayoutOf, type SystemField } from '../windows/index.ts';
import { SECURITY_COLUMNS } from './blinds.ts';
import { columnsOf, tableTime } from './columns.ts';
import { eventDataFields, userDataFields } from './event-tree.ts';
import { fieldsOfXmlText } from './event-xml.ts';
import { asArray, asObject, filledText, firstMember, isFieldValue, own } from './json-members.ts';
import { readJsonText } from './json-reader.ts';
import type { JsonValue } from './json-value.ts';
import { eventIdOf, namesOfLayout, readEvent } from './read-event.ts';
import type { RawField } from './shaped-event.ts';
import type { Shape } from './types.ts';
import { evtxName } from './unnamed-data.ts';

type Members = Readonly<Record<string, JsonValue>>;

const NO_RECORD_ID = {
  code: 'no-record-id',
  what: 'events have no record id',
  close: 'collect with the Azure Monitor agent, or export EVTX',
  blinds: [],
} as const;

/** S13: the table `SecurityEvent` of Sentinel: known fields as columns, others in EventData. */
export const sentinelSecurityEvent: Shape = {
  id: 'S13',
  title: 'Sentinel SecurityEvent',
  losses: [
    NO_RECORD_ID,
    { code: 'ticks', what: 'TimeGenerated is cut to milliseconds', close: 'export EVTX', blinds: [] },
    { code: 'level', what: 'Level, Keywords and Execution are not kept', close: 'export EVTX', blinds: [] },
    {
      code: 'columns',
      what: 'fields without a column of the table are left out',
      close: 'collect the tier All Events, or export EVTX',
      blinds: SECURITY_COLUMNS,
    },
  ],
  proof: 'real sample',
  limits: {
    '5861': { carries: 'no', why: 'the table holds the Security log only' },
    'Sysmon 20': { carries: 'no', why: 'the table holds the Security log only' },
    '4688': {
      carries: 'partly',
      why: 'without Version, Level and Execution; without record id where the agent is old',
    },
    '4624': { carries: 'partly', why: 'without KeyLength, Version, Level and Execution' },
  },

  detect(unit) {
    const columns = columnsOf(unit);
    if (columns === undefined || eventIdOf(own(columns, 'EventID')) === undefined) return undefined;
    if (filledText(own(columns, 'Activity')) === undefined || own(columns, 'TimeGenerated') === undefined)
      return undefined;
    if (filledText(own(columns, 'EventSourceName')) === undefined) return undefined;
    return filledText(own(columns, 'Channel')) === undefined ? undefined : 'EventID, Activity and EventSourceName';
  },

  read(unit, source) {
    const columns = columnsOf(unit) ?? {};
    const provider = filledText(own(columns, 'EventSourceName')) ?? '';
    const eventId = eventIdOf(own(columns, 'EventID')) ?? 0;
    const layout = fieldLayoutOf(provider, eventId);
    const isWhole =
      layout === undefined ||
      layout.fields.every((field) => field.addedBy > 0 || own(columns, field.name) !== undefined);
    const recordId = firstMember(columns, 'EventRecordId', 'EventRecordID');
    const time = tableTime(own(columns, 'TimeGenerated'));
    return readEvent(
      'S13',
      unit,
      source,
      {
        provider,
        channel: own(columns, 'Channel'),
        eventId,
        computer: own(columns, 'Computer'),
        version: own(columns, 'Version'),
        recordId,
        time,
      },
      {
        losses: [
          'level',
          ...(time?.precision === 'ms' ? ['ticks'] : []),
          ...(recordId === undefined ? ['no-record-id'] : []),
          ...(isWhole ? [] : ['columns']),
        ],
        system: (field) => (field === 'Task' ? own(columns, 'Task') : undefined),
        fields: () => securityFields(columns, layout, provider, eventId),
      },
    );
  },
};

function securityFields(
  columns: Members,
  layout: FieldLayout | undefined,
  provider: string,
  eventId: number,
): readonly RawField[] {
  const data = dataFields(own(columns, 'EventData'), provider, eventId);
  if (layout === undefined) return data;
  const fields: RawField[] = [];
  const byName = new Map(data);
  for (const { name } of layout.fields) {
    const value = byName.get(name) ?? own(columns, name);
    if (isFieldValue(value)) fields.push([name, value]);
  }
  return fields.length > 0 ? fields : data;
}

/** EventData as XML, as JSON text, as an object or as a list of values. */
function dataFields(data: JsonValue | undefined, provider: string, eventId: number): readonly RawField[] {
  if (typeof data !== 'string') {
    return evtxNames(eventDataFields(data, namesOfLayout(provider, eventId)), provider, eventId);
  }
  const text = data.trim();
  if (text.startsWith('<')) return fieldsOfXmlText(text) ?? [];
  if (text.startsWith('[')) {
    const reading = readJsonText(`{"list":${text}}`);
    const list = reading.kind === 'object' ? asArray(reading.value['list']) : undefined;
    return eventDataFields(list, namesOfLayout(provider, eventId));
  }
  if (!text.startsWith('{')) return [];
  const reading = readJsonText(text);
  if (reading.kind === 'problem') return [];
  const { value } = reading;
  const userData = asObject(own(value, 'UserData'));
  if (userData !== undefined && Object.keys(value).length === 1) return userDataFields(userData);
  const inner = asObject(own(value, 'EventData')) ?? value;
  return evtxNames(eventDataFields(inner, namesOfLayout(provider, eventId)), provider, eventId);
}

function evtxNames(fields: readonly RawField[], provider: string, eventId: number): readonly RawField[] {
  const layout = fieldLayoutOf(provider, eventId);
  return fields.map(([name, value]) => [evtxName(layout, name), value]);
}

/** S15: the table `WindowsEvent` of Sentinel: EventData as an object or as JSON text, RawEventData where parsing failed. */
export const sentinelWindowsEvent: Shape = {
  id: 'S15',
  title: 'Sentinel WindowsEvent',
  losses: [
    NO_RECORD_ID,
    { code: 'execution', what: 'Keywords and Execution may be left out', close: 'export EVTX', blinds: [] },
  ],
  proof: 'real sample',

  detect(unit) {
    const columns = columnsOf(unit);
    if (columns === undefined || eventIdOf(own(columns, 'EventID')) === undefined) return undefined;
    if (filledText(own(columns, 'Provider')) === undefined || filledText(own(columns, 'Channel')) === undefined) {
      return undefined;
    }
    const hasData = own(columns, 'EventData') !== undefined || own(columns, 'RawEventData') !== undefined;
    const isTable = filledText(own(columns, 'EventOriginId')) !== undefined || own(columns, 'Type') === 'WindowsEvent';
    return hasData && isTable && own(columns, 'TimeGenerated') !== undefined
      ? 'Provider, Channel, EventID and EventData of the table WindowsEvent'
      : undefined;
  },

  read(unit, source) {
    const columns = columnsOf(unit) ?? {};
    const provider = filledText(own(columns, 'Provider')) ?? '';
    const eventId = eventIdOf(own(columns, 'EventID')) ?? 0;
    const recordId = firstMember(columns, 'EventRecordId', 'EventRecordID');
    return readEvent(
      'S15',
      unit,
      source,
      {
        provider,
        channel: own(columns, 'Channel'),
        eventId,
        computer: own(columns, 'Computer'),
        version: own(columns, 'Version'),
        recordId,
        time: tableTime(own(columns, 'TimeGenerated')),
      },
      {
        losses: [...(recordId === undefined ? ['no-record-id'] : []), 'execution'],
        system: (field) => windowsSystem(columns, field),
        fields: () => {
          const data = dataFields(own(columns, 'EventData') ?? undefined, provider, eventId);
          return data.length > 0 ? data : dataFields(own(columns, 'RawEventData') ?? undefined, provider, eventId);
        },
      },
    );
  },
};

function windowsSystem(columns: Members, field: SystemField): JsonValue | undefined {
  switch (field) {
    case 'Level':
      return own(columns, 'EventLevel');
    case 'ProcessID':
      return firstMember(columns, 'SystemProcessId', 'ProcessId');
    case 'ThreadID':
      return firstMember(columns, 'SystemThreadId', 'ThreadId');
    case 'UserID':
      return own(columns, 'SystemUserId');
    case 'ActivityID':
      return own(columns, 'Correlation');
    default:
      return own(columns, field);
  }
}
