import assert from 'node:assert/strict';
import { test } from 'node:test';
import { windowDueMs } from './due.ts';

const LANE = {
  hasNews: true,
  isPressing: false,
  quietDueMs: undefined,
  watermark: () => ({ ms: 0, active: 1, silent: 0, backlog: 0 }),
};
/** A judgement that took four seconds. */
const LONG = { beganMs: 1000, endedMs: 5000, newestMs: 0, watermarkMs: 0 };

test('after a long judgement the next one waits five times as long', () => {
  assert.equal(windowDueMs(LANE, LONG, undefined, 6000), 25_000);
});

test('but not where so much waits that senders would be held up', () => {
  assert.equal(windowDueMs({ ...LANE, isPressing: true }, LONG, undefined, 6000), 6000);
});

test('where nothing came nothing presses', () => {
  assert.equal(windowDueMs({ ...LANE, hasNews: false, isPressing: true }, LONG, undefined, 6000), undefined);
});
