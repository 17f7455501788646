import { type FieldLayout, fieldLayoutOf, isSidText, type SystemField, sidOfWellKnownName } from '../windows/index.ts';
import { readMessage } from './message-text.ts';
import { eventIdOf, readEvent, type StatedHeader } from './read-event.ts';
import type { RawField } from './shaped-event.ts';
import { statedTime } from './stated-time.ts';
import type { Loss, Shape } from './types.ts';
import type { XmlElement } from './xml-element.ts';
import { parseXml } from './xml-reader.ts';

const LOSSES: readonly Loss[] = [
  {
    code: 'sid-names',
    what: 'SIDs were replaced by names of accounts, which are left out',
    close: 'set evt_resolve_ad_obj = 0 in the input of Splunk, or export EVTX',
    blinds: [],
  },
  {
    code: 'message',
    what: 'events have no data, and their fields were read from the rendered message',
    close: 'export from the host that wrote them',
    blinds: [],
  },
];

/**
 * S1: `<Event>` as Windows, wevtutil, evtx_dump, Splunk, OpenWEC and OpenTelemetry's raw form write it (SERVE 2.1). It loses
 * nothing against EVTX but the id of the record's frame, unless a shipper put names in the place of SIDs.
 */
export const eventXml: Shape = {
  id: 'S1',
  title: 'Event XML',
  losses: LOSSES,
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
    const header = headerOfSystem(system);
    const body = bodyOf(unit.element, header);
    return readEvent('S1', unit, source, header, {
      losses: body.loss === undefined ? [] : [body.loss],
      isLost: body.isLost,
      system: (field) => systemField(system, field),
      fields: () => body.fields(),
    });
  },
};

interface EventBody {
  readonly loss?: string;
  readonly isLost: boolean;
  fields(): readonly RawField[];
}

/** The fields of an event, or, where Windows could not lay out its data, those of its rendered message. */
function bodyOf(event: XmlElement, header: StatedHeader): EventBody {
  const layout = fieldLayoutOf(String(header.provider ?? ''), eventIdOf(header.eventId) ?? -1);
  if (childOf(event, 'EventData') === undefined && childOf(event, 'UserData') === undefined) {
    const isLost = childOf(event, 'ProcessingErrorData') !== undefined;
    const rendering = childOf(event, 'RenderingInfo');
    const message = rendering === undefined ? undefined : textOf(rendering, 'Message');
    if (layout === undefined || message === undefined) return { isLost, fields: () => [] };
    const fields = readMessage(layout.provider, layout.eventId, message);
    return fields === undefined
      ? { isLost, fields: () => [] }
      : { isLost: false, loss: 'message', fields: () => fields };
  }
  if (layout === undefined || !hasNamesForSids(event, layout))
    return { isLost: false, fields: () => fieldsOfEvent(event) };
  return {
    isLost: false,
    loss: 'sid-names',
    fields: () => fieldsOfEvent(event).flatMap((field) => sidField(field, layout)),
  };
}

/** True when a field that holds a SID in EVTX holds another text here, as Splunk makes of them. */
function hasNamesForSids(event: XmlElement, layout: FieldLayout): boolean {
  const data = childOf(event, 'EventData');
  if (data === undefined) return false;
  return data.children.some(
    (child) => layout.field(attributeOf(child, 'Name') ?? '')?.type === 'sid' && !isSidOrNone(child.text),
  );
}

function isSidOrNone(text: string): boolean {
  return text === '' || text === '-' || isSidText(text);
}

function sidField(field: RawField, layout: FieldLayout): readonly RawField[] {
  const [name, value] = field;
  if (layout.field(name)?.type !== 'sid' || isSidOrNone(String(value))) return [field];
  const sid = sidOfWellKnownName(String(value));
  return sid === undefined ? [] : [[name, sid]];
}

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
  const fields: RawField[] = [];
  for (const child of data.children) {
    const name = child.name === 'Data' ? (attributeOf(child, 'Name') ?? 'Data') : child.name;
    if (child.children.length === 0) fields.push([name, child.text]);
    else for (const below of child.children) addBelow(fields, below, `${name}/${below.name}`);
  }
  return fields;
}

function fieldsOfUserData(user: XmlElement): RawField[] {
  const fields: RawField[] = [];
  for (const child of user.children) addUserChild(fields, child);
  return fields;
}

/** The single child of UserData: its fields are named without it. */
function addUserChild(fields: RawField[], child: XmlElement): void {
  for (const [name, value] of child.attributes) fields.push([`@${name}`, value]);
  for (const below of child.children) addBelow(fields, below, below.name);
  if (child.children.length === 0 && child.text.trim() !== '') fields.push([child.name, child.text]);
}

/** A field by its path: attributes (`Child@attr`), then text or children (`Child/Sub`). */
function addBelow(fields: RawField[], element: XmlElement, path: string): void {
  for (const [name, value] of element.attributes) fields.push([`${path}@${name}`, value]);
  if (element.children.length === 0) fields.push([path, element.text]);
  for (const child of element.children) addBelow(fields, child, `${path}/${child.name}`);
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
      addUserChild(fields, root);
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
