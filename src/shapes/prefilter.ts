import type { RecordId } from '../windows/index.ts';
import { HeaderWalk } from './header-walk.ts';
import { statedTime } from './stated-time.ts';
import type { SkippedLine, StatedTime } from './types.ts';

/** The header of a line as its bytes show it. */
export type LocatedHeader = Omit<SkippedLine, 'offset'>;

/** What the zone of a written time means: a `Z` of a flat shape is a claim (SETTLED B8), some shapes are always UTC. */
type ZoneMeans = 'stated' | 'claimed' | 'utc';

/** Where lines of one shape keep their header. Of several paths the first that is there counts. */
interface HeaderLayout {
  readonly channel: string;
  readonly eventId: readonly string[];
  readonly computer: readonly string[];
  readonly provider: readonly string[];
  readonly recordId: readonly string[];
  readonly time: readonly (readonly [path: string, zone: ZoneMeans])[];
  /** Members without which the table of shapes does not know the line, with the beginning of their value: one of each list. */
  readonly needs?: readonly (readonly (readonly [path: string, beginning: string])[])[];
  /** Members with which the table takes the line for another shape. */
  readonly lacks?: readonly string[];
  /** Holds no object: so a wrapper has no place in it. */
  readonly isFlat?: true;
}

const SYSTEM = 'Event/System/';

/** The shapes whose header stands at a fixed place (SERVE 2.1, SETTLED B17). */
const LAYOUTS: readonly HeaderLayout[] = [
  // S6, S13 to S15: flat, with the names of EVTX.
  {
    channel: 'Channel',
    eventId: ['EventID'],
    computer: ['Hostname', 'Computer'],
    provider: ['SourceName', 'Provider'],
    recordId: ['RecordNumber', 'EventRecordID', 'EventRecordId'],
    time: [
      ['EventTime', 'claimed'],
      ['TimeCreated', 'claimed'],
      ['TimeGenerated', 'stated'],
    ],
    lacks: ['StringInserts'],
    isFlat: true,
  },
  // S7
  {
    channel: 'Channel',
    eventId: ['EventID'],
    computer: ['Computer'],
    provider: ['ProviderName'],
    recordId: ['EventRecordID'],
    time: [['TimeCreated', 'stated']],
    needs: [[['ProviderName', '"']], [['StringInserts', '[']]],
    isFlat: true,
  },
  // S18
  {
    channel: 'Channel',
    eventId: ['EventId'],
    computer: ['Computer'],
    provider: ['Provider'],
    recordId: ['EventRecordId'],
    time: [['TimeCreated', 'utc']],
    needs: [
      [['Provider', '"']],
      [['EventRecordId', '']],
      [
        ['Payload', '"{'],
        ['MapDescription', '"'],
      ],
    ],
    isFlat: true,
  },
  // S2
  {
    channel: `${SYSTEM}Channel`,
    eventId: [`${SYSTEM}EventID`, `${SYSTEM}EventID/#text`],
    computer: [`${SYSTEM}Computer`],
    provider: [`${SYSTEM}Provider/#attributes/Name`],
    recordId: [`${SYSTEM}EventRecordID`],
    time: [[`${SYSTEM}TimeCreated/#attributes/SystemTime`, 'utc']],
    needs: [[[`${SYSTEM}Provider/#attributes/Name`, '"']]],
  },
  // S4
  {
    channel: 'winlog/channel',
    eventId: ['winlog/event_id'],
    computer: ['winlog/computer_name'],
    provider: ['winlog/provider_name'],
    recordId: ['winlog/record_id'],
    time: [
      ['winlog/time_created', 'stated'],
      ['@timestamp', 'stated'],
    ],
  },
  // S5
  {
    channel: 'log_name',
    eventId: ['event_id'],
    computer: ['computer_name'],
    provider: ['source_name'],
    recordId: ['record_number'],
    time: [['@timestamp', 'stated']],
    needs: [
      [['source_name', '"']],
      [
        ['event_data', '{'],
        ['user_data', '{'],
        ['beat', '{'],
      ],
    ],
  },
  // S9
  {
    channel: 'channel',
    eventId: ['event_id'],
    computer: ['computer'],
    provider: ['provider_name'],
    recordId: ['record_id'],
    time: [['timestamp', 'stated']],
    needs: [[['source_type', '"windows_event_log"']]],
  },
  // S10
  {
    channel: 'body/channel',
    eventId: ['body/event_id/id'],
    computer: ['body/computer'],
    provider: ['body/provider/name'],
    recordId: ['body/record_id'],
    time: [['body/system_time', 'utc']],
    needs: [[['body/provider/name', '"']]],
  },
];

