import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announceNew, heard } from '../../console/kit/status.ts';

test('SETTLED G6 between two announcements of the queue lie ten seconds; what came meanwhile is said together', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.parse('2026-03-12T09:44:00Z') });
  const said: [seconds: number, words: string][] = [];
  heard.subscribe((words) => {
    if (words !== '') said.push([Math.floor(Date.now() / 1000) % 60, words]);
  });
  const pass = (seconds: number): void => {
    for (let step = 0; step < seconds * 10; step++) t.mock.timers.tick(100);
  };
  announceNew(1);
  pass(2);
  announceNew(2);
  pass(3);
  announceNew(1);
  pass(20);
  // After a while of silence the next is said at once.
  announceNew(3);
  pass(1);
  announceNew(3);
  pass(20);
  assert.deepEqual(said, [
    [0, '1 new incident.'],
    [10, '3 new incidents.'],
    [25, '3 new incidents.'],
    [35, '3 new incidents.'],
  ]);
});
