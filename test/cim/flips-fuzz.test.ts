import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PAGE_BYTES } from '../../testkit/cim/index.ts';
import { flipGround } from './flip-ground.ts';
import { type FlipReport, flips, runFlips, type TellReader, WHOLE_READER } from './flips.ts';

/** One reading in so many looks into free pages and slack even when the newest generation lacks nothing. */
const WHOLE_EVERY = 16;
/** On a machine that does other work; a reading takes some milliseconds. */
const MOST_MS = 2000;

function assertKept({ crashes, lost, silent, slowestMs }: FlipReport): void {
  assert.deepEqual([...crashes, ...lost, ...silent], []);
  assert.ok(slowestMs < MOST_MS, `${slowestMs} ms`);
}

test('D16 300 flips in the index of a repository of 200 pages lose no subscription', () => {
  const ground = flipGround();
  const pages = [...ground.files.values()].reduce((sum, { length }) => sum + Math.floor(length / PAGE_BYTES), 0);
  assert.ok(pages >= 195, `${pages} pages`);
  const report = runFlips(ground, flips(ground, 'INDEX.BTR', 300, 7), { wholeEvery: WHOLE_EVERY });
  assert.equal(report.flips, 300);
  assertKept(report);
});

test('D16 1,000 flips in its objects, half of them where subscriptions lie, lose none that is whole', () => {
  const ground = flipGround();
  const report = runFlips(ground, flips(ground, 'OBJECTS.DATA', 1000, 7), { wholeEvery: WHOLE_EVERY });
  assert.equal(report.flips, 1000);
  assertKept(report);
  // What was hit itself is told with its other content or as broken, and what a broken class costs is rare.
  assert.ok(report.hit.changed > 10 && report.hit.broken > 10, JSON.stringify(report.hit));
  assert.ok(report.toldByClass <= 20, `${report.toldByClass}`);
});

test('L27 the flips catch a reader of the index alone, one that keeps silent, one that throws, and one that is slow', () => {
  const ground = flipGround();
  const objects = [...flips(ground, 'OBJECTS.DATA', 250, 7)];
  const indexAlone: TellReader = { ...WHOLE_READER, beside: () => [] };
  assert.ok(runFlips(ground, objects, { reader: indexAlone }).lost.length > 0);
  const blind: TellReader = { current: () => [], beside: () => [] };
  assert.ok(runFlips(ground, objects.slice(0, 60), { reader: blind }).silent.length > 0);
  const throwing: TellReader = {
    ...WHOLE_READER,
    *current(repository) {
      yield* WHOLE_READER.current(repository);
      if (repository.anomalies().length > 0) throw new Error('not as expected');
    },
  };
  assert.ok(runFlips(ground, objects.slice(0, 60), { reader: throwing }).crashes.length > 0);
  const [first] = objects;
  assert.ok(first !== undefined);
  const byte = (): number | undefined => ground.files.get(first.file)?.[first.offset];
  const before = byte();
  const slow: TellReader = {
    beside: () => [],
    current: () => {
      const until = performance.now() + (byte() === before ? 1 : 30);
      while (performance.now() < until);
      return [];
    },
  };
  assert.ok(runFlips(ground, [first], { reader: slow }).slowest.ratio > 2);
});
