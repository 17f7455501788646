import assert from 'node:assert/strict';
import { test } from 'node:test';
import { broughtBy, SenderTraffic } from './sender-traffic.ts';

const START = 1_700_000_000_000;

function trafficAt(most?: number) {
  const at = { ms: 0 };
  const clocks = { nowMs: () => START + at.ms, steadyMs: () => 5_000_000 + at.ms };
  return { at, traffic: new SenderTraffic(clocks, most) };
}

const NEVER = { count: 0, lastMs: undefined };

test('of a sender it tells events and their rates, and how often batches came again, were refused or held back, each with the last time', () => {
  const { at, traffic } = trafficAt();
  at.ms = 10_000;
  traffic.note('a', 'taken', 100);
  traffic.note('a', 'again', 100);
  at.ms = 20_000;
  traffic.note('a', 'again', 100);
  traffic.note('a', 'conflict', 5);
  traffic.note('b', 'heldBack');
  assert.deepEqual(traffic.of('a'), {
    sinceMs: START,
    events: 100,
    perSecond: { minute: 5, hour: 5 },
    again: { count: 2, lastMs: START + 20_000 },
    conflict: { count: 1, lastMs: START + 20_000 },
    heldBack: NEVER,
  });
  assert.deepEqual(traffic.of('b')?.heldBack, { count: 1, lastMs: START + 20_000 });
  assert.deepEqual(traffic.senders, ['a', 'b']);
});

test('a sender of which nothing came has brought nothing since the start, and gets no row by being asked for', () => {
  const { at, traffic } = trafficAt();
  at.ms = 90_000;
  const nothing = { sinceMs: START, events: 0, perSecond: { minute: 0, hour: 0 } };
  assert.deepEqual(traffic.of('a'), { ...nothing, again: NEVER, conflict: NEVER, heldBack: NEVER });
  assert.equal(traffic.held, 0);
});

test('L15 beyond the most that are held goes who brought something longest ago; that nothing is known of it is told, and since when it is counted anew', () => {
  const { at, traffic } = trafficAt(2);
  for (const sender of ['a', 'b', 'a', 'c']) traffic.note(sender, 'taken', 1);
  assert.deepEqual([traffic.senders, traffic.held, traffic.evicted], [['a', 'c'], 2, 1]);
  assert.equal(traffic.of('b'), undefined);
  assert.equal(traffic.of('a')?.events, 2);
  at.ms = 4000;
  traffic.note('b', 'taken', 1);
  assert.deepEqual([traffic.of('b')?.sinceMs, traffic.of('c')?.sinceMs], [START + 4000, START]);
});

test('a batch is held back where more comes in than is read, and not where the disk or the state takes nothing', () => {
  const refused = (reason: 'busy' | 'lag' | 'full' | 'state') =>
    broughtBy({ kind: 'refused', reason, retryAfterMs: 1 }) ?? null;
  assert.deepEqual(
    [refused('busy'), refused('lag'), refused('full'), refused('state'), broughtBy({ kind: 'conflict' })],
    ['heldBack', 'heldBack', null, null, 'conflict'],
  );
});
