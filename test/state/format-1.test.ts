import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { STATE_FORMAT } from '../../src/state/format.ts';
import { BY, batch, got, NOW_MS, openedState, temporaryFolder } from './opened-state.ts';
import { storedFolder } from './stored-tables.ts';
import { act, outcomeOf, read, told } from './told-incidents.ts';

test('L25 a stored file of format 1 opens with all that is in it, and goes on', async (t) => {
  const state = await openedState(storedFolder(t, 1));
  t.after(() => state.close());
  const identity = { storeId: '07'.repeat(16), createdMs: NOW_MS, format: STATE_FORMAT };
  assert.deepEqual(await got(state.call('identity', null)), identity);
  assert.deepEqual(await got(state.call('positions', null)), { judged: 3, snapshot: 1 });
  assert.equal((await got(state.call('findSender', { id: 'ws-07' })))?.note, 'a laptop');
  const { kind: _, ...first } = batch(1);
  assert.deepEqual(await got(state.call('findBatch', { sender: 'ws-07', identity: 'batch-1', nowMs: NOW_MS })), first);
  assert.equal((await got(state.call('listDeadLetters', {}))).rows.length, 1);
  const a = await read(state, 'b');
  assert.deepEqual([a.id, a.requestedId, a.number, a.version, a.document], ['a', 'b', 1, 2, told('a', 2).document]);
  const { work } = a;
  assert.deepEqual([work.state, work.verdict, work.owner, work.revision], ['open', 'malicious', BY.who, 3]);
  assert.deepEqual(Object.keys(work.taken), ['contain-b']);
  assert.equal(a.history.rows.length, 4);
  assert.deepEqual(a.records.rows.map(({ id }) => id).toSorted(), ['of a', 'shared']);
  assert.equal((await got(state.call('listAudit', {}))).rows.length, 3);
  await got(state.call('commit', { judged: 4, writes: [told('c')] }));
  assert.equal((await read(state, 'c')).number, 3);
  assert.equal(await outcomeOf(act(state, 'a', { action: 'acknowledge' }, { who: 'bea' })), 'acknowledged');
  assert.deepEqual(await got(state.call('integrity', null)), { problems: [] });
});

test('L25 the stored file, brought to the newest format, has the very tables of a new one: whoever changes format 1 is told', async (t) => {
  const folder = temporaryFolder(t);
  const stored = storedFolder(t, 1);
  for (const one of [folder, stored]) await (await openedState(one)).close();
  assert.deepEqual(schemaOf(stored), schemaOf(folder));
});

function schemaOf(folder: string): readonly unknown[] {
  const database = new DatabaseSync(join(folder, 'state.sqlite'), { readOnly: true });
  try {
    return database.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all();
  } finally {
    database.close();
  }
}
