import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { STATE_FORMAT } from '../../src/state/format.ts';
import { openState } from '../../src/state/index.ts';
import { batch, codeOf, got, NOW_MS, newState, openedState, temporaryFolder } from './opened-state.ts';
import { fillState } from './small-state.ts';
import { toldBy } from './told-by-state.ts';

test('L25 a backup that is taken while commits go on is whole, and opens as the state that it was', async (t) => {
  const state = await newState(t);
  await fillState(state);
  const before = await toldBy(state);
  const folder = temporaryFolder(t);
  const target = join(folder, 'state.sqlite');
  const copying = state.backup(target);
  const meanwhile = Array.from({ length: 20 }, (_, index) =>
    got(state.call('commit', { judged: 10 + index, writes: [batch(10 + index)] })),
  );
  assert.ok((await got(copying)).pages > 0);
  await Promise.all(meanwhile);
  assert.equal(await codeOf(state.backup(target)), 'exists');
  const restored = await openedState(folder);
  const { positions, ...rest } = before as { positions: unknown };
  const { positions: judgedThen, ...restThen } = (await toldBy(restored)) as { positions: { judged: number } };
  assert.deepEqual(restThen, rest);
  assert.deepEqual(positions, { judged: 3, snapshot: 2 });
  assert.ok(judgedThen.judged === 3 || (judgedThen.judged >= 10 && judgedThen.judged < 30));
  assert.deepEqual(await got(restored.call('integrity', null)), { problems: [] });
  await restored.close();
});

test('a new store has an id of its own, which its next openings and its backups keep', async (t) => {
  const folder = temporaryFolder(t);
  const state = await openedState(folder);
  const first = await got(state.call('identity', null));
  assert.match(first.storeId, /^[0-9a-f]{32}$/);
  assert.deepEqual([first.createdMs, first.format], [NOW_MS, STATE_FORMAT]);
  await state.close();
  const later = await openState(folder, { nowMs: NOW_MS + 5, pid: process.pid, random: randomBytes });
  if (later.kind === 'problem') return assert.fail(later.message);
  assert.deepEqual(await got(later.state.call('identity', null)), first);
  await later.state.close();
});

test('a checkpoint empties the log beside the file', async (t) => {
  const folder = temporaryFolder(t);
  const state = await openedState(folder);
  await fillState(state);
  const log = join(folder, 'state.sqlite-wal');
  assert.ok(readFileSync(log).length > 0);
  assert.deepEqual(await got(state.call('checkpoint', null)), { isComplete: true });
  assert.equal(readFileSync(log).length, 0);
  await state.close();
});
