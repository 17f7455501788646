import assert from 'node:assert/strict';
import type { State, Step } from '../../src/state/index.ts';
import { batch, got, letter, NOW_MS } from './opened-state.ts';

/** The step that moves the judged position by three: three batches, and two letters of each. */
export function stepTo(judged: number): Step {
  const positions = [judged - 2, judged - 1, judged];
  const letters = positions.flatMap((position) => [0, 1].map((item) => letter(position, item)));
  return { judged, snapshot: judged - 1, writes: [...positions.map((position) => batch(position)), ...letters] };
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
  assert.deepEqual(await got(state.call('integrity', null)), { problems: [] });
  return judged;
}

function heldLetters(judged: number): { held: number; heldBytes: number; dropped: number } {
  return { held: judged * 2, heldBytes: judged * 2 * 7, dropped: 0 };
}
