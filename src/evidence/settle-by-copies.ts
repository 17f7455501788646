import { type ClockStretch, type SettledClock, SourceClock, settleTime, TEXT_ANOMALIES } from '../shapes/index.ts';
import type { PlacedAnomaly, Source } from '../windows/index.ts';
import { type ClockPair, type ClockWitness, findWitnesses } from './clock-witnesses.ts';
import type { CoverageTable } from './coverage-table.ts';
import { settledTimes } from './deferred-rows.ts';
import type { EventStore } from './event-store.ts';

const QUARTER_MS = 15 * 60_000;
const HOUR_MS = 60 * 60_000;
/** From UTC-12 to UTC+14: two clocks that are set right are no further apart. */
const MAX_AHEAD_MS = 26 * HOUR_MS;
/** Copies with equal fields stand this near to a multiple of 15 minutes (as in SourceClock). */
const EQUAL_MS = 30_000;
/** Records that only claim one identity: one of them was edited, or ids began anew. Chance is one in 450. */
const CLAIMED_MS = 1000;
const NO_STRETCHES: readonly ClockStretch[] = [];

/** A clock that copies tell. */
export interface PairedClock {
  readonly clock: SettledClock;
  /** The other copies are of sources without a known zone, too: times were moved to theirs, and are still taken for UTC. */
  readonly isAligned: boolean;
  /** Records that were held against others. */
  readonly records: number;
}

/** What one pair says; `aheadMs` is undefined where the two differ by no multiple of 15 minutes. */
interface Vote {
  readonly computer: string;
  readonly offset: number;
  readonly aheadMs: number | undefined;
  readonly isEqual: boolean;
}

export interface SettledByCopies {
  /** By source. */
  readonly notes: ReadonlyMap<number, readonly PlacedAnomaly[]>;
  /** Sources beyond the bound. */
  readonly untried: number;
}

/**
 * Gives sources with local times, of which nothing in them tells the zone, the clock that copies of their records in other
 * sources tell (SETTLED B12 a). Before copies are folded; nothing is done where no source is such.
 */
export function settleByCopies(
  store: EventStore,
  coverage: CoverageTable,
  sources: readonly Source[],
): SettledByCopies {
  if (coverage.assumedSources.size === 0 || sources.length < 2) return { notes: new Map(), untried: 0 };
  const { bySource, untried } = findWitnesses(store, coverage, sources);
  const { paired, ambiguous } = pairClocks(bySource);
  const notes = new Map<number, readonly PlacedAnomaly[]>();
  const clocks = new Map<number, PairedClock>();
  for (const [number, pairedClock] of paired) {
    const aheads = aheadsOf(pairedClock.clock);
    if (aheads.length === 0 || (pairedClock.isAligned && aheads.every((ahead) => ahead === 0))) continue;
    clocks.set(number, pairedClock);
    notes.set(number, [note(pairedClock, aheads)]);
  }
  for (const number of ambiguous) notes.set(number, [AMBIGUOUS]);
  if (clocks.size > 0) {
    store.retime(new Set(clocks.keys()), (event) => {
      const told = clocks.get(event.sourceNumber);
      if (told === undefined || event.timeQuality !== 'local-assumed') return undefined;
      const times = settledTimes(told.clock, event);
      return told.isAligned ? { ...times, quality: 'local-assumed' } : times;
    });
    coverage.retime(new Map([...clocks].map(([number, { clock }]) => [number, clock])));
  }
  return { notes, untried };
}

/** What is known of the clocks of sources, from what their records are when they are held against each other. */
export function pairClocks(bySource: ReadonlyMap<number, readonly ClockWitness[]>): {
  readonly paired: ReadonlyMap<number, PairedClock>;
  /** Sources whose copies agree on no offset. */
  readonly ambiguous: readonly number[];
} {
  const paired = new Map<number, PairedClock>();
  const ambiguous: number[] = [];
  const open = new Map(bySource);
  // Copies with known times speak first, then those of sources that were settled by them, and so on.
  while (open.size > 0) {
    const told: [number, PairedClock][] = [];
    for (const [source, witnesses] of open) {
      const votes = witnesses.flatMap((witness) => votesOf(witness, paired));
      if (votes.length === 0) continue;
      open.delete(source);
      const clock = clockOf(votes);
      if (aheadsOf(clock).length > 0) {
        const isAligned = witnesses.some(({ pairs }) => pairs.some((pair) => isAlignedPair(pair, paired)));
        told.push([source, { clock, isAligned, records: witnesses.length }]);
      } else if (votes.some(({ isEqual }) => isEqual)) ambiguous.push(source);
    }
    for (const [source, clock] of told) paired.set(source, clock);
    if (told.length > 0) continue;
    // Nobody knows: the first of them keeps the time that it states, and the others are held against it.
    const first = open.keys().next();
    if (first.done === true) break;
    open.delete(first.value);
    paired.set(first.value, { clock: { computers: new Map(), source: [] }, isAligned: true, records: 0 });
  }
  return { paired, ambiguous };
}

