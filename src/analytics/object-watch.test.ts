import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ObjectEvent } from '../objects/index.ts';
import { S13 } from './catalogue/s13.ts';
import { Engine } from './engine.ts';
import { ObjectWatch } from './object-watch.ts';
import type { Bench } from './watch.ts';

/** A class that derives from Win32_Process, as an audit lists it. */
function derived(name: string, computer = 'SRV-02', second = 0): ObjectEvent {
  return new ObjectEvent({
    computer,
    place: { source: { file: 'audit.json' }, offset: 0, length: 10 },
    timeMs: Date.UTC(2026, 2, 12, 9, 0, second),
    timeTicks: 0,
    sight: {
      source: 'audit',
      object: {
        kind: 'class',
        namespace: 'root\\cimv2',
        className: name,
        superclasses: ['Win32_Process'],
        properties: new Map(),
        isWhole: false,
      },
      path: name,
      act: 'present',
      isTimed: true,
    },
  });
}

function fed(events: Iterable<ObjectEvent>) {
  const engine = new Engine({ coverage: [] });
  for (const event of events) engine.accept(event);
  const { findings, evicted } = engine.finish();
  return { findings: findings.filter(({ analytic }) => analytic === 'S13'), evicted };
}

function* classes(count: number, computer?: string): Generator<ObjectEvent> {
  for (let i = 0; i < count; i++) yield derived(`Quiet${i}`, computer);
}

test('L15 of a thousand objects of one host each is told, one more is counted, and other hosts lose nothing', () => {
  const full = fed(classes(1_000));
  assert.deepEqual([full.findings.length, full.evicted['objectsS13']], [1_000, undefined]);
  const over = fed([...classes(1_001), ...classes(1, 'SRV-03')]);
  assert.deepEqual([over.findings.length, over.evicted['objectsS13']], [1_001, 1]);
});

test('L15 each host up to the bound is told, one more is counted, and a host that is known goes on', () => {
  function* hosts(count: number): Generator<ObjectEvent> {
    for (let i = 0; i < count; i++) yield derived('Quiet', `H${i}`);
  }
  const entities = { cite: () => [] } as unknown as Bench['entities'];
  const told = (count: number) => {
    const bench = { entities } as Bench;
    const watch = new ObjectWatch(S13.record, bench, () => ({ title: 'told', why: 'told' }), undefined, 20);
    for (const event of hosts(count)) watch.accept(event.computer, event);
    watch.accept('H0', derived('Other', 'H0'));
    return [watch.finish({ dossiers: [], findings: [] }).length, watch.evicted['objectsS13']];
  };
  assert.deepEqual(
    [told(20), told(21)],
    [
      [21, 0],
      [21, 1],
    ],
  );
});

test('L15 a hundred looks at one object are cited, the earliest ones, whatever the order in which they come', () => {
  const looks = Array.from({ length: 130 }, (_, i) => derived('Quiet', 'SRV-02', i));
  const forth = fed(looks).findings;
  assert.deepEqual([forth.length, forth[0]?.evidence.length], [1, 100]);
  assert.equal(forth[0]?.time, '2026-03-12T09:00:00.0000000Z');
  assert.deepEqual(fed(looks.toReversed()).findings, forth);
});
