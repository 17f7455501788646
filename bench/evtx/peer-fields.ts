/** Fields of a record as both readers' common form: name, then the texts of that name in order. */
export type FieldTexts = Map<string, string[]>;

/** A record of evtx_dump's JSON lines. */
export interface PeerRecord {
  readonly recordId: string;
  readonly created: string;
  readonly fields: FieldTexts;
}

/** JSON with every number as it was written: 64-bit ones must not be rounded. */
type Json = null | boolean | string | Written | readonly Json[] | { readonly [key: string]: Json };

class Written {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Reads a line of `evtx_dump -o jsonl`. Field names become Triad's: relative to EventData, or to UserData's only child. */
export function readPeerRecord(line: string): PeerRecord {
  const parse = JSON.parse as (
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ) => Json;
  const event = member(
    parse(line, (_, value, { source }) => (typeof value === 'number' ? new Written(source ?? String(value)) : value)),
    'Event',
  );
  const fields: FieldTexts = new Map();
  const system = member(event, 'System');
  addElement(fields, 'System', system);
  for (const [name, value] of entriesOf(event)) {
    if (name === 'System' || name === '#attributes') continue;
    if (name === 'EventData') addMembers(fields, '', value);
    else if (name === 'UserData') for (const [, only] of entriesOf(value)) addMembers(fields, '', only);
    else addElement(fields, `Event/${name}`, value);
  }
  return {
    recordId: fields.get('System/EventRecordID')?.[0] ?? '',
    created: fields.get('System/TimeCreated@SystemTime')?.[0] ?? '',
    fields,
  };
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Written);
}

function entriesOf(value: Json | undefined): readonly [string, Json][] {
  return isObject(value) ? Object.entries(value) : [];
}

function member(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function addMembers(fields: FieldTexts, path: string, value: Json): void {
  for (const [name, item] of entriesOf(value)) {
    if (name === '#attributes') addAttributes(fields, path, item);
    else if (name === '#text') addElement(fields, path === '' ? '#text' : path, item);
    else addElement(fields, path === '' ? name : `${path}/${name}`, item);
  }
}

function addAttributes(fields: FieldTexts, path: string, attributes: Json): void {
  for (const [name, value] of entriesOf(attributes)) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) addElement(fields, `${path}@${name}`, value);
  }
}

function addElement(fields: FieldTexts, path: string, value: Json | undefined): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) addElement(fields, path, item);
  } else if (isObject(value)) {
    addMembers(fields, path, value);
  } else {
    const text = value instanceof Written ? value.text : String(value);
    const known = fields.get(path);
    if (known === undefined) fields.set(path, [text]);
    else known.push(text);
  }
}
