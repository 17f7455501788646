import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killFirstStarts, killServer } from './kill-rounds.ts';

/** Ten in every run; a soak says how many (`KILL_ROUNDS=200`). */
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 10);

test(`L24 a server that is killed ${ROUNDS} times under load: each acknowledged event is there once`, async (t) => {
  const { batches, events, replays } = await killServer(ROUNDS);
  t.diagnostic(`${batches} batches acknowledged, ${events} events kept, ${replays} retries known`);
  assert.ok(batches > 10 * ROUNDS, `${batches} batches`);
});

test(`a server that is killed within its first start, ${ROUNDS} times: the next start has a key that is good`, async () => {
  await killFirstStarts(ROUNDS);
});
