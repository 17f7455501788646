import { SHAPES, type ShapedEvent, TextReader, type TextResult } from '../../src/shapes/index.ts';
import type { SystemField } from '../../src/windows/index.ts';
import {
  fieldsOf,
  hexKeywords,
  type LoggedEvent,
  type ShapeWriter,
  utcText,
  type WriterLosses,
} from '../../testkit/index.ts';

export interface ReadBack {
  readonly events: readonly ShapedEvent[];
  readonly result: TextResult;
}

/** What the reader makes of a text, in blocks of this many bytes. */
export function readText(text: string | Uint8Array, blockBytes: number = 1 << 20): ReadBack {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const events: ShapedEvent[] = [];
  const sink = { onEvent: (event: ShapedEvent): unknown => events.push(event) };
  const reader = new TextReader({ source: { file: 'export' } });
  for (let at = 0; at < bytes.length; at += blockBytes) reader.push(bytes.subarray(at, at + blockBytes), sink);
  return { result: reader.end(sink), events };
}

/** SERVE 2.4: the text by which shapes are compared; absent, empty, `-` and the zero GUID are one. */
function canonical(text: string | undefined): string {
  const plain = (text ?? '')
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n')
    .replace(/[\n\0]+$/, '');
  return plain === '-' || plain === '{00000000-0000-0000-0000-000000000000}' ? '' : plain;
}

/** Parts of an event that did not come back as they were, by the name of the part, each with an example. */
export type Measured = Map<string, string>;

const SYSTEM: readonly SystemField[] = ['Keywords', 'ProcessID', 'ThreadID', 'UserID'];

/** What an event that was written and read again has lost. */
export function measureLosses(event: ShapedEvent, written: LoggedEvent, into: Measured): void {
  const { model, recordId } = written;
  const name = `${model.provider} ${model.eventId}`;
  const put = (part: string, example: string): void => {
    if (!into.has(part)) into.set(part, `${name}: ${example}`);
  };
  const time = utcText(written);
  const { ms, ticks, zone } = event.stated;
  const read = `${new Date(ms).toISOString().slice(0, -1)}${String(ticks).padStart(4, '0')}`;
  if (zone === 'local') put('zone', zone);
  const [from, to] = [time.slice(17, -1), read.slice(17)];
  if (from !== to) {
    let kept = 10;
    while (kept > 2 && from.slice(0, kept) !== to.slice(0, kept)) kept--;
    put(kept >= 9 ? 'micros' : kept >= 6 ? 'ms' : kept >= 2 ? 's' : 'time', `${from} ${to}`);
  }
  if (event.recordId === undefined) put('recordId', String(recordId));
  else if (String(event.recordId) !== String(recordId)) put('recordId changed', String(event.recordId));
  for (const [part, is, was] of [
    ['provider', event.provider, model.provider],
    ['channel', event.channel, model.channel],
    ['computer', event.computer, model.computer],
    ['version', String(event.version), String(model.version)],
    ['level', event.system('Level'), String(model.level)],
  ] as const) {
    if (is !== was) put(part, `${was} ${is}`);
  }
  const system: Partial<Record<SystemField, string>> = {
    Keywords: hexKeywords(written),
    ProcessID: String(model.processId),
    ThreadID: String(model.threadId),
    ...(model.userSid === undefined ? {} : { UserID: model.userSid }),
  };
  for (const field of SYSTEM) {
    if (event.system(field) !== system[field]) put('system', `${field} ${system[field]} ${event.system(field)}`);
  }
  measureFields(event, written, put);
}

function measureFields(event: ShapedEvent, written: LoggedEvent, put: (part: string, example: string) => void): void {
  const everything = fieldsOf(written).map(({ name, text }) => [name ?? 'Data', canonical(text)] as const);
  const was = everything.filter(([name]) => name !== 'Binary');
  const all = event.entries().map(([name, text]) => [name, canonical(text)] as const);
  const is = all.filter(([name]) => name !== 'Binary');
  if (everything.length - was.length !== all.length - is.length) put('binary', `${everything.length} ${all.length}`);
  const filled = (list: readonly (readonly [string, string])[]): string =>
    JSON.stringify(list.filter(([, text]) => text !== ''));
  if (filled(was) !== filled(is)) put('fields', `${filled(was)} ${filled(is)}`);
  else if (was.length !== is.length) put('empty', `${was.length} ${is.length}`);
}

export interface MeasuredText {
  readonly parts: Measured;
  readonly result: TextResult;
}

/** Reads a writer's text back and tells what was lost over all events; `undefined` where not every event came back. */
export function losesOf(writer: ShapeWriter, events: readonly LoggedEvent[]): MeasuredText | undefined {
  const { events: back, result } = readText(writer.write(events));
  if (back.length !== events.length) return undefined;
  const parts: Measured = new Map();
  events.forEach((written, i) => {
    const event = back[i];
    if (event !== undefined) measureLosses(event, written, parts);
  });
  return { parts, result };
}

/** The parts that a writer says it loses, and those that it may lose by the event. */
export function partsOf(losses: WriterLosses): {
  readonly must: ReadonlySet<string>;
  readonly may: ReadonlySet<string>;
} {
  const must = new Set<string>();
  const may = new Set<string>();
  if (losses.time !== undefined) must.add(losses.time);
  if (losses.isLocal !== undefined) must.add('zone');
  if (losses.recordId === true) must.add('recordId');
  // Where the layout of the event is known, so is its provider.
  if (losses.provider === true) may.add('provider');
  if (losses.version === true) must.add('version');
  if (losses.level === true) must.add('level');
  if (losses.system === true) must.add('system');
  if (losses.binary === true) must.add('binary');
  if (losses.emptyAndRepeated === true) must.add('empty');
  if (losses.moved === true) must.add('fields');
  // The readers tell a field and a member of the header of one name apart where their types differ.
  if (losses.collisions === true || losses.names !== undefined) may.add('fields');
  return { must, may };
}

/** Shapes whose units are wrappers around another: a unit counts as what is inside. */
export const UNIT_SHAPES: Readonly<Record<string, string>> = { S11: 'S1' };

/** Codes of `Shape.losses` by the part that they speak of; parts without a row need no word: a clock is settled, or marked. */
const CODES: Readonly<Record<string, readonly string[]>> = {
  micros: ['ticks'],
  ms: ['ticks', 'milliseconds'],
  s: ['seconds'],
  recordId: ['no-record-id'],
  provider: ['provider'],
  level: ['level', 'no-record-id', 'header'],
  system: ['level', 'execution', 'no-record-id', 'sid', 'header'],
  empty: ['empty-and-repeated'],
  fields: ['pipeline', 'positions', 'message-only', 'user-data-message', 'columns', 'header', 'no-record-id', 'level'],
};

/** What a shape says of itself, held against what was measured. */
export function lossesOfShape(id: string): {
  missing(parts: ReadonlyMap<string, string>): [string, readonly string[]][];
} {
  const stated = new Set(SHAPES.find((shape) => shape.id === id)?.losses.map(({ code }) => code));
  return {
    missing: (parts) =>
      [...parts.keys()].flatMap((part): [string, readonly string[]][] => {
        const codes = CODES[part];
        return codes === undefined || codes.some((code) => stated.has(code)) ? [] : [[part, codes]];
      }),
  };
}
