import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spoolInMemory } from '../../test/spool-in-memory.ts';
import { timeNoteByte } from '../intake/index.ts';
import { type Event, EventPacker, type TimeQuality } from '../windows/index.ts';
import { CoverageTable } from './coverage-table.ts';
import { EventStore } from './event-store.ts';
import { copyFolder } from './fold-copies.ts';
import { settleByCopies } from './settle-by-copies.ts';

const SOURCES = ['a.evtx', 'b.txt', 'c.txt', 'd.txt', 'e.evtx'].map((file) => ({ file }));
const NOON = Date.UTC(2026, 2, 12, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LOCAL = { zone: 'local', precision: 's' } as const;

interface Made {
  readonly source: number;
  readonly id: number | undefined;
  /** After noon, milliseconds. */
  readonly at: number;
  readonly user?: string | undefined;
  readonly computer?: string;
  /** Place in its source; the order in the list, where it is not given. */
  readonly offset?: number;
  /** Of a text: absent where nothing tells its time. */
  readonly quality?: TimeQuality;
}

/** Sources 0 and 4 are event logs; the others are texts whose times are local, and nothing in them tells the zone. */
const isLog = ({ source }: Made): boolean => source === 0 || source === 4;

function eventOf(made: Made, offset: number): Event {
  const { source, id, at, user = `user ${id}`, computer = 'H', quality: known } = made;
  const isText = !isLog(made);
  const fields: readonly (readonly [string, string])[] = user === '' ? [] : [['TargetUserName', user]];
  const quality: TimeQuality = known ?? (isText ? 'local-assumed' : 'exact');
  const event: Event = {
    provider: 'P',
    channel: 'Security',
    eventId: 4624,
    version: 0,
    computer,
    timeMs: NOON + at,
    timeTicks: 0,
    createdMs: NOON + at,
    createdTicks: 0,
    recordId: id,
    headerRecordId: undefined,
    recordClass: 'live',
    isForeignTemplate: false,
    place: { source: SOURCES[source] ?? { file: '' }, offset, length: 1 },
    ...(isText ? { shape: 'S12', timeQuality: quality } : {}),
    otherPlaces: [],
    system: () => undefined,
    get: () => undefined,
    all: () => [],
    entries: () => fields,
    detach: () => event,
  };
  return event;
}

interface Told {
  /** Source, record id, minutes after noon, quality, and the sources of the copies, of every event. */
  readonly events: readonly (readonly [number, unknown, number, string, readonly string[]])[];
  readonly conflicts: number;
  readonly notes: readonly string[];
  readonly untried: number;
  /** Minutes after noon of the first record of each source. */
  readonly firsts: readonly number[];
}

function settle(list: readonly Made[], memoryBytes = 1 << 20): Told {
  const store = new EventStore(SOURCES, { memoryBytes, openSpool: spoolInMemory });
  const coverage = new CoverageTable();
  const packer = new EventPacker();
  const numbers: number[] = [];
  list.forEach((made, i) => {
    const { offset = i } = made;
    const event = eventOf(made, offset);
    packer.add(event, made.source, isLog(made) ? 0 : timeNoteByte(LOCAL));
    store.add(packer.take(), numbers);
    const row = {
      ...{ computer: event.computer, channel: event.channel, provider: event.provider, eventId: event.eventId },
      ...{ recordClass: 'live' as const, count: 1, misdated: 0, lowestId: made.id, highestId: made.id },
      ...{ firstMs: event.timeMs, firstTicks: 0, lastMs: event.timeMs, lastTicks: 0 },
    };
    const isAssumed = event.timeQuality === 'local-assumed';
    coverage.add(made.source, [isAssumed ? { ...row, assumed: { note: LOCAL, offset } } : row]);
  });
  const { notes, untried } = settleByCopies(store, coverage, SOURCES);
  const counts = coverage.list(SOURCES);
  const folder = copyFolder(counts);
  const events = [...folder.fold(store.sorted())].map(
    (e) =>
      [
        e.sourceNumber,
        e.recordId,
        (e.timeMs - NOON) / MINUTE,
        e.timeQuality,
        e.otherPlaces.map(({ source }) => source.file),
      ] as const,
  );
  store.close();
  return {
    events,
    conflicts: folder.conflictCount,
    notes: [...notes].flatMap(([number, told]) => told.map(({ message }) => `${SOURCES[number]?.file}: ${message}`)),
    untried,
    firsts: [0, 1, 2, 3].map((number) => {
      const times = counts.flatMap(({ source, first }) =>
        source === SOURCES[number] && first !== undefined ? [first.ms] : [],
      );
      return times.length === 0 ? Number.NaN : (Math.min(...times) - NOON) / MINUTE;
    }),
  };
}

/** Records 1, 2, … one minute apart, in one source whose clock is ahead of UTC. */
const records = (source: number, count: number, aheadMs = 0, from = 1): Made[] =>
  Array.from({ length: count }, (_, i) => ({ source, id: from + i, at: (from + i) * MINUTE + aheadMs }));

test('copies in an event log tell the zone of a text: they fold, and what only the text holds is corrected (B12 a)', () => {
  const told = settle([...records(0, 2), ...records(1, 3, 2 * HOUR)]);
  assert.deepEqual(told, {
    events: [
      [0, 1, 1, 'exact', ['b.txt']],
      [0, 2, 2, 'exact', ['b.txt']],
      [1, 3, 3, 'corrected', []],
    ],
    conflicts: 0,
    notes: [
      'b.txt: Nothing in this file tells the zone of its local times. Copies of 2 records in other files show them 2 h ahead of UTC. They were corrected by that.',
    ],
    untried: 0,
    firsts: [1, 1, Number.NaN, Number.NaN],
  });
});

test('offsets are multiples of 15 minutes, give or take half a minute', () => {
  const folded = (aheadMs: number): number =>
    2 - (settle([...records(0, 2), ...records(1, 2, aheadMs)]).events.length - 2);
  for (const ahead of [15 * MINUTE, -15 * MINUTE, 5.75 * HOUR, -4 * HOUR + 30_000, 2 * HOUR - 30_000]) {
    assert.equal(folded(ahead), 2, `${ahead}`);
  }
  for (const ahead of [7 * MINUTE, 2 * HOUR + 30_001, -4 * HOUR - 30_001, 20 * MINUTE]) {
    assert.equal(folded(ahead), 0, `${ahead}`);
  }
});

test('no two zones are more than 26 hours apart', () => {
  assert.equal(settle([...records(0, 2), ...records(1, 2, 26 * HOUR)]).events.length, 2);
  assert.equal(settle([...records(0, 2), ...records(1, 2, -26 * HOUR)]).events.length, 2);
  assert.equal(settle([...records(0, 2), ...records(1, 2, 26.25 * HOUR)]).events.length, 4);
});

test('three of four copies must agree; where they do not, times stay as stated and that is told', () => {
  const log = records(0, 4);
  const most = settle([...log, ...records(1, 3, HOUR), ...records(1, 1, 7 * MINUTE, 4)]);
  assert.equal(most.events.length, 5);
  assert.deepEqual(most.events.at(0), [1, 4, 4 + 7 - 60, 'corrected', []]);
  const half = settle([...log, ...records(1, 1, HOUR), ...records(1, 1, 3 * HOUR, 2)]);
  assert.equal(half.events.length, 6);
  assert.ok(half.events.every(([source, , , quality]) => quality === (source === 0 ? 'exact' : 'local-assumed')));
  assert.deepEqual(half.notes, [
    'b.txt: Nothing in this file tells the zone of its local times. Copies of its records in other files agree on no offset, so they are taken for UTC. If you know the zone, say it with --assume-zone.',
  ]);
});

test('a clock that was set anew within a text is followed where three records show it', () => {
  const told = settle([...records(0, 6), ...records(1, 3, 2 * HOUR), ...records(1, 3, HOUR, 4)]);
  assert.deepEqual(
    told.events.map(([source, id, , , copies]) => [source, id, copies]),
    [1, 2, 3, 4, 5, 6].map((id) => [0, id, ['b.txt']]),
  );
  assert.match(told.notes[0] ?? '', /show them 1 h ahead of UTC and 2 h ahead of UTC\./);
});

test('computers in one text may have clocks of their own, and one of which copies disagree keeps its times', () => {
  const of = (computer: string, list: readonly Made[]): Made[] => list.map((made) => ({ ...made, computer }));
  const told = settle([
    ...of('A', records(0, 3)),
    ...of('B', records(0, 3)),
    ...of('C', records(0, 2)),
    ...of('A', records(1, 3, HOUR)),
    ...of('B', records(1, 3, -5 * HOUR)),
    ...of('C', [...records(1, 1, HOUR), ...records(1, 1, 3 * HOUR, 2)]),
  ]);
  assert.equal(told.events.length, 10);
  assert.equal(told.events.filter(([, , , , copies]) => copies.length === 1).length, 6);
  assert.equal(told.events.filter(([, , , quality]) => quality === 'local-assumed').length, 2);
});

test('a copy that says something else is a conflict, and does not speak where equal copies do', () => {
  const edited = { source: 1, id: 1, at: MINUTE + 2 * HOUR + 999, user: 'mallory' };
  const alone = settle([...records(0, 1), edited]);
  assert.deepEqual([alone.events.length, alone.conflicts], [2, 1]);
  // A second is the bound where nothing but the ids is equal: ids that began anew meet by chance.
  assert.equal(settle([...records(0, 1), { ...edited, at: edited.at + 2 }]).conflicts, 0);
  const among = settle([...records(0, 2), { ...edited, at: MINUTE + 3 * HOUR }, ...records(1, 1, 2 * HOUR, 2)]);
  assert.deepEqual([among.events.length, among.conflicts], [3, 0]);
});

test('records that only share their ids move nothing: most of them must stand at one offset', () => {
  const others = records(1, 6, 0).map((made, i) => ({
    ...made,
    user: 'other',
    at: i === 0 ? MINUTE + HOUR : (2 * i + 3) * MINUTE + 3300,
  }));
  const told = settle([...records(0, 6), ...others]);
  assert.deepEqual([told.events.length, told.conflicts, told.notes], [12, 0, []]);
  // Without any field in common nothing is equal: only the second counts.
  const bare = (source: number, at: number): Made => ({ source, id: 1, at, user: '' });
  assert.equal(settle([bare(0, 0), bare(1, HOUR + 900)]).events.length, 1);
  assert.equal(settle([bare(0, 0), bare(1, HOUR + 20_000)]).events.length, 2);
});

test('records without an id tell nothing, and follow what the others of their text tell', () => {
  const nameless = { source: 1, id: undefined, at: 90_000 + 2 * HOUR };
  assert.equal(settle([...records(0, 2), nameless]).events.find(([source]) => source === 1)?.[3], 'local-assumed');
  const told = settle([...records(0, 2), ...records(1, 1, 2 * HOUR), nameless]);
  assert.deepEqual(told.events[1], [1, undefined, 1.5, 'corrected', []]);
});

test('a text that was UTC all along is borne out by its copies', () => {
  const told = settle([...records(0, 1), ...records(1, 2)]);
  assert.deepEqual(told.events, [
    [0, 1, 1, 'exact', ['b.txt']],
    [1, 2, 2, 's', []],
  ]);
  assert.match(
    told.notes[0] ?? '',
    /A copy of one record in other files shows them equal to UTC\. They stay as they are\.$/,
  );
});

test('what a text tells of its own time stays', () => {
  const own = { source: 1, id: 9, at: 9 * MINUTE, quality: 'corrected' } as const;
  const told = settle([...records(0, 2), ...records(1, 2, -2 * HOUR), own]);
  assert.deepEqual(told.events.at(-1), [1, 9, 9, 'corrected', []]);
  assert.deepEqual(told.firsts, [1, 1, Number.NaN, Number.NaN]);
  assert.deepEqual(settle([...records(0, 2), ...records(1, 2, 2 * HOUR), own]).firsts, told.firsts);
});

test('a record that stands often in its text is held against those of others all the same', () => {
  const often = Array.from({ length: 20 }, () => ({ source: 1, id: 1, at: MINUTE + HOUR }));
  const told = settle([...often, { source: 4, id: 1, at: MINUTE }]);
  assert.deepEqual(
    told.events.map(([source, id, at]) => [source, id, at]),
    [[4, 1, 1]],
  );
});

test('several local texts are settled one by the other', () => {
  // The second meets the log only through the first.
  const chain = settle([...records(0, 2), ...records(1, 3, 2 * HOUR, 2), ...records(2, 2, -5 * HOUR, 4)]);
  assert.deepEqual(chain.events, [
    [0, 1, 1, 'exact', []],
    [0, 2, 2, 'exact', ['b.txt']],
    [1, 3, 3, 'corrected', []],
    [1, 4, 4, 'corrected', ['c.txt']],
    [2, 5, 5, 'corrected', []],
  ]);
  assert.deepEqual(chain.firsts, [1, 2, 4, Number.NaN]);
});

test('local texts that meet no log are moved to the first of them, and stay marked', () => {
  const told = settle([...records(1, 2, 2 * HOUR), ...records(2, 2, -5 * HOUR), ...records(3, 1, HOUR)]);
  assert.deepEqual(told.events, [
    [1, 1, 121, 'local-assumed', ['c.txt', 'd.txt']],
    [1, 2, 122, 'local-assumed', ['c.txt']],
  ]);
  assert.deepEqual(told.notes, [
    'c.txt: Nothing in this file tells the zone of its local times. Copies of 2 records in other files show them 7 h behind theirs. Nothing tells the zone of those either: these times were moved to theirs and are taken for UTC.',
    'd.txt: Nothing in this file tells the zone of its local times. A copy of one record in other files shows them 1 h behind theirs. Nothing tells the zone of those either: these times were moved to theirs and are taken for UTC.',
  ]);
});

test('L7 L15 a sample of the records tells the same in any order, with and without runs on disk', () => {
  const list = [...records(0, 3000), ...records(1, 3000, 2 * HOUR)];
  const told = settle(list);
  assert.equal(told.events.length, 3000);
  assert.match(told.notes[0] ?? '', /Copies of 1024 records/);
  const placed = list.map((made, offset) => ({ ...made, offset }));
  for (const memoryBytes of [20_000, 150_000, 1 << 20]) {
    assert.deepEqual(settle(placed, memoryBytes), told);
    assert.deepEqual(settle(placed.toReversed(), memoryBytes), told);
  }
  // One id over and over: of equal hashes the first by place are held.
  const same = Array.from({ length: 2500 }, (_, offset) => {
    return { source: 1, id: 1, at: MINUTE + (offset < 1024 ? 2 * HOUR : 7 * MINUTE), offset };
  });
  for (const list of [same, same.toReversed()]) {
    assert.match(
      settle([...records(0, 1), ...list]).notes[0] ?? '',
      /Copies of 1024 records in other files show them 2 h/,
    );
  }
});

test('nothing is done where every clock is known', () => {
  const store = {
    unsorted: () => assert.fail('the store was read'),
    retime: () => assert.fail('the store was written'),
  } as unknown as EventStore;
  assert.deepEqual(settleByCopies(store, new CoverageTable(), SOURCES), { notes: new Map(), untried: 0 });
});
