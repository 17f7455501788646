import { foldName, type Instant, parseTime, type TimeQuality, type Zone, zoneOffsetMinutes } from '../windows/index.ts';
import type { StatedTime } from './types.ts';

/** What is asked of an event to tell and to settle its time: a `ShapedEvent` has all of it. */
export interface TimedEvent {
  readonly computer: string;
  readonly eventId: number;
  readonly stated: StatedTime;
  readonly utcTime?: Instant | undefined;
  readonly receivedOffsetMinutes?: number;
  /** Byte offset in the source. */
  readonly place: { readonly offset: number };
}

/** A stretch of a source in which its clock was off by the same amount. */
export interface ClockStretch {
  /** Byte offset of the first event that shows it. */
  readonly from: number;
  /** Milliseconds that stated times are ahead of UTC. */
  readonly aheadMs: number;
  /** Events that show it. */
  readonly events: number;
}

/**
 * The clock of one source, settled when all of it was read. Plain data: it may travel between threads. `settleTime`
 * applies it.
 */
export interface SettledClock {
  /** By computer in lower case, where the computer's own events tell. */
  readonly computers: ReadonlyMap<string, readonly ClockStretch[]>;
  /** Of the source as a whole; empty when no event tells. */
  readonly source: readonly ClockStretch[];
  /** EventReceivedTime minus @timestamp, minutes, where no UtcTime tells (SETTLED B9). */
  readonly receivedOffsetMinutes?: number;
  /** `--assume-zone`: the zone of local times; wins over everything else for times without a zone. */
  readonly assumedZone?: Zone;
}

/** The times of an event in UTC, as far as its source tells. */
export interface SettledTime {
  readonly timeMs: number;
  readonly timeTicks: number;
  readonly createdMs: number;
  readonly createdTicks: number;
  readonly quality: TimeQuality;
}

const QUARTER_MS = 15 * 60_000;
/** A UtcTime further from TimeCreated than this is a field only (SETTLED B8, A10). */
const NEAR_MS = 60_000;
/** A median difference this near to a multiple of 15 minutes is that of a zone. */
const ZONE_MS = 30_000;
/** Stretches that fewer events show are taken for odd events inside another stretch. */
const EVENTS_OF_A_STRETCH = 3;
/** Differences kept of a stretch for its median. */
const SAMPLES = 255;
const MAX_COMPUTERS = 1024;
const MAX_STRETCHES = 4096;
/** Sysmon 3 and 22 carry the time of the connection or query, which may be days off (SETTLED B8). */
const UNTRUSTED_IDS: ReadonlySet<number> = new Set([3, 22]);

/** The median of a stream of numbers, from at most `SAMPLES` of them taken at even steps. */
class RunningMedian {
  readonly #samples: number[] = [];
  #step = 1;
  #count = 0;

