import assert from 'node:assert/strict';
import { test } from 'node:test';
import { got, NOW_MS, openedState } from './opened-state.ts';
import { hasTablesOfNew, keepsEveryRow } from './stored-formats.ts';
import { storedFolder } from './stored-tables.ts';
import { read } from './told-incidents.ts';

/** Tables that came with format 3. */
const OF_FORMAT_3 = [
  'outbox',
  'outbox_muted',
  'person',
  'pin_proposal',
  'second_request',
  'sender_pace',
  'session',
  'sink',
  'sink_told',
];

test('L25 a stored file of format 3 has one of everything of that format, and comes to the newest with every row of it', async (t) => {
  const before = await keepsEveryRow(t, 3);
  for (const name of OF_FORMAT_3) assert.ok(before.find((table) => table.name === name)?.rows.length, name);
});

test('L25 what a stored file of format 3 holds is told as it was, and nobody has opened any of it', async (t) => {
  const state = await openedState(storedFolder(t, 3));
  t.after(() => state.close());
  assert.deepEqual(await got(state.call('positions', null)), { judged: 5, snapshot: 3 });
  assert.equal((await read(state, 'b')).work.verdict, 'authorised');
  const { rows } = await got(state.call('listIncidents', { nowMs: NOW_MS, suppressed: 'show' }));
  assert.deepEqual(rows.map(({ id, confidence, source }) => [id, confidence, source]).sort(), [
    ['a', 0.91, 'ws-07'],
    ['b', null, null],
    ['c', null, null],
  ]);
  const [proposal] = (await got(state.call('listProposals', {}))).rows;
  assert.deepEqual([proposal?.note, proposal?.state], ['patches', 'open']);
  assert.deepEqual(await got(state.call('listOpened', { who: 'ada' })), { rows: [], next: null });
  const seen = { id: 'b', version: 1, revision: 1 };
  assert.deepEqual(await got(state.call('noteOpened', { who: 'ada', ...seen })), seen);
});

test('L25 the stored file of format 3, brought to the newest format, has the very tables of a new one', async (t) => {
  await hasTablesOfNew(t, 3);
});
