/** Commits steps to the folder that it is given until it is killed; a line with the judged position for each acknowledged one. */
import { writeSync } from 'node:fs';
import { got, openedState } from './opened-state.ts';
import { stepTo } from './written-steps.ts';

/** Commits that wait at the same time, so that a kill meets the thread at work. */
const AHEAD = 4;

const state = await openedState(process.argv[2] ?? '');
let next = (await got(state.call('positions', null))).judged;

async function keepCommitting(): Promise<never> {
  for (;;) {
    next += 3;
    const judged = next;
    await got(state.call('commit', stepTo(judged)));
    writeSync(1, `${judged}\n`);
  }
}

await Promise.all(Array.from({ length: AHEAD }, keepCommitting));
