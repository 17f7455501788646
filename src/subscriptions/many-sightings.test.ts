import assert from 'node:assert/strict';
import { test } from 'node:test';
import { madeEvents } from '../../test/made-event.ts';
import { sysmon } from '../../testkit/index.ts';
import type { Event } from '../windows/index.ts';
import { consumerHistory, filterHistory } from './content.ts';
import { groupSightings } from './grouping.ts';
import { lifeOf } from './lifecycle.ts';
import type { FoldedSighting, Sighting } from './sighting.ts';

/** More than a call takes as arguments. */
const MANY = 130_000;
/** Writes that lie further apart than this are runs of their own, milliseconds. */
const APART_MS = 121_000;

/** One filter that was written with another query each time; the name is stated, and the namespace where it is given. */
function rewritten(act: Sighting['act'], namespace?: string): readonly FoldedSighting[] {
  const [made] = madeEvents([sysmon.filter({ name: 'F', query: 'q' }, { time: '2026-03-12T09:00:00Z' })]);
  if (made === undefined) throw new Error('no event');
  return Array.from({ length: MANY }, (_, i) => {
    const event: Event = { ...made, timeMs: made.timeMs + i * APART_MS, recordId: i };
    const filter = { name: 'F', query: `q${i}` };
    const sighting: Sighting = { source: 'sysmon', act, namespace, filter, isInferred: false };
    return { key: `${namespace} ${i}`, host: 'h', sighting, events: [event], last: event, count: 1, bytes: 0 };
  });
}

test('L15: a filter of one name that was written any number of times is one group', () => {
  const [group, ...others] = groupSightings('h', rewritten('created'));
  assert.deepEqual([group?.filterName, group?.filters.length, others.length], ['F', MANY, 0]);
});

test('L15: so is one where some of the records do not state the namespace', () => {
  const sightings = [...rewritten('created'), ...rewritten('created', 'root\\subscription')];
  const [group, ...others] = groupSightings('h', sightings);
  assert.deepEqual([group?.namespace, group?.filters.length, others.length], ['root\\subscription', 2 * MANY, 0]);
});

for (const [act, step] of [
  ['created', 'created'],
  ['standing', 'modified'],
] as const) {
  test(`L15: its life has a step for each write (${act})`, () => {
    const [group] = groupSightings('h', rewritten(act));
    assert.ok(group !== undefined);
    const context = { starts: [], earliest: new Map(), signs: [], firstSigns: new Map() };
    const life = lifeOf(group, filterHistory(group.filters), consumerHistory([]), context, [], []);
    const told = life?.steps.filter((one) => one.step === step);
    assert.equal(told?.length, act === 'created' ? MANY : MANY - 1);
  });
}
