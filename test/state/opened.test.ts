import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { State } from '../../src/state/index.ts';
import { codeOf, got, newState } from './opened-state.ts';
import { act, commit, final, merged, told } from './told-incidents.ts';

/** What a person opened of each incident, as `id version revision`. */
async function opened(state: State, who: string): Promise<readonly string[]> {
  const { rows } = await got(state.call('listOpened', { who }));
  return rows.map(({ id, version, revision }) => `${id} ${version} ${revision}`);
}

function open(state: State, who: string, id: string, version = 1, revision = 0): ReturnType<typeof note> {
  return note(state, { who, id, version, revision });
}

function note(state: State, seen: { who: string; id: string; version: number; revision: number }) {
  return state.call('noteOpened', seen);
}

test('G15 what a person opened is theirs alone; an earlier look takes nothing back, and none reaches beyond what there is', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a', 2), told('b')));
  await got(open(state, 'ann', 'a', 2));
  assert.deepEqual([await opened(state, 'ann'), await opened(state, 'bob')], [['a 2 0'], []]);
  await got(open(state, 'ann', 'a', 1));
  assert.deepEqual(await opened(state, 'ann'), ['a 2 0']);
  await got(open(state, 'ann', 'a', 9, 9));
  await got(open(state, 'ann', 'b', 1));
  assert.deepEqual(await opened(state, 'ann'), ['b 1 0', 'a 2 0'], 'at most what there is now');
  assert.equal(await codeOf(open(state, 'ann', 'none')), 'unknown');
  const first = await got(state.call('listOpened', { who: 'ann', limit: 1 }));
  const second = await got(state.call('listOpened', { who: 'ann', limit: 1, cursor: first.next ?? '' }));
  assert.deepEqual([first.rows[0]?.id, second.rows[0]?.id, second.next], ['b', 'a', null]);
});

test('G15 what a person does to an incident that they have read leaves it read, and unread to others', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a'), told('b')));
  for (const who of ['ann', 'bob']) await got(open(state, who, 'a'));
  await act(state, 'a', { action: 'acknowledge' }, { who: 'ann' });
  await act(state, 'b', { action: 'acknowledge' }, { who: 'ann' });
  assert.deepEqual([await opened(state, 'ann'), await opened(state, 'bob')], [['a 1 1'], ['a 1 0']]);
  // Ann has not seen what Bob did: her own note does not hide that.
  await act(state, 'a', { action: 'note', note: 'mine' }, { who: 'bob' });
  await act(state, 'a', { action: 'note', note: 'and mine' }, { who: 'ann' });
  assert.deepEqual(await opened(state, 'ann'), ['a 1 1']);
});

test('what was opened is that of the survivor of a merge, and goes with its incident', async (t) => {
  const state = await newState(t, { incidents: 1 });
  await got(commit(state, told('a'), told('b')));
  await got(commit(state, told('a', 2, { absorbs: ['b'] }), merged('b', 'a')));
  assert.equal((await got(open(state, 'ann', 'b', 1))).id, 'a');
  await act(state, 'a', { action: 'verdict', verdict: 'false' });
  await act(state, 'a', { action: 'close' });
  await got(commit(state, told('c'), final('a')));
  assert.deepEqual(await opened(state, 'ann'), []);
});
