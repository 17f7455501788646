import { fieldLayoutOf, type SystemField } from '../windows/index.ts';
import { cultureTime } from './culture-time.ts';
import { isProcessed, movedFields } from './ecs-rebuild.ts';
import { asArray, asObject, fieldValueOf, filledText, firstMember, own, valueAt } from './json-members.ts';
import type { JsonValue } from './json-value.ts';
import { inLayoutOrder } from './layout-order.ts';
import { eventIdOf, readEvent } from './read-event.ts';
import type { RawField } from './shaped-event.ts';
import { statedTime } from './stated-time.ts';
import type { Loss, Shape } from './types.ts';

type Members = Readonly<Record<string, JsonValue>>;

const NO_MEMBERS: Members = Object.freeze(Object.create(null) as Members);

/** What every version of the shipper loses (SERVE 2.1 S4, 2.2). */
const SHIPPER_LOSSES: readonly Loss[] = [
  { code: 'ticks', what: 'times are cut to milliseconds', close: 'keep event.original', blinds: [] },
  {
    code: 'empty-and-repeated',
    what: 'empty fields and all but the first of equal names are left out, CRLF in values is LF',
    close: 'set include_xml: true and keep event.original',
    blinds: [],
  },
  {
    code: 'level',
    what: 'Level, Task, Opcode and Keywords are rendered names',
    close: 'keep event.original',
    blinds: [],
  },
];

/** The codes of those that every unit shows, and of those of a unit that a pipeline changed: one list each, since they come with every event. */
const SHIPPER_CODES: readonly string[] = SHIPPER_LOSSES.map(({ code }) => code);
const PIPELINE_CODES: readonly string[] = [...SHIPPER_CODES, 'pipeline'];

/** S4: `winlog`, as Winlogbeat 7 to 9, Elastic Agent and Filebeat send it, raw or after Elastic's ingest pipelines. */
export const winlogbeat: Shape = {
  id: 'S4',
  title: 'Winlogbeat 7 to 9, Elastic Agent',
  losses: [
    ...SHIPPER_LOSSES,
    {
      code: 'pipeline',
      what: 'an ingest pipeline moved fields: TimeCreated, the order of hashes and names of ports are gone',
      close: 'send to Triad before the pipeline, or keep event.original (tag preserve_original_event)',
      blinds: [],
    },
  ],
  proof: 'real sample',

  detect(unit) {
    const winlog = unit.kind === 'json' ? asObject(own(unit.value, 'winlog')) : undefined;
    if (unit.kind !== 'json' || winlog === undefined) return undefined;
    if (filledText(winlog['channel']) === undefined || eventIdOf(idOf(unit.value, winlog)) === undefined) {
      return undefined;
    }
    return 'winlog with channel and event_id';
  },

  read(unit, source) {
    const document = unit.kind === 'json' ? unit.value : NO_MEMBERS;
    const winlog = asObject(own(document, 'winlog')) ?? NO_MEMBERS;
    const provider = filledText(winlog['provider_name']) ?? '';
    const eventId = eventIdOf(idOf(document, winlog)) ?? 0;
    const data = asObject(winlog['event_data']) ?? NO_MEMBERS;
    const created = winlog['time_created'];
    const time = typeof created === 'string' ? created : document['@timestamp'];
    const processed = isProcessed(document, provider, eventId, data);
    return readEvent(
      'S4',
      unit,
      source,
      {
        provider,
        channel: winlog['channel'],
        eventId,
        computer: winlog['computer_name'],
        version: winlog['version'],
        recordId: winlog['record_id'],
        time: typeof time === 'string' ? (statedTime(time) ?? cultureTime(time)) : undefined,
      },
      {
        losses: processed ? PIPELINE_CODES : SHIPPER_CODES,
        system: (field) => beatSystem(winlog, field),
        utcTime: () => own(data, 'UtcTime'),
        fields: () => {
          const fields = beatFields(provider, eventId, data, asObject(winlog['user_data']));
          if (!processed) return fields;
          const names = new Set(fields.map(([name]) => name));
          return inLayoutOrder(provider, eventId, [
            ...fields,
            ...movedFields(document, provider, eventId, (name) => names.has(name)),
          ]);
        },
      },
    );
  },
};

function idOf(document: Members, winlog: Members): JsonValue | undefined {
  return firstMember(winlog, 'event_id') ?? valueAt(document, 'event', 'code');
}

