import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasTablesOfNew, keepsEveryRow } from './stored-formats.ts';

test('L25 a stored file of format 5 has a verdict with a reason, and comes to the newest with every row of it', async (t) => {
  const before = await keepsEveryRow(t, 5);
  const incidents = before.find(({ name }) => name === 'incident')?.rows ?? [];
  assert.equal(incidents.filter(({ judged }) => judged !== null).length, 1);
});

test('L25 the stored file of format 5, brought to the newest format, has the very tables of a new one', async (t) => {
  await hasTablesOfNew(t, 5);
});
