import type { SystemField } from '../windows/index.ts';
import { attributeOf, elementText, eventDataFields, userDataFields } from './event-tree.ts';
import { asObject, filledText, own, valueAt } from './json-members.ts';
import type { JsonValue } from './json-value.ts';
import { eventIdOf, namesOfLayout, readEvent } from './read-event.ts';
import type { RawField } from './shaped-event.ts';
import { statedTime } from './stated-time.ts';
import type { Shape } from './types.ts';

type Members = Readonly<Record<string, JsonValue>>;

/** S2: `Event.System` and `Event.EventData`, as evtx_dump and converters of its kind write an EVTX record (SERVE 2.1). */
export const evtxDumpJson: Shape = {
  id: 'S2',
  title: 'evtx_dump JSON',
  losses: [],
  proof: 'real sample',

  detect(unit) {
    if (unit.kind !== 'json') return undefined;
    const system = asObject(valueAt(unit.value, 'Event', 'System'));
    if (system === undefined || eventIdOf(elementText(system, 'EventID')) === undefined) return undefined;
    if (typeof attributeOf(system, 'Provider', 'Name') !== 'string') return undefined;
    return 'Event.System with Provider and EventID';
  },

  read(unit, source) {
    const event = unit.kind === 'json' ? asObject(own(unit.value, 'Event')) : undefined;
    const system = asObject(event?.['System']);
    if (event === undefined || system === undefined) return { kind: 'broken', reason: 'Event.System is no object' };
    return readEvent('S2', unit, source, treeHeader(system), {
      system: (field) => treeSystem(system, field),
      fields: () => treeFields(event, system),
    });
  },
};

/** The header in a tree of System. */
function treeHeader(system: Members): Parameters<typeof readEvent>[3] {
  const time = attributeOf(system, 'TimeCreated', 'SystemTime');
  return {
    provider: attributeOf(system, 'Provider', 'Name'),
    channel: elementText(system, 'Channel'),
    eventId: elementText(system, 'EventID'),
    computer: elementText(system, 'Computer'),
    version: elementText(system, 'Version'),
    recordId: elementText(system, 'EventRecordID'),
    time: typeof time === 'string' ? asUtc(statedTime(time)) : undefined,
  };
}

/** SystemTime is UTC in every tree; a few converters leave the `Z` out. */
function asUtc(time: ReturnType<typeof statedTime>): ReturnType<typeof statedTime> {
  return time === undefined ? undefined : { ...time, zone: 'utc' };
}

/** A System field in a tree of System. */
function treeSystem(system: Members, field: SystemField): JsonValue | undefined {
  switch (field) {
    case 'ProviderGuid':
      return attributeOf(system, 'Provider', 'Guid');
    case 'Qualifiers':
      return attributeOf(system, 'EventID', 'Qualifiers');
    case 'ActivityID':
    case 'RelatedActivityID':
      return attributeOf(system, 'Correlation', field);
    case 'ProcessID':
    case 'ThreadID':
      return attributeOf(system, 'Execution', field);
    case 'UserID':
      return attributeOf(system, 'Security', field);
    default:
      return elementText(system, field);
  }
}

/** The fields of EventData, or of UserData where there is none. */
function treeFields(event: Members, system: Members): readonly RawField[] {
  const provider = filledText(attributeOf(system, 'Provider', 'Name')) ?? '';
  const eventId = eventIdOf(elementText(system, 'EventID')) ?? 0;
  const data = own(event, 'EventData');
  const named = eventDataFields(data, namesOfLayout(provider, eventId));
  return named.length > 0 ? named : userDataFields(own(event, 'UserData'));
}
