import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type CameBy,
  type Event,
  EventPacker,
  PackedEvent,
  packedRowBytes,
  type TimeQuality,
  toEnd,
  trustRank,
} from '../windows/index.ts';
import { compareEvents } from './event-order.ts';
import { CopyFolder } from './fold-copies.ts';
import { mayHaveCopies } from './lone-records.ts';

interface Made {
  readonly source: number;
  readonly timeMs: number;
  readonly recordId?: number | undefined;
  readonly shape?: string;
  readonly quality?: TimeQuality;
  readonly computer?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

/** `ways`: how what is of each source came. */
function packed(list: readonly Made[], ways: readonly CameBy[] = []): PackedEvent[] {
  const packer = new EventPacker();
  list.forEach((m, i) => {
    const fields = Object.entries(m.fields ?? { A: 'x' });
    const event: Event = {
      provider: 'P',
      channel: 'Security',
      eventId: 4624,
      version: 0,
      computer: m.computer ?? 'h.example.com',
      timeMs: m.timeMs,
      timeTicks: 0,
      createdMs: m.timeMs,
      createdTicks: 0,
      recordId: m.recordId,
      headerRecordId: undefined,
      recordClass: 'live',
      isForeignTemplate: false,
      place: { source: { file: `f${m.source}` }, offset: i, length: 1 },
      shape: m.shape,
      timeQuality: m.quality ?? 'exact',
      otherPlaces: [],
      system: () => undefined,
      get: () => undefined,
      all: () => [],
      entries: () => fields,
      detach: () => event,
    };
    packer.add(event, m.source);
  });
  const rows = packer.take();
  const buffer = Buffer.from(rows.bytes.buffer);
  const tables = { layouts: rows.layouts, sources: [0, 1, 2, 3].map((n) => ({ file: `f${n}`, ...ways[n] })) };
  const events: PackedEvent[] = [];
  for (let at = 0; at < buffer.length; at += packedRowBytes(buffer, at))
    events.push(new PackedEvent(buffer, at, tables));
  return events.sort(compareEvents);
}

function fold(list: readonly Made[], isShared: () => boolean = () => true): { folder: CopyFolder; out: PackedEvent[] } {
  const folder = new CopyFolder({ isShared, hostKey: (computer) => computer.split('.')[0]?.toLowerCase() ?? '' });
  return { folder, out: [...folder.fold(packed(list))] };
}

const shown = (events: readonly PackedEvent[]): unknown[] =>
  events.map((e) => [e.timeMs, e.shape ?? 'evtx', e.recordId, e.otherPlaces.map((p) => p.source.file)]);

test('a record in EVTX and in two shapes is one event, at the time of the best copy, with all places', () => {
  const { folder, out } = fold([
    { source: 0, timeMs: 5000, recordId: 7, shape: 'S7', quality: 's', computer: 'H' },
    { source: 1, timeMs: 5432, recordId: 7 },
    { source: 2, timeMs: 5432, recordId: 7, shape: 'S4', quality: 'ms', computer: 'H.EXAMPLE.COM' },
    { source: 1, timeMs: 5200, recordId: 6 },
  ]);
  assert.deepEqual(shown(out), [
    [5200, 'evtx', 6, []],
    [5432, 'evtx', 7, ['f0', 'f2']],
  ]);
  assert.equal(folder.folded, 2);
});

test('copies fold up to a minute apart and not beyond', () => {
  const near = fold([
    { source: 0, timeMs: 0, recordId: 7, shape: 'S6' },
    { source: 1, timeMs: 60_000, recordId: 7 },
  ]);
  assert.equal(near.out.length, 1);
  const far = fold([
    { source: 0, timeMs: 0, recordId: 7, shape: 'S6' },
    { source: 1, timeMs: 60_001, recordId: 7 },
  ]);
  assert.equal(far.out.length, 2);
});

test('a copy without a record id folds into the only record that says the same within a second', () => {
  const one = fold([
    { source: 0, timeMs: 1000, recordId: 1, fields: { A: 'x', B: 'y' } },
    { source: 1, timeMs: 1400, shape: 'S14', fields: { A: 'x' } },
  ]);
  assert.deepEqual(shown(one.out), [[1000, 'evtx', 1, ['f1']]]);
  const two = fold([
    { source: 0, timeMs: 1000, recordId: 1 },
    { source: 0, timeMs: 1100, recordId: 2 },
    { source: 1, timeMs: 1400, shape: 'S14' },
  ]);
  assert.equal(two.out.length, 3);
  assert.equal(two.folder.unfolded, 1);
  const sameFile = fold([
    { source: 1, timeMs: 1000, shape: 'S14' },
    { source: 1, timeMs: 1000, shape: 'S14' },
  ]);
  assert.equal(sameFile.out.length, 2, 'nothing folds within one file without a record id');
});

test('a shared field that differs keeps both records and is a conflict; what a shipper drops or cuts is none', () => {
  const { folder, out } = fold([
    { source: 0, timeMs: 1000, recordId: 1, fields: { A: 'x' } },
    { source: 1, timeMs: 1000, recordId: 1, shape: 'S4', fields: { A: 'changed' } },
  ]);
  assert.equal(out.length, 2);
  assert.deepEqual(
    folder.conflicts.map(({ field, values }) => [field, values]),
    [['A', ['x', 'changed']]],
  );
  const harmless = fold([
    {
      source: 0,
      timeMs: 1000,
      recordId: 1,
      fields: { A: 'a\r\nb\r\n', B: '-', UtcTime: '2026-03-01 10:00:00.123', C: 'only here' },
    },
    { source: 1, timeMs: 1000, recordId: 1, shape: 'S4', fields: { A: 'a\nb', B: '', UtcTime: '2026-03-01 10:00:00' } },
  ]);
  assert.equal(harmless.out.length, 1);
  assert.equal(harmless.folder.conflictCount, 0);
});

test('channels that no other source holds pass through untouched', () => {
  const { folder, out } = fold(
    [
      { source: 0, timeMs: 1000, recordId: 1 },
      { source: 1, timeMs: 1000, recordId: 1 },
    ],
    () => false,
  );
  assert.equal(out.length, 2);
  assert.equal(folder.folded, 0);
});

test('L7 what comes out is in order of time and the same whatever the order of sources', () => {
  const made = fc.record({
    timeMs: fc.integer({ min: 0, max: 200_000 }),
    recordId: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
    shape: fc.constantFrom('S4', 'S6', 'S7'),
    quality: fc.constantFrom<TimeQuality>('exact', 'ms', 's'),
  });
  fc.assert(
    fc.property(fc.array(made, { maxLength: 40 }), (list) => {
      const events = list.map((m, i) => ({ ...m, source: i % 3 }));
      const { out } = fold(events);
      for (const [i, event] of out.entries()) {
        const before = out[i - 1];
        if (before !== undefined) assert.ok(before.timeMs <= event.timeMs);
      }
      const total = out.reduce((sum, event) => sum + 1 + event.otherPlaces.length, 0);
      assert.equal(total, list.length, 'no record is lost');
    }),
    { numRuns: 200 },
  );
});

const anyRecord: fc.Arbitrary<Made> = fc.record({
  source: fc.integer({ min: 0, max: 2 }),
  // Some within a second of each other, some a minute apart and some more.
  timeMs: fc
    .tuple(fc.constantFrom(0, 59_500, 60_000, 200_000), fc.integer({ min: 0, max: 1200 }))
    .map(([a, b]) => a + b),
  recordId: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
  shape: fc.constantFrom('S4', 'S7'),
  computer: fc.constantFrom('h', 'h.example.com', 'other'),
  fields: fc.constantFrom({ A: 'x' }, { A: 'y' }),
});
const shortName = (computer: string): string => computer.split('.')[0]?.toLowerCase() ?? '';

test('records of which no copy can be there fold as they do where everything waits, in one go and in pieces', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 24 }), fc.nat(24), (list, cut) => {
      const plain = fold(list);
      const events = packed(list);
      const mayHaveCopy = toEnd(mayHaveCopies(events, events.length, shortName));
      const fast = new CopyFolder({ isShared: mayHaveCopy, hostKey: shortName, hold: (event) => event });
      const out = [...fast.take(events.slice(0, cut)), ...fast.fold(events.slice(cut))];
      assert.deepEqual(shown(out), shown(plain.out));
      assert.deepEqual(
        [fast.folded, fast.unfolded, fast.conflicts],
        [plain.folder.folded, plain.folder.unfolded, plain.folder.conflicts],
      );
    }),
    { numRuns: 500 },
  );
});

