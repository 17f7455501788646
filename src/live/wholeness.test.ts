import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostTable } from '../entities/index.ts';
import { Wholeness } from './wholeness.ts';

const NO_NAMES = HostTable.from([]);

test('a host is whole from the newest of what it lost, the others from the beginning', () => {
  const wholeness = new Wholeness(5);
  wholeness.lose('A', 30);
  wholeness.lose('a', 20);
  const from = wholeness.byHostKey(NO_NAMES);
  assert.deepEqual([from('a'), from('b')], [30, 5]);
});

test('what has passed has passed for all, and takes no loss back', () => {
  const wholeness = new Wholeness();
  wholeness.lose('a', 30);
  wholeness.lose('b', 10);
  wholeness.passed(20);
  const from = wholeness.byHostKey(NO_NAMES);
  assert.deepEqual([from('a'), from('b'), from('c')], [30, 20, 20]);
});

test('L15 beyond the bound of hosts the oldest losses are told of all hosts', () => {
  const wholeness = new Wholeness(Number.NEGATIVE_INFINITY, 3);
  for (const [host, ms] of [
    ['a', 10],
    ['b', 20],
    ['c', 30],
  ] as const) {
    wholeness.lose(host, ms);
  }
  assert.equal(wholeness.byHostKey(NO_NAMES)('d'), Number.NEGATIVE_INFINITY);
  wholeness.lose('e', 40);
  const from = wholeness.byHostKey(NO_NAMES);
  assert.deepEqual([from('d'), from('a'), from('c'), from('e')], [20, 20, 30, 40]);
});
