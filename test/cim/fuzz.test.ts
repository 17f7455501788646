import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz, fuzzSeeds, readerTarget, trustingTarget } from './fuzz.ts';

test('CIM 11, 60: mutated repositories are read without an error or a hang', () => {
  for (const seed of fuzzSeeds()) readerTarget(seed);
  const report = fuzz(readerTarget, 250, 20260312);
  assert.deepEqual(report.failures.slice(0, 3), []);
  assert.ok(report.slowest < 4000, `${report.slowest} ms`);
});

test('L27 the same mutations find the planted failure', () => {
  for (const seed of fuzzSeeds()) trustingTarget(seed);
  const report = fuzz(trustingTarget, 250, 20260312);
  assert.ok(report.failures.length > 2, `${report.failures.length} found`);
});
