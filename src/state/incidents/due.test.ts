import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTime } from '../../windows/index.ts';
import { type DueFacts, type DueTargets, dueOf, dueTimes } from './due.ts';
import type { WorkTime } from './work.ts';

const MIN = 60_000;
const ALERT_MS = Date.UTC(2026, 10, 25, 9);
const TARGETS: DueTargets = {
  levels: {
    critical: { acknowledge: 15 * MIN, verdict: 60 * MIN, contain: 120 * MIN },
    medium: { acknowledge: 480 * MIN, verdict: 4320 * MIN },
  },
  verify: 1440 * MIN,
};
const OPEN: DueFacts = {
  level: 'critical',
  state: 'open',
  verdict: null,
  alert: formatTime(ALERT_MS, 0),
  times: {},
};

function after(minutes: number): WorkTime {
  return { time: formatTime(ALERT_MS + minutes * MIN, 0), clock: 'server', source: 'action', who: 'ann' };
}

/** What is due next, in minutes after the alert. */
function next(changes: Partial<DueFacts>): string {
  const due = dueOf({ ...OPEN, ...changes }, TARGETS);
  return due === null ? 'nothing' : `${due.for} ${(due.atMs - ALERT_MS) / MIN}`;
}

test('G9 what is due follows the work: acknowledged, judged, contained, verified a day after containment', () => {
  assert.equal(next({}), 'acknowledge 15');
  assert.equal(next({ state: 'acknowledged', times: { ack: after(5) } }), 'verdict 60');
  const judged = { ack: after(5), triage: after(20) };
  assert.equal(next({ state: 'acknowledged', verdict: 'malicious', times: judged }), 'contain 120');
  const contained = { ...judged, contain: after(30) };
  assert.equal(next({ state: 'contained', verdict: 'malicious', times: contained }), 'verify 1470');
  const verified = { ...contained, containVerified: after(90) };
  assert.equal(next({ state: 'contained', verdict: 'malicious', times: verified }), 'nothing');
});

test('G9 nothing is due of what is low, closed, merged or without an alert, and nothing to contain after a harmless verdict', () => {
  assert.equal(next({ level: 'low' }), 'nothing');
  assert.equal(next({ state: 'closed' }), 'nothing');
  assert.equal(next({ state: 'merged' }), 'nothing');
  assert.equal(next({ alert: null }), 'nothing');
  assert.equal(next({ alert: 'no time' }), 'nothing');
  for (const verdict of ['authorised', 'false', 'duplicate', 'test'] as const)
    assert.equal(next({ state: 'acknowledged', verdict, times: { ack: after(5), triage: after(9) } }), 'nothing');
  // An inconclusive verdict is none: it is still to be judged and contained.
  assert.equal(next({ state: 'acknowledged', verdict: 'inconclusive', times: { ack: after(5) } }), 'verdict 60');
  const medium = { level: 'medium', state: 'acknowledged', verdict: 'malicious' } as const;
  assert.equal(next({ ...medium, times: { ack: after(5), triage: after(9) } }), 'nothing');
});

test('after it was opened again times count from then; all of them stand in the order of work', () => {
  assert.equal(next({ state: 'acknowledged', times: { reopen: after(1000) } }), 'acknowledge 1015');
  const contained = { ack: after(5), contain: after(10) };
  assert.deepEqual(
    dueTimes({ ...OPEN, state: 'contained', times: contained }, TARGETS).map((due) => [due.for, due.isMet]),
    [
      ['acknowledge', true],
      ['verdict', false],
      ['contain', true],
      ['verify', false],
    ],
  );
});
