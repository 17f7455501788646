import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Database } from './database.ts';
import { diskCodeOf } from './disk-trouble.ts';

test('statements stay prepared up to a bound, and one that went is prepared anew', () => {
  const database = new Database(':memory:', { timeoutMs: 0 });
  const ask = (at: number): number => database.number(`SELECT ${at}`);
  for (let at = 0; at < 1000; at++) assert.equal(ask(at), at);
  assert.equal(database.prepared, 1000);
  assert.equal(ask(1000), 1000);
  assert.deepEqual([database.prepared, ask(0), database.prepared], [1000, 0, 1000]);
  database.close();
});

test('L25 a copy that begins amid a write of its own connection waits for it; where it never ends, that is told', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'triad-copy-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const database = new Database(join(folder, 'one.sqlite'));
  t.after(() => database.close());
  database.connection.exec('CREATE TABLE kept (value INTEGER) STRICT; BEGIN IMMEDIATE; INSERT INTO kept VALUES (1)');
  const copying = database.copyTo(join(folder, 'two.sqlite'));
  setTimeout(() => database.connection.exec('COMMIT'), 50);
  assert.equal(await copying, 2);
  const copy = new Database(join(folder, 'two.sqlite'), { isReadOnly: true });
  assert.equal(copy.number('SELECT count(*) FROM kept'), 1);
  copy.close();
  database.connection.exec('BEGIN IMMEDIATE; INSERT INTO kept VALUES (2)');
  await assert.rejects(database.copyTo(join(folder, 'three.sqlite')), (error) => diskCodeOf(error) === 'busy');
  database.connection.exec('ROLLBACK');
});
