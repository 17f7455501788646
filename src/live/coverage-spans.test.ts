import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TimedCoverage } from '../evidence/index.ts';
import { CoverageSpans } from './coverage-spans.ts';

const HOUR_MS = 3_600_000;
const SOURCES = [{ file: 'a' }, { file: 'b' }, { file: 'c' }];

function row(computer: string, hour: number, count = 1): TimedCoverage {
  const at = { firstMs: hour * HOUR_MS, firstTicks: 0, lastMs: hour * HOUR_MS + 1, lastTicks: 0 };
  const ids = { lowestId: 1, highestId: 2 };
  const log = { computer, channel: 'Security', provider: 'p', eventId: 4624, recordClass: 'live' } as const;
  return { ...log, ...at, ...ids, count, misdated: 0, isText: true };
}

function listed(spans: CoverageSpans): readonly string[] {
  return spans.table.list(SOURCES).map(({ computer, source, count }) => `${computer} ${source.file} ${count}`);
}

test('what was counted of all spans is kept as it comes, and is the same as put together anew', () => {
  const spans = new CoverageSpans(HOUR_MS);
  const added: (readonly [number, TimedCoverage])[] = [];
  const add = (source: number, one: TimedCoverage): void => {
    added.push([source, one]);
    spans.add(source, [one], 0);
  };
  for (const hour of [9, 3, 5, 3]) for (const [source, name] of ['z', 'b', 'm'].entries()) add(source, row(name, hour));
  assert.deepEqual(listed(spans), ['b b 4', 'm c 4', 'z a 4']);
  add(1, row('a', 5));
  add(0, row('n', 9, 2));
  assert.deepEqual(listed(spans), ['a b 1', 'b b 4', 'm c 4', 'n a 2', 'z a 4']);
  const again = new CoverageSpans(HOUR_MS);
  for (const [source, one] of added.toReversed()) again.add(source, [one], 0);
  assert.deepEqual(spans.table.list(SOURCES), again.table.list(SOURCES));
  spans.forgetBefore(6 * HOUR_MS);
  assert.deepEqual(listed(spans), ['b b 1', 'm c 1', 'n a 2', 'z a 1']);
  spans.renumberSources([2, 1, 0]);
  assert.deepEqual(listed(spans), ['b b 1', 'm a 1', 'n c 2', 'z c 1']);
});

test('L15 names that one sender makes up fill half of the table at most, and are counted; others are told all the same', () => {
  const spans = new CoverageSpans(HOUR_MS, 10);
  for (let n = 0; n < 5; n++) spans.add(0, [row(`forged-${n}`, 1)], 0);
  assert.equal(spans.evicted, 0);
  spans.add(0, [row('forged-5', 1, 7), row('forged-0', 1)], 0);
  assert.equal(spans.evicted, 7);
  for (const name of ['x', 'y', 'z']) spans.add(1, [row(name, 2)], 0);
  assert.deepEqual([spans.evicted, listed(spans).length, listed(spans)[0]], [7, 8, 'forged-0 a 2']);
  spans.forgetBefore(2 * HOUR_MS);
  spans.add(0, [row('forged-9', 3)], 0);
  assert.deepEqual(listed(spans), ['forged-9 a 1', 'x b 1', 'y b 1', 'z b 1']);
});
