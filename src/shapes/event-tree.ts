import { asArray, asObject, fieldValueOf, isFieldValue, own } from './json-members.ts';
import type { JsonValue } from './json-value.ts';
import type { RawField } from './shaped-event.ts';

/**
 * An Event as a tree of JSON, in every way in which converters write attributes next to text (DOMAIN 2.2 #35):
 * `{"#attributes":{…},"#text":…}`, `Name_attributes` beside `Name`, `{"@Name":…,"#text":…}`, plain members.
 */
type Members = Readonly<Record<string, JsonValue>>;

const ATTRIBUTES = ['#attributes', '$', 'attributes'] as const;
const TEXTS = ['#text', '_', 'Value', 'text'] as const;

/** An attribute of the element `key` of `parent`. */
export function attributeOf(parent: Members, key: string, name: string): JsonValue | undefined {
  const separate = asObject(own(parent, `${key}_attributes`));
  if (separate !== undefined) return own(separate, name);
  const element = asObject(own(parent, key));
  if (element === undefined) return undefined;
  for (const holder of ATTRIBUTES) {
    const attributes = asObject(own(element, holder));
    if (attributes !== undefined) return own(attributes, name);
  }
  return own(element, `@${name}`) ?? own(element, name);
}

/** The text of the element `key` of `parent`: itself, or what stands beside its attributes. */
export function elementText(parent: Members, key: string): JsonValue | undefined {
  const item = own(parent, key);
  const element = asObject(item);
  if (element === undefined) return item;
  for (const holder of TEXTS) {
    const text = own(element, holder);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** True for members that hold attributes of their neighbour or of the element itself. */
function isAttributeMember(parent: Members, key: string): boolean {
  if (key === '#attributes' || key.startsWith('@') || key.startsWith('xmlns')) return true;
  return key.endsWith('_attributes') && asObject(own(parent, key)) !== undefined;
}

/** The fields of EventData in order. `isName` knows the names of the event's layout. */
export function eventDataFields(data: JsonValue | undefined, isName: (name: string) => boolean): readonly RawField[] {
  const fields: RawField[] = [];
  const list = asArray(data);
  if (list !== undefined) {
    for (const item of list) addDataItem(fields, item);
    return fields;
  }
  const body = asObject(data);
  if (body === undefined) return fields;
  for (const [key, item] of Object.entries(body)) {
    if (isAttributeMember(body, key)) continue;
    if (key === 'Data' && typeof item === 'object') addData(fields, item);
    else addValues(fields, firstOfSeries(body, key, isName), item);
  }
  return fields;
}

/** The content of `Data`: items with a name, or values without one. */
function addData(fields: RawField[], item: JsonValue): void {
  const items = asArray(item);
  if (items !== undefined) {
    for (const one of items) addDataItem(fields, one);
    return;
  }
  addDataItem(fields, item);
}

function addDataItem(fields: RawField[], item: JsonValue): void {
  const element = asObject(item);
  if (element === undefined) {
    if (isFieldValue(item)) fields.push(['Data', item]);
    return;
  }
  const holder: Members = { item: element };
  const name = attributeOf(holder, 'item', 'Name');
  const text = elementText(holder, 'item');
  if (typeof name === 'string') addValues(fields, name, text ?? '');
  else if (text !== undefined) addValues(fields, 'Data', text);
  else for (const [key, value] of Object.entries(element)) addValues(fields, key, value);
}

/** Adds a value under a name; an array gives the name once for each item (EVTX 5.4). */
function addValues(fields: RawField[], name: string, item: JsonValue | undefined): void {
  const element = asObject(item);
  const value = element === undefined ? item : (elementText({ element }, 'element') ?? item);
  const items = asArray(value);
  if (items !== undefined) {
    for (const one of items) addValues(fields, name, one);
    return;
  }
  const field = fieldValueOf(value);
  if (field !== undefined) fields.push([name, field]);
}

/** `Name` for `Name_1`, `Name_2`, … where evtx_dump numbers a name that occurs more than once. */
function firstOfSeries(body: Members, key: string, isName: (name: string) => boolean): string {
  const match = /^(.{1,200})_(\d{1,4})$/.exec(key);
  const base = match?.[1];
  if (match === null || base === undefined || isName(key) || !Object.hasOwn(body, base)) return key;
  const number = Number(match[2]);
  return number === 1 || Object.hasOwn(body, `${base}_${number - 1}`) ? base : key;
}

/** Name and content of the single child of UserData; undefined when there is none. */
export function userDataChild(
  data: JsonValue | undefined,
): { readonly name: string; readonly content: JsonValue } | undefined {
  const body = asObject(data);
  if (body === undefined) return undefined;
  for (const [name, content] of Object.entries(body)) {
    if (!isAttributeMember(body, name)) return { name, content };
  }
  return undefined;
}

/** The fields of UserData, named as in EVTX: relative to its single child, `Child/Sub`, `Child@attr`. */
export function userDataFields(data: JsonValue | undefined): readonly RawField[] {
  const child = userDataChild(data);
  const fields: RawField[] = [];
  if (child === undefined) return fields;
  const separate = asObject(own(asObject(data) ?? {}, `${child.name}_attributes`));
  if (separate !== undefined) addAttributes(fields, '', separate);
  addBelow(fields, '', child.content);
  return fields;
}

function addAttributes(fields: RawField[], path: string, attributes: Members): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (/^xmlns(?::|$)/.test(name) || !isFieldValue(value)) continue;
    fields.push([`${path}@${name}`, value]);
  }
}

function addBelow(fields: RawField[], path: string, content: JsonValue): void {
  const items = asArray(content);
  if (items !== undefined) {
    for (const item of items) addBelow(fields, path, item);
    return;
  }
  const element = asObject(content);
  if (element === undefined) {
    if (path !== '' && isFieldValue(content)) fields.push([path, content]);
    return;
  }
  const attributes = asObject(own(element, '#attributes'));
  if (attributes !== undefined) addAttributes(fields, path, attributes);
  for (const [key, item] of Object.entries(element)) {
    if (key.startsWith('@') && isFieldValue(item)) addAttributes(fields, path, { [key.slice(1)]: item });
  }
  for (const [key, item] of Object.entries(element)) {
    if (key === '#text') addBelow(fields, path, item);
    else if (!isAttributeMember(element, key)) addChild(fields, path, element, key, item);
  }
}

function addChild(fields: RawField[], path: string, element: Members, key: string, item: JsonValue): void {
  const name = firstOfSeries(element, key, () => false);
  const childPath = path === '' ? name : `${path}/${name}`;
  const separate = asObject(own(element, `${key}_attributes`));
  if (separate !== undefined) addAttributes(fields, childPath, separate);
  addBelow(fields, childPath, item);
}
