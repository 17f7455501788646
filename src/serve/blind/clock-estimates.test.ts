import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClockEstimates } from './clock-estimates.ts';

const NOW = 1_800_000_000_000;
const MINUTE_MS = 60_000;

test('SERVE 0.1: 3 a sender is as far behind as the quickest of its batches, beyond what is usual among the others', () => {
  const estimates = new ClockEstimates();
  for (const [sender, ms] of [
    ['quick', 200],
    ['quick', 5000],
    ['usual', 300],
    ['behind', 180_300],
    ['ahead', -60_000],
  ] as const)
    estimates.note(sender, NOW, NOW - ms);
  assert.deepEqual(Object.fromEntries(estimates.all(NOW)), {
    quick: 60_200,
    usual: 60_300,
    behind: 240_300,
    ahead: -60_200,
  });
});

test('one sender alone is compared with none; what is old, has no time or catches up says nothing', () => {
  const estimates = new ClockEstimates();
  estimates.note('alone', NOW, NOW - 90_000);
  estimates.note('backlog', NOW, NOW - 2 * 86_400_000);
  estimates.note('untimed', NOW, Number.NEGATIVE_INFINITY);
  assert.deepEqual([...estimates.all(NOW)], [['alone', 90_000]]);
  assert.equal(estimates.all(NOW + 11 * MINUTE_MS).size, 0);
  estimates.note('alone', NOW + 6 * MINUTE_MS, NOW + 6 * MINUTE_MS - 30_000);
  assert.deepEqual([...estimates.all(NOW + 6 * MINUTE_MS)], [['alone', 30_000]]);
});

test('L15 of too many senders the one goes that sent longest ago', () => {
  const estimates = new ClockEstimates();
  for (let at = 0; at <= 10_000; at++) estimates.note(`s${at}`, NOW, NOW);
  assert.deepEqual([estimates.all(NOW).has('s0'), estimates.all(NOW).size], [false, 10_000]);
});
