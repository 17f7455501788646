import assert from 'node:assert/strict';
import { test } from 'node:test';
import { got, NOW_MS, openedState } from './opened-state.ts';
import { hasTablesOfNew, keepsEveryRow } from './stored-formats.ts';
import { storedFolder } from './stored-tables.ts';
import { act, outcomeOf, read, told } from './told-incidents.ts';

test('L25 a stored file of format 2 has one of everything, and comes to the newest format with every row of it', async (t) => {
  const before = await keepsEveryRow(t, 2);
  assert.ok(before.length >= 28, `${before.length} tables`);
  for (const { name, rows } of before) assert.ok(rows.length > 0, `${name} has rows`);
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
  await hasTablesOfNew(t, 2);
});
