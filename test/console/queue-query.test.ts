import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitsQuery, parseQueueQuery, type QueryContext } from '../../console/queue/query.ts';
import { compareRows, type QueueRow, rowOf } from '../../console/queue/rows.ts';
import { isBegunWord } from '../../src/api/index.ts';

const NOW_MS = Date.parse('2026-03-12T10:00:00Z');

function row(changes: Partial<QueueRow>): QueueRow {
  return {
    id: 'a',
    number: 1,
    version: 1,
    revision: 0,
    state: 'open',
    standing: 'told',
    level: 'high',
    title: "CORP\\alice planted subscription 'Upd' on SRV-02",
    first: '2026-03-12T09:00:00Z',
    last: '2026-03-12T09:10:00Z',
    firstMs: NOW_MS - 3_600_000,
    host: 'srv-02.corp.example',
    hosts: 2,
    source: 'ws-07.corp.example',
    confidence: 0.9,
    owner: undefined,
    verdict: undefined,
    due: undefined,
    isHidden: false,
    isRetrospective: false,
    isToAcknowledge: true,
    isJudgedBefore: false,
    payload: undefined,
    payloadText: '',
    ...changes,
  };
}

const context = (fitsByServer: (id: string) => boolean): QueryContext => ({
  nowMs: NOW_MS,
  person: 'ann',
  isUnread: ({ version }) => version > 1,
  fitsByServer,
});

const fits = (text: string, of: QueueRow): boolean => {
  const query = parseQueueQuery(text);
  assert.deepEqual(query.problems, [], text);
  return fitsQuery(
    query,
    of,
    context(() => false),
  );
};

test('PRODUCT 9.2 words of the queue narrow it, minus negates, quotes keep together, a star is wild', () => {
  const one = row({ owner: 'ann', due: { step: 'verdict', atMs: NOW_MS - 1 } });
  for (const [text, expected] of [
    ['', true],
    ['level:high', true],
    ['level:>=medium', true],
    ['level:>=critical', false],
    ['state:open,closed', true],
    ['-state:open', false],
    ['owner:me', true],
    ['owner:none', false],
    ['"planted subscription"', true],
    ['"subscription planted"', false],
    ['corp\\alice*srv-02', true],
    ['alice*srv-03', false],
    ['owner:a*n', true],
    ['owner:"a*n"', false],
    ['id:inc-*', true],
    ['is:overdue', true],
    ['is:hidden', false],
    ['is:unread', false],
    ['-is:unread', true],
    ['id:INC-1', true],
    ['inc-1', true],
    ['inc-2', false],
  ] as const) {
    assert.equal(fits(text, one), expected, text);
  }
  assert.equal(fits('is:overdue', row({ due: { step: 'verdict', atMs: NOW_MS } })), false);
});

test('G11 an unknown word is an error at its place that lists those there are, and nothing fits then', () => {
  const query = parseQueueQuery('alice colour:red level:purple');
  assert.deepEqual(
    query.problems.map(({ at, length }) => [at, length]),
    [
      [6, 6],
      [17, 12],
    ],
  );
  assert.match(query.problems[0]?.message ?? '', /known are host: account: ip: payload: filter: consumer: ns: rule:/);
  assert.equal(
    fitsQuery(
      query,
      row({}),
      context(() => true),
    ),
    false,
  );
  for (const text of ['host:', 'x -', '"a b', 'level:>=hi', 'state:open,clo', 'is:over'])
    assert.equal(isBegunWord(text), true, text);
  for (const text of ['', 'host:x', 'hots:', 'level:purple', 'host: x', 'state:shut'])
    assert.equal(isBegunWord(text), false, text);
});

test('words of the whole incident are the server’s to answer, all of them at once; of a title that is cut free text is too', () => {
  const query = parseQueueQuery('level:high -ip:203.0.113.24 host:"a b" secret');
  assert.deepEqual([query.ofServer, query.ofTitles], ['-ip:203.0.113.24 host:"a b"', 'secret']);
  const whole = row({ title: 'The secret' });
  assert.deepEqual(
    [
      fitsQuery(
        query,
        whole,
        context(() => true),
      ),
      fitsQuery(
        query,
        whole,
        context(() => false),
      ),
    ],
    [true, false],
  );
  assert.equal(
    fitsQuery(
      query,
      row({ title: 'Another' }),
      context(() => true),
    ),
    false,
  );
  const cut = row({ title: 'Another that is…' });
  assert.deepEqual(
    [
      fitsQuery(
        query,
        cut,
        context(() => true),
      ),
      fitsQuery(
        query,
        cut,
        context(() => false),
      ),
    ],
    [true, false],
  );
  const without = parseQueueQuery('-secret');
  assert.equal(
    fitsQuery(
      without,
      row({ title: 'A secret that is…' }),
      context(() => true),
    ),
    false,
  );
});

test('PRODUCT 8.2 worst first: level, then overdue, then confidence, then age; the order is total', () => {
  const rows = [
    row({ id: 'old', number: 2, firstMs: 1 }),
    row({ id: 'new', number: 3, firstMs: 2 }),
    row({ id: 'sure', number: 4, confidence: 0.95 }),
    row({ id: 'late', number: 5, confidence: 0.3, due: { step: 'acknowledge', atMs: NOW_MS - 1 } }),
    row({ id: 'worst', number: 6, level: 'critical', confidence: 0.3 }),
  ];
  for (const given of [rows, rows.toReversed()]) {
    assert.deepEqual(
      given.toSorted(compareRows('urgent', NOW_MS)).map(({ id }) => id),
      ['worst', 'late', 'sure', 'new', 'old'],
    );
  }
});

test('a short row of the server becomes a row by the names of its columns', () => {
  const columns = ['id', 'number', 'title', 'due', 'dueFor', 'suppressed', 'owner'];
  const read = rowOf(['x', 7, 'T', '2026-03-12T10:00:00Z', 'verify', 2, null], columns);
  assert.deepEqual(
    [read.id, read.number, read.title, read.due, read.isHidden, read.owner],
    ['x', 7, 'T', { step: 'verify', atMs: NOW_MS }, true, undefined],
  );
});
