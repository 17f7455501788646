import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz, fuzzSeeds, readerTarget, recoveryTarget, trustingTarget } from './fuzz.ts';

test('T48 mutated logs are read without an error, a hang or a byte from elsewhere', () => {
  for (const seed of fuzzSeeds()) readerTarget(seed);
  const report = fuzz(readerTarget, 600, 20260312);
  assert.deepEqual(report.failures.slice(0, 3), []);
  assert.ok(report.slowest < 2000, `${report.slowest} ms`);
});

test('T48 what mutations leave without template goes through the second pass without an error', () => {
  for (const seed of fuzzSeeds()) recoveryTarget(seed);
  assert.deepEqual(fuzz(recoveryTarget, 300, 20260313).failures.slice(0, 3), []);
});

test('L27 the same mutations find the planted failure', () => {
  for (const seed of fuzzSeeds()) trustingTarget(seed);
  const report = fuzz(trustingTarget, 300, 20260312);
  assert.ok(report.failures.length > 20, `${report.failures.length} found`);
});
