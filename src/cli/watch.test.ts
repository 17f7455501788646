import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QUEUE_COLUMNS } from '../api/index.ts';
import { EventReader } from './event-reader.ts';
import { changeLine } from './watch.ts';

const TEXT =
  'retry: 3000\n\nid: 1-4\nevent: hello\ndata: {"version":"1"}\n\n:\nid: 1-9\n\nevent: finding\ndata: {"a":"b: c"}\n\n';

test('events are read whatever their cuts; an id without data counts', () => {
  const whole = new EventReader().take(TEXT);
  assert.deepEqual(whole, [
    { id: '1-4', type: 'hello', data: '{"version":"1"}' },
    { id: '1-9', type: 'finding', data: '{"a":"b: c"}' },
  ]);
  for (let size = 1; size < TEXT.length; size++) {
    const reader = new EventReader();
    const events: unknown[] = [];
    for (let at = 0; at < TEXT.length; at += size) events.push(...reader.take(TEXT.slice(at, at + size)));
    assert.deepEqual(events, whole, `in pieces of ${size}`);
    assert.equal(reader.lastId, '1-9');
  }
});

test('what holds no events is no stream of ours, on both sides of the bound', () => {
  const most = 1 << 20;
  assert.deepEqual(new EventReader().take('x'.repeat(most)), []);
  assert.throws(() => new EventReader().take('x'.repeat(most + 1)), /holds no events/);
});

test('L20 a change is one line, whatever evidence says', () => {
  const line = (type: string, data: unknown): string => changeLine({ id: '1-1', type, data: JSON.stringify(data) });
  const named = new Map<string, string | number>(
    Object.entries({ number: 7, level: 'high', state: 'open', title: 'a\nb\u001b[31m' }),
  );
  const row = QUEUE_COLUMNS.map((name) => named.get(name) ?? null);
  assert.equal(line('queue', { suppression: 3, change: 'made' }), 'queue        suppression 3 made');
  assert.equal(line('request', { request: 4, change: 'asked' }), 'request      request 4 asked');
  assert.equal(
    line('incident', { id: 'x', change: 'new', row }),
    'incident     INC-7  new  high, open  a\\u{a}b\\u{1b}[31m',
  );
  assert.equal(line('incident', { id: 'x', change: 'dropped' }), 'incident     x  dropped');
  assert.match(line('incident', { id: 'x', change: 'merged', mergedInto: 'y', row }), /merged into y/);
  assert.equal(
    line('subscription', {
      id: 'x',
      change: 'changed',
      row: { level: 'low', state: 'armed', host: 'h', filter: null, consumer: 'C' },
    }),
    'subscription x  changed  low, armed  h  - / C',
  );
  assert.equal(line('host', { key: 'h', change: 'new' }), 'host         h  new');
  assert.equal(
    line('health', { status: 'degraded', parts: [{ part: 'journal', degraded: ['full'] }] }),
    'health       degraded; journal: full',
  );
  assert.match(line('resync', { reason: 'restart' }), /started again/);
  assert.match(line('resync', { reason: 'gap' }), /missed/);
});
