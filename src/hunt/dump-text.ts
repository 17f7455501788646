import { escapeAttribute, escapeText } from '../evtx/index.ts';
import {
  MAX_UNIT_BYTES,
  mapShape,
  type SettledTime,
  SHAPES,
  type ShapedEvent,
  type ShapeMap,
  settleTime,
  TextReader,
  type TextResult,
  type ThirdPartyFinding,
} from '../shapes/index.ts';
import { formatTime, type Instant, isPrintableMs, type Source, type SystemField, type Zone } from '../windows/index.ts';
import type { DumpFilter } from './dump.ts';

/** What is needed of a request to print texts. */
export interface TextDumpRequest {
  readonly filter: DumpFilter;
  readonly format: 'jsonl' | 'xml';
  readonly maps?: readonly ShapeMap[];
  readonly assumedZone?: Zone;
}

export interface DumpTotals {
  printed: number;
  skippedByFilter: number;
  rejected: number;
}

/** The reader of both passes over a text. */
export function dumpReader(source: Source, request: TextDumpRequest): TextReader {
  const { maps = [], assumedZone } = request;
  return new TextReader({
    source,
    ...(maps.length === 0 ? {} : { shapes: [...maps.map(mapShape), ...SHAPES] }),
    ...(assumedZone === undefined ? {} : { assumedZone }),
  });
}

/**
 * Prints the events of one text in their order, with the times that a first pass settled. `--offset` prints one unit, and the
 * bytes that it was read from as `_meta.raw` (SETTLED A32).
 */
export class TextPrinter {
  readonly #request: TextDumpRequest;
  readonly #totals: DumpTotals;
  readonly #source: Source;
  readonly #first: TextResult;
  readonly #reader: TextReader;
  #texts: string[] = [];
  #held: Buffer = Buffer.alloc(0);
  #heldFrom = 0;
  #position = 0;
  #isRawTold = false;

  /** `first` is what the first pass came to. */
  constructor(source: Source, first: TextResult, request: TextDumpRequest, totals: DumpTotals) {
    this.#source = source;
    this.#first = first;
    this.#request = request;
    this.#totals = totals;
    this.#reader = dumpReader(source, request);
  }

  /** Takes the next bytes and gives what they print. */
  push(bytes: Uint8Array): string {
    this.#hold(bytes);
    this.#reader.push(bytes, { onEvent: (event) => this.#take(event) });
    return this.#printed();
  }

  end(): string {
    const result = this.#reader.end({ onEvent: (event) => this.#take(event) });
    this.#totals.rejected += result.rejected;
    const { offset } = this.#request.filter;
    const finding = result.thirdParty.find((item) => item.place.offset === offset);
    if (offset !== undefined && finding !== undefined) this.#takeFinding(finding);
    return this.#printed();
  }