/** S5: the flat layout of Winlogbeat up to 6. */
export const winlogbeat6: Shape = {
  id: 'S5',
  title: 'Winlogbeat up to 6',
  losses: SHIPPER_LOSSES,
  proof: 'real sample',

  detect(unit) {
    if (unit.kind !== 'json') return undefined;
    const { value } = unit;
    if (filledText(own(value, 'log_name')) === undefined || eventIdOf(own(value, 'event_id')) === undefined) {
      return undefined;
    }
    const hasData = ['event_data', 'user_data', 'beat'].some((key) => asObject(own(value, key)) !== undefined);
    return hasData && filledText(own(value, 'source_name')) !== undefined
      ? 'log_name, source_name and event_id beside event_data, user_data or beat'
      : undefined;
  },

  read(unit, source) {
    const value = unit.kind === 'json' ? unit.value : NO_MEMBERS;
    const provider = filledText(value['source_name']) ?? '';
    const eventId = eventIdOf(value['event_id']) ?? 0;
    const time = value['@timestamp'];
    return readEvent(
      'S5',
      unit,
      source,
      {
        provider,
        channel: value['log_name'],
        eventId,
        computer: value['computer_name'],
        version: value['version'],
        recordId: value['record_number'],
        time: typeof time === 'string' ? (statedTime(time) ?? cultureTime(time)) : undefined,
      },
      {
        losses: SHIPPER_CODES,
        system: (field) => beat6System(value, field),
        utcTime: () => valueAt(value['event_data'], 'UtcTime'),
        fields: () =>
          beatFields(
            provider,
            eventId,
            asObject(own(value, 'event_data')) ?? NO_MEMBERS,
            asObject(own(value, 'user_data')),
          ),
      },
    );
  },
};

function beatSystem(winlog: Members, field: SystemField): JsonValue | undefined {
  switch (field) {
    case 'ProviderGuid':
      return winlog['provider_guid'];
    case 'Keywords':
      return winlog['keywords'];
    case 'Task':
      return winlog['task'];
    case 'Opcode':
      return winlog['opcode'];
    case 'ActivityID':
      return winlog['activity_id'];
    case 'RelatedActivityID':
      return winlog['related_activity_id'];
    case 'ProcessID':
      return valueAt(winlog['process'], 'pid');
    case 'ThreadID':
      return valueAt(winlog['process'], 'thread', 'id');
    case 'UserID':
      return valueAt(winlog['user'], 'identifier');
    default:
      return undefined;
  }
}

function beat6System(value: Members, field: SystemField): JsonValue | undefined {
  switch (field) {
    case 'ProviderGuid':
      return value['provider_guid'];
    case 'Keywords':
      return value['keywords'];
    case 'Task':
      return value['task'];
    case 'Opcode':
      return value['opcode'];
    case 'ActivityID':
      return value['activity_id'];
    case 'RelatedActivityID':
      return value['related_activity_id'];
    case 'ProcessID':
      return value['process_id'];
    case 'ThreadID':
      return value['thread_id'];
    case 'UserID':
      return valueAt(value['user'], 'identifier');
    default:
      return undefined;
  }
}

/** The fields of event_data and user_data, in the order of the event's layout where it has one. */
function beatFields(
  provider: string,
  eventId: number,
  data: Members,
  userData: Members | undefined,
): readonly RawField[] {
  const fields: RawField[] = [];
  flatten(fields, data, '', 0);
  if (userData !== undefined) {
    for (const [name, item] of Object.entries(userData)) {
      if (name !== 'xml_name') flatten(fields, { [name]: item }, '', 0);
    }
  }
  const layout = fieldLayoutOf(provider, eventId);
  if (layout === undefined) return fields;
  return layout.isUnnamed ? unnamed(fields) : inLayoutOrder(provider, eventId, fields);
}

const MAX_NESTING = 8;

/** Dots in a name make nested objects: they are one name again (SERVE 2.1 S4). */
function flatten(fields: RawField[], members: Members, path: string, depth: number): void {
  // Not `for … in`: V8 13.6 learns no types from its quick way through a value, and gives up what it compiled at each document.
  for (const key of Object.keys(members)) {
    const item = members[key];
    if (item === undefined) continue;
    const name = path === '' ? key : `${path}.${key}`;
    const below = asObject(item);
    const items = asArray(item);
    if (below !== undefined && depth < MAX_NESTING) flatten(fields, below, name, depth + 1);
    else if (items === undefined) addField(fields, name, item);
    else for (const one of items) addField(fields, name, one);
  }
}

function addField(fields: RawField[], name: string, item: JsonValue): void {
  const value = fieldValueOf(item);
  if (value !== undefined) fields.push([name, value]);
}

/** `param1`, `param2`, … of events whose values have no names. */
function unnamed(fields: readonly RawField[]): readonly RawField[] {
  const numbered = fields
    .map(([name, value]) => ({ name, value, number: Number(/^param(\d{1,4})$/.exec(name)?.[1] ?? Number.NaN) }))
    .sort((a, b) => (a.number || 0) - (b.number || 0));
  return numbered.map(({ name, value, number }) => [Number.isNaN(number) ? name : 'Data', value]);
}
