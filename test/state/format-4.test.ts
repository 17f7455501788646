import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { STATE_FORMAT } from '../../src/state/format.ts';
import { got, openedState, temporaryFolder } from './opened-state.ts';
import { schemaOf, storedFolder, tablesOf } from './stored-tables.ts';
import { act, read } from './told-incidents.ts';

/** Tables that came with format 4. */
const OF_FORMAT_4 = ['incident_opened'];

test('L25 a stored file of format 4 has one of everything of that format, and comes to the newest with every row of it', async (t) => {
  const folder = storedFolder(t, 4);
  const before = tablesOf(folder);
  for (const name of OF_FORMAT_4) assert.ok(before.find((table) => table.name === name)?.rows.length, name);
  const state = await openedState(folder);
  assert.equal((await got(state.call('identity', null))).format, STATE_FORMAT);
  assert.deepEqual(await got(state.call('integrity', null)), { problems: [] });
  await state.close();
  const after = new Map(tablesOf(folder, before).map((table) => [table.name, table.rows]));
  for (const { name, rows } of before) {
    const kept = after.get(name) ?? [];
    for (const row of rows)
      assert.ok(
        kept.some((one) => isDeepStrictEqual(one, row)),
        `${name} keeps ${JSON.stringify(row)}`,
      );
  }
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
  const folders = [temporaryFolder(t), storedFolder(t, 4)];
  for (const folder of folders) await (await openedState(folder)).close();
  const [made, brought] = folders.map(schemaOf);
  assert.deepEqual(brought, made);
});
