import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Log } from './log.ts';
import { OF_RETRIES, SparseLog } from './sparse-log.ts';

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

test('a trouble that is tried again each second is told at once, then each minute, and again when it is another one', () => {
  const lines: string[] = [];
  let nowMs = 600_000;
  const clock = (): number => nowMs;
  const sparse = new SparseLog(new Log((line) => lines.push(line), 'info', clock), clock, OF_RETRIES);
  const told = (): readonly string[] =>
    lines.splice(0).map((line) => {
      const { level, event, more, code } = JSON.parse(line) as Record<string, unknown>;
      return `${level} ${event} ${more ?? code}`;
    });
  const tried = (seconds: number, code: string): void => {
    for (let n = 0; n < seconds; n++, nowMs += 1000) sparse.error('events not archived', { code });
  };
  tried(60, 'full');
  assert.deepEqual(told(), ['error events not archived full']);
  tried(61, 'full');
  assert.deepEqual(told(), [
    'error events not archived 59',
    'error events not archived full',
    'error events not archived 59',
    'error events not archived full',
  ]);
  tried(2, 'full');
  sparse.anew('events not archived');
  tried(1, 'io');
  sparse.anew('events not archived');
  assert.deepEqual(told(), ['info events not archived 2', 'error events not archived io']);
});
