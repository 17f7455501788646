import { fieldLayoutOf, type SystemField } from '../windows/index.ts';
import { ALL_FIELDS } from './blinds.ts';
import { fieldsOfXmlText } from './event-xml.ts';
import { asArray, asObject, fieldValueOf, filledText, firstMember, isFieldValue, own } from './json-members.ts';
import type { JsonValue } from './json-value.ts';
import { positionalFields } from './positional.ts';
import { eventIdOf, readEvent } from './read-event.ts';
import type { RawField } from './shaped-event.ts';
import { statedTime } from './stated-time.ts';
import type { Shape } from './types.ts';
import { evtxName } from './unnamed-data.ts';

type Members = Readonly<Record<string, JsonValue>>;

/** Names that Vector gives to System fields. */
const SYSTEM_MEMBERS: Readonly<Record<SystemField, readonly string[]>> = {
  ProviderGuid: ['provider_guid'],
  Level: ['level_value'],
  Task: ['task'],
  Opcode: ['opcode'],
  Keywords: ['keywords'],
  ActivityID: ['activity_id'],
  RelatedActivityID: ['related_activity_id'],
  ProcessID: ['process_id'],
  ThreadID: ['thread_id'],
  UserID: ['user_id', 'user_sid'],
  Qualifiers: ['qualifiers'],
};

/** S9: Vector's `windows_event_log` source; its XML is taken where it was kept. */
export const vector: Shape = {
  id: 'S9',
  title: 'Vector windows_event_log',
  losses: [
    {
      code: 'payload',
      what: 'event_data, user_data and xml were filtered out',
      close: 'set field_filter.include_event_data, include_user_data or include_xml',
      blinds: ALL_FIELDS,
    },
    { code: 'truncated', what: 'values may be cut at max_event_data_length', close: 'raise that limit', blinds: [] },
  ],
  proof: 'documentation only',

  detect(unit) {
    if (unit.kind !== 'json' || own(unit.value, 'source_type') !== 'windows_event_log') return undefined;
    if (eventIdOf(own(unit.value, 'event_id')) === undefined) return undefined;
    return 'source_type is windows_event_log';
  },

  read(unit, source) {
    const value: Members = unit.kind === 'json' ? unit.value : {};
    const provider = filledText(own(value, 'provider_name')) ?? '';
    const eventId = eventIdOf(own(value, 'event_id')) ?? 0;
    const time = own(value, 'timestamp');
    const xml = filledText(own(value, 'xml'));
    const hasPayload =
      xml !== undefined ||
      ['event_data', 'user_data'].some((key) => asObject(own(value, key)) !== undefined) ||
      asArray(own(value, 'string_inserts')) !== undefined;
    return readEvent(
      'S9',
      unit,
      source,
      {
        provider,
        channel: own(value, 'channel'),
        eventId,
        computer: own(value, 'computer'),
        version: own(value, 'version'),
        recordId: own(value, 'record_id'),
        time: typeof time === 'string' ? statedTime(time) : undefined,
      },
      {
        losses: hasPayload ? (xml === undefined ? ['truncated'] : []) : ['payload'],
        system: (field) => firstMember(value, ...SYSTEM_MEMBERS[field]),
        fields: () => (xml === undefined ? undefined : fieldsOfXmlText(xml)) ?? objectFields(value, provider, eventId),
      },
    );
  },
};

function objectFields(value: Members, provider: string, eventId: number): readonly RawField[] {
  const fields: RawField[] = [];
  for (const key of ['event_data', 'user_data']) {
    for (const [name, item] of Object.entries(asObject(own(value, key)) ?? {})) {
      for (const one of asArray(item) ?? [item]) if (isFieldValue(one)) fields.push([name, one]);
    }
  }
  const layout = fieldLayoutOf(provider, eventId);
  if (fields.length > 0) return fields.map(([name, item]) => [evtxName(layout, name), item]);
  return positionalFields(provider, eventId, (asArray(own(value, 'string_inserts')) ?? []).map(fieldValueOf));
}
