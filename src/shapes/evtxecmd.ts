import type { SystemField } from '../windows/index.ts';
import { membersOf } from './columns.ts';
import { eventDataFields, userDataFields } from './event-tree.ts';
import { asObject, filledText, own } from './json-members.ts';
import { readJsonText } from './json-reader.ts';
import type { JsonValue } from './json-value.ts';
import { eventIdOf, namesOfLayout, readEvent } from './read-event.ts';
import type { RawField } from './shaped-event.ts';
import { statedTime } from './stated-time.ts';
import type { Shape, StatedTime } from './types.ts';

type Members = Readonly<Record<string, JsonValue>>;

/** What EvtxECmd calls the levels. */
const LEVELS: ReadonlyMap<string, number> = new Map([
  ['LogAlways', 0],
  ['Critical', 1],
  ['Error', 2],
  ['Warning', 3],
  ['Info', 4],
  ['Verbose', 5],
]);

/** S18: EvtxECmd's JSON and CSV: `Payload` holds the event's data as JSON text (SETTLED B4). */
export const evtxECmd: Shape = {
  id: 'S18',
  title: 'EvtxECmd',
  losses: [
    {
      code: 'unnamed-data',
      what: 'unnamed values of one event are joined with commas',
      close: 'export with evtx_dump or wevtutil /f:xml',
      blinds: [],
    },
  ],
  proof: 'documentation only',

  detect(unit) {
    const members = membersOf(unit);
    if (members === undefined || eventIdOf(own(members, 'EventId')) === undefined) return undefined;
    const hasNames = ['Channel', 'Provider', 'Computer'].every((key) => filledText(own(members, key)) !== undefined);
    if (!hasNames || own(members, 'EventRecordId') === undefined) return undefined;
    const payload = filledText(own(members, 'Payload'));
    return payload?.trimStart().startsWith('{') === true || filledText(own(members, 'MapDescription')) !== undefined
      ? 'EventId, EventRecordId and Payload'
      : undefined;
  },

  read(unit, source) {
    const members = membersOf(unit) ?? {};
    const provider = filledText(own(members, 'Provider')) ?? '';
    const eventId = eventIdOf(own(members, 'EventId')) ?? 0;
    const payload = filledText(own(members, 'Payload')) ?? '{}';
    const isJoined = /"Data"\s{0,8}:\s{0,8}"[^"]{0,4096}, /.test(payload);
    return readEvent(
      'S18',
      unit,
      source,
      {
        provider,
        channel: own(members, 'Channel'),
        eventId,
        computer: own(members, 'Computer'),
        version: own(members, 'Version'),
        recordId: own(members, 'EventRecordId'),
        time: timeOf(own(members, 'TimeCreated')),
      },
      {
        losses: isJoined ? ['unnamed-data'] : [],
        system: (field) => ecmdSystem(members, field),
        fields: () => payloadFields(payload, provider, eventId),
      },
    );
  },
};

/** UTC in both forms; the CSV leaves the zone out. */
function timeOf(value: JsonValue | undefined): StatedTime | undefined {
  const time = typeof value === 'string' ? statedTime(value) : undefined;
  return time === undefined ? undefined : { ...time, zone: 'utc' };
}

function payloadFields(payload: string, provider: string, eventId: number): readonly RawField[] {
  const reading = readJsonText(payload);
  if (reading.kind === 'problem') return [];
  const named = eventDataFields(own(reading.value, 'EventData'), namesOfLayout(provider, eventId));
  if (named.length > 0) return named;
  return userDataFields(asObject(own(reading.value, 'UserData')));
}

function ecmdSystem(members: Members, field: SystemField): JsonValue | undefined {
  switch (field) {
    case 'Level': {
      const level = own(members, 'Level');
      return typeof level === 'string' ? (LEVELS.get(level) ?? level) : level;
    }
    case 'ProcessID':
      return own(members, 'ProcessId');
    case 'ThreadID':
      return own(members, 'ThreadId');
    case 'UserID':
      return own(members, 'UserId');
    case 'Keywords':
      return own(members, 'Keywords');
    default:
      return undefined;
  }
}
