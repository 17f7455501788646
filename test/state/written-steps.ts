import assert from 'node:assert/strict';
import type { State, Step } from '../../src/state/index.ts';
import { batch, got, letter, NOW_MS } from './opened-state.ts';
import { merged, told } from './told-incidents.ts';

/**
 * The step that moves the judged position by three: three batches, two letters of each, the next version of one incident, and a new incident that
 * becomes part of it with the step after.
 */
export function stepTo(judged: number): Step {
  const positions = [judged - 2, judged - 1, judged];
  const letters = positions.flatMap((position) => [0, 1].map((item) => letter(position, item)));
  const number = judged / 3;
  const before = `i${number - 1}`;
  const absorbed = number > 1 ? [before] : [];
  const incidents = [
    told('case', number, { absorbs: absorbed }),
    told(`i${number}`),
    ...absorbed.map((id) => merged(id, 'case')),
  ];
  const batches = positions.map((position) => batch(position));
  return { judged, snapshot: judged - 1, writes: [...batches, ...letters, ...incidents] };
}

/** Every step up to the judged position is there, whole, and nothing behind it. Gives the position. */
export async function checkSteps(state: State): Promise<number> {
  const { judged, snapshot } = await got(state.call('positions', null));
  assert.equal(judged % 3, 0);
  assert.equal(snapshot, Math.max(0, judged - 1));
  const expected = Array.from({ length: judged }, (_, index) => [judged - index, judged - index]).flat();
  const found: number[] = [];
  let cursor: string | null = null;
  do {
    const request: { limit: number; cursor?: string } = cursor === null ? { limit: 1000 } : { limit: 1000, cursor };
    const page: { rows: readonly { position: number }[]; next: string | null } = await got(
      state.call('listDeadLetters', request),
    );
    found.push(...page.rows.map(({ position }) => position));
    cursor = page.next;
  } while (cursor !== null);
  assert.deepEqual(found, expected);
  assert.deepEqual(await got(state.call('countDeadLetters', {})), heldLetters(judged));
  for (let position = 1; position <= judged + 12; position++) {
    const name = { sender: 'ws-07', identity: `batch-${position}`, nowMs: NOW_MS };
    assert.equal((await got(state.call('findBatch', name)))?.position, position <= judged ? position : undefined);
  }
  await checkIncidents(state, judged / 3);
  assert.deepEqual(await got(state.call('integrity', null)), { problems: [] });
  return judged;
}

/** The incidents of that many steps. */
async function checkIncidents(state: State, steps: number): Promise<void> {
  const found = await got(state.call('readIncident', { id: 'case' }));
  assert.equal(found?.version, steps === 0 ? undefined : steps);
  assert.equal(found?.aliases.length, steps === 0 ? undefined : steps - 1);
  const { counts, held } = await got(state.call('countIncidents', null));
  assert.equal(held, steps === 0 ? 0 : steps + 1);
  assert.equal(counts.find((one) => one.state === 'open')?.count, steps === 0 ? undefined : 2);
  assert.equal((await got(state.call('readIncident', { id: `i${steps}` })))?.requestedId, undefined);
  assert.equal(await got(state.call('readIncident', { id: `i${steps + 1}` })), null);
}

function heldLetters(judged: number): { held: number; heldBytes: number; dropped: number } {
  return { held: judged * 2, heldBytes: judged * 2 * 7, dropped: 0 };
}