  #printed(): string {
    const text = this.#texts.join('');
    this.#texts = [];
    return text;
  }

  /** Keeps the bytes from the asked offset on, as far as one unit can reach. */
  #hold(bytes: Uint8Array): void {
    const { offset } = this.#request.filter;
    const start = this.#position;
    this.#position += bytes.length;
    if (offset === undefined || this.#position <= offset || this.#held.length > 2 * MAX_UNIT_BYTES) return;
    if (this.#held.length === 0) this.#heldFrom = Math.max(start, offset);
    this.#held = Buffer.concat([this.#held, bytes.subarray(Math.max(0, offset - start))]);
  }

  /** The unit as it is written; once, however many events it holds. */
  #raw(place: { readonly offset: number; readonly length: number }): { readonly raw?: string } {
    if (place.offset !== this.#request.filter.offset || this.#isRawTold) return {};
    this.#isRawTold = true;
    const from = place.offset - this.#heldFrom;
    const bytes = this.#held.subarray(from, from + place.length);
    return { raw: new TextDecoder(this.#first.encoding).decode(bytes) };
  }

  #take(event: ShapedEvent): void {
    const { place } = event;
    const time = settleTime(this.#first.clock, { ...timed(event), offset: place.offset });
    if (!isPrinted(event, time, this.#request.filter)) {
      this.#totals.skippedByFilter++;
      return;
    }
    this.#totals.printed++;
    if (this.#request.format === 'xml') {
      this.#texts.push(`<!-- shape ${event.shape}, line ${place.line}, offset 0x${place.offset.toString(16)} -->\n`);
      this.#texts.push(`${eventXml(event, time)}\n`);
      return;
    }
    const meta = {
      ...this.#source,
      shape: event.shape,
      ...(place.line === undefined ? {} : { line: place.line }),
      offset: place.offset,
      length: place.length,
      ...(event.headerRecordId === undefined ? {} : { recordId: event.headerRecordId }),
      ...(isPrintableMs(time.timeMs) ? { time: formatTime(time.timeMs, time.timeTicks) } : {}),
      timeQuality: time.quality,
      ...this.#raw(place),
    };
    this.#texts.push(`{"Event":${JSON.stringify(eventTree(event, time))},"_meta":${JSON.stringify(meta)}}\n`);
  }

  #takeFinding({ place, ...said }: ThirdPartyFinding): void {
    this.#totals.printed++;
    const { offset, length, line } = place;
    const meta = { ...this.#source, line, offset, length, ...this.#raw(place) };
    if (this.#request.format === 'jsonl') {
      this.#texts.push(`${JSON.stringify({ thirdParty: said, _meta: meta })}\n`);
      return;
    }
    // Two hyphens end a comment.
    const text = JSON.stringify(said).replaceAll('-', '\\u002d');
    this.#texts.push(`<!-- a detection of another tool, line ${line}: ${escapeText(text)} -->\n`);
  }
}

function timed({ computer, stated, utcTime }: ShapedEvent): Pick<ShapedEvent, 'computer' | 'stated' | 'utcTime'> {
  return utcTime === undefined ? { computer, stated } : { computer, stated, utcTime };
}

function isPrinted(event: ShapedEvent, time: SettledTime, filter: DumpFilter): boolean {
  const isBefore = (bound: Instant): boolean =>
    time.timeMs < bound.ms || (time.timeMs === bound.ms && time.timeTicks < bound.ticks);
  const { from, to } = filter;
  return (
    (filter.offset === undefined || event.place.offset === filter.offset) &&
    (filter.eventIds.size === 0 || filter.eventIds.has(event.eventId)) &&
    (filter.channels.size === 0 || filter.channels.has(event.channel.toLowerCase())) &&
    (filter.recordId === undefined || event.recordId === filter.recordId) &&
    (from === undefined || !isBefore(from)) &&
    (to === undefined || isBefore(to) || (time.timeMs === to.ms && time.timeTicks === to.ticks))
  );
}

/** An object without a prototype, so that a field called `__proto__` is a field like any other. */
type Members = Record<string, unknown>;

function members(entries: readonly (readonly [string, unknown])[]): Members {
  const object: Members = Object.create(null);
  for (const [name, value] of entries) if (value !== undefined) object[name] = value;
  return object;
}

const numbered: ReadonlySet<SystemField> = new Set(['Level', 'Task', 'Opcode', 'Qualifiers', 'ProcessID', 'ThreadID']);

/** The event in the layout of EVTX 6.2: System, then the fields, below EventData whatever element they came from. */
function eventTree(event: ShapedEvent, time: SettledTime): Members {
  const system = (field: SystemField): string | number | undefined => {
    const text = event.system(field);
    return text !== undefined && numbered.has(field) && /^\d{1,9}$/.test(text) ? Number(text) : text;
  };
  const attributes = (...entries: readonly (readonly [string, unknown])[]): Members | undefined =>
    entries.every(([, value]) => value === undefined) ? undefined : members([['#attributes', members(entries)]]);
  const fields = new Map<string, string | string[]>();
  for (const [name, value] of event.entries()) {
    const before = fields.get(name);
    if (before === undefined) fields.set(name, value);
    else fields.set(name, [...(typeof before === 'string' ? [before] : before), value]);
  }
  return members([
    [
      'System',
      members([
        ['Provider', attributes(['Name', event.provider], ['Guid', system('ProviderGuid')])],
        ['EventID', event.eventId],
        ['Version', event.version],
        ['Level', system('Level')],
        ['Task', system('Task')],
        ['Opcode', system('Opcode')],
        ['Keywords', system('Keywords')],
        ['TimeCreated', attributes(['SystemTime', createdText(time)])],
        ['EventRecordID', event.recordId],
        [
          'Correlation',
          attributes(['ActivityID', system('ActivityID')], ['RelatedActivityID', system('RelatedActivityID')]),
        ],
        ['Execution', attributes(['ProcessID', system('ProcessID')], ['ThreadID', system('ThreadID')])],
        ['Channel', event.channel],
        ['Computer', event.computer],
        ['Security', attributes(['UserID', system('UserID')])],
      ]),
    ],
    ['EventData', members([...fields])],
  ]);
}

function createdText({ createdMs, createdTicks }: SettledTime): string | undefined {
  return isPrintableMs(createdMs) ? formatTime(createdMs, createdTicks) : undefined;
}

/** The same as Event XML. */
function eventXml(event: ShapedEvent, time: SettledTime): string {
  const text = (name: string, value: string | number | undefined): string =>
    value === undefined ? '' : `<${name}>${escapeText(String(value))}</${name}>`;
  const empty = (name: string, ...attributes: readonly (readonly [string, string | undefined])[]): string => {
    const given = attributes.filter(([, value]) => value !== undefined);
    const written = given.map(([key, value]) => ` ${key}="${escapeAttribute(value ?? '')}"`).join('');
    return given.length === 0 ? '' : `<${name}${written}/>`;
  };
  const system = [
    empty('Provider', ['Name', event.provider], ['Guid', event.system('ProviderGuid')]),
    text('EventID', event.eventId),
    text('Version', event.version),
    text('Level', event.system('Level')),
    text('Task', event.system('Task')),
    text('Opcode', event.system('Opcode')),
    text('Keywords', event.system('Keywords')),
    empty('TimeCreated', ['SystemTime', createdText(time)]),
    text('EventRecordID', event.recordId),
    empty(
      'Correlation',
      ['ActivityID', event.system('ActivityID')],
      ['RelatedActivityID', event.system('RelatedActivityID')],
    ),
    empty('Execution', ['ProcessID', event.system('ProcessID')], ['ThreadID', event.system('ThreadID')]),
    text('Channel', event.channel),
    text('Computer', event.computer),
    empty('Security', ['UserID', event.system('UserID')]),
  ];
  const fields = event
    .entries()
    .map(([name, value]) => `<Data Name="${escapeAttribute(name)}">${escapeText(value)}</Data>`);
  return `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>${system.join('')}</System><EventData>${fields.join('')}</EventData></Event>`;
}
