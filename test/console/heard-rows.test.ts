import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeardRows } from '../../console/queue/heard-rows.ts';
import { makeRoom } from '../../console/queue/room.ts';
import { doneWords } from '../../console/queue/row-words.ts';
import type { QueueRow } from '../../console/queue/rows.ts';

function row(id: string, changes: Partial<QueueRow> = {}): QueueRow {
  return { id, version: 1, revision: 0, state: 'open', isHidden: false, ...changes } as QueueRow;
}

const mapOf = (...rows: readonly QueueRow[]): Map<string, QueueRow> => new Map(rows.map((one) => [one.id, one]));

test('SETTLED G6 what is heard while the queue is read stands over pages that are of before', () => {
  const heard = new HeardRows();
  heard.take(['told'], mapOf(row('told')));
  heard.begin();
  const now = mapOf(
    row('new', { level: 'critical' }),
    row('acknowledged', { revision: 1, state: 'acknowledged' }),
    row('older', { version: 2 }),
  );
  heard.take(['new', 'acknowledged', 'older', 'merged'], now);
  const read = mapOf(row('acknowledged'), row('older', { version: 3 }), row('merged'), row('other'));
  const rows = heard.over(read);
  assert.deepEqual([...rows.keys()].toSorted(), ['acknowledged', 'new', 'older', 'other']);
  assert.equal(rows.get('acknowledged')?.state, 'acknowledged');
  assert.equal(rows.get('older')?.version, 3, 'a page that is newer stays');
  assert.equal(read.get('merged')?.id, 'merged', 'what was read is left as it is');
  heard.end();
  heard.take(['new'], now);
  assert.deepEqual([...heard.over(read).keys()], [...read.keys()]);
});

test('a list of which nothing is to be done tells the closed from the muted', () => {
  const closed = row('a', { state: 'closed' });
  const muted = row('b', { isHidden: true });
  assert.equal(doneWords([closed, row('c', { state: 'closed', isHidden: true })], false), '2 incidents closed.');
  assert.equal(doneWords([closed, muted], false), '1 incident closed, 1 muted.');
  assert.equal(doneWords([muted], false), '1 incident muted.');
  assert.equal(doneWords([closed], true), 'More than 1 incident closed.');
});

test('SETTLED G13 what is more than the page holds goes: closed before open, low before high, the oldest first, never what was just heard of', () => {
  const all = mapOf(
    row('new', { number: 9, level: 'low', firstMs: 1 }),
    row('old', { number: 2, level: 'high', firstMs: 2 }),
    row('young', { number: 1, level: 'high', firstMs: 3 }),
    row('low', { number: 4, level: 'low', firstMs: 4 }),
    row('closed', { number: 5, level: 'critical', firstMs: 5, state: 'closed' }),
  );
  const out = (most: number) => makeRoom(all, new Set(['new']), most).map(({ id }) => id);
  assert.deepEqual([out(5), out(4), out(2), out(1), out(0)], [[], ['closed'], ['low', 'old'], ['young'], []]);
  assert.deepEqual([...all.keys()], ['new']);
});
