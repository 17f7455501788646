import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { STATE_FORMAT } from '../../src/state/format.ts';
import { got, openedState, temporaryFolder } from './opened-state.ts';
import { schemaOf, storedFolder, type Table, tablesOf } from './stored-tables.ts';

/** Brings the stored file of a format to the newest one, with every row of it (L25); gives the tables that it had. */
export async function keepsEveryRow(t: TestContext, format: number): Promise<readonly Table[]> {
  const folder = storedFolder(t, format);
  const before = tablesOf(folder);
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
  return before;
}

/** The stored file of a format, brought to the newest one, has the very tables of a new one (L25). */
export async function hasTablesOfNew(t: TestContext, format: number): Promise<void> {
  const folders = [temporaryFolder(t), storedFolder(t, format)];
  for (const folder of folders) await (await openedState(folder)).close();
  const [made, brought] = folders.map(schemaOf);
  assert.deepEqual(brought, made);
}
