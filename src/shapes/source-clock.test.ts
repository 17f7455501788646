import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SourceClock, settleTime, type TimedEvent, type UnsettledTime } from './source-clock.ts';
import type { StatedTime } from './types.ts';

const NOON = Date.UTC(2023, 7, 15, 12);
const HOUR = 3_600_000;

function stated(ms: number, zone: StatedTime['zone'], precision: StatedTime['precision'] = 'ms'): StatedTime {
  return { ms, ticks: 0, zone, precision };
}

interface Made {
  readonly at: number;
  readonly ahead: number;
  readonly zone?: StatedTime['zone'];
  readonly id?: number;
  readonly computer?: string;
  readonly utc?: boolean;
  readonly received?: number;
}

/** An event at `at` seconds after noon UTC, its stated time ahead by hours; TimeCreated is 40 ms later than UtcTime. */
function made({
  at,
  ahead,
  zone = 'claimed',
  id = 1,
  computer = 'A',
  utc = true,
  received,
}: Made): TimedEvent & UnsettledTime {
  const ms = NOON + at * 1000;
  return {
    computer,
    eventId: id,
    stated: stated(ms + 40 + ahead * HOUR, zone),
    ...(utc ? { utcTime: { ms, ticks: 0 } } : {}),
    ...(received === undefined ? {} : { receivedOffsetMinutes: received }),
    place: { offset: at * 100 },
    offset: at * 100,
  };
}

