import { ATTACKS, campaign } from '../../test/incidents/campaign.ts';
import { linesOf } from '../../test/live/streams.ts';
import { Enterprise, ordinaryEvents } from '../../testkit/index.ts';
import { StatedTimes, timeOfLine } from './stated-times.ts';

/** Events of one batch, as a shipper sends it (SERVE 0.1 point 29). */
export const BATCH_EVENTS = 1000;
/** Machines of one enterprise, beside its controller, and what happens in it on its day. */
const HOSTS = 40;
const ACTS = 2500;
/** Where the number of an enterprise stands in the names of its machines, and its last two digits in their addresses. */
const NUMBER = '7654';
const NETWORK = '10.198.';
const DIGITS_AT = NETWORK.indexOf('98');
const MACHINE = /\b(WS|SRV|DC)-(\d+)/gi;
/** Enterprises that send live, round after round: 4,100 machines of which each sends a few events a second. */
const FLEET = 100;
/** Where the number of the round stands in record ids, and in names that Sysmon gives to processes and sessions: what a machine did before is not what it does now. */
const ROUND = '8642';
const RECORD_ID = /("record_id":)(\d+)/g;
const RECORD_DIGITS = 6;
const SYSMON_GUID = /(\{(?!0{8})[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-)0000(\d{8}\})/gi;
const ACTION = '{"create":{"_index":"winlogbeat-8.15.0"}}\n';

/** Attacks of several kinds: the same subscription on many machines would be one incident that grows. */
const TOLD_ALONE: readonly string[] = Object.keys(ATTACKS);

/**
 * `live`: events come in the order of their time, which is that of sending, as from shippers that keep step (SERVE 0.1 point 29). `days`: each batch has events of a whole day in the past,
 * as from hosts that catch up: nothing can be judged ahead.
 */
export type StreamOrder = 'live' | 'days';

/** Time that the events of one live batch span, and longest time between two events of an attack: what its machines did half an hour before comes just before. */
const BATCH_SPAN_MS = 50;
const MOST_GAP_MS = 3000;

/** One batch with the places at which the number of its enterprise stands, and that of its round. */
interface Template {
  readonly bytes: Buffer;
  readonly names: Uint32Array;
  readonly networks: Uint32Array;
  readonly rounds: Uint32Array;
  /** Where times of now are to stand. */
  readonly times?: StatedTimes;
}

/**
 * `_bulk` bodies of ordinary days in one enterprise after the other, without end: the same day each, with other machines; live, in the time that it takes to send it, and after the last
 * enterprise of the fleet the first one again, with records and processes of their own.
 * Each body is a copy that its taker may keep.
 */
export class BulkStream {
  readonly #templates: readonly Template[];
  readonly #attacks: readonly (readonly Template[])[];
  readonly meanBytes: number;

  constructor(order: StreamOrder = 'days') {
    const isLive = order === 'live';
    const lines = linesOf(ordinaryEvents(new Enterprise({ seed: 7, hosts: HOSTS }), { acts: ACTS }));
    const whole = Math.floor(lines.length / BATCH_EVENTS);
    const inOrder = isLive ? lines.toSorted((a, b) => timeOfLine(a) - timeOfLine(b)) : lines;
    this.#templates = Array.from({ length: whole }, (_, at) =>
      isLive
        ? templateOf(inOrder.slice(at * BATCH_EVENTS, (at + 1) * BATCH_EVENTS), evenly)
        : templateOf(lines.filter((_line, n) => n % whole === at).slice(0, BATCH_EVENTS)),
    );
    this.#attacks = TOLD_ALONE.map((name) => {
      const { attacks } = campaign([name], { hosts: HOSTS, acts: 0 });
      const attack = linesOf(attacks.flatMap(({ events }) => events));
      if (!isLive) return [templateOf(attack)];
      const byTime = attack.toSorted((a, b) => timeOfLine(a) - timeOfLine(b));
      const half = Math.ceil(byTime.length / 2);
      const back = closely(byTime);
      return [
        [0, half],
        [half, byTime.length],
      ].map(([from, to]) => templateOf(byTime.slice(from, to), () => back.slice(from, to)));
    });
    const bytes = this.#templates.reduce((sum, template) => sum + template.bytes.length, 0);
    this.meanBytes = bytes / (whole * BATCH_EVENTS) - ACTION.length - 1;
  }

  /** The n-th batch; live, its last event is of this time. */
  batch(n: number, nowMs: number = Date.now()): Buffer {
    const template = this.#templates[n % this.#templates.length];
    if (template === undefined) throw new RangeError('the stream has no batches');
    const day = Math.floor(n / this.#templates.length);
    if (template.times === undefined) return filled(template, { enterprise: day, round: 0 }, nowMs);
    return filled(template, { enterprise: day % FLEET, round: Math.floor(day / FLEET) }, nowMs);
  }

  /**
   * What one attack leaves, of another kind each, in an enterprise of its own, in two requests live and in one otherwise; undefined behind the last of them. Alerts name its
   * machines `…-NNNN…`.
   */
  attack(enterprise: number, part: number, nowMs: number = Date.now()): Buffer | undefined {
    const template = this.#attacks[enterprise % this.#attacks.length]?.[part];
    return template === undefined ? undefined : filled(template, { enterprise, round: 0 }, nowMs);
  }
}

