import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Arrivals } from './arrivals.ts';

const at = (file: string, offset: number) => ({ place: { source: { file }, offset, length: 1 } });

test('PRODUCT 12.1 a record arrived with the batch in whose bytes it lies', () => {
  const arrivals = new Arrivals();
  arrivals.add('sender:a', 100, 1000);
  arrivals.add('sender:a', 100, 1500);
  arrivals.add('sender:a', 180, 2000);
  arrivals.add('sender:b', 50, 3000);
  assert.deepEqual(
    [0, 99, 100, 179, 180].map((offset) => arrivals.of(at('sender:a', offset))),
    [1000, 1000, 2000, 2000, undefined],
  );
  assert.deepEqual([arrivals.of(at('sender:b', 49)), arrivals.of(at('sender:c', 0))], [3000, undefined]);
});

test('of too many batches the largest source loses the older half of its own, and says so', () => {
  const arrivals = new Arrivals(8);
  arrivals.add('sender:b', 10, 1);
  for (let n = 1; n <= 8; n++) arrivals.add('sender:a', 10 * n, 100 * n);
  assert.equal(arrivals.of(at('sender:b', 0)), 1);
  assert.deepEqual(
    [39, 40, 79].map((offset) => arrivals.of(at('sender:a', offset))),
    [undefined, 500, 800],
  );
});
