import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventsOf, fed } from '../../test/assembled.ts';
import { madeEvents } from '../../test/made-event.ts';
import { type EventModel, sysmon } from '../../testkit/index.ts';
import type { Event } from '../windows/index.ts';
import type { Dossier } from './dossier.ts';
import type { Act, ConsumerSight, Sighting } from './sighting.ts';
import { SightingStore, type StoreBounds } from './sighting-store.ts';

const QUERY = "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName='notepad.exe'";
const MINUTE_MS = 60_000;

function at(minute: number, computer = 'WS-01'): { time: string; computer: string } {
  return { time: `${new Date(Date.UTC(2026, 2, 12, 9) + minute * MINUTE_MS).toISOString().slice(0, 19)}Z`, computer };
}

function triad(name: string, computer?: string): EventModel[] {
  return [
    sysmon.filter({ name, query: QUERY, user: 'CORP\\alice' }, at(0, computer)),
    sysmon.consumer({ name, destination: 'evil.exe', user: 'CORP\\alice' }, at(0, computer)),
    sysmon.binding({ filter: name, consumer: name, user: 'CORP\\alice' }, at(0, computer)),
  ];
}

/** Writes of the consumer of a subscription, each with another text of two kilobytes. */
function rewrites(name: string, count: number, operation: 'Created' | 'Modified' | 'Deleted'): EventModel[] {
  return Array.from({ length: count }, (_, i) => {
    const destination = `evil.exe ${String(i).padStart(4, '0')} ${'x'.repeat(2000)}`;
    return sysmon.consumer({ name, destination, operation, user: 'CORP\\alice' }, at(3 * i + 10));
  });
}

interface Judged {
  readonly dossiers: readonly Dossier[];
  readonly evicted: Readonly<Record<string, number>>;
}

function judged(events: readonly Event[], maxBytes: number): Judged {
  const assembler = fed(events, { maxBytes });
  return { dossiers: assembler.finish(), evicted: assembler.evicted };
}

for (const [operations, what] of [
  [['Modified'], 'changed'],
  [['Deleted', 'Created'], 'removed and made'],
] as const) {
  test(`L15: a subscription that is ${what} any number of times keeps its creation, its trigger and its last content`, () => {
    const models = [...triad('U'), ...operations.flatMap((operation) => rewrites('U', 400, operation)).sort(byTime)];
    const events = eventsOf(models);
    const { dossiers, evicted } = judged(events, 400_000);
    const [dossier, ...others] = dossiers;
    assert.deepEqual(
      [dossier?.state, dossier?.firstSeen, dossier?.filter.query, dossier?.origin.account, others.length],
      ['armed', '2026-03-12T09:00:00.0000000Z', QUERY, 'CORP\\alice', 0],
    );
    assert.match(dossier?.consumer.payload ?? '', /^evil\.exe 0399 /);
    assert.equal(dossier?.lifecycle[0]?.step, 'created');
    assert.equal(evicted['subscriptions'], 0);
    assert.ok((evicted['sightings'] ?? 0) > 300);
    assert.deepEqual(judged(events, 1 << 30).evicted['sightings'], 0);
  });
}

function byTime(a: EventModel, b: EventModel): number {
  return a.time < b.time ? -1 : a.time > b.time ? 1 : 0;
}

function anyEvent(): Event {
  const [event] = madeEvents([sysmon.filter({ name: 'F', query: 'x' }, at(0))]);
  if (event === undefined) throw new Error('no event');
  return event;
}

interface Told {
  readonly host: string;
  readonly sighting: Sighting;
  readonly event: Event;
}

function told(host: string, minute: number, act: Act, facts: Pick<Sighting, 'filter' | 'consumer' | 'binding'>): Told {
  const made = anyEvent();
  const event: Event = { ...made, timeMs: made.timeMs + minute * MINUTE_MS, recordId: minute };
  return { host, sighting: { source: 'sysmon', act, namespace: undefined, isInferred: false, ...facts }, event };
}

function consumer(name: string, payload: string, className = 'CommandLineEventConsumer'): ConsumerSight {
  return { className, name, payload, properties: new Map(), isWhole: false, isCut: false };
}

const BINDING = {
  filterName: 'F',
  consumerClass: 'CommandLineEventConsumer',
  consumerName: 'C',
  isRelative: true,
  properties: new Map<string, string>(),
};

function storeOf(all: readonly Told[], bounds: StoreBounds): SightingStore {
  const store = new SightingStore(bounds);
  for (const { host, sighting, event } of all) store.add(host, sighting, event);
  return store;
}

function sizeOf(store: SightingStore): number {
  return store.hosts().reduce((sum, host) => sum + store.sightingsOf(host).length, 0);
}

