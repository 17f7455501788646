import type { JsonKind, ResolvedElement } from './resolve.ts';

/** System fields of records without template, whose values are all text but typed by name (EVTX 6.2). */
const TYPED_BY_NAME = new Set(['EventID', 'Version', 'Level', 'Task', 'Opcode', 'EventRecordID']);
const TYPED_ATTRIBUTES = new Set(['ProcessID', 'ThreadID', 'Qualifiers']);

function scalar(text: string, kind: JsonKind): string {
  return kind === 'text' ? JSON.stringify(text.toWellFormed()) : text;
}

function typedByName(text: string): JsonKind {
  return /^(0|[1-9][0-9]{0,15})$/.test(text) && Number.isSafeInteger(Number(text)) ? 'number' : 'text';
}

/** Canonical JSON of EVTX 6.2: document order, typed by value type, NULL left out. */
export function writeJson(root: ResolvedElement): string {
  const value = elementJson(root, '');
  return `{${JSON.stringify(root.name.toWellFormed())}:${value ?? '{}'}}`;
}

/** JSON of an element, undefined when it holds nothing at all. */
function elementJson(element: ResolvedElement, parent: string): string | undefined {
  const isSystem = parent === 'System';
  const isNamedData = element.name === 'Data' && parent === 'EventData';
  const attributes: string[] = [];
  for (const { name, text, json } of element.attributes) {
    if (isNamedData && name === 'Name') continue;
    const kind = isSystem && json === 'text' && TYPED_ATTRIBUTES.has(name) ? typedByName(text) : json;
    attributes.push(`${JSON.stringify(name.toWellFormed())}:${scalar(text, kind)}`);
  }
  const texts = element.children.filter((child) => child.kind === 'text');
  const hasElements = element.children.some((child) => child.kind === 'element');
  const only = texts.length === 1 ? texts[0] : undefined;
  let text: string | undefined;
  if (only !== undefined) {
    const kind =
      isSystem && only.json === 'text' && TYPED_BY_NAME.has(element.name) ? typedByName(only.text) : only.json;
    text = scalar(only.text, kind);
  } else if (texts.length > 1) {
    text = JSON.stringify(
      texts
        .map((child) => child.text)
        .join('')
        .toWellFormed(),
    );
  }
  if (attributes.length === 0 && !hasElements) {
    if (text !== undefined) return text;
    return element.isNull || isSystem || isContainer(element.name, parent) ? undefined : '""';
  }
  const members = attributes.length === 0 ? [] : [`"#attributes":{${attributes.join(',')}}`];
  // White space between the elements of a record written without template is no content.
  if (text !== undefined && !(hasElements && texts.every((child) => child.text.trim() === ''))) {
    members.push(`"#text":${text}`);
  }
  members.push(...childMembers(element));
  return `{${members.join(',')}}`;
}

function isContainer(name: string, parent: string): boolean {
  return parent === 'Event' && (name === 'EventData' || name === 'UserData' || name === 'System');
}

/** Members by name in document order; repeated names and unnamed Data become arrays (EVTX 5.4). */
function childMembers(element: ResolvedElement): string[] {
  const members = new Map<string, { readonly values: string[]; isArray: boolean }>();
  for (const child of element.children) {
    if (child.kind !== 'element') continue;
    const isData = child.name === 'Data' && element.name === 'EventData';
    const named = isData ? child.attributes.find((item) => item.name === 'Name')?.text : undefined;
    const isUnnamed = isData && named === undefined;
    const value = elementJson(child, element.name);
    // A NULL among unnamed items keeps its place.
    if (value === undefined && !isUnnamed) continue;
    const key = named ?? child.name;
    const member = members.get(key);
    if (member === undefined) members.set(key, { values: [value ?? 'null'], isArray: isUnnamed });
    else {
      member.values.push(value ?? 'null');
      member.isArray = true;
    }
  }
  const written: string[] = [];
  for (const [key, { values, isArray }] of members) {
    written.push(`${JSON.stringify(key.toWellFormed())}:${isArray ? `[${values.join(',')}]` : values[0]}`);
  }
  return written;
}
