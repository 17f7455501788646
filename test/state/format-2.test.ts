import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { STATE_FORMAT } from '../../src/state/format.ts';
import { got, NOW_MS, openedState, temporaryFolder } from './opened-state.ts';
import { schemaOf, storedFolder, tablesOf } from './stored-tables.ts';
import { act, outcomeOf, read, told } from './told-incidents.ts';

test('L25 a stored file of format 2 has one of everything, and comes to the newest format with every row of it', async (t) => {
  const folder = storedFolder(t, 2);
  const before = tablesOf(folder);
  assert.ok(before.length >= 28, `${before.length} tables`);
  for (const { name, rows } of before) assert.ok(rows.length > 0, `${name} has rows`);
  const state = await openedState(folder);
  assert.equal((await got(state.call('identity', null))).format, STATE_FORMAT);
  assert.deepEqual(await got(state.call('integrity', null)), { problems: [] });
  await state.close();
  const after = new Map(tablesOf(folder, before).map((table) => [table.name, table.rows]));
  for (const { name, rows } of before) {
    const kept = after.get(name) ?? [];
    for (const row of rows) {
      const isThere = kept.some((one) => isDeepStrictEqual(one, row));
      assert.ok(isThere, `${name} keeps ${JSON.stringify(row)}`);
    }
  }
});

test('L25 what a stored file of format 2 holds is told as it was, and goes on', async (t) => {
  const state = await openedState(storedFolder(t, 2));
  t.after(() => state.close());
  assert.deepEqual(await got(state.call('positions', null)), { judged: 5, snapshot: 3 });
  const a = await read(state, 'b');
  assert.deepEqual([a.id, a.version, a.standing, a.document], ['a', 2, 'final', told('a', 2).document]);
  assert.deepEqual([a.work.verdict, Object.keys(a.work.taken)], ['malicious', ['contain-b']]);
  assert.equal((await read(state, 'c')).standing, 'withdrawn');
  const finding = await got(state.call('readFound', { of: 'finding', id: 'f1' }));
  const subscription = await got(state.call('readFound', { of: 'subscription', id: 's1' }));
  assert.deepEqual([finding?.standing, subscription?.document], ['withdrawn', '{"id":"s1"}']);
  const host = await got(state.call('readHost', { key: 'ws-07' }));
  assert.deepEqual(
    [host?.key, host?.records, host?.gaps, host?.names],
    ['ws-07.corp.example', 18, 1, ['ws-07', 'ws-07.corp.example']],
  );
  assert.equal((await got(state.call('readHost', { key: 'srv-02' })))?.gaps, 0);
  const [file] = await got(state.call('listWatchedFiles', null));
  assert.deepEqual([file?.path, file?.events, file?.mark, file?.bytes], ['/watched/a.evtx', 5, '{"at":9}', 69_632]);
  const mutes = await got(state.call('listSuppressions', { nowMs: NOW_MS }));
  assert.deepEqual(
    mutes.rows.map(({ number, endedMs }) => [number, endedMs]),
    [
      [2, NOW_MS],
      [1, null],
    ],
  );
  assert.equal((await got(state.call('listAudit', {}))).rows.length, 13);
  assert.deepEqual(await got(state.call('beginStream', null)), { epoch: 2 });
  await got(state.call('commit', { judged: 6, writes: [told('d')] }));
  assert.equal(await outcomeOf(act(state, 'd', { action: 'acknowledge' }, { who: 'bea' })), 'acknowledged');
});

test('L25 the stored file of format 2, brought to the newest format, has the very tables of a new one', async (t) => {
  const folders = [temporaryFolder(t), storedFolder(t, 2)];
  for (const folder of folders) await (await openedState(folder)).close();
  const [made, brought] = folders.map(schemaOf);
  assert.deepEqual(brought, made);
});