function isAlignedPair({ isAssumed, source }: ClockPair, paired: ReadonlyMap<number, PairedClock>): boolean {
  return isAssumed && paired.get(source)?.isAligned === true;
}

function votesOf(
  { computer, offset, createdMs, pairs }: ClockWitness,
  paired: ReadonlyMap<number, PairedClock>,
): Vote[] {
  const votes: Vote[] = [];
  for (const pair of pairs) {
    const utcMs = knownTime(pair, paired);
    if (utcMs === undefined) continue;
    const apartMs = createdMs - utcMs;
    const aheadMs = Math.round(apartMs / QUARTER_MS) * QUARTER_MS;
    const isMultiple = Math.abs(apartMs - aheadMs) <= (pair.isEqual ? EQUAL_MS : CLAIMED_MS);
    const isZone = isMultiple && Math.abs(aheadMs) <= MAX_AHEAD_MS;
    votes.push({ computer, offset, aheadMs: isZone ? aheadMs : undefined, isEqual: pair.isEqual });
  }
  return votes;
}

/** The time of a pair, where its own source is settled. */
function knownTime(pair: ClockPair, paired: ReadonlyMap<number, PairedClock>): number | undefined {
  if (!pair.isAssumed) return pair.createdMs;
  const told = paired.get(pair.source);
  if (told === undefined) return undefined;
  const { createdMs, quality } = timeBy(told.clock, pair);
  return quality === 'local-assumed' && !told.isAligned ? undefined : createdMs;
}

function timeBy(
  clock: SettledClock,
  { computer, offset, createdMs }: Pick<ClockWitness, 'computer' | 'offset' | 'createdMs'>,
): ReturnType<typeof settleTime> {
  return settleTime(clock, { computer, offset, stated: { ms: createdMs, ticks: 0, zone: 'local', precision: 's' } });
}

/** The clock that votes agree on: of each computer by its own records, of others by all. */
function clockOf(votes: readonly Vote[]): SettledClock {
  const byComputer = Map.groupBy(votes, ({ computer }) => computer.toLowerCase());
  return {
    computers: new Map([...byComputer].map(([computer, own]) => [computer, agreedStretches(own)])),
    source: agreedStretches(votes),
  };
}

/** The offsets, in steps of the source, that three of four votes bear out; else none. */
function agreedStretches(votes: readonly Vote[]): readonly ClockStretch[] {
  const equal = votes.filter(({ isEqual }) => isEqual);
  const heard = equal.length > 0 ? equal : votes;
  const teller = new SourceClock();
  for (const { computer, offset, aheadMs } of heard) {
    if (aheadMs === undefined) continue;
    const stated = { ms: aheadMs, ticks: 0, zone: 'local', precision: 's' } as const;
    teller.add({ computer, eventId: 0, stated, utcTime: { ms: 0, ticks: 0 }, place: { offset } });
  }
  const { source } = teller.settle();
  const told: SettledClock = { computers: new Map(), source };
  const bearing = heard.filter(
    ({ computer, offset, aheadMs }) =>
      aheadMs !== undefined && timeBy(told, { computer, offset, createdMs: aheadMs }).createdMs === 0,
  );
  return bearing.length * 4 >= heard.length * 3 ? source : NO_STRETCHES;
}

/** Every offset of a clock, once. */
function aheadsOf({ computers, source }: SettledClock): readonly number[] {
  const all = [...computers.values(), source].flatMap((stretches) => stretches.map(({ aheadMs }) => aheadMs));
  return [...new Set(all)].sort((a, b) => a - b);
}

const NO_ZONE = 'Nothing in this file tells the zone of its local times.';

const AMBIGUOUS: PlacedAnomaly = {
  ...TEXT_ANOMALIES.clock,
  message: `${NO_ZONE} Copies of its records in other files agree on no offset, so they are taken for UTC. If you know the zone, say it with --assume-zone.`,
  count: 1,
};

function note({ isAligned, records }: PairedClock, aheads: readonly number[]): PlacedAnomaly {
  const copies = records === 1 ? 'A copy of one record' : `Copies of ${records} records`;
  const apart = aheads.map((ahead) => apartText(ahead, isAligned ? 'theirs' : 'UTC')).join(' and ');
  const done = isAligned
    ? 'Nothing tells the zone of those either: these times were moved to theirs and are taken for UTC'
    : aheads.every((ahead) => ahead === 0)
      ? 'They stay as they are'
      : 'They were corrected by that';
  return {
    ...TEXT_ANOMALIES.clock,
    message: `${NO_ZONE} ${copies} in other files show${records === 1 ? 's' : ''} them ${apart}. ${done}.`,
    count: 1,
  };
}

function apartText(aheadMs: number, of: string): string {
  const minutes = Math.abs(aheadMs) / 60_000;
  const parts = [
    ...(minutes < 60 ? [] : [`${Math.floor(minutes / 60)} h`]),
    ...(minutes % 60 === 0 ? [] : [`${minutes % 60} min`]),
  ];
  return aheadMs === 0 ? `equal to ${of}` : `${parts.join(' ')} ${aheadMs > 0 ? 'ahead of' : 'behind'} ${of}`;
}
