import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Xorshift } from '../../testkit/index.ts';
import { openedState, temporaryFolder } from './opened-state.ts';
import { startWriter } from './writer-process.ts';
import { checkSteps } from './written-steps.ts';

const ROUNDS = 5;

test('after kill -9 in the middle of commits each acknowledged one is there, none is half there, and the folder is free', async (t) => {
  const folder = temporaryFolder(t);
  const random = new Xorshift(16);
  let before = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const writer = startWriter(folder);
    await writer.hasBegun;
    await sleep(20 + random.below(150));
    const { acknowledged } = await writer.kill();
    const state = await openedState(folder);
    const judged = await checkSteps(state);
    await state.close();
    assert.ok(acknowledged > before, `round ${round} committed nothing`);
    assert.ok(judged >= acknowledged, `${judged} is there, ${acknowledged} was acknowledged`);
    before = judged;
  }
});
