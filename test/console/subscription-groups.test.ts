import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Group, groupsOf } from '../../console/pages/subscription-groups.ts';
import type { SubscriptionRowDocument } from '../../src/api/index.ts';

const ROW: SubscriptionRowDocument = {
  id: 'a',
  version: 1,
  standing: 'told',
  created: '2026-03-12T08:00:00Z',
  changed: '2026-03-12T08:00:00Z',
  host: 'srv-01',
  namespace: 'root\\subscription',
  filter: 'f',
  consumer: 'c',
  class: 'CommandLineEventConsumer',
  level: 'low',
  score: 20,
  state: 'armed',
  steps: [],
  origin: { kind: 'unknown' },
  creator: 'ann',
  seenIn: ['sysmon'],
  isOrphan: false,
  isInferred: false,
  isKnown: true,
  conflicts: 0,
  fingerprint: 'f1',
  hostsOfFingerprint: 3,
  firstSeen: '2026-03-12T08:00:00Z',
  lastSeen: '2026-03-12T09:00:00Z',
};

const UNLIKE: readonly SubscriptionRowDocument[] = [
  ROW,
  {
    ...ROW,
    id: 'b',
    host: 'srv-02',
    level: 'critical',
    state: 'deleted',
    origin: { kind: 'remote', account: 'corp\\mallory' },
    seenIn: ['sysmon', 'wmi'],
    isOrphan: true,
    isKnown: false,
    conflicts: 2,
    firstSeen: '2026-03-10T08:00:00Z',
    lastSeen: '2026-03-11T08:00:00Z',
  },
  { ...ROW, id: 'c', conflicts: 1, lastSeen: '2026-03-14T09:00:00Z' },
];

function told(groups: readonly Group[]): readonly unknown[] {
  return groups.map(({ id, level, hosts, states, creators, seenIn, conflicts, isOrphan, isKnown, ...times }) => ({
    id,
    level,
    hosts,
    states,
    creators,
    seenIn,
    conflicts,
    isOrphan,
    isKnown,
    seen: [times.firstSeen, times.lastSeen],
  }));
}

test('PRODUCT 9.3 subscriptions of one content are one row: the worst level, all states, makers and sources, from first to last', () => {
  const worst = {
    id: 'b',
    level: 'critical',
    hosts: ['srv-01', 'srv-02'],
    states: ['armed', 'deleted'],
    creators: ['ann', 'corp\\mallory'],
    seenIn: ['sysmon', 'wmi'],
    conflicts: 3,
    isOrphan: true,
    isKnown: false,
    seen: ['2026-03-10T08:00:00Z', '2026-03-14T09:00:00Z'],
  };
  assert.deepEqual(told(groupsOf(UNLIKE, true)), [worst]);
  const [turned] = groupsOf(UNLIKE.toReversed(), true);
  assert.deepEqual(
    [turned?.id, turned?.level, turned?.firstSeen, turned?.lastSeen],
    [worst.id, worst.level, ...worst.seen],
    'whatever the order of the rows',
  );
});

test('what differs in content, has none, or is not grouped stays a row each', () => {
  const { fingerprint: _, ...unknown } = ROW;
  const rows = [ROW, { ...ROW, id: 'd', fingerprint: 'f2' }, { ...unknown, id: 'e' }, { ...unknown, id: 'f' }];
  assert.deepEqual(
    groupsOf(rows, true).map(({ id, states, creators }) => [id, states, creators]),
    ['a', 'd', 'e', 'f'].map((id) => [id, ['armed'], ['ann']]),
  );
  assert.deepEqual(
    groupsOf(UNLIKE, false).map(({ id, level, firstSeen }) => [id, level, firstSeen]),
    UNLIKE.map(({ id, level, firstSeen }) => [id, level, firstSeen]),
  );
});
