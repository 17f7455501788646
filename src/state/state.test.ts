import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { State } from './state.ts';

/** A thread that answers the first request, and does `act` at the second. */
function dying(act: string): Worker {
  const source = `
    const { parentPort } = require('node:worker_threads');
    let seen = 0;
    parentPort.on('message', ({ ticket }) => {
      if (++seen === 1) parentPort.postMessage({ kind: 'answer', ticket, outcome: { kind: 'done', value: null } });
      else ${act};
    });`;
  return new Worker(source, { eval: true });
}

for (const [how, act, words] of [
  ['by an exception', "throw new Error('out of luck')", /out of luck/],
  ['by itself', 'process.exit(3)', /ended by itself/],
] as const) {
  test(`a thread that dies ${how} settles every waiting call, says so, and refuses the later ones`, async () => {
    const state = new State(dying(act));
    assert.deepEqual(await state.call('positions', null), { kind: 'done', value: null });
    const waiting = [state.call('positions', null), state.call('identity', null), state.backup('x')];
    for (const outcome of await Promise.all(waiting)) assert.equal(outcome.kind === 'refused' && outcome.code, 'died');
    const end = await state.ended;
    assert.match(end.kind === 'died' ? end.message : '', words);
    const late = await state.call('positions', null);
    assert.equal(late.kind === 'refused' && late.code, 'died');
    await state.close();
  });
}

test('a call that waits when the state is closed is answered first; one after it is refused; closing twice is fine', async () => {
  const source = `
    const { parentPort } = require('node:worker_threads');
    parentPort.on('message', ({ ticket, kind }) => {
      parentPort.postMessage({ kind: 'answer', ticket, outcome: { kind: 'done', value: kind } });
      if (kind === 'close') parentPort.close();
    });`;
  const state = new State(new Worker(source, { eval: true }));
  const first = state.call('positions', null);
  const closing = Promise.all([state.close(), state.close()]);
  const late = await state.call('positions', null);
  assert.equal(late.kind === 'refused' && late.code, 'closed');
  assert.deepEqual(await first, { kind: 'done', value: 'call' });
  await closing;
  assert.deepEqual(await state.ended, { kind: 'closed' });
});
