import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Repository } from '../../src/cim/index.ts';
import { flipGround, flips, runFlips } from './flips.ts';
import { fuzz, readerTarget } from './fuzz.ts';
import { liveInstances, readLine } from './read-repository.ts';
import { assertRoundTrip } from './round-trip.ts';

test('D16 300 flips in the index of a repository of 200 pages lose no subscription', () => {
  const ground = flipGround();
  assert.ok(ground.last.objects.physicalPages + ground.last.index.physicalPages >= 195);
  const { failures, flips: count } = runFlips(ground, flips(ground, 'INDEX.BTR', 300, 7));
  assert.equal(count, 300);
  assert.deepEqual(failures, []);
});

test('L27 a reader that walks the index alone is caught by the flips', () => {
  const walkOnly = (repository: Repository): Set<string> =>
    new Set(liveInstances(repository).map((instance) => readLine(instance, false)));
  const ground = flipGround();
  const report = runFlips(ground, flips(ground, 'INDEX.BTR', 300, 1), walkOnly);
  assert.ok(report.failures.length > 0);
});

test('D16 1,000 flips in its objects, half of them where subscriptions lie, lose none that is whole', () => {
  const ground = flipGround();
  const { failures, flips: count, toldByClass } = runFlips(ground, flips(ground, 'OBJECTS.DATA', 1000, 7));
  assert.equal(count, 1000);
  assert.deepEqual(failures, []);
  // What a broken definition of a class costs is told, and rare.
  assert.ok(toldByClass <= 20, `${toldByClass}`);
});

test('CIM 11, 60: 3,000 mutated repositories are read without an error or a hang', () => {
  const report = fuzz(readerTarget, 3000, 20260315);
  assert.deepEqual(report.failures.slice(0, 3), []);
  assert.ok(report.slowest < 6000, `${report.slowest} ms`);
});

test('many classes and instances are read back as they were written', () => {
  assertRoundTrip(1000, 20260316);
});
