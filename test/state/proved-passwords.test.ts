import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { passwordText } from '../../src/people/index.ts';
import type { PeopleChange, State } from '../../src/state/index.ts';
import { BY, codeOf, digest, got, newState } from './opened-state.ts';

/** The hash of a password: of which one is not looked at here. */
function hashOf(of: number): string {
  return passwordText({ logN: 17, r: 8, p: 1, salt: digest(of).slice(0, 16), hash: digest(of) });
}

const [FIRST, SECOND, THIRD] = [hashOf(1), hashOf(2), hashOf(3)];

/** A state with bob, whose password is the first. */
async function withBob(t: TestContext): Promise<State> {
  const state = await newState(t);
  await got(change(state, { action: 'add', name: 'bob', role: 'analyst', password: FIRST, mustChange: false }));
  return state;
}

function change(state: State, asked: PeopleChange) {
  return state.call('askChange', { change: asked, by: BY });
}

function begin(state: State, was: string, of: number) {
  const session = { person: 'bob', was, sha256: digest(of), peer: '10.0.0.5', agent: 'a browser' };
  return state.call('beginSession', { session, by: { ...BY, who: 'bob' } });
}

function choose(state: State, was: string, password: string) {
  return state.call('changePassword', { name: 'bob', was, password, by: { ...BY, who: 'bob' } });
}

test('what a password proved holds while it is the one that is kept: a reset and a change win over it', async (t) => {
  const state = await withBob(t);
  await got(begin(state, FIRST, 1));
  assert.deepEqual((await got(change(state, { action: 'reset', name: 'bob', password: SECOND }))).kind, 'done');
  assert.equal(await codeOf(choose(state, FIRST, THIRD)), 'unknown');
  assert.equal(await codeOf(begin(state, FIRST, 2)), 'unknown');
  const reset = await got(state.call('findPerson', { name: 'bob' }));
  assert.deepEqual([reset?.password, reset?.mustChange], [SECOND, true]);
  await got(choose(state, SECOND, THIRD));
  assert.equal(await codeOf(begin(state, SECOND, 3)), 'unknown');
  await got(begin(state, THIRD, 4));
  const { rows } = await got(state.call('listSessions', { isOpen: true }));
  assert.deepEqual(
    rows.map(({ number }) => number),
    [2],
  );
});

test('who was barred while their password was hashed changes nothing', async (t) => {
  const state = await withBob(t);
  await got(change(state, { action: 'role', name: 'bob', role: 'none' }));
  assert.equal(await codeOf(choose(state, FIRST, SECOND)), 'unknown');
  assert.equal((await got(state.call('findPerson', { name: 'bob' })))?.password, FIRST);
});
