import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BlindSigns, BlindWatch } from './blind-watch.ts';
import { latenessOf } from './late-senders.ts';

const NOW = 10_000_000;
const WELL: BlindSigns = {
  nowMs: NOW,
  startedMs: NOW - 900_000,
  heardMs: NOW - 1000,
  unreadMs: undefined,
  notReady: undefined,
  parts: [],
};

function told(watch: BlindWatch, changes: Partial<BlindSigns>): readonly string[] {
  return watch.look({ ...WELL, ...changes }).map(({ code, sinceMs }) => `${code} ${NOW - sinceMs}`);
}

test('G15 Triad says that it is blind and since when; both sides of the bounds', () => {
  const watch = new BlindWatch();
  assert.deepEqual(told(watch, {}), []);
  assert.deepEqual(told(watch, { heardMs: NOW - 300_000, unreadMs: NOW - 60_000 }), []);
  assert.deepEqual(told(watch, { heardMs: NOW - 300_001 }), ['noSender 300001']);
  assert.deepEqual(told(watch, { heardMs: null }), ['noSender 900000']);
  assert.deepEqual(told(watch, { heardMs: null, startedMs: NOW - 300_000 }), []);
  assert.deepEqual(told(watch, { unreadMs: NOW - 60_001 }), ['lag 60001']);
});

test('G15 what has no beginning of its own lasts since it was seen first, and begins anew after it was well', () => {
  const watch = new BlindWatch();
  const parts = [
    { part: 'outbox', degraded: ['sink soc is dead', '1 dead letter'], stopped: ['sink soc is dead'], figures: {} },
  ];
  const delivers = [{ part: 'outbox', degraded: ['1 dead letter'], stopped: [], figures: {} }];
  assert.deepEqual(told(watch, { parts: delivers }), []);
  const notReady = 'the journal takes no batches: full';
  assert.deepEqual(told(watch, { notReady, parts }), ['refusing 0', 'sink 0']);
  const later = watch.look({ ...WELL, nowMs: NOW + 5000, heardMs: NOW, notReady });
  assert.deepEqual(later, [{ code: 'refusing', sinceMs: NOW, text: `No events are taken now: ${notReady}.` }]);
  assert.deepEqual(watch.look({ ...WELL, nowMs: NOW + 6000, heardMs: NOW, parts })[0]?.sinceMs, NOW + 6000);
});

test('G15 a sender is late after the larger of 5 minutes and three times its median gap', () => {
  const isLate = (silentMs: number, medianGapMs: number | null): boolean =>
    latenessOf({ lastMs: NOW - silentMs, medianGapMs, silences: 0 }, NOW)?.isLate ?? false;
  assert.deepEqual([isLate(300_000, null), isLate(300_001, null), isLate(300_001, 100_000)], [false, true, true]);
  assert.deepEqual(
    [isLate(300_001, 100_001), isLate(300_003, 100_001), isLate(300_004, 100_001)],
    [false, false, true],
  );
});
