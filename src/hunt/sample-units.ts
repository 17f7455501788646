import { type FilePort, type Holding, type Input, readInput } from '../intake/index.ts';
import type { InspectedSample, SampledField } from '../report/index.ts';
import {
  type Loss,
  mapShape,
  SHAPES,
  type Shape,
  type ShapedEvent,
  type ShapeMap,
  settleTime,
  TextReader,
  type TextResult,
  type Unit,
  type XmlElement,
} from '../shapes/index.ts';
import {
  formatTime,
  isPrintableMs,
  type Source,
  SYSTEM_FIELDS,
  type SystemField,
  type Zone,
} from '../windows/index.ts';

/** Leaves of a unit that a sample looks at. */
const MAX_LEAVES = 1000;
const MAX_DEPTH = 16;
/** Characters of a value that a sample shows. */
const SHOWN = 200;

/** Names that shapes give to some of them. */
const SYSTEM_NAMES: Readonly<Partial<Record<SystemField, readonly string[]>>> = {
  ProviderGuid: ['ProviderGuid', 'Guid', 'provider_guid'],
  ProcessID: ['ExecutionProcessID', 'ProcessID', 'process_id'],
  ThreadID: ['ExecutionThreadID', 'ThreadID', 'thread_id'],
  Task: ['Task', 'TaskValue'],
  Opcode: ['OpcodeValue', 'Opcode'],
};

export interface SampleOptions {
  readonly maps: readonly ShapeMap[];
  readonly assumedZone?: Zone;
  readonly holding?: Holding;
  readonly passwords?: readonly string[];
  /** Units of each shape. */
  readonly units: number;
}

/** What a sample of one text shows. */
export interface SampledText {
  readonly source: Source;
  readonly samples: readonly InspectedSample[];
  /** A start of a mapping, where no unit of the text is of a known shape. */
  readonly proposedMap?: string;
}

/** Reads the texts of an input once more and keeps the first units of each shape, field by field. */
export async function sampleInput(
  input: Input,
  port: FilePort,
  options: SampleOptions,
): Promise<readonly SampledText[]> {
  const sampled: SampledText[] = [];
  let sampler: Sampler | undefined;
  const { holding, passwords = [] } = options;
  const reading = { hash: false, ownBuffers: false, passwords, ...(holding === undefined ? {} : { holding }) };
  for await (const step of readInput(input, port, reading)) {
    if (step.kind === 'text') sampler = new Sampler(step.source, options);
    else if (step.kind === 'block') sampler?.push(step.bytes);
    else if (step.kind === 'textEnd' && sampler !== undefined) sampled.push(sampler.end());
  }
  return sampled;
}

interface Kept {
  readonly unit: Unit;
  readonly event: ShapedEvent;
}

class Sampler {
  readonly #source: Source;
  readonly #reader: TextReader;
  readonly #kept = new Map<string, Kept[]>();
  #unknown: Unit | undefined;
  readonly #sink = { onEvent: (): void => {} };

