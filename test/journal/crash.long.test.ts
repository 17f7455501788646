import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordRun, tallyCrashes } from './crash-run.ts';

test('L24 no crash loses what was acknowledged: more than a thousand crash points, and recoveries that crash themselves', async (t) => {
  const run = await recordRun({ seed: 11, rounds: 180 });
  const { points, states, complaints } = await tallyCrashes(run, { seed: 12, keepEvery: 1, nestedEvery: 40 });
  t.diagnostic(`${points} crash points, ${states} states`);
  assert.deepEqual(complaints.slice(0, 5), []);
  assert.ok(points > 1000, `${points} points`);
});

test('L24 nor does one on a disk that fails now and then, in each of twenty runs', async (t) => {
  let [points, states, refused, given] = [0, 0, 0, 0];
  for (let seed = 100; seed < 120; seed += 1) {
    const run = await recordRun({ seed, rounds: 20, failEvery: 6 + (seed % 10) });
    const tally = await tallyCrashes(run, { seed, keepEvery: 10, nestedEvery: 100 });
    assert.deepEqual(tally.complaints.slice(0, 5), [], `seed ${seed}`);
    points += tally.points;
    states += tally.states;
    refused += run.refused;
    given += run.given.length;
  }
  t.diagnostic(`${points} crash points, ${states} states, ${refused} of ${given} batches refused`);
  assert.ok(refused > 0);
});
