import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Queue } from './queue.ts';

test('a queue gives its items in the order in which they came, however many come and go', () => {
  const queue = new Queue<number>();
  const taken: number[] = [];
  for (let item = 0; item < 10_000; item++) {
    queue.push(item);
    if (item % 3 === 0) taken.push(queue.shift() ?? -1);
  }
  const first = queue.peek();
  assert.equal(first, taken.length);
  while (queue.size > 0) taken.push(queue.shift() ?? -1);
  assert.deepEqual(
    taken,
    Array.from({ length: 10_000 }, (_, item) => item),
  );
  assert.deepEqual([queue.peek(), queue.shift(), queue.size], [undefined, undefined, 0]);
});
