import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passwordText } from '../../src/people/index.ts';
import type { PeopleChange, State } from '../../src/state/index.ts';
import { BY, codeOf, digest, got, newState } from './opened-state.ts';

const PASSWORD = passwordText({ logN: 17, r: 8, p: 1, salt: digest(1).slice(0, 16), hash: digest(1) });

async function ask(state: State, change: PeopleChange, who = BY.who): Promise<number> {
  const asked = await got(state.call('askChange', { change, by: { ...BY, who } }));
  return asked.kind === 'waits' ? asked.request.number : 0;
}

function confirm(state: State, number: number, who: string) {
  return state.call('decideRequest', { number, isConfirmed: true, by: { ...BY, who } });
}

/** Ada and bob may ask and confirm, erik may confirm. */
async function withOffice(state: State): Promise<State> {
  for (const [name, role] of [
    ['ada', 'admin'],
    ['bob', 'admin'],
    ['erik', 'engineer'],
  ] as const) {
    const number = await ask(state, { action: 'add', name, role, password: PASSWORD, mustChange: false });
    if (number > 0) await got(confirm(state, number, 'ada'));
  }
  return state;
}

const SPARE = { action: 'add', name: 'spare', role: 'admin', password: PASSWORD, mustChange: true } as const;

test('what an admin asked for is withdrawn when they are barred or lowered, with a row of the audit each', async (t) => {
  for (const role of ['none', 'engineer'] as const) {
    const state = await withOffice(await newState(t));
    const own = await ask(state, SPARE, 'ada');
    const hold = await got(
      state.call('askSecond', { act: { action: 'hold.add', object: 'host/x', fields: {} }, by: { ...BY, who: 'ada' } }),
    );
    assert.ok(hold.kind === 'waits');
    const other = await ask(state, { ...SPARE, name: 'other' }, 'bob');
    const lowered = await got(confirm(state, await ask(state, { action: 'role', name: 'ada', role }, 'bob'), 'erik'));
    assert.deepEqual(
      lowered.withdrawn.map(({ number, state: is, decidedBy }) => [number, is, decidedBy]),
      [
        [own, 'withdrawn', 'erik'],
        [hold.request.number, 'withdrawn', 'erik'],
      ],
    );
    assert.equal(await codeOf(confirm(state, own, 'erik')), 'exists');
    const { rows } = await got(state.call('listAudit', {}));
    assert.deepEqual(
      rows.filter(({ action }) => action === 'request.withdrawn').map(({ who, object }) => `${who} ${object}`),
      [`erik request/${hold.request.number}`, `erik request/${own}`],
    );
    await got(confirm(state, other, 'erik'));
    assert.equal(await got(state.call('findPerson', { name: 'spare' })), null);
  }
});

test('what was asked for by who may not ask any more is confirmed by nobody, and can be refused', async (t) => {
  const state = await withOffice(await newState(t));
  const number = await ask(state, SPARE, 'erik');
  assert.equal(await codeOf(confirm(state, number, 'ada')), 'exists');
  assert.equal(await codeOf(state.call('confirmable', { number, by: { ...BY, who: 'ada' } })), 'exists');
  const refusal = { number, isConfirmed: false, by: { ...BY, who: 'ada' } };
  assert.equal((await got(state.call('decideRequest', refusal))).request.state, 'refused');
});
