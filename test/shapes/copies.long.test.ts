import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allPairs, wrongInPair } from './pairs.ts';

test('L6 copies in every pair of shapes are one event, and an edited copy is kept and told (B12)', async (t) => {
  const pairs = allPairs();
  const wrong: string[] = [];
  for (const pair of pairs) wrong.push(...(await wrongInPair(t, pair)));
  assert.deepEqual(wrong, []);
  t.diagnostic(`${pairs.length} pairs`);
});