test('a record alone of its number need not wait; one with a copy, or beside one without a number, may have to', () => {
  const alone = packed([
    { source: 0, timeMs: 1, recordId: 1 },
    { source: 0, timeMs: 2, recordId: 2 },
    { source: 0, timeMs: 3, recordId: 1, computer: 'other' },
  ]);
  assert.deepEqual(alone.map(toEnd(mayHaveCopies(alone, 3, shortName))), [false, false, false]);
  const twice = packed([
    { source: 0, timeMs: 1, recordId: 1 },
    { source: 0, timeMs: 2, recordId: 2 },
    { source: 1, timeMs: 3, recordId: 1, computer: 'H' },
  ]);
  assert.deepEqual(twice.map(toEnd(mayHaveCopies(twice, 3, shortName))), [true, false, true]);
  const unnumbered = packed([
    { source: 0, timeMs: 1, recordId: 1 },
    { source: 0, timeMs: 2 },
    { source: 0, timeMs: 3, recordId: 1, computer: 'other' },
  ]);
  assert.deepEqual(unnumbered.map(toEnd(mayHaveCopies(unnumbered, 3, shortName))), [true, true, false]);
});

test('records by the thousand leave the queue in their order', () => {
  const list = Array.from({ length: 5000 }, (_, n) => ({ source: 0, timeMs: n * 100, recordId: n }));
  const { out } = fold(list);
  assert.deepEqual(
    out.map(({ recordId }) => recordId),
    list.map(({ recordId }) => recordId),
  );
});

