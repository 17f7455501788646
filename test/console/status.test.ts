import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say, status } from '../../console/kit/status.ts';

const BEGAN = Date.parse('2026-03-12T09:44:00Z');

test('G12 what is said meanwhile leaves Undo where it is, as long as the server takes it back', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: BEGAN });
  let undone = 0;
  say('12 incidents acknowledged.', { label: 'Undo', run: () => undone++ }, 30_000);
  t.mock.timers.tick(20_000);
  say('Link copied.');
  assert.deepEqual([status.value?.text, status.value?.untilMs], ['Link copied.', BEGAN + 30_000]);
  status.value?.undo?.run();
  assert.equal(undone, 1);
  t.mock.timers.tick(8000);
  assert.equal(status.value?.undo?.label, 'Undo', 'it outlives the words');
  t.mock.timers.tick(2000);
  assert.equal(status.value, undefined, 'and goes with its time');
});

test('what can be undone itself takes the place of what could be before', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: BEGAN });
  const run = (): void => undefined;
  say('first', { label: 'Undo', run }, 30_000);
  say('second', { label: 'Undo', run });
  t.mock.timers.tick(8000);
  assert.equal(status.value, undefined);
  say('plain');
  assert.deepEqual(status.value, { text: 'plain', untilMs: BEGAN + 16_000 });
});
