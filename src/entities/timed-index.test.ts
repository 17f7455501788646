import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Xorshift } from '../../testkit/index.ts';
import { FairQueue, type QueueGroup } from './fair-queue.ts';
import { type Bucket, type Indexed, leave, TimedIndex } from './timed-index.ts';

class Row implements Indexed {
  readonly timeMs: number;
  readonly key: number;
  readonly weight = 1;
  group: QueueGroup | undefined = undefined;
  buckets: readonly (Bucket<Indexed> | undefined)[] = [];

  constructor(timeMs: number, key: number) {
    this.timeMs = timeMs;
    this.key = key;
  }
}

test('rows are found by key and time as by a walk over all that are held, whatever came and left before', () => {
  const random = new Xorshift(7);
  const index = new TimedIndex<Row>();
  let held: Row[] = [];
  const lose = (row: Row): void => {
    leave(row);
    held = held.filter((one) => one !== row);
  };
  const queue = new FairQueue<Row>({ max: 200, quota: 60, onEvict: lose });
  for (let n = 0; n < 5000; n++) {
    const row = new Row(n * 10_000, random.below(12) < 6 ? 0 : random.below(300));
    row.buckets = [index.add(row.key, row), undefined];
    held.push(row);
    queue.push(row.key % 5, row);
    if (random.below(4) === 0) {
      const gone = held[random.below(held.length)];
      if (gone !== undefined && queue.remove(gone)) lose(gone);
    }
    if (n % 100 === 0) queue.expire(({ timeMs }) => timeMs < (n - 150) * 10_000, lose);
    if (n % 7 !== 0) continue;
    const key = random.below(12) < 6 ? 0 : random.below(300);
    const fromMs = (n - random.below(200)) * 10_000;
    const toMs = fromMs + random.below(400) * 10_000;
    const isIn = ({ timeMs }: Row): boolean => timeMs >= fromMs && timeMs <= toMs;
    const plain = held.filter((one) => one.key === key);
    assert.deepEqual(index.rowsOf(key), plain);
    assert.deepEqual(index.rowsAround(key, fromMs, toMs).filter(isIn), plain.filter(isIn));
  }
  assert.deepEqual([...queue.values()], held);
  assert.ok(queue.evicted > 100 && held.length > 50);
});
