import type { SystemField } from '../windows/index.ts';
import { attributeOf, elementText, eventDataFields, userDataFields } from './event-tree.ts';
import { fieldsOfXmlText } from './event-xml.ts';
import { filledText, own } from './json-members.ts';
import type { JsonValue } from './json-value.ts';
import { eventIdOf, namesOfLayout, type StatedHeader } from './read-event.ts';
import type { RawField } from './shaped-event.ts';
import { statedTime } from './stated-time.ts';
import type { StatedTime } from './types.ts';

type Members = Readonly<Record<string, JsonValue>>;

/** The header in a tree of System. */
export function treeHeader(system: Members, time: StatedTime | undefined = treeTime(system)): StatedHeader {
  return {
    provider: attributeOf(system, 'Provider', 'Name'),
    channel: elementText(system, 'Channel'),
    eventId: elementText(system, 'EventID'),
    computer: elementText(system, 'Computer'),
    // OpenWEC's own description spells it so.
    version: elementText(system, 'Version') ?? elementText(system, 'Vesion'),
    recordId: elementText(system, 'EventRecordID'),
    time,
  };
}

/** SystemTime is UTC in every tree; a few converters leave the `Z` out. */
function treeTime(system: Members): StatedTime | undefined {
  const text = attributeOf(system, 'TimeCreated', 'SystemTime') ?? elementText(system, 'TimeCreated');
  const time = typeof text === 'string' ? statedTime(text) : undefined;
  return time === undefined ? undefined : { ...time, zone: 'utc' };
}

/** A System field in a tree of System. */
export function treeSystem(system: Members, field: SystemField): JsonValue | undefined {
  switch (field) {
    case 'ProviderGuid':
      return attributeOf(system, 'Provider', 'Guid');
    case 'Qualifiers':
      return attributeOf(system, 'EventID', 'Qualifiers') ?? elementText(system, 'EventIDQualifiers');
    case 'ActivityID':
    case 'RelatedActivityID':
      return attributeOf(system, 'Correlation', field);
    case 'ProcessID':
    case 'ThreadID':
      return attributeOf(system, 'Execution', field);
    case 'UserID':
      // OpenWEC has it, and the qualifiers, beside the other elements (its doc/formats.md).
      return attributeOf(system, 'Security', field) ?? elementText(system, field);
    default:
      return elementText(system, field);
  }
}

/** The fields of EventData, or of UserData where there is none. */
export function treeFields(event: Members, system: Members): readonly RawField[] {
  const provider = filledText(attributeOf(system, 'Provider', 'Name')) ?? '';
  const eventId = eventIdOf(elementText(system, 'EventID')) ?? 0;
  const data = own(event, 'EventData');
  const named = eventDataFields(data, namesOfLayout(provider, eventId));
  if (named.length > 0) return named;
  const userData = own(event, 'UserData');
  if (typeof userData === 'string') return fieldsOfXmlText(userData) ?? [];
  return userDataFields(userData);
}
