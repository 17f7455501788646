import type { SystemField } from '../windows/index.ts';
import { readEvent, type StatedHeader } from './read-event.ts';
import type { RawField } from './shaped-event.ts';
import { statedTime } from './stated-time.ts';
import type { Shape } from './types.ts';
import type { XmlElement } from './xml-element.ts';
import { parseXml } from './xml-reader.ts';

/**
 * S1: `<Event>` as Windows, wevtutil, evtx_dump, Splunk, OpenWEC and OpenTelemetry's raw form write it (SERVE 2.1). It loses
 * nothing against EVTX but the id of the record's frame.
 */
export const eventXml: Shape = {
  id: 'S1',
  title: 'Event XML',
  losses: [],
  proof: 'real sample',

  detect(unit) {
    if (unit.kind !== 'xml' || unit.element.name !== 'Event') return undefined;
    const system = childOf(unit.element, 'System');
    if (system === undefined || childOf(system, 'EventID') === undefined) return undefined;
    return childOf(system, 'Provider') === undefined ? undefined : '<Event> with System, Provider and EventID';
  },

  read(unit, source) {
    const system = unit.kind === 'xml' ? childOf(unit.element, 'System') : undefined;
    if (unit.kind !== 'xml' || system === undefined) return { kind: 'broken', reason: 'its System is missing' };
    return readEvent('S1', unit, source, headerOfSystem(system), {
      system: (field) => systemField(system, field),
      fields: () => fieldsOfEvent(unit.element),
    });
  },
};

/** The header in a `<System>` element. */
export function headerOfSystem(system: XmlElement): StatedHeader {
  const created = childOf(system, 'TimeCreated');
  const time = created === undefined ? undefined : statedTime(attributeOf(created, 'SystemTime') ?? '');
  return {
    provider: attribute(system, 'Provider', 'Name'),
    channel: textOf(system, 'Channel'),
    eventId: textOf(system, 'EventID'),
    computer: textOf(system, 'Computer'),
    version: textOf(system, 'Version'),
    recordId: textOf(system, 'EventRecordID'),
    // SystemTime is UTC; a few converters leave the `Z` out.
    time: time === undefined ? undefined : { ...time, zone: 'utc' },
  };
}

/** A System field in a `<System>` element. */
export function systemField(system: XmlElement, field: SystemField): string | undefined {
  switch (field) {
    case 'ProviderGuid':
      return attribute(system, 'Provider', 'Guid');
    case 'Qualifiers':
      return attribute(system, 'EventID', 'Qualifiers');
    case 'ActivityID':
    case 'RelatedActivityID':
      return attribute(system, 'Correlation', field);
    case 'ProcessID':
    case 'ThreadID':
      return attribute(system, 'Execution', field);
    case 'UserID':
      return attribute(system, 'Security', field);
    default:
      return textOf(system, field);
  }
}

/** The fields of an `<Event>`, named as in EVTX: of EventData, or of UserData where there is none. */
export function fieldsOfEvent(event: XmlElement): readonly RawField[] {
  const data = childOf(event, 'EventData');
  if (data !== undefined) return fieldsOfEventData(data);
  const user = childOf(event, 'UserData');
  return user === undefined ? [] : fieldsOfUserData(user);
}

function fieldsOfEventData(data: XmlElement): RawField[] {
  return data.children.map((child): RawField => {
    const name = child.name === 'Data' ? (attributeOf(child, 'Name') ?? 'Data') : child.name;
    return [name, child.text];
  });
}

function fieldsOfUserData(user: XmlElement): RawField[] {
  const fields: RawField[] = [];
  const [child] = user.children;
  if (child !== undefined) addBelow(fields, child, '');
  return fields;
}

/** Names relative to the single child of UserData: `Child/Sub`, `Child@attr`. */
function addBelow(fields: RawField[], element: XmlElement, path: string): void {
  for (const [name, value] of element.attributes) fields.push([`${path}@${name}`, value]);
  for (const child of element.children) {
    const below = path === '' ? child.name : `${path}/${child.name}`;
    if (child.children.length === 0) fields.push([below, child.text]);
    addBelow(fields, child, below);
  }
}

/**
 * The fields in a string of XML that a shipper kept as text: a whole `<Event>`, its `<EventData>` or `<UserData>`, the element
 * inside UserData, Sentinel's `<DataItem>` around one. Undefined when it is none of these or cannot be read.
 */
export function fieldsOfXmlText(text: string): readonly RawField[] | undefined {
  const root = parseXml(text);
  return typeof root === 'string' ? undefined : fieldsOfRoot(root);
}

function fieldsOfRoot(root: XmlElement): readonly RawField[] | undefined {
  switch (root.name) {
    case 'Event':
      return fieldsOfEvent(root);
    case 'EventData':
      return fieldsOfEventData(root);
    case 'UserData':
      return fieldsOfUserData(root);
    case 'DataItem': {
      const [inner] = root.children;
      return inner === undefined ? [] : fieldsOfRoot(inner);
    }
    default: {
      if (root.children.length === 0) return undefined;
      const fields: RawField[] = [];
      addBelow(fields, root, '');
      return fields;
    }
  }
}

/** The first child of this name. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

/** An attribute of the element. */
export function attributeOf(element: XmlElement, name: string): string | undefined {
  return element.attributes.find(([key]) => key === name)?.[1];
}

function attribute(parent: XmlElement, child: string, name: string): string | undefined {
  const element = childOf(parent, child);
  return element === undefined ? undefined : attributeOf(element, name);
}

function textOf(parent: XmlElement, child: string): string | undefined {
  return childOf(parent, child)?.text;
}
