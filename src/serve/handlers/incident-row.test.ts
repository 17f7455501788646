import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOST_QUEUE_ROW_BYTES, QUEUE_COLUMNS } from '../../api/index.ts';
import type { IncidentRow } from '../../state/index.ts';
import { queueValues } from './incident-row.ts';

const ROW: IncidentRow = {
  id: 'abcdefghij234567',
  number: 12,
  version: 3,
  revision: 1,
  state: 'open',
  standing: 'told',
  level: 'high',
  isWmi: true,
  isRetrospective: false,
  isToAcknowledge: true,
  isJudgedBefore: false,
  title: 'Subscription UpdSvcSync planted on SRV-02 from WS-07, ran as SYSTEM',
  first: '2026-11-25T09:00:00.1234567Z',
  last: '2026-11-25T10:00:00.0000000Z',
  host: 'srv-02',
  hosts: 2,
  source: 'ws-07',
  confidence: 0.91,
  owner: null,
  verdict: null,
  due: { for: 'acknowledge', atMs: Date.UTC(2026, 10, 25, 11), isOverdue: false },
};

function read(row: IncidentRow): Readonly<Record<string, unknown>> {
  const values = queueValues(row);
  assert.equal(values.length, QUEUE_COLUMNS.length);
  return Object.fromEntries(QUEUE_COLUMNS.map((name, at) => [name, values[at]]));
}

test('a short row has a value for each column, in their order', () => {
  const { due: _, ...rest } = ROW;
  const first = '2026-11-25T09:00:00Z';
  const last = '2026-11-25T10:00:00Z';
  const due = { dueFor: 'acknowledge', due: '2026-11-25T11:00:00Z', suppressed: 0 };
  assert.deepEqual(read(ROW), { ...rest, first, last, ...due });
  const hidden = read({ ...ROW, suppressedBy: [3, 7], due: null });
  assert.deepEqual([hidden['suppressed'], hidden['dueFor'], hidden['due']], [2, null, null]);
});

test('the owner of a short row is whole, however long, and takes no room from the title', () => {
  const owner = 'o'.repeat(128);
  const title = 'x'.repeat(400);
  const [short, long] = ['o'.repeat(30), owner].map((one) => read({ ...ROW, title, owner: one }));
  assert.deepEqual([long?.['owner'], long?.['title']], [owner, short?.['title']]);
});

test('a short row has at most 400 bytes of JSON, whatever evidence says; its title keeps what room there is', () => {
  for (const text of ['"', '\u0001', 'ж', '😀', '\ud800', 'x']) {
    const long = text.repeat(300);
    const row = {
      ...ROW,
      number: 99_999_999,
      version: 99_999_999,
      revision: 99_999_999,
      state: 'acknowledged',
      standing: 'withdrawn',
      level: 'informational',
      title: long,
      first: long,
      last: long,
      host: long,
      hosts: 10_000,
      source: long,
      owner: 'o'.repeat(30),
      verdict: 'inconclusive',
      suppressedBy: Array.from({ length: 1000 }, (_, at) => at),
    } as const;
    const bytes = Buffer.byteLength(JSON.stringify(queueValues(row)));
    assert.ok(bytes <= MOST_QUEUE_ROW_BYTES, `${JSON.stringify(text)} ${bytes}`);
    assert.ok(String(read(row)['title']).length > 10);
  }
  const bytesOf = (title: string): number => Buffer.byteLength(JSON.stringify(queueValues({ ...ROW, title })));
  const room = MOST_QUEUE_ROW_BYTES - bytesOf('');
  assert.deepEqual(
    [read({ ...ROW, title: 'x'.repeat(room) })['title'], bytesOf('x'.repeat(room))],
    ['x'.repeat(room), 400],
  );
  assert.equal(read({ ...ROW, title: 'x'.repeat(room + 1) })['title'], `${'x'.repeat(room - 3)}…`);
});
