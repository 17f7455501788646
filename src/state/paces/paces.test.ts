import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Database } from '../../disk/index.ts';
import { STATE_LIMITS } from '../limits.ts';
import { DELIVERY_MS, listPaces, notePaces } from './paces.ts';
import { PACE_TABLES } from './tables.ts';

test('the pace of a sender is the median of its silences; what comes within one delivery is none', () => {
  const database = new Database(':memory:', { timeoutMs: 0 });
  database.connection.exec(PACE_TABLES);
  const arrive = (sender: string, ...times: readonly number[]): void =>
    notePaces(
      database,
      times.map((receivedMs) => ({ sender, receivedMs })),
    );
  const paces = (): unknown => {
    const told = listPaces.run({ database, limits: STATE_LIMITS }, null);
    return told.kind === 'done'
      ? told.value.map(({ sender, lastMs, medianGapMs, silences }) => [sender, lastMs, medianGapMs, silences])
      : [];
  };
  arrive('a', 1000);
  assert.deepEqual(paces(), [['a', 1000, null, 0]]);
  arrive('a', 1000 + DELIVERY_MS - 1);
  assert.deepEqual(paces(), [['a', 1000 + DELIVERY_MS - 1, null, 0]]);
  arrive('b', 0, 100_000, 160_000, 170_000);
  assert.deepEqual(paces(), [
    ['b', 170_000, 60_000, 3],
    ['a', 1000 + DELIVERY_MS - 1, null, 0],
  ]);
  // An older one that was read later moves nothing back.
  arrive('b', 50_000);
  assert.deepEqual(paces(), [
    ['b', 170_000, 60_000, 3],
    ['a', 1000 + DELIVERY_MS - 1, null, 0],
  ]);
  database.connection.close();
});
