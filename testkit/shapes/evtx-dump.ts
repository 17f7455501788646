import { TYPE } from '../evtx/value.ts';
import { hasOwnBody, type ShapeWriter } from './shape-writer.ts';
import {
  bracedGuid,
  Digits,
  fieldsOf,
  hexKeywords,
  type Json,
  type JsonMembers,
  jsonText,
  type LoggedEvent,
  utcText,
  type WrittenField,
} from './written-event.ts';

const WHOLE_NUMBERS: ReadonlySet<number> = new Set([
  TYPE.int8,
  TYPE.uint8,
  TYPE.int16,
  TYPE.uint16,
  TYPE.int32,
  TYPE.uint32,
  TYPE.int64,
  TYPE.uint64,
]);

/** Numbers and truth values keep their type, hexadecimal ones are text. */
export function typedValue({ text, type }: WrittenField): Json {
  if (WHOLE_NUMBERS.has(type)) return new Digits(text);
  if (type === TYPE.bool) return text === 'true';
  if (type === TYPE.guid) return text.toUpperCase();
  return text;
}

/** How attributes stand beside an element's text. */
type AttributeStyle = 'nested' | 'separate' | 'prefixed';

class Tree {
  readonly members: Record<string, Json> = {};
  readonly #style: AttributeStyle;

  constructor(style: AttributeStyle) {
    this.#style = style;
  }

  add(name: string, value: Json, attributes: JsonMembers = {}): void {
    const given = Object.fromEntries(Object.entries(attributes).filter(([, item]) => item !== undefined));
    if (Object.keys(given).length === 0) {
      this.members[name] = value;
    } else if (this.#style === 'separate') {
      this.members[`${name}_attributes`] = given;
      if (value !== null) this.members[name] = value;
    } else {
      const marked =
        this.#style === 'nested'
          ? { '#attributes': given }
          : Object.fromEntries(Object.entries(given).map(([key, item]) => [`@${key}`, item]));
      this.members[name] = value === null ? marked : { ...marked, '#text': value };
    }
  }
}

function systemTree(event: LoggedEvent, style: AttributeStyle): JsonMembers {
  const { model, recordId } = event;
  const tree = new Tree(style);
  const guid = bracedGuid(event);
  tree.add('Provider', null, { Name: model.provider, Guid: guid, EventSourceName: model.eventSource });
  tree.add('EventID', model.eventId, { Qualifiers: model.qualifiers });
  tree.add('Version', model.version);
  tree.add('Level', model.level);
  tree.add('Task', model.task);
  tree.add('Opcode', model.opcode);
  tree.add('Keywords', hexKeywords(event));
  tree.add('TimeCreated', null, { SystemTime: utcText(event) });
  tree.add('EventRecordID', new Digits(recordId));
  tree.add('Correlation', null, model.activityId === undefined ? {} : { ActivityID: model.activityId.toUpperCase() });
  tree.add('Execution', null, { ProcessID: model.processId, ThreadID: model.threadId });
  tree.add('Channel', model.channel);
  tree.add('Computer', model.computer);
  tree.add('Security', null, { UserID: model.userSid });
  return tree.members;
}

/** EventData of evtx_dump: a flat object; a second field of one name gets `_1`; unnamed values are a list. */
function flatData(event: LoggedEvent): Json {
  const members: Record<string, Json> = {};
  const unnamed: string[] = [];
  for (const field of fieldsOf(event)) {
    if (field.name === undefined) {
      unnamed.push(field.text);
      continue;
    }
    let name = field.name;
    for (let i = 1; Object.hasOwn(members, name); i++) name = `${field.name}_${i}`;
    members[name] = typedValue(field);
  }
  if (unnamed.length > 0) members['Data'] = { '#text': unnamed.length === 1 ? unnamed[0] : unnamed };
  return Object.keys(members).length === 0 ? null : members;
}

/** EventData as a list of `Data` with their names as attributes, as converters of XML write it. */
function listedData(event: LoggedEvent): Json {
  return {
    Data: fieldsOf(event)
      .filter(({ name }) => name !== 'Binary')
      .map(({ name, text }) => (name === undefined ? text : { '@Name': name, '#text': text })),
  };
}

/** The `Event` object of a style. */
export function eventTree(event: LoggedEvent, style: AttributeStyle): JsonMembers {
  const { body } = event.model;
  const tree = new Tree(style);
  tree.members['System'] = systemTree(event, style);
  if (body.kind === 'userData') {
    const user = new Tree(style);
    const data = flatData(event);
    if (style === 'separate') user.add(body.element, data, { xmlns: body.xmlns });
    else user.members[body.element] = { ...new Marked(style, body.xmlns).members, ...(data as JsonMembers) };
    tree.members['UserData'] = user.members;
  } else {
    tree.members['EventData'] = style === 'prefixed' ? listedData(event) : flatData(event);
  }
  const xmlns = 'http://schemas.microsoft.com/win/2004/08/events/event';
  if (style === 'separate') return { Event: tree.members, Event_attributes: { xmlns } };
  return { Event: { ...new Marked(style, xmlns).members, ...tree.members } };
}

/** The name space of an element as the attribute that a style makes of it. */
class Marked {
  readonly members: JsonMembers;

  constructor(style: AttributeStyle, xmlns: string) {
    this.members = style === 'nested' ? { '#attributes': { xmlns } } : { '@xmlns': xmlns };
  }
}

const DUMP = { shape: 'S2', ending: 'jsonl', losses: {}, cannotCarry: hasOwnBody } as const;
const lines = (events: readonly LoggedEvent[], style: AttributeStyle): string =>
  events.map((event) => `${jsonText(eventTree(event, style))}\n`).join('');

export const EVTX_DUMP_WRITERS: readonly ShapeWriter[] = [
  { ...DUMP, style: 'evtx_dump -o jsonl', write: (events) => lines(events, 'nested') },
  {
    ...DUMP,
    style: 'evtx_dump --separate-json-attributes',
    write: (events) => lines(events, 'separate'),
  },
  {
    ...DUMP,
    style: 'evtx_dump -o json',
    ending: 'json.txt',
    write: (events) =>
      events.map((event, i) => `Record ${i + 1}\n${jsonText(eventTree(event, 'nested'), '\n')}\n`).join(''),
  },
  {
    ...DUMP,
    style: 'a tree with @ attributes, as one array',
    ending: 'json',
    losses: { binary: true },
    write: (events) =>
      `${jsonText(
        events.map((event) => eventTree(event, 'prefixed')),
        '\n',
      )}\n`,
  },
];