/** Wrappers, shapes that the table asks first, and spellings that win over those above: such a line is parsed. */
const REFUSED: readonly string[] = [
  ...['_source', 'hits', 'records', 'tables', 'result', '_raw', 'resourceLogs', 'Body', 'System', 'zeek'],
  ...['id_orig_h', '@stream', '_path', 'event/original'],
  ...['Provider_attributes', 'TimeCreated_attributes'].map((name) => SYSTEM + name),
  ...['stringValue', 'boolValue', 'doubleValue', 'intValue', 'arrayValue', 'kvlistValue'].map((name) => `body/${name}`),
];

/** In a nested value these could be another event's header (SETTLED B17). */
const STRICT: readonly string[] = [
  ...['Channel', 'EventID', 'EventId', 'Computer', 'Hostname'],
  ...['channel', 'event_id', 'computer', 'computer_name', 'log_name'],
];

const slots: string[] = [];

function slotOf(path: string): number {
  const known = slots.indexOf(path);
  return known >= 0 ? known : slots.push(path) - 1;
}

/** The layouts with slots for paths. */
const PLANS = LAYOUTS.map(
  ({ channel, eventId, computer, provider, recordId, time, needs = [], lacks = [], isFlat }) => ({
    channel: slotOf(channel),
    eventId: eventId.map(slotOf),
    computer: computer.map(slotOf),
    provider: provider.map(slotOf),
    recordId: recordId.map(slotOf),
    time: time.map(([path, zone]) => ({ slot: slotOf(path), zone })),
    needs: needs.map((oneOf) => oneOf.map(([path, beginning]) => ({ slot: slotOf(path), beginning }))),
    lacks: lacks.map(slotOf),
    isFlat: isFlat === true,
  }),
);

type Plan = (typeof PLANS)[number];

const CHANNELS: readonly number[] = [...new Set(PLANS.map(({ channel }) => channel))];

/** By slot of a channel or event id: the pairs of them that a layout has, each once. */
const PAIRS_OF_SLOT: readonly (readonly (readonly [channel: number, eventId: number])[])[] = slots.map((_, slot) => {
  const pairs = new Map<string, readonly [number, number]>();
  for (const { channel, eventId } of PLANS) {
    for (const id of eventId) if (channel === slot || id === slot) pairs.set(`${channel} ${id}`, [channel, id]);
  }
  return [...pairs.values()];
});

/** The bytes and the walk of the line at hand. */
let line: Buffer = Buffer.alloc(0);
const walk = new HeaderWalk({
  slots: slots.map((path) => path.split('/')),
  refused: REFUSED.map((path) => path.split('/')),
  strict: STRICT,
  asks: PLANS.flatMap(({ channel, eventId }) => [channel, ...eventId]),
});
/** Longest value that is looked at. */
const MAX_VALUE = 512;
const MAX_EVENT_ID = 0xffff;

/**
 * Channel, event id and host of a line of JSON that is not wanted, without parsing it: only where they are certain, which means
 * that the line is one object of a known layout whose header keys stand once, in their place, with a plain value (SETTLED B17).
 * Undefined means: parse it.
 */
export function locateHeader(
  bytes: Buffer,
  from: number,
  to: number,
  isWanted: (channel: string, eventId: number) => boolean,
): LocatedHeader | undefined {
  line = bytes;
  const isEnough = (slot: number): boolean => {
    for (const [channel, id] of PAIRS_OF_SLOT[slot] ?? []) {
      if (!walk.has(channel) || !walk.has(id)) continue;
      const name = textOf(channel);
      const eventId = eventIdIn(id);
      if (name !== undefined && eventId !== undefined && isWanted(name, eventId)) return true;
    }
    return false;
  };
  if (!walk.walk(bytes, from, to, isEnough)) return undefined;
  let plan: Plan | undefined;
  // Two places of a channel may be two events.
  let channels = 0;
  for (const slot of CHANNELS) if (walk.has(slot)) channels++;
  if (channels !== 1) return undefined;
  for (const one of PLANS) {
    if (!walk.has(one.channel) || !one.eventId.some((slot) => walk.has(slot))) continue;
    if (one.lacks.some((slot) => walk.has(slot)) || !one.needs.every((oneOf) => oneOf.some(beginsWith))) continue;
    if (plan !== undefined) return undefined;
    plan = one;
  }
  if (plan === undefined || (plan.isFlat && walk.objects > 0)) return undefined;
  const channel = textOf(plan.channel);
  const eventId = eventIdOf(plan);
  const computer = firstText(plan.computer);
  if (channel === undefined || eventId === undefined || computer === undefined) return undefined;
  const provider = firstText(plan.provider);
  // One that is there and is no plain text makes the event broken, or is another's: parsing tells.
  if (provider === undefined && plan.provider.some((slot) => walk.has(slot))) return undefined;
  const recordId = firstText(plan.recordId);
  return {
    provider: provider ?? '',
    channel,
    eventId,
    computer,
    recordId: recordId === undefined ? undefined : recordIdOf(recordId),
    stated: timeOf(plan),
  };
}