test('L18 the copy of the higher class wins, in any order of arrival and whatever else speaks for the others; nothing of theirs is taken', () => {
  const way = fc.constantFrom<CameBy>(
    { trust: 'signed' },
    { trust: 'authenticated' },
    { trust: 'unauthenticated' },
    { trust: 'unauthenticated', hostNotBound: true },
    { trust: 'file' },
    {},
  );
  const copy = fc.record({
    timeMs: fc.integer({ min: 5000, max: 5900 }),
    shape: fc.constantFrom(undefined, 'S4', 'S7'),
    quality: fc.constantFrom<TimeQuality>('exact', 'ms', 's'),
    extra: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.tuple(way, way, way, way),
      fc.array(copy, { minLength: 4, maxLength: 4 }),
      fc.shuffledSubarray([0, 1, 2, 3], { minLength: 2 }),
      (ways, copies, order) => {
        const list = order.map((source): Made => {
          const { extra, shape, ...times } = copies[source] ?? { extra: false, timeMs: 5000, shape: undefined };
          const fields = { A: 'x', ...(extra ? { [`Of${source}`]: 'y' } : {}) };
          return { source, recordId: 7, fields, ...times, ...(shape === undefined ? {} : { shape }) };
        });
        const folder = new CopyFolder({ isShared: () => true, hostKey: (computer) => computer });
        const [winner, ...others] = folder.fold(packed(list, ways));
        assert.ok(winner !== undefined && others.length === 0);
        const best = Math.min(...order.map((source) => trustRank(ways[source] ?? {})));
        assert.equal(trustRank(winner.place.source), best);
        assert.equal(winner.otherPlaces.length, order.length - 1);
        const own = Number(winner.place.source.file.slice(1));
        assert.ok(winner.entries().every(([name]) => name === 'A' || name === `Of${own}`));
      },
    ),
  );
});

/** `count` records in one second, every one with fields of its own. */
function flood(count: number, of: (n: number) => Partial<Made>): Made[] {
  return Array.from({ length: count }, (_, n) => ({
    source: n % 2,
    timeMs: n % 900,
    shape: 'S4',
    fields: { Guid: `{${n}}`, Line: `cmd ${n}`, User: 'x' },
    ...of(n),
  }));
}

test('a copy without a record id is found among thousands of one second, and they are not compared one by one', () => {
  for (const count of [500, 2000]) {
    const copy = { source: 2, timeMs: 900, shape: 'S7', fields: { Guid: '{7}', Line: 'cmd 7', Host: 'h' } };
    const { folder, out } = fold([...flood(count, () => ({})), copy]);
    assert.deepEqual([out.length, folder.folded, folder.unfolded], [count, 1, 0]);
    assert.ok(folder.compared <= 80 * count, `${folder.compared} pairs of ${count} records`);
  }
});

test('equal records of one file are held against those of other files alone', () => {
  const same = (source: number): Partial<Made> => ({ source, fields: { A: 'x' } });
  const alone = fold(flood(2000, () => same(0)));
  assert.deepEqual([alone.out.length, alone.folder.unfolded, alone.folder.compared], [2000, 0, 0]);
  const both = fold(flood(2000, (n) => same(n % 2)));
  assert.ok(both.folder.compared <= 8000, `${both.folder.compared} pairs`);
});

test('an id that more than 64 records claim tells none from another: copies are found all the same, the others are counted', () => {
  const count = 1000;
  const claims = flood(count, () => ({ recordId: 0 }));
  const copy = { source: 2, timeMs: 950, recordId: 0, shape: 'S7', fields: { Guid: '{998}', Line: 'cmd 998' } };
  const { folder, out } = fold([...claims, copy]);
  assert.deepEqual([out.length, folder.folded, folder.unfolded], [count, 1, count - 65]);
  // Each of the first 65 against those before it.
  assert.deepEqual([folder.conflictCount, folder.compared], [2080, 2080]);
});

test('L18 what is signed displaces all that others say under its id, however many they are', () => {
  const others = flood(200, () => ({ source: 1, recordId: 7 }));
  const own = { source: 0, timeMs: 950, recordId: 7, fields: { Guid: 'own' } };
  const late = { source: 1, timeMs: 960, recordId: 7, shape: 'S4', fields: { Guid: 'late' } };
  const ways: readonly CameBy[] = [{ trust: 'signed' }, { trust: 'unauthenticated' }];
  const folder = new CopyFolder({ isShared: () => true, hostKey: (computer) => computer });
  const out = [...folder.fold(packed([...others, own, late], ways))];
  assert.deepEqual(
    out.map((event) => event.get('Guid')),
    ['own'],
  );
});
