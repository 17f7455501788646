import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { spoolInMemory } from '../../test/spool-in-memory.ts';
import type { SpoolFile } from '../intake/index.ts';
import { type Event, EventPacker, type RecordClass } from '../windows/index.ts';
import { EventStore } from './event-store.ts';

const SOURCES = [{ file: 'a.evtx' }, { file: 'b.evtx' }];

interface Made {
  readonly timeMs: number;
  readonly timeTicks: number;
  readonly recordId: number | undefined;
  readonly computer: string;
  readonly recordClass: RecordClass;
  readonly text: string;
  readonly offset: number;
  readonly isForeignTemplate: boolean;
}

function event(made: Partial<Made>): Event {
  const m: Made = {
    timeMs: 1000,
    timeTicks: 0,
    recordId: 1,
    computer: 'h',
    recordClass: 'live',
    text: 'x',
    offset: 0,
    isForeignTemplate: false,
    ...made,
  };
  const self: Event = {
    provider: 'P',
    channel: 'C',
    eventId: 19,
    version: 0,
    computer: m.computer,
    timeMs: m.timeMs,
    timeTicks: m.timeTicks,
    createdMs: m.timeMs,
    createdTicks: m.timeTicks,
    recordId: m.recordId,
    headerRecordId: 1,
    recordClass: m.recordClass,
    isForeignTemplate: m.isForeignTemplate,
    place: { source: { file: 'a.evtx' }, offset: m.offset, length: 64 },
    otherPlaces: [],
    system: () => undefined,
    get: (name) => (name === 'T' ? m.text : undefined),
    all: (name) => (name === 'T' ? [m.text] : []),
    entries: () => [['T', m.text]],
    detach: () => self,
  };
  return self;
}

function store(memoryBytes: number): EventStore {
  return new EventStore(SOURCES, { memoryBytes, openSpool: spoolInMemory });
}

function fill(target: EventStore, events: readonly Event[], split: number): void {
  const packers = [new EventPacker(), new EventPacker()];
  const numbers: number[][] = [[], []];
  events.forEach((e, i) => {
    const which = i % 2;
    packers[which]?.add(e, which);
    if (i % split === split - 1) {
      packers.forEach((packer, n) => {
        target.add(packer.take(), numbers[n] ?? []);
      });
    }
  });
  packers.forEach((packer, n) => {
    target.add(packer.take(), numbers[n] ?? []);
  });
}

function read(target: EventStore): unknown[] {
  const rows = [...target.sorted()].map((e) => [
    e.timeMs,
    e.timeTicks,
    e.computer,
    e.recordId,
    e.recordClass,
    e.get('T'),
  ]);
  target.close();
  return rows;
}

const made = fc.record({
  timeMs: fc.integer({ min: -5, max: 5 }),
  timeTicks: fc.integer({ min: 0, max: 2 }),
  recordId: fc.integer({ min: 1, max: 40 }),
  computer: fc.constantFrom('A', 'b'),
  text: fc.constantFrom('x', 'Ω', 'z'.repeat(900)),
});

test('the order is the same in memory and through sorted runs on disk, however the rows arrive (L7, L8)', () => {
  fc.assert(
    fc.property(fc.array(made, { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (list, split) => {
      const events = list.map((m, i) => event({ ...m, recordId: i + 1 }));
      const inMemory = store(1 << 30);
      fill(inMemory, events, 1000);
      const spilled = store(700);
      fill(spilled, [...events].reverse(), split);
      assert.deepEqual(read(spilled), read(inMemory));
    }),
    { numRuns: 60 },
  );
});

test('copies of one record fold into the live one and keep their places (L6)', () => {
  const target = store(1 << 30);
  fill(
    target,
    [
      event({ recordClass: 'carved', offset: 900 }),
      event({ offset: 10 }),
      event({ recordClass: 'carved', isForeignTemplate: true, text: 'other names', offset: 700 }),
      event({ recordId: 2 }),
    ],
    1000,
  );
  const found = [...target.sorted()].map((e) => [e.recordId, e.recordClass, e.otherPlaces.map((p) => p.offset)]);
  assert.deepEqual(found, [
    [1, 'live', [700, 900]],
    [2, 'live', []],
  ]);
  assert.equal(target.folded, 2);
});

test('two records that claim one identity and differ are both kept', () => {
  const target = store(1 << 30);
  fill(target, [event({ text: 'one' }), event({ text: 'two' })], 1000);
  assert.equal([...target.sorted()].length, 2);
  assert.equal(target.folded, 0);
});

test('records without an id never fold', () => {
  const target = store(1 << 30);
  fill(target, [event({ recordId: undefined }), event({ recordId: undefined })], 1000);
  assert.equal([...target.sorted()].length, 2);
});

test('L22 the files of sorted runs are closed with the store', () => {
  let open = 0;
  const openSpool = (): SpoolFile => {
    const spool = spoolInMemory();
    open++;
    return { ...spool, close: () => open-- };
  };
  const target = new EventStore(SOURCES, { memoryBytes: 100, openSpool });
  fill(target, [event({}), event({ recordId: 2 })], 1);
  assert.equal(open, 2);
  assert.equal([...target.sorted()].length, 2);
  target.close();
  assert.equal(open, 0);
});

test('a row larger than a merge block survives the disk', () => {
  const large = 'é'.repeat(600_000);
  const target = store(10);
  fill(target, [event({ text: large }), event({ recordId: 2, text: 'Ω'.repeat(700_000) })], 1);
  const lengths = [...target.sorted()].map((e) => e.get('T')?.length);
  target.close();
  assert.deepEqual(lengths, [600_000, 700_000]);
});