  constructor(source: Source, options: SampleOptions) {
    this.#source = source;
    const shapes = [...options.maps.map(mapShape), ...SHAPES].map((shape) => this.#watched(shape, options.units));
    // The last in the table sees what no shape knew.
    const rest: Shape = {
      id: 'map:none',
      title: '',
      losses: [] satisfies readonly Loss[],
      proof: 'documentation only',
      detect: (unit) => {
        if (unit.kind === 'json' || unit.kind === 'row') this.#unknown ??= unit;
        return undefined;
      },
      read: () => ({ kind: 'broken', reason: 'it is of no shape' }),
    };
    const { assumedZone } = options;
    this.#reader = new TextReader({
      source,
      shapes: [...shapes, rest],
      ...(assumedZone === undefined ? {} : { assumedZone }),
    });
  }

  #watched(shape: Shape, units: number): Shape {
    return {
      ...shape,
      detect: (unit) => shape.detect(unit),
      read: (unit, source) => {
        const reading = shape.read(unit, source);
        const kept = this.#kept.get(shape.id) ?? [];
        if (kept.length < units && (reading.kind === 'event' || reading.kind === 'lost')) {
          kept.push({ unit, event: reading.event });
          this.#kept.set(shape.id, kept);
        }
        return reading;
      },
    };
  }

  push(bytes: Uint8Array): void {
    this.#reader.push(bytes, this.#sink);
  }

  end(): SampledText {
    const result = this.#reader.end(this.#sink);
    const samples = [...this.#kept.values()].flatMap((kept) => kept.map((item) => sampleOf(item, result)));
    const isUnknown = Object.keys(result.units).every((shape) => shape === 'unknown' || shape === 'wrapper');
    const proposal = isUnknown && this.#unknown !== undefined ? proposeMap(leavesOf(this.#unknown)) : undefined;
    return { source: this.#source, samples, ...(proposal === undefined ? {} : { proposedMap: proposal }) };
  }
}

type Leaf = readonly [path: string, text: string];

/** Every value of a unit with the names that lead to it. */
function leavesOf(unit: Unit): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const add = (path: string, text: string): void => {
    if (leaves.length < MAX_LEAVES) leaves.push([path, text]);
  };
  const json = (value: unknown, path: string, depth: number): void => {
    if (depth > MAX_DEPTH || value === null || value === undefined) return;
    if (typeof value !== 'object') add(path, String(value));
    else for (const [key, item] of Object.entries(value)) json(item, path === '' ? key : `${path}.${key}`, depth + 1);
  };
  const xml = (element: XmlElement, path: string, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    const name = element.attributes.find(([key]) => key === 'Name')?.[1];
    const isNamed = element.name === 'Data' && name !== undefined;
    const here = `${path}${path === '' ? '' : '/'}${isNamed ? name : element.name}`;
    if (!isNamed)
      for (const [key, value] of element.attributes) if (!key.startsWith('xmlns')) add(`${here}@${key}`, value);
    if (element.children.length === 0 && (isNamed || element.text !== '')) add(here, element.text);
    for (const child of element.children) xml(child, here, depth + 1);
  };
  if (unit.kind === 'json') json(unit.value, '', 0);
  else if (unit.kind === 'xml') xml(unit.element, '', 0);
  else if (unit.kind === 'row') for (const [i, column] of unit.columns.entries()) add(column, unit.values[i] ?? '');
  else for (const [i, line] of unit.text.split('\n').entries()) add(`line ${i + 1}`, line);
  return leaves;
}

function sampleOf({ unit, event }: Kept, result: TextResult): InspectedSample {
  const { line = 1, offset } = event.place;
  const leaves = leavesOf(unit);
  const used = new Set<string>();
  const field = (name: string, value: string, names: readonly string[]): SampledField => {
    const from = originOf(leaves, used, names, value);
    if (from !== undefined) used.add(from);
    return { field: name, value: shown(value), ...(from === undefined ? {} : { from }) };
  };
  const time = settleTime(result.clock, {
    computer: event.computer,
    offset,
    stated: event.stated,
    ...(event.utcTime === undefined ? {} : { utcTime: event.utcTime }),
  });
  const fields: SampledField[] = [
    field('Channel', event.channel, ['Channel', 'LogName', 'log_name', 'EventLog']),
    field('Provider', event.provider, ['Provider', 'SourceName', 'ProviderName', 'provider_name', 'source_name']),
    field('EventID', String(event.eventId), ['EventID', 'EventId', 'event_id', 'code', 'Id', 'EventCode']),
    field('Version', String(event.version), ['Version']),
    field('Computer', event.computer, ['Computer', 'Hostname', 'computer_name', 'MachineName', 'ComputerName']),
  ];
  if (event.recordId !== undefined) {
    const names = ['RecordNumber', 'EventRecordID', 'EventRecordId', 'record_id', 'record_number', 'RecordId'];
    fields.push(field('EventRecordID', String(event.recordId), names));
  }
  if (isPrintableMs(time.createdMs)) {
    const names = [
      'SystemTime',
      'EventTime',
      'TimeCreated',
      'TimeGenerated',
      '@timestamp',
      'system_time',
      'timestamp',
      'ts',
    ];
    fields.push(field('TimeCreated', formatTime(time.createdMs, time.createdTicks), names), {
      field: `event time (${time.quality})`,
      value: formatTime(time.timeMs, time.timeTicks),
    });
  }
  for (const name of SYSTEM_FIELDS) {
    const value = event.system(name);
    if (value !== undefined) fields.push(field(name, value, SYSTEM_NAMES[name] ?? [name]));
  }
  const entries = event.entries().map(([name, value]) => field(name, value, [name]));
  const leftOut = leaves.filter(([path, text]) => text !== '' && !used.has(path)).map(([path]) => path);
  return { shape: event.shape ?? '', line, offset, fields: [...fields, ...entries], leftOut };
}

