import { OPERATIONAL } from './blinds.ts';
import { fieldsOfXmlText } from './event-xml.ts';
import { asArray, fieldValueOf, filledText, own } from './json-members.ts';
import type { JsonValue } from './json-value.ts';
import { hasNames, POSITIONS_LOSS, positionalFields } from './positional.ts';
import { eventIdOf, readEvent } from './read-event.ts';
import { statedTime } from './stated-time.ts';
import type { Loss, Shape, Unit } from './types.ts';

type Members = Readonly<Record<string, JsonValue>>;

const POSITIONAL_LOSSES: readonly Loss[] = [
  { code: 'seconds', what: 'times have whole seconds', close: 'set Render_Event_As_XML On', blinds: [] },
  {
    code: 'sid',
    what: 'SIDs are written as account names',
    close: 'set Render_Event_As_XML On',
    blinds: [],
  },
  POSITIONS_LOSS,
];

function insertsOf(unit: Unit): readonly JsonValue[] | undefined {
  return unit.kind === 'json' ? asArray(own(unit.value, 'StringInserts')) : undefined;
}

/** S7: Fluent Bit's `winevtlog`: values by position, time in local seconds with an offset; with XML in `System` when asked for. */
export const fluentBit: Shape = {
  id: 'S7',
  title: 'Fluent Bit winevtlog',
  losses: POSITIONAL_LOSSES,
  proof: 'documentation only',
  limits: {
    '4688': { carries: 'partly', why: 'SIDs are account names' },
    '4624': { carries: 'partly', why: 'SIDs are account names' },
  },

  detect(unit) {
    if (unit.kind !== 'json' || insertsOf(unit) === undefined) return undefined;
    const { value } = unit;
    if (filledText(own(value, 'ProviderName')) === undefined || eventIdOf(own(value, 'EventID')) === undefined) {
      return undefined;
    }
    return filledText(own(value, 'Channel')) === undefined ? undefined : 'ProviderName, Channel and StringInserts';
  },

  read(unit, source) {
    const value: Members = unit.kind === 'json' ? unit.value : {};
    const provider = filledText(own(value, 'ProviderName')) ?? '';
    const eventId = eventIdOf(own(value, 'EventID')) ?? 0;
    const inserts = insertsOf(unit) ?? [];
    const xml = filledText(own(value, 'System'));
    const isXml = xml?.trimStart().startsWith('<') === true;
    const time = own(value, 'TimeCreated');
    return readEvent(
      'S7',
      unit,
      source,
      {
        provider,
        channel: own(value, 'Channel'),
        eventId,
        computer: own(value, 'Computer'),
        version: own(value, 'Version'),
        recordId: own(value, 'EventRecordID'),
        time: typeof time === 'string' ? statedTime(time) : undefined,
      },
      {
        losses: isXml ? ['seconds'] : lossesOf(provider, eventId, inserts),
        system: (field) => own(value, field),
        fields: () => (isXml ? fieldsOfXmlText(xml ?? '') : undefined) ?? insertFields(provider, eventId, inserts),
      },
    );
  },
};

/** S8: Fluent Bit's `winlog`, of the old API. */
export const fluentBitWinlog: Shape = {
  id: 'S8',
  title: 'Fluent Bit winlog',
  losses: [
    ...POSITIONAL_LOSSES,
    {
      code: 'level',
      what: 'Level, Task, Opcode, Keywords and Version are not kept',
      close: 'use winevtlog',
      blinds: [],
    },
    {
      code: 'operational',
      what: 'the old API cannot read Operational channels',
      close: 'use winevtlog',
      blinds: OPERATIONAL,
    },
  ],
  proof: 'documentation only',
  limits: {
    '5861': { carries: 'no', why: 'the old API cannot read Operational channels' },
    'Sysmon 20': { carries: 'no', why: 'the old API cannot read Operational channels' },
    '4688': { carries: 'partly', why: 'SIDs are account names' },
    '4624': { carries: 'partly', why: 'SIDs are account names' },
  },

  detect(unit) {
    if (unit.kind !== 'json' || insertsOf(unit) === undefined) return undefined;
    const { value } = unit;
    const hasHeader =
      filledText(own(value, 'SourceName')) !== undefined &&
      filledText(own(value, 'TimeGenerated')) !== undefined &&
      eventIdOf(own(value, 'EventID')) !== undefined;
    return hasHeader ? 'SourceName, TimeGenerated and StringInserts' : undefined;
  },

  read(unit, source) {
    const value: Members = unit.kind === 'json' ? unit.value : {};
    const provider = filledText(own(value, 'SourceName')) ?? '';
    const eventId = eventIdOf(own(value, 'EventID')) ?? 0;
    const inserts = insertsOf(unit) ?? [];
    const time = own(value, 'TimeGenerated');
    return readEvent(
      'S8',
      unit,
      source,
      {
        provider,
        channel: own(value, 'Channel'),
        eventId,
        computer: own(value, 'ComputerName'),
        recordId: own(value, 'RecordNumber'),
        time: typeof time === 'string' ? statedTime(time) : undefined,
      },
      {
        losses: [...lossesOf(provider, eventId, inserts), 'level', 'operational'],
        system: (field) => (field === 'Qualifiers' ? own(value, 'Qualifiers') : undefined),
        fields: () => insertFields(provider, eventId, inserts),
      },
    );
  },
};

function lossesOf(provider: string, eventId: number, inserts: readonly JsonValue[]): readonly string[] {
  const named = inserts.length === 0 || hasNames(provider, eventId, inserts.map(fieldValueOf));
  return named ? ['seconds', 'sid'] : ['seconds', 'sid', POSITIONS_LOSS.code];
}

function insertFields(
  provider: string,
  eventId: number,
  inserts: readonly JsonValue[],
): ReturnType<typeof positionalFields> {
  return positionalFields(provider, eventId, inserts.map(fieldValueOf));
}
