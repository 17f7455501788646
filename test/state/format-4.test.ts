import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openedState } from './opened-state.ts';
import { hasTablesOfNew, keepsEveryRow } from './stored-formats.ts';
import { storedFolder } from './stored-tables.ts';
import { act, read } from './told-incidents.ts';

/** Tables that came with format 4. */
const OF_FORMAT_4 = ['incident_opened'];

test('L25 a stored file of format 4 has one of everything of that format, and comes to the newest with every row of it', async (t) => {
  const before = await keepsEveryRow(t, 4);
  for (const name of OF_FORMAT_4) assert.ok(before.find((table) => table.name === name)?.rows.length, name);
});

test('L25 verdicts of a stored file of format 4 have a text alone, and the next has a reason', async (t) => {
  const state = await openedState(storedFolder(t, 4));
  t.after(() => state.close());
  const { verdict, judged } = (await read(state, 'b')).work;
  assert.deepEqual([verdict, judged], ['authorised', null]);
  await act(state, 'b', { action: 'verdict', verdict: 'false', code: 'rule', note: 'too wide' });
  assert.deepEqual((await read(state, 'b')).work.judged, { code: 'rule', episode: 1 });
});

test('L25 the stored file of format 4, brought to the newest format, has the very tables of a new one', async (t) => {
  await hasTablesOfNew(t, 4);
});
