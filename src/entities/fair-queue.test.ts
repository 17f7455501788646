import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Xorshift } from '../../testkit/index.ts';
import { FairQueue, type Queued } from './fair-queue.ts';

interface Row extends Queued {
  readonly name: string;
}

function row(name: string, weight = 1): Row {
  return { name, weight, group: undefined };
}

/** A queue with what it has pushed out. */
function queue(bounds: { max?: number; quota?: number; maxBytes?: number }): { rows: FairQueue<Row>; lost: string[] } {
  const lost: string[] = [];
  const rows = new FairQueue<Row>({ max: 100, quota: 100, ...bounds, onEvict: ({ name }) => lost.push(name) });
  return { rows, lost };
}

test('L15: a group that is full pushes out its own oldest row, counted', () => {
  const { rows, lost } = queue({ quota: 2 });
  rows.push('other', row('o'));
  for (const name of ['a', 'b', 'c', 'd']) rows.push(7, row(name));
  assert.deepEqual([lost, rows.size, rows.evicted], [['a', 'b'], 3, 2]);
});

test('L15: a full queue makes room in its largest groups, oldest rows first', () => {
  const { rows, lost } = queue({ max: 32 });
  for (let i = 0; i < 2; i++) rows.push('small', row(`small ${i}`));
  for (let i = 0; i < 30; i++) rows.push('large', row(`large ${i}`));
  rows.push('small', row('new'));
  assert.deepEqual([lost, rows.size], [['large 0', 'large 1', 'large 2', 'large 3'], 29]);
});

test('L15: a queue that is heavy makes room by weight', () => {
  const { rows, lost } = queue({ maxBytes: 1600 });
  rows.push('small', row('small', 100));
  for (let i = 0; i < 5; i++) rows.push('heavy', row(`heavy ${i}`, 300));
  rows.push('small', row('new', 100));
  assert.deepEqual(lost, ['heavy 0']);
});

test('a row that is taken out or outlived is no loss, and its group is forgotten with its last row', () => {
  const { rows, lost } = queue({ quota: 2 });
  const [a, b] = [row('a'), row('b')];
  rows.push('g', a);
  rows.push('g', b);
  assert.deepEqual([rows.remove(a), rows.remove(a), rows.size], [true, false, 1]);
  rows.push('g', row('c'));
  rows.push('h', row('d'));
  const over: string[] = [];
  rows.expire(
    ({ name }) => name < 'd',
    ({ name }) => over.push(name),
    ({ name }) => name === 'b',
  );
  assert.deepEqual([over, rows.size, lost, rows.evicted], [['c'], 2, [], 0], 'b is still used');
  rows.expire(
    () => true,
    ({ name }) => over.push(name),
  );
  assert.deepEqual([over, rows.size, rows.hasGroup('g')], [['c', 'd', 'b'], 0, false]);
  rows.push('h', row('e'));
  for (let i = 0; i < 100; i++) {
    const one = row(`x ${i}`);
    rows.push('h', one);
    rows.remove(one);
  }
  assert.equal(rows.size, 1);
});

test('L15: rows that left are not held on to, whether a bound, an expiry or their owner took them', () => {
  const { rows } = queue({ max: 400, quota: 300 });
  const random = new Xorshift(5);
  let newest = row('none');
  const held: Row[] = [];
  for (let n = 0; n < 20_000; n++) {
    newest = row(String(n));
    held.push(newest);
    rows.push(n % 3 === 0 ? 'small' : 'large', newest);
    const one = held[random.below(held.length)];
    if (one !== undefined && n % 4 === 0) rows.remove(one);
    if (n % 50 === 0)
      rows.expire(
        ({ name }) => Number(name) < n - 350,
        () => {},
      );
    if (held.length > 500) held.splice(0, 250);
    const { group } = newest;
    assert.ok(group === undefined || group.rows.length <= 2 * group.live + 33);
    assert.ok(rows.listed <= rows.size * 1.25 + 1025);
    assert.equal([...rows.values()].length, rows.size);
  }
});
