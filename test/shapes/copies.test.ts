import assert from 'node:assert/strict';
import { test } from 'node:test';
import { somePairs, wrongInPair } from './pairs.ts';

test('L6 copies in event logs and each shape are one event, and an edited copy is kept and told (B12)', async (t) => {
  const wrong: string[] = [];
  for (const pair of somePairs()) wrong.push(...(await wrongInPair(t, pair)));
  assert.deepEqual(wrong, []);
});
