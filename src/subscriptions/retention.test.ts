import assert from 'node:assert/strict';
import { test } from 'node:test';
import { madeEvents } from '../../test/made-event.ts';
import { sysmon } from '../../testkit/index.ts';
import type { Event } from '../windows/index.ts';
import type { Group } from './grouping.ts';
import { byRetention, shareOfHost } from './retention.ts';
import type { FoldedSighting, Sighting } from './sighting.ts';

function anyEvent(): Event {
  const [event] = madeEvents([sysmon.filter({ name: 'F', query: 'x' })]);
  if (event === undefined) throw new Error('no event');
  return event;
}

function told(source: Sighting['source']): FoldedSighting[] {
  const sighting: Sighting = { source, act: 'created', namespace: undefined, isInferred: false };
  return [{ key: source, host: 'h', sighting, events: [], last: anyEvent(), count: 1, bytes: 0 }];
}

function group(facts: Partial<Group> & { readonly consumerName: string }): Group {
  return {
    host: 'h',
    namespace: 'root\\subscription',
    namespaceBasis: 'assumed',
    filterName: undefined,
    consumerClass: 'CommandLineEventConsumer',
    filters: [],
    consumers: [],
    bindings: [],
    isPaired: false,
    ...facts,
  };
}

test('What is bound stays longest, then whole pairs, then what runs code; commands and lone parts go first', () => {
  const groups = [
    group({ consumerName: 'bound', bindings: told('sysmon') }),
    group({ consumerName: 'pair', filters: told('sysmon'), consumers: told('sysmon') }),
    group({ consumerName: 'lone', consumers: told('sysmon') }),
    group({ consumerName: 'log', consumerClass: 'LogFileEventConsumer', consumers: told('sysmon') }),
    group({ consumerName: 'intent', consumerClass: 'NTEventLogEventConsumer', bindings: told('command') }),
  ];
  const names = (order: readonly Group[]): unknown => byRetention(order).map(({ consumerName }) => consumerName);
  const expected = ['bound', 'pair', 'lone', 'log', 'intent'];
  assert.deepEqual(names(groups), expected);
  assert.deepEqual(names(groups.toReversed()), expected);
});

test('Hosts share what there is: small ones keep all, large ones an equal part', () => {
  assert.equal(shareOfHost([3, 5], 8), Number.POSITIVE_INFINITY);
  assert.equal(shareOfHost([3, 6], 8), 5);
  assert.equal(shareOfHost([1, 100, 100], 21), 10);
  assert.equal(shareOfHost([9, 9, 9], 1), 1);
  assert.equal(shareOfHost([], 1), Number.POSITIVE_INFINITY);
});