/** Every item once, far from its neighbours. */
function scattered<T>(items: readonly T[]): readonly T[] {
  return items.map((_, i) => items[(i * 7919) % items.length] as T);
}

test('L8: what is left of a flood of changes is the same in any order of arrival', () => {
  const all = [
    told('h', 0, 'created', { filter: { name: 'F', query: QUERY } }),
    told('h', 0, 'created', { consumer: consumer('C', 'evil.exe') }),
    told('h', 0, 'created', { binding: BINDING }),
    ...Array.from({ length: 1000 }, (_, i) => told('h', i + 1, 'modified', { consumer: consumer('C', `a.exe ${i}`) })),
  ];
  const left = [all, all.toReversed(), scattered(all)].map((arrival) => {
    const store = storeOf(arrival, { maxSubscriptions: 100, maxBytes: 1 << 30 });
    const keys = store
      .sightingsOf('h')
      .map(({ sighting }) => sighting.consumer?.payload ?? '-')
      .sort();
    return { keys, thinned: store.thinned, evicted: store.evicted };
  });
  const ends = [0, 1, 2, 3, 996, 997, 998, 999].map((i) => `a.exe ${i}`);
  assert.deepEqual(left[0], { keys: ['-', '-', ...ends, 'evil.exe'].sort(), thinned: 992, evicted: 0 });
  assert.deepEqual(left[1], left[0]);
  assert.deepEqual(left[2], left[0]);
});

test('L15: of a sighting with many heavy records the earliest stay, and the count of all', () => {
  const all = Array.from({ length: 900 }, (_, i) => told('h', i, 'created', { consumer: consumer('C', 'a.exe') }));
  for (const arrival of [all, all.toReversed(), scattered(all)]) {
    const store = storeOf(arrival, { maxSubscriptions: 100, maxBytes: 200_000 });
    const [entry, ...others] = store.sightingsOf('h');
    assert.deepEqual([entry?.count, others.length, store.evicted], [900, 0, 0]);
    assert.deepEqual(
      entry?.events.map(({ recordId }) => recordId),
      Array.from({ length: 16 }, (_, i) => i),
    );
    assert.equal(entry?.last.recordId, 899);
  }
});

test('L15: a flood of forged hosts stays within the bound, and the bound subscription of another host with it', () => {
  const real = [
    told('real', 0, 'created', { filter: { name: 'F', query: QUERY } }),
    told('real', 0, 'created', { consumer: consumer('C', 'evil.exe') }),
    told('real', 0, 'created', { binding: BINDING }),
  ];
  const forged = Array.from({ length: 3000 }, (_, i) =>
    told(`forged${i}`, i, 'created', {
      consumer: consumer('C', 'x', i % 2 === 0 ? 'LogFileEventConsumer' : 'CommandLineEventConsumer'),
    }),
  );
  const bounds = { maxSubscriptions: 100, maxBytes: 1 << 30 };
  for (const arrival of [forged, forged.toReversed(), scattered(forged)]) {
    const store = storeOf([...real, ...arrival], bounds);
    const size = sizeOf(store);
    assert.ok(size <= 300 && size >= 280, `${size} sightings`);
    assert.equal(store.sightingsOf('real').length, 3);
    assert.equal(store.evicted, 3000 - (size - 3));
    const classes = store.hosts().map((host) => store.sightingsOf(host)[0]?.sighting.consumer?.className);
    // What is harmless goes first: none but those that came since room was made.
    assert.ok(classes.filter((name) => name === 'LogFileEventConsumer').length < 20);
  }
});

test('L15: the bound on bytes holds for hosts with little each too, and what a small store holds stays', () => {
  const forged = Array.from({ length: 1000 }, (_, i) =>
    told(`forged${i}`, i, 'created', { consumer: consumer('C', 'x'.repeat(1000)) }),
  );
  const store = storeOf(forged, { maxSubscriptions: 100_000, maxBytes: 300_000 });
  const held = store.hosts().flatMap((host) => store.sightingsOf(host));
  assert.ok(held.reduce((sum, { bytes }) => sum + bytes, 0) <= 300_000);
  assert.equal(held.length + store.evicted, 1000);
  const small = storeOf(forged.slice(0, 100), { maxSubscriptions: 100_000, maxBytes: 300_000 });
  assert.deepEqual([sizeOf(small), small.evicted, small.thinned], [100, 0, 0]);
});

test('L15: one host with one subscription keeps it, however much its records weigh', () => {
  const store = storeOf([told('h', 0, 'created', { consumer: consumer('C', 'x'.repeat(9000)) })], {
    maxSubscriptions: 1,
    maxBytes: 1000,
  });
  assert.deepEqual([sizeOf(store), store.evicted], [1, 0]);
});
