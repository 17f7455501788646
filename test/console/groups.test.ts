import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byPayload, type Entry, entriesOf, isGroup, payloadWords, sizeWords } from '../../console/queue/groups.ts';
import { type QueueRow, rowOf } from '../../console/queue/rows.ts';
import { QUEUE_COLUMNS } from '../../src/api/index.ts';

/** A row of the queue: its id, what it runs, where and how bad. */
function row(id: string, payload: string | null, more: Readonly<Record<string, unknown>> = {}): QueueRow {
  const values: Readonly<Record<string, unknown>> = { id, payload, level: 'low', host: 'a', ...more };
  return rowOf(QUEUE_COLUMNS.map((name) => (values[name] ?? null) as string | null));
}

const named = (entries: readonly Entry[]): string => entries.map(({ id }) => id).join(' ');

const ROWS = [row('1', 'x'), row('2', null), row('3', 'y'), row('4', 'x'), row('5', null), row('6', 'y')];

test('PRODUCT 9.4 groups and the rows in each stand in the order of the rows, what has no payload at the end', () => {
  assert.deepEqual(
    [...byPayload(ROWS)].map(([id, rows]) => `${id}: ${named(rows)}`),
    ['x: 1 4', 'y: 3 6', 'none: 2 5'],
  );
  assert.deepEqual([...byPayload([])], []);
});

test('each group has one head; the rows of those that are unfolded stand below it', () => {
  assert.equal(named(entriesOf(ROWS, ['payload'])), 'x y none');
  assert.equal(named(entriesOf(ROWS, ['payload', 'y', 'none'])), 'x y 3 6 none 2 5');
  assert.equal(named(entriesOf(ROWS, ['payload', 'gone'])), 'x y none');
});

test('a head says what runs, as far as a row of it tells, how many incidents and hosts, and the highest level', () => {
  const rows = [
    row('1', 'x', { payloadText: 'evil', host: 'a', level: 'medium' }),
    row('2', 'x', { payloadText: 'evil.exe \u202E', host: 'b', level: 'critical' }),
    row('3', 'x', { host: 'b', level: 'high' }),
    row('4', 'y', { hosts: 20 }),
    row('5', null, {}),
  ];
  const told = entriesOf(rows, []).map((entry) => {
    assert.ok(isGroup(entry));
    return `${payloadWords(entry)}; ${sizeWords(entry)}; ${entry.level}`;
  });
  assert.match(told[0] ?? '', /^evil\.exe .*202e.*; 3 incidents on 2 hosts; critical$/);
  assert.doesNotMatch(told[0] ?? '', /\u202E/);
  assert.deepEqual(told.slice(1), [
    'Payload y; 1 incident on at least 20 hosts; low',
    'No payload is known; 1 incident on 1 host; low',
  ]);
});
