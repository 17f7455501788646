import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz, readerTarget } from './fuzz.ts';
import { assertRoundTrip } from './round-trip.ts';

test('CIM 11, 60: 3,000 mutated repositories are read without an error or a hang', () => {
  const report = fuzz(readerTarget, 3000, 20260315);
  assert.deepEqual(report.failures.slice(0, 3), []);
  assert.ok(report.slowest < 6000, `${report.slowest} ms`);
});

test('many classes and instances are read back as they were written', () => {
  assertRoundTrip(1000, 20260316);
});
