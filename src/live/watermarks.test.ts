import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Watermarks } from './watermarks.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 2, 12, 12);

function watermarks(): Watermarks {
  return new Watermarks({ latenessMs: 2 * MINUTE, silentAfterMs: 5 * MINUTE, spanMs: 24 * 60 * MINUTE });
}

/** Minutes after noon, or as it is where it is none. */
const minutes = (ms: number): number => (ms - NOON) / MINUTE;

test('the watermark is the least of the sources, less the lateness', () => {
  const marks = watermarks();
  marks.hear('a', 'Security', NOON + 10 * MINUTE, NOON + 10 * MINUTE);
  marks.hear('b', 'Security', NOON + 6 * MINUTE, NOON + 10 * MINUTE);
  assert.deepEqual(marks.at(NOON + 10 * MINUTE), { ms: NOON + 4 * MINUTE, active: 2, silent: 0, backlog: 0 });
});

test('a source that is silent for five minutes holds nobody up, one a millisecond less does', () => {
  const marks = watermarks();
  marks.hear('a', 'Security', NOON, NOON);
  marks.hear('b', 'Security', NOON + 4 * MINUTE, NOON + 4 * MINUTE);
  assert.equal(minutes(marks.at(NOON + 5 * MINUTE - 1).ms), -2);
  assert.deepEqual(marks.at(NOON + 5 * MINUTE), { ms: NOON + 2 * MINUTE, active: 1, silent: 1, backlog: 0 });
});

test('when all are silent the watermark follows the clock, and it never goes back', () => {
  const marks = watermarks();
  marks.hear('a', 'Security', NOON, NOON);
  assert.equal(minutes(marks.at(NOON + 60 * MINUTE).ms), 58);
  marks.hear('a', 'Security', NOON + 10 * MINUTE, NOON + 61 * MINUTE);
  assert.equal(minutes(marks.at(NOON + 61 * MINUTE).ms), 58);
});

test('before the first event there is no watermark', () => {
  assert.equal(watermarks().at(NOON).ms, Number.NEGATIVE_INFINITY);
});

test('a clock that runs ahead counts as five minutes ahead', () => {
  const marks = watermarks();
  marks.hear('a', 'Security', NOON + 1000 * MINUTE, NOON);
  assert.equal(minutes(marks.newestMs), 5);
  assert.equal(minutes(marks.at(NOON).ms), 3);
});

test('a laptop that sends last weekend holds nobody up', () => {
  const marks = watermarks();
  marks.hear('a', 'Security', NOON, NOON);
  marks.hear('laptop', 'Security', NOON - 48 * 60 * MINUTE, NOON);
  assert.deepEqual(marks.at(NOON), { ms: NOON - 2 * MINUTE, active: 1, silent: 0, backlog: 1 });
});

test('L15 beyond the bound the source that was silent longest is forgotten, and counted', () => {
  const marks = new Watermarks({ latenessMs: 0, silentAfterMs: 5 * MINUTE, spanMs: 1e9, maxSources: 2 });
  marks.hear('a', 'Security', NOON, NOON);
  marks.hear('b', 'Security', NOON + MINUTE, NOON);
  assert.deepEqual([marks.at(NOON).ms, marks.evicted], [NOON, 0]);
  marks.hear('a', 'Security', NOON + 2 * MINUTE, NOON + 1);
  marks.hear('c', 'Security', NOON + 3 * MINUTE, NOON + 2);
  assert.deepEqual([marks.at(NOON + 3).ms, marks.evicted], [NOON + 2 * MINUTE, 1]);
});
