import {
  custom,
  type Element,
  element,
  filetimeOf,
  instance,
  type LogOptions,
  type LogRecord,
  type Part,
  recordOf,
  slot,
  type Template,
  TYPE,
  type Value,
  value,
  type WrittenLog,
  writeLog,
} from '../../testkit/index.ts';

export const TIME = '2026-03-12T09:00:00.1234567Z';
export const CREATED = [1773306000123, 4567] as const;
const FILETIME = filetimeOf(TIME);
const XMLNS = 'http://schemas.microsoft.com/win/2004/08/events/event';

/** A System element of literals but for two slots: EventRecordID 0 and TimeCreated 1. */
export function systemElement(literals: { readonly computer?: string; readonly eventId?: number } = {}): Element {
  return element(
    'System',
    {},
    element('Provider', { Name: 'P' }),
    element('EventID', {}, String(literals.eventId ?? 7)),
    element('TimeCreated', { SystemTime: slot(1, TYPE.filetime) }),
    element('EventRecordID', {}, slot(0, TYPE.uint64)),
    element('Channel', {}, 'C'),
    element('Computer', {}, literals.computer ?? 'H'),
  );
}

/** A template whose root is the whole Event; body slots begin at 2. */
export function rootTemplate(guid: string, ...body: readonly Part[]): Template {
  return { guid, root: element('Event', { xmlns: XMLNS }, systemElement(), ...body) };
}

/** A record of such a template. */
export function rootRecord(
  template: Template,
  values: readonly Value[] = [],
  oddities: Partial<LogRecord> & { readonly time?: bigint; readonly instance?: Parameters<typeof instance>[2] } = {},
): LogRecord {
  const time = oddities.time ?? FILETIME;
  return {
    written: time,
    content: (id) => instance(template, [value.uint64(id), value.filetime(time), ...values], oddities.instance),
    ...oddities,
  };
}

export const GUIDS = [
  '11111111-2222-4333-8444-555555555501',
  '11111111-2222-4333-8444-555555555502',
  '11111111-2222-4333-8444-555555555503',
] as const;

/** The plainest template: one Data `v` with a text. */
export const TEXT_TEMPLATE: Template = rootTemplate(
  GUIDS[0],
  element('EventData', {}, element('Data', { Name: 'v' }, slot(2, TYPE.text))),
);

/** `count` plain records with the texts r1, r2, ...; times rise by a second. */
export function plainRecords(count: number, from = 1): LogRecord[] {
  return Array.from({ length: count }, (_, i) =>
    rootRecord(TEXT_TEMPLATE, [value.text(`r${from + i}`)], { time: FILETIME + BigInt(i) * 10_000_000n }),
  );
}

/** A log of plain records with so many in each chunk. */
export function plainChunks(
  chunks: number,
  perChunk: number,
  options: LogOptions = {},
): { log: WrittenLog; ids: number[] } {
  const log = writeLog(endEach(plainRecords(chunks * perChunk), perChunk), options);
  return { log, ids: log.records.map(({ eventRecordId }) => Number(eventRecordId)) };
}

/** The records with the n-th one so long that the next begins a new chunk. */
function* endEach(records: readonly LogRecord[], perChunk: number): Generator<LogRecord> {
  let i = 0;
  for (const record of records) {
    i++;
    yield i % perChunk === 0 ? { ...record, endsChunk: true } : record;
  }
}

/** One record whose EventData are these values, named v0, v1, ... */
export function valuesLog(...values: readonly Value[]): Uint8Array {
  return writeLog([recordOf(custom.withValues(values, { time: TIME }))]).bytes;
}

/** One record whose body is this element, filled with the values. */
export function elementLog(root: Element, values: readonly Value[] = []): Uint8Array {
  return writeLog([recordOf(custom.withElement(root, values, { time: TIME }))]).bytes;
}

/** What `wrapped` is told to hold: the XML from EventData or UserData on, without the end of Event. */
export function bodyXml(xml: string): string {
  return xml.slice(xml.indexOf('</System>') + '</System>'.length).replace(/<\/Event>$/, '');
}

/** The JSON value of EventData or UserData. */
export function bodyJson(json: string): unknown {
  const event = (JSON.parse(json) as { Event: { EventData?: unknown; UserData?: unknown } }).Event;
  return event.EventData ?? event.UserData;
}
