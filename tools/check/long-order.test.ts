import assert from 'node:assert/strict';
import { test } from 'node:test';
import { longOrder } from './long-order.ts';

const FILES = [
  'test/cim/fuzz.long.test.ts',
  'test/journal/crash.long.test.ts',
  'test/serve/kill-campaign.long.test.ts',
  'test/serve/outbox-kill.long.test.ts',
  'test/serve/skilled.long.test.ts',
  'test/state/disk.long.test.ts',
  'test/state/faults.long.test.ts',
];
const CRASHES = [1, 2, 3, 5, 6].map((at) => FILES[at]);

test('L24 long tests begin with crashes and kills on every day, and the others take turns', () => {
  assert.deepEqual(longOrder(FILES), [...CRASHES, FILES[0], FILES[4]]);
  assert.deepEqual(longOrder(FILES, 1), [...CRASHES, FILES[4], FILES[0]]);
  assert.deepEqual(longOrder(FILES, 2), longOrder(FILES));
  assert.deepEqual(
    longOrder(
      CRASHES.flatMap((file) => file ?? []),
      3,
    ),
    CRASHES,
  );
});
