import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { got, NOW_MS, openedState } from './opened-state.ts';
import { hasTablesOfNew, keepsEveryRow } from './stored-formats.ts';
import { storedFolder } from './stored-tables.ts';
import { told } from './told-incidents.ts';

test('L25 a stored file of format 5 has a verdict with a reason, and comes to the newest with every row of it', async (t) => {
  const before = await keepsEveryRow(t, 5);
  const incidents = before.find(({ name }) => name === 'incident')?.rows ?? [];
  assert.equal(incidents.filter(({ judged }) => judged !== null).length, 1);
});

test('L15 L25 of a stored file of format 5 stays what somebody opened, what a verdict names, and what took in such a one', async (t) => {
  const state = await openedState(storedFolder(t, 5), { incidents: 8 });
  t.after(() => state.close());
  // Of a to h one is merged, and of the four that are final and low nobody looked at f alone.
  const gone: string[] = [];
  for (const id of ['n1', 'n2', 'n3'])
    gone.push(...(await got(state.call('commit', { judged: 5, writes: [told(id)] }))).droppedIncidents);
  assert.deepEqual(gone, ['g', 'f']);
});

test('L25 a stored file of format 5 that let go of some says since when all is kept: by the next to go, else since it was brought to the newest', async (t) => {
  const since = async (sql: string): Promise<unknown> => {
    const folder = storedFolder(t, 5);
    const database = new DatabaseSync(join(folder, 'state.sqlite'));
    database.exec(`UPDATE tally SET value = 1 WHERE name = 'incidentsDropped'; ${sql}`);
    database.close();
    const state = await openedState(folder);
    t.after(() => state.close());
    return (await got(state.call('incidentBackground', { id: 'a' })))?.sinceMs;
  };
  const merged = "UPDATE incident SET changed_ms = 7 WHERE standing = 'merged'";
  assert.deepEqual(
    [await since(merged), await since("DELETE FROM incident WHERE state IN ('closed', 'merged')")],
    [7, NOW_MS],
  );
});

test('L25 the stored file of format 5, brought to the newest format, has the very tables of a new one', async (t) => {
  await hasTablesOfNew(t, 5);
});
