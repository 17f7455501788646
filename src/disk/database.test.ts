import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Database } from './database.ts';

test('statements stay prepared up to a bound, and one that went is prepared anew', () => {
  const database = new Database(':memory:', { timeoutMs: 0 });
  const ask = (at: number): number => database.number(`SELECT ${at}`);
  for (let at = 0; at < 1000; at++) assert.equal(ask(at), at);
  assert.equal(database.prepared, 1000);
  assert.equal(ask(1000), 1000);
  assert.deepEqual([database.prepared, ask(0), database.prepared], [1000, 0, 1000]);
  database.close();
});
