import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HeldRow, rowsToLetGo, waterLevel } from './row-quota.ts';

function row(changes: Partial<HeldRow>): HeldRow {
  return { host: 'a', source: 0, timeMs: 1000, bytes: 100, isPinned: false, ...changes };
}

/** `count` rows of a host, a millisecond apart. */
function rows(host: string, count: number, changes: Partial<HeldRow> = {}): readonly HeldRow[] {
  return Array.from({ length: count }, (_, i) => row({ host, timeMs: 1000 + i, ...changes }));
}

const NO_HORIZON = Number.NEGATIVE_INFINITY;

test('rows at the horizon stay, rows before it go, pinned ones stay whatever their time', () => {
  const held = [row({ timeMs: 999 }), row({ timeMs: 1000 }), row({ timeMs: 1, isPinned: true })];
  assert.deepEqual([...rowsToLetGo(held, { horizonMs: 1000, bytes: 300 })], [[0, 'expired']]);
});

test('what fits exactly stays; a byte less costs the oldest row of the largest host', () => {
  const held = [...rows('a', 2), ...rows('b', 3)];
  assert.equal(rowsToLetGo(held, { horizonMs: NO_HORIZON, bytes: 500 }).size, 0);
  assert.deepEqual([...rowsToLetGo(held, { horizonMs: NO_HORIZON, bytes: 499 })], [[2, 'capacity']]);
});

test('L15 a flood from one host costs no other host a row, and is told as more than its share', () => {
  const quiet = Array.from({ length: 9 }, (_, i) => rows(`quiet-${i}`, 2)).flat();
  const lost = rowsToLetGo([...quiet, ...rows('flood', 500)], { horizonMs: NO_HORIZON, bytes: 10_000 });
  assert.deepEqual(new Set(lost.values()), new Set(['hostShare']));
  assert.ok([...lost.keys()].every((at) => at >= quiet.length));
  assert.equal(lost.size, 418);
});

test('L15 hosts that one sender makes up push out no more than its part', () => {
  const made = Array.from({ length: 1000 }, (_, i) => row({ host: `made-${i}`, source: 1, timeMs: 5000 + i }));
  const lost = rowsToLetGo([...rows('dc', 20), ...made], { horizonMs: NO_HORIZON, bytes: 8000 });
  assert.ok([...lost.keys()].every((at) => at >= 20));
  assert.deepEqual(new Set(lost.values()), new Set(['sourceShare']));
});

test('pinned rows count for the bytes and never go', () => {
  const held = [...rows('a', 3, { isPinned: true }), ...rows('b', 2)];
  const lost = rowsToLetGo(held, { horizonMs: NO_HORIZON, bytes: 300 });
  assert.deepEqual([...lost.keys()], [3, 4]);
});

test('the level of water: sizes below it stay whole, and the sum fits', () => {
  assert.equal(waterLevel([10, 10, 100], 60), 40);
  assert.equal(waterLevel([10, 20], 30), Number.POSITIVE_INFINITY);
  assert.equal(waterLevel([], 0), Number.POSITIVE_INFINITY);
});