/** The leaf that a field was read from: by its name, else by an equal value; undefined where it was taken out of a text. */
function originOf(
  leaves: readonly Leaf[],
  used: ReadonlySet<string>,
  names: readonly string[],
  value: string,
): string | undefined {
  for (const name of names) {
    const isNamed = ([path]: Leaf): boolean => !used.has(path) && lastOf(path) === name.toLowerCase();
    const found =
      leaves.find((leaf) => isNamed(leaf) && leaf[1] === value) ??
      (name === 'Version' ? undefined : leaves.find(isNamed));
    if (found !== undefined) return found[0];
  }
  // An equal value tells only where it is a telling one.
  if (value.length <= 2 || value === '{00000000-0000-0000-0000-000000000000}' || /^[0-]*$/.test(value))
    return undefined;
  return leaves.find(([path, text]) => !used.has(path) && text === value)?.[0];
}

function lastOf(path: string): string {
  // `Provider@Name` is an attribute, `@version` a name of its own.
  const attribute = path.lastIndexOf('@');
  const cut = Math.max(path.lastIndexOf('.'), path.lastIndexOf('/'), attribute > 0 ? attribute : -1);
  return path.slice(cut + 1).toLowerCase();
}

function shown(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN).toWellFormed()}… (${text.length} characters)`;
}

/** A mapping to begin with: fields by the names that they often have, `FIELD` where none fits. */
export function proposeMap(leaves: readonly Leaf[]): string {
  const find = (pattern: RegExp): string | undefined =>
    leaves.find(([path, text]) => text !== '' && pattern.test(lastOf(path)))?.[0];
  const quoted = (path: string | undefined): string => (path === undefined ? 'FIELD' : JSON.stringify(path));
  const time = find(/^(?:ts|time|eventtime|timecreated|timegenerated|timestamp|@timestamp|date|datetime|created)$/);
  const timeText = leaves.find(([path]) => path === time)?.[1] ?? '';
  const format = /^\d{9,11}(?:\.\d+)?$/.test(timeText)
    ? 'epoch-seconds'
    : /^\d{12,14}$/.test(timeText)
      ? 'epoch-milliseconds'
      : /^\d{18,20}$/.test(timeText)
        ? 'epoch-nanoseconds'
        : 'iso';
  const channel = find(/^(?:channel|log|logname|log_name|eventlog)$/);
  const eventId = find(/^(?:eventid|event_id|eventcode|event_code|id|code)$/);
  const present = [channel, eventId].filter((path) => path !== undefined);
  const record = find(/^(?:recordid|record_id|recordnumber|record_number|eventrecordid)$/);
  const data = leaves.find(([path]) => /(?:^|\.)(?:event_?data|data|fields|user_?data)\./i.test(path))?.[0];
  const holder = data === undefined ? undefined : /^(.*?(?:event_?data|user_?data|data|fields))\./i.exec(data)?.[1];
  return [
    'name: mine',
    `match: { present: [${present.length === 0 ? 'FIELD' : present.map(quoted).join(', ')}] }`,
    `time: { field: ${quoted(time)}, format: ${format} }`,
    `host: ${quoted(find(/^(?:host|hostname|host_name|computer|computername|computer_name|machine|machinename|device)$/))}`,
    `channel: ${quoted(channel)}`,
    `provider: ${quoted(find(/^(?:provider|providername|provider_name|source|sourcename|source_name)$/))}`,
    `eventId: ${quoted(eventId)}`,
    ...(record === undefined ? [] : [`recordId: ${quoted(record)}`]),
    holder === undefined ? 'fields: flat' : `fields: { as: path, field: ${quoted(holder)} }`,
    'rename: {}',
    '',
  ].join('\n');
}
