import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { looseLogs, WITHOUT_CORPUS } from './corpus.ts';
import { fuzz, readerTarget, recoveryTarget } from './fuzz.ts';

test('T48 twenty thousand mutations', () => {
  const report = fuzz(readerTarget, 20_000, 4711);
  assert.deepEqual(report.failures.slice(0, 3), []);
  assert.ok(report.slowest < 2000, `${report.slowest} ms`);
});

test('T48 three thousand mutations for the second pass', () => {
  assert.deepEqual(fuzz(recoveryTarget, 3000, 4712).failures.slice(0, 3), []);
});

test('T48 mutations of real logs', { skip: WITHOUT_CORPUS }, () => {
  const seeds = looseLogs()
    .map((path) => new Uint8Array(readFileSync(path)))
    .filter(({ length }) => length <= 200_000);
  assert.ok(seeds.length > 5, `${seeds.length} small logs`);
  for (const target of [readerTarget, recoveryTarget]) {
    const report = fuzz(target, 1500, 4713, seeds);
    assert.deepEqual(report.failures.slice(0, 3), []);
  }
});
