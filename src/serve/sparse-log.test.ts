import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Log } from './log.ts';
import { SparseLog } from './sparse-log.ts';

test('of a flood of lines ten a second are written, and of the others their number', () => {
  const lines: string[] = [];
  let nowMs = 0;
  const sparse = new SparseLog(
    new Log(
      (line) => lines.push(line),
      'info',
      () => nowMs,
    ),
    () => nowMs,
  );
  for (let n = 1; n <= 10; n++) sparse.info('auth refused', { n });
  assert.equal(lines.length, 10);
  for (let n = 11; n <= 25; n++) sparse.info('auth refused', { n });
  assert.equal(lines.length, 10);
  nowMs = 1000;
  sparse.info('auth refused', { n: 26 });
  const told = lines.slice(10).map((line) => JSON.parse(line) as { more?: number; n?: number });
  assert.deepEqual(
    told.map(({ more, n }) => more ?? `n ${n}`),
    [15, 'n 26'],
  );
});
