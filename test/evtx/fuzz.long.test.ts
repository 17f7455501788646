import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz, readerTarget } from './fuzz.ts';

test('T48 twenty thousand mutations', () => {
  const report = fuzz(readerTarget, 20_000, 4711);
  assert.deepEqual(report.failures.slice(0, 3), []);
  assert.ok(report.slowest < 2000, `${report.slowest} ms`);
});
