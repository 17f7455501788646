import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOST_QUEUE_ROW_BYTES, QUEUE_COLUMNS } from '../../api/index.ts';
import type { IncidentRow, TellingPayload } from '../../state/index.ts';
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

function read(row: IncidentRow, payload?: TellingPayload): Readonly<Record<string, unknown>> {
  const values = queueValues(row, payload);
  assert.equal(values.length, QUEUE_COLUMNS.length);
  return Object.fromEntries(QUEUE_COLUMNS.map((name, at) => [name, values[at]]));
}

test('a short row has a value for each column, in their order', () => {
  const { due: _, ...rest } = ROW;
  const first = '2026-11-25T09:00:00Z';
  const last = '2026-11-25T10:00:00Z';
  const due = { dueFor: 'acknowledge', due: '2026-11-25T11:00:00Z', suppressed: 0 };
  assert.deepEqual(read(ROW), { ...rest, first, last, ...due, payload: null, payloadText: null });
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
      source: text.repeat(299),
      owner: 'o'.repeat(30),
      verdict: 'inconclusive',
      suppressedBy: Array.from({ length: 1000 }, (_, at) => at),
    } as const;
    for (const payload of [undefined, { print: 'a'.repeat(16), text: null }, { print: 'a'.repeat(16), text: long }]) {
      const bytes = Buffer.byteLength(JSON.stringify(queueValues(row, payload)));
      assert.ok(bytes <= MOST_QUEUE_ROW_BYTES, `${JSON.stringify(text)} ${bytes}`);
      const title = Buffer.byteLength(JSON.stringify(read(row, payload)['title'])) - 2;
      // One character may be of six bytes.
      assert.ok(title >= (text === 'x' ? 60 : 55), `${JSON.stringify(text)} ${title}`);
    }
  }
  const bytesOf = (title: string): number => Buffer.byteLength(JSON.stringify(queueValues({ ...ROW, title })));
  const room = MOST_QUEUE_ROW_BYTES - bytesOf('');
  assert.deepEqual(
    [read({ ...ROW, title: 'x'.repeat(room) })['title'], bytesOf('x'.repeat(room))],
    ['x'.repeat(room), 400],
  );
  assert.equal(read({ ...ROW, title: 'x'.repeat(room + 1) })['title'], `${'x'.repeat(room - 3)}…`);
});

test('for 60 bytes of its title a short row lets go of the text of what runs, then cuts where the call came from', () => {
  const names = { title: 't'.repeat(300), host: 'h'.repeat(300), source: 's'.repeat(300), owner: 'o'.repeat(30) };
  const figures = { number: 99_999_999, version: 99_999_999, revision: 99_999_999, hosts: 10_000 };
  const words = {
    state: 'acknowledged',
    standing: 'withdrawn',
    level: 'informational',
    verdict: 'inconclusive',
  } as const;
  const claims = { isWmi: false, isToAcknowledge: false, suppressedBy: Array.from({ length: 1000 }, (_, at) => at) };
  const longest = { ...figures, ...words, ...claims };
  const lengths = (row: Partial<IncidentRow>): readonly unknown[] => {
    const told = read({ ...ROW, ...names, ...row }, { print: 'a'.repeat(16), text: 'p'.repeat(300) });
    return ['title', 'host', 'source', 'payloadText'].map((name) => {
      const value = told[name];
      return typeof value === 'string' ? Buffer.byteLength(value) : value;
    });
  };
  assert.deepEqual(lengths(figures), [61, 30, 30, 24]);
  assert.deepEqual(lengths({ ...figures, hosts: 1_000_000 }), [81, 30, 30, null]);
  assert.deepEqual(lengths(longest), [60, 30, 16, null]);
  assert.deepEqual(lengths({ ...longest, source: names.host }), [46, 30, 30, null]);
  assert.deepEqual(lengths({ ...longest, title: 'short' }), [5, 30, 30, 43]);
});

test('what runs stands in a short row where it is handed over: its print whole, of its text what the title leaves', () => {
  const payload = { print: '0123456789abcdef', text: 'powershell -enc AAA' };
  const told = read(ROW, payload);
  assert.deepEqual([told['payload'], told['payloadText'], told['title']], [payload.print, payload.text, ROW.title]);
  const printAlone = read(ROW, { ...payload, text: null });
  assert.deepEqual([printAlone['payload'], printAlone['payloadText']], [payload.print, null]);
  const long = { ...payload, text: 'x'.repeat(120) };
  const [whole, cut] = [ROW.title, 'y'.repeat(300)].map((title) => read({ ...ROW, title }, long));
  assert.equal(whole?.['title'], ROW.title);
  assert.match(String(whole?.['payloadText']), /^x{40,117}…$/);
  assert.match(String(cut?.['payloadText']), /^x{21}…$/);
  assert.match(String(cut?.['title']), /^y{50,}…$/);
  for (const title of [ROW.title, 'y'.repeat(300)])
    assert.equal(Buffer.byteLength(JSON.stringify(queueValues({ ...ROW, title }, long))), MOST_QUEUE_ROW_BYTES);
});