/** How long before the last of them lines are that come in even steps. */
function evenly(lines: readonly string[]): readonly number[] {
  return lines.map((_, at) => ((lines.length - 1 - at) * BATCH_SPAN_MS) / lines.length);
}

/** The same for lines that keep the time between them, if that is not long. */
function closely(lines: readonly string[]): readonly number[] {
  const times = lines.map(timeOfLine);
  let backMs = 0;
  return times
    .map((ms, at) => {
      const later = times[times.length - at];
      if (later !== undefined) backMs += Math.min(MOST_GAP_MS, later - (times[times.length - 1 - at] ?? ms));
      return backMs;
    })
    .toReversed();
}

function templateOf(lines: readonly string[], backOf?: (lines: readonly string[]) => readonly number[]): Template {
  const texts = lines.map(renamed);
  const text = texts.map((line) => `${ACTION}${line}\n`).join('');
  const bytes = Buffer.from(text);
  if (bytes.length !== text.length) throw new RangeError('the lines of the stream are not of ASCII alone');
  const template = {
    bytes,
    names: placesOf(text, NUMBER),
    networks: placesOf(text, NETWORK),
    rounds: placesOf(text, ROUND),
  };
  if (backOf === undefined) return template;
  const back = backOf(lines);
  let at = 0;
  const placed = texts.map((line, number) => {
    const begin = at + ACTION.length;
    at = begin + line.length + 1;
    return { text: line, at: begin, backMs: back[number] ?? 0 };
  });
  return { ...template, times: new StatedTimes(placed) };
}

function placesOf(text: string, part: string): Uint32Array {
  const places: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) places.push(at);
  return Uint32Array.from(places);
}

function renamed(line: string): string {
  return line
    .replaceAll(MACHINE, (_, kind: string, number: string) => `${kind}-${NUMBER}${number}`)
    .replaceAll('10.20.', NETWORK)
    .replaceAll(RECORD_ID, (_, name: string, id: string) => `${name}1${ROUND}${id.padStart(RECORD_DIGITS, '0')}`)
    .replaceAll(SYSMON_GUID, `$1${ROUND}$2`);
}

function filled(
  { bytes, names, networks, rounds, times }: Template,
  { enterprise, round }: { readonly enterprise: number; readonly round: number },
  nowMs: number,
): Buffer {
  const copy = Buffer.from(bytes);
  const number = digitsOf(enterprise);
  writeAt(copy, names, number);
  writeAt(copy, networks, number.subarray(2), DIGITS_AT);
  writeAt(copy, rounds, digitsOf(round));
  times?.write(copy, nowMs);
  return copy;
}

function digitsOf(number: number): Buffer {
  return Buffer.from(String(number % 10_000).padStart(NUMBER.length, '0'));
}

/** Tens of thousands of places in a batch: a call for each would cost the generator more than the server spends. */
function writeAt(copy: Buffer, places: Uint32Array, digits: Buffer, behind = 0): void {
  for (const at of places) {
    for (let i = 0; i < digits.length; i++) copy[at + behind + i] = digits[i] ?? 0;
  }
}