function clockOf(events: readonly TimedEvent[], assumed?: number): ReturnType<SourceClock['settle']> {
  const clock = new SourceClock();
  for (const event of events) clock.add(event);
  return clock.settle(assumed);
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

test('a Z that the UTC of the events contradicts is replaced by their median difference', () => {
  const clock = clockOf(range(0, 50).map((at) => made({ at, ahead: -19 })));
  assert.deepEqual(clock.source, [{ from: 0, aheadMs: -19 * HOUR, events: 50 }]);
  const other = made({ at: 60, ahead: -19, utc: false, computer: 'B', id: 4688 });
  assert.deepEqual(settleTime(clock, other), {
    timeMs: NOON + 60_040,
    timeTicks: 0,
    createdMs: NOON + 60_040,
    createdTicks: 0,
    quality: 'corrected',
  });
  const own = settleTime(clock, made({ at: 7, ahead: -19 }));
  assert.deepEqual([own.timeMs, own.createdMs, own.quality], [NOON + 7000, NOON + 7040, 'exact']);
});

test('a Z that the UTC of the events bears out is believed, an unproved one is marked', () => {
  const clock = clockOf(range(0, 9).map((at) => made({ at, ahead: 0.1 })));
  const other = made({ at: 60, ahead: 0, utc: false });
  assert.deepEqual([settleTime(clock, other).createdMs, settleTime(clock, other).quality], [NOON + 60_040, 'ms']);
  assert.equal(settleTime(clockOf([]), other).quality, 'local-assumed');
});

test('the bound of a contradiction is 15 minutes, and a clock that is wrong by any amount is corrected by it', () => {
  const at14 = clockOf(range(0, 9).map((at) => made({ at, ahead: 14 / 60 })));
  const at16 = clockOf(range(0, 9).map((at) => made({ at, ahead: 16.5 / 60 })));
  const other = (ahead: number): UnsettledTime => made({ at: 60, ahead, utc: false });
  assert.equal(settleTime(at14, other(14 / 60)).createdMs, NOON + 60_040 + 14 * 60_000);
  assert.equal(settleTime(at16, other(16.5 / 60)).createdMs, NOON + 60_000);
});

test('a UtcTime is the event time up to 60 s from TimeCreated, beyond it TimeCreated is', () => {
  const clock = clockOf([]);
  const at = (distance: number): unknown => {
    const utcTime = { ms: NOON - distance, ticks: 5 };
    const settled = settleTime(clock, { computer: 'A', offset: 0, stated: stated(NOON, 'utc', 'ticks'), utcTime });
    return [settled.timeMs, settled.timeTicks, settled.createdMs];
  };
  assert.deepEqual(at(60_000), [NOON - 60_000, 5, NOON]);
  assert.deepEqual(at(60_001), [NOON, 0, NOON]);
});

test('connections and queries tell no clock: their UtcTime may be days off', () => {
  const clock = clockOf([
    ...range(0, 5).map((at) => made({ at, ahead: -5 })),
    ...range(5, 90).map((at) => made({ at, ahead: 133, id: at % 2 === 0 ? 3 : 22 })),
  ]);
  assert.deepEqual(clock.source, [{ from: 0, aheadMs: -5 * HOUR, events: 5 }]);
  const late = settleTime(clock, { ...made({ at: 7, ahead: -5 }), utcTime: { ms: NOON - 5 * 24 * HOUR, ticks: 0 } });
  assert.deepEqual([late.timeMs, late.quality], [NOON + 7040, 'corrected']);
});

test('a clock may step inside a source: each part has its own difference, odd events among them none', () => {
  const clock = clockOf([
    ...range(0, 20).map((at) => made({ at, ahead: at === 9 ? 77 : -4, zone: 'local' })),
    ...range(20, 40).map((at) => made({ at, ahead: -5, zone: 'local' })),
  ]);
  assert.deepEqual(clock.source, [
    { from: 0, aheadMs: -4 * HOUR, events: 19 },
    { from: 2000, aheadMs: -5 * HOUR, events: 20 },
  ]);
  const before = settleTime(clock, made({ at: 19, ahead: -4, zone: 'local', utc: false }));
  const after = settleTime(clock, made({ at: 21, ahead: -5, zone: 'local', utc: false }));
  assert.deepEqual([before.createdMs, after.createdMs], [NOON + 19_040, NOON + 21_040]);
});

test('hosts of one source may stand in different zones; a host without UTC of its own follows the source', () => {
  const events = range(0, 60).map((at) =>
    made({ at, ahead: at % 3 === 0 ? 2 : -4, computer: at % 3 === 0 ? 'b' : 'A', zone: 'local' }),
  );
  const clock = clockOf(events);
  const settle = (computer: string, ahead: number): number =>
    settleTime(clock, made({ at: 61, ahead, computer, zone: 'local', utc: false })).createdMs;
  assert.deepEqual([settle('B', 2), settle('a', -4), settle('C', -4)], Array(3).fill(NOON + 61_040));
});

test('without UTC of Sysmon a local time is told by its arrival, else assumed to be UTC and marked; the user wins', () => {
  const events = range(0, 9).map((at) => made({ at, ahead: -4, zone: 'local', utc: false, received: -238 }));
  const event = made({ at: 3, ahead: -4, zone: 'local', utc: false });
  const told = settleTime(clockOf(events), event);
  assert.deepEqual([told.createdMs, told.quality], [NOON + 3040, 'corrected']);
  const assumed = settleTime(clockOf([]), event);
  assert.deepEqual([assumed.createdMs, assumed.quality], [NOON + 3040 - 4 * HOUR, 'local-assumed']);
  const given = settleTime(clockOf(events, 60), event);
  assert.deepEqual([given.createdMs, given.quality], [NOON + 3040 - 5 * HOUR, 'corrected']);
  const claimed = made({ at: 3, ahead: 0, zone: 'utc', utc: false });
  assert.equal(settleTime(clockOf(events, 60), claimed).createdMs, NOON + 3040);
});

test('names of hosts are hostile: no computer is taken for a property of the language', () => {
  const event = made({ at: 1, ahead: -4, computer: 'constructor', utc: false });
  assert.equal(settleTime(clockOf([made({ at: 0, ahead: -4, computer: '__proto__' })]), event).createdMs, NOON + 1040);
});

test('a flood of hosts, steps and events leaves the clock small', () => {
  const clock = new SourceClock();
  for (let at = 0; at < 20_000; at++) clock.add(made({ at, ahead: (at % 97) - 48, computer: `host${at}` }));
  const settled = clock.settle();
  assert.ok(settled.computers.size <= 1024);
  assert.equal(settled.source.length, 1);
});
