import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GATHER_MS } from '../../src/outbox/index.ts';
import { got, newState } from './opened-state.ts';
import { commit, final, told } from './told-incidents.ts';
import { deliver, due, LATER, withSinks } from './told-sinks.ts';

test('L15 G22 what is told anew after it went to keep the bounds is sent, under an id of its own', async (t) => {
  const state = await withSinks(await newState(t, { incidents: 2 }), { level: 'low' });
  const low = { level: 'low' } as const;
  await commit(state, told('a', 1, low), told('b', 1, low));
  assert.deepEqual(await deliver(state, LATER), ['a_soc_1_0', 'b_soc_1_0']);
  await commit(state, final('a'));
  assert.deepEqual((await got(commit(state, told('c', 1, low)))).droppedIncidents, ['a']);
  const again = { ...low, atMs: LATER };
  await commit(state, told('a', 1, again));
  await commit(state, told('a', 1, again), told('b', 2, { level: 'medium', atMs: LATER }));
  assert.deepEqual((await due(state)).slice(2), [
    // What came before any went has the id that it had.
    ['c_soc_1_0', 'reached'],
    ['a_soc_1_0n4', 'reached'],
    ['b_soc_2_0', 'level'],
  ]);
  const late = LATER + GATHER_MS + 1;
  assert.deepEqual(await deliver(state, late), ['c_soc_1_0', 'a_soc_1_0n4', 'b_soc_2_0']);
  await commit(state, told('a', 2, { level: 'medium', atMs: late }));
  assert.deepEqual((await due(state)).at(-1), ['a_soc_2_0n4', 'level']);
});

test('L15 G22 what began anew is not taken for told by a message about the one that went', async (t) => {
  const state = await withSinks(await newState(t, { incidents: 2 }), { level: 'low' });
  const low = { level: 'low' } as const;
  await commit(state, told('a', 1, low), told('b', 1, low), final('a'));
  assert.deepEqual((await got(commit(state, told('c', 1, low)))).droppedIncidents, ['a']);
  // Its message is ready, and nobody has sent it yet.
  await commit(state, told('a', 1, { ...low, atMs: LATER }));
  assert.deepEqual(
    (await due(state)).flatMap(([id]) => (id.startsWith('a') ? id : [])),
    ['a_soc_1_0', 'a_soc_1_0n4'],
  );
});