function beginsWith({ slot, beginning }: { readonly slot: number; readonly beginning: string }): boolean {
  if (!walk.has(slot) || !isAt(beginning, walk.start(slot))) return false;
  // `""` is not filled.
  return walk.end(slot) - walk.start(slot) > (beginning.startsWith('"') ? 2 : 0);
}

function eventIdOf({ eventId }: Plan): number | undefined {
  for (const slot of eventId) if (walk.has(slot)) return eventIdIn(slot);
  return undefined;
}

/** An id with qualifiers in its upper half is left to the shapes. */
function eventIdIn(slot: number): number | undefined {
  const text = textOf(slot);
  if (text === undefined || text.length > 5) return undefined;
  const number = digitsOf(text);
  return number <= MAX_EVENT_ID ? number : undefined;
}

function firstText(list: readonly number[]): string | undefined {
  for (const slot of list) if (walk.has(slot)) return textOf(slot);
  return undefined;
}

/** The last text of each slot and length: channels, hosts and providers come again and again. */
const TEXT_LENGTHS = 128;
const lastTexts: string[] = new Array<string>(slots.length * TEXT_LENGTHS).fill('');

/** A string of plain ASCII without escapes, without its quotes, or an integer; undefined for anything else. */
function textOf(slot: number): string | undefined {
  let start = walk.start(slot);
  let end = walk.end(slot);
  if (end - start > MAX_VALUE) return undefined;
  const isString = line[start] === 0x22;
  if (isString) {
    start++;
    end--;
  }
  const length = end - start;
  if (length === 0) return undefined;
  const place = slot * TEXT_LENGTHS + length;
  const last = length < TEXT_LENGTHS ? lastTexts[place] : '';
  // Digits outside quotes may be a string elsewhere: `7` and `"7"` are one text.
  if (last !== undefined && last.length === length && isAt(last, start)) {
    if (isString || !Number.isNaN(digitsOf(last))) return last;
  }
  for (let at = start; at < end; at++) {
    const code = line[at] ?? 0;
    if (isString ? code < 0x20 || code > 0x7e || code === 0x5c : code < 0x30 || code > 0x39) return undefined;
  }
  const text = line.toString('latin1', start, end);
  if (length < TEXT_LENGTHS) lastTexts[place] = text;
  return text;
}

function isAt(text: string, start: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== line[start + i]) return false;
  return true;
}

/** The number in a text of digits, NaN for any other. */
function digitsOf(text: string): number {
  let number = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

function recordIdOf(digits: string): RecordId | undefined {
  if (digits.length < 16) {
    const number = digitsOf(digits);
    return Number.isNaN(number) ? undefined : number;
  }
  if (!/^\d{1,20}$/.test(digits)) return undefined;
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : digits;
}

/** Neighbouring lines often have the same second. */
let lastText = '';
let lastZone: ZoneMeans = 'stated';
let lastTime: StatedTime | undefined;

function timeOf({ time }: Plan): StatedTime | undefined {
  for (const { slot, zone } of time) {
    if (!walk.has(slot)) continue;
    const text = textOf(slot);
    if (text === undefined) return undefined;
    if (text === lastText && zone === lastZone) return lastTime;
    lastText = text;
    lastZone = zone;
    const stated = statedTime(text, zone === 'claimed' ? 'claimed' : 'utc');
    lastTime = stated !== undefined && zone === 'utc' ? { ...stated, zone } : stated;
    return lastTime;
  }
  return undefined;
}