  add(value: number): void {
    if (this.#count++ % this.#step !== 0) return;
    this.#samples.push(value);
    if (this.#samples.length <= SAMPLES) return;
    for (let i = 0; i * 2 < this.#samples.length; i++) this.#samples[i] = this.#samples[i * 2] ?? 0;
    this.#samples.length = (this.#samples.length + 1) >> 1;
    this.#step *= 2;
  }

  get count(): number {
    return this.#count;
  }

  get value(): number {
    const sorted = [...this.#samples].sort((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? 0;
  }
}

interface OpenStretch {
  readonly from: number;
  /** The difference that began it: what is near belongs to it. */
  readonly firstMs: number;
  readonly median: RunningMedian;
}

/** Stretches of one computer or of the source, in order of place. */
class StretchList {
  readonly #stretches: OpenStretch[] = [];
  readonly #all = new RunningMedian();

  add(offset: number, aheadMs: number): void {
    this.#all.add(aheadMs);
    const current = this.#stretches.at(-1);
    if (current !== undefined && Math.abs(aheadMs - current.firstMs) < QUARTER_MS / 2) {
      current.median.add(aheadMs);
      return;
    }
    if (this.#stretches.length >= MAX_STRETCHES) return;
    const median = new RunningMedian();
    median.add(aheadMs);
    this.#stretches.push({ from: offset, firstMs: aheadMs, median });
  }

  settle(): readonly ClockStretch[] {
    const first = this.#stretches[0];
    if (first === undefined) return [];
    const joined: ClockStretch[] = [];
    let telling = 0;
    for (const { from, median } of this.#stretches) {
      if (median.count < EVENTS_OF_A_STRETCH) continue;
      telling += median.count;
      const aheadMs = roundOffset(median.value);
      const before = joined.at(-1);
      if (before?.aheadMs === aheadMs) {
        joined[joined.length - 1] = { ...before, events: before.events + median.count };
      } else joined.push({ from, aheadMs, events: median.count });
    }
    // Offsets that take turns are no steps of one clock: then the median of all is the best that can be said.
    if (telling * 2 >= this.#all.count) return joined;
    return [{ from: first.from, aheadMs: roundOffset(this.#all.value), events: this.#all.count }];
  }
}

/**
 * Tells the clock of a source from the events in it that carry UTC of their own (SETTLED B8, B9). Feed every event in the
 * order of the source, then `settle`. Memory is bounded; the result does not depend on how the source was read.
 */
export class SourceClock {
  readonly #source = new StretchList();
  readonly #computers = new Map<string, StretchList>();
  readonly #received = new Map<number, number>();

  add(event: TimedEvent): void {
    const { stated } = event;
    if (stated.zone === 'utc') return;
    if (event.receivedOffsetMinutes !== undefined) this.#addReceived(event.receivedOffsetMinutes);
    // Asked for last: a shape reads it only when it is wanted.
    const utcTime = UNTRUSTED_IDS.has(event.eventId) ? undefined : event.utcTime;
    if (utcTime === undefined) return;
    const aheadMs = stated.ms - utcTime.ms;
    this.#source.add(event.place.offset, aheadMs);
    const computer = event.computer.toLowerCase();
    let list = this.#computers.get(computer);
    if (list === undefined) {
      if (this.#computers.size >= MAX_COMPUTERS) return;
      list = new StretchList();
      this.#computers.set(computer, list);
    }
    list.add(event.place.offset, aheadMs);
  }

  #addReceived(minutes: number): void {
    const rounded = Math.round(minutes / 15) * 15;
    const count = this.#received.get(rounded);
    if (count !== undefined || this.#received.size < MAX_COMPUTERS) this.#received.set(rounded, (count ?? 0) + 1);
  }

  /** `assumedZone`: the user's `--assume-zone`. */
  settle(assumedZone?: Zone): SettledClock {
    const computers = new Map<string, readonly ClockStretch[]>();
    for (const [computer, list] of this.#computers) {
      const stretches = list.settle();
      if (stretches.some((stretch) => stretch.events >= EVENTS_OF_A_STRETCH)) computers.set(computer, stretches);
    }
    const received = [...this.#received].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0];
    return {
      computers,
      source: this.#source.settle(),
      ...(received === undefined ? {} : { receivedOffsetMinutes: received }),
      ...(assumedZone === undefined ? {} : { assumedZone }),
    };
  }
}

/**
 * Zones are multiples of 15 minutes, and TimeCreated is written a little after UtcTime: a difference near such a multiple is
 * that multiple, any other (a clock that was set wrong) stays as measured.
 */
function roundOffset(aheadMs: number): number {
  const zone = Math.round(aheadMs / QUARTER_MS) * QUARTER_MS;
  return Math.abs(aheadMs - zone) <= ZONE_MS ? zone : aheadMs;
}

/** What is asked of an event to settle its time; a packed row can give it, too. */
export interface UnsettledTime {
  readonly computer: string;
  /** Byte offset in the source. */
  readonly offset: number;
  readonly stated: StatedTime;
  readonly utcTime?: Instant | undefined;
}

/** Only Sysmon has a time of its own in each event, also in those of which the clock of a source learns nothing (SETTLED A10). */
export function hasUtcTime(provider: string): boolean {
  return foldName(provider) === 'microsoft-windows-sysmon';
}

/** The time that an event tells of itself, as far as it has one: what `settleTime` asks. */
export function utcTimeOf(event: {
  readonly provider: string;
  get(name: string): string | undefined;
}): Instant | undefined {
  const text = hasUtcTime(event.provider) ? event.get('UtcTime') : undefined;
  return text === undefined ? undefined : parseTime(text);
}

/**
 * The times of an event by the clock of its source. Event time is the record's own UtcTime when it stands within 60 s of
 * TimeCreated, else TimeCreated (SETTLED A10, B8).
 */
export function settleTime(clock: SettledClock, event: UnsettledTime): SettledTime {
  const { stated, utcTime } = event;
  const { aheadMs, quality } = offsetOf(clock, event);
  const createdMs = stated.ms - aheadMs;
  const created = { createdMs, createdTicks: stated.ticks };
  if (utcTime !== undefined && Math.abs(utcTime.ms - createdMs) <= NEAR_MS) {
    return { ...created, timeMs: utcTime.ms, timeTicks: utcTime.ticks, quality: 'exact' };
  }
  return { ...created, timeMs: createdMs, timeTicks: stated.ticks, quality };
}

function offsetOf(clock: SettledClock, event: UnsettledTime): { aheadMs: number; quality: TimeQuality } {
  const { zone, precision } = event.stated;
  const plain = precision === 'ticks' ? 'exact' : precision;
  if (zone === 'utc') return { aheadMs: 0, quality: plain };
  const { assumedZone, receivedOffsetMinutes } = clock;
  if (zone === 'local' && assumedZone !== undefined) {
    return { aheadMs: zoneOffsetMinutes(assumedZone, event.stated.ms) * 60_000, quality: 'corrected' };
  }
  const own = clock.computers.get(event.computer.toLowerCase());
  const measured = stretchAt(own ?? clock.source, event.offset)?.aheadMs;
  if (measured !== undefined) {
    // A `Z` that UtcTime agrees with was true, and a local time that was UTC all along needs no correction.
    return Math.abs(measured) < QUARTER_MS
      ? { aheadMs: 0, quality: plain }
      : { aheadMs: measured, quality: 'corrected' };
  }
  if (zone === 'local' && receivedOffsetMinutes !== undefined) {
    return { aheadMs: receivedOffsetMinutes * 60_000, quality: 'corrected' };
  }
  return { aheadMs: 0, quality: 'local-assumed' };
}

/** The stretch that holds an offset: the last one that begins before it, else the first. */
function stretchAt(stretches: readonly ClockStretch[], offset: number): ClockStretch | undefined {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stretches[middle]?.from ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return stretches[Math.max(0, low - 1)];
}
