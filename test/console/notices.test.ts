import assert from 'node:assert/strict';
import { test } from 'node:test';
import { iconOf } from '../../console/shell/icon.ts';
import { noticeOf } from '../../console/shell/notice.ts';
import { QUEUE_COLUMNS, type QueueValues } from '../../src/api/index.ts';

function row(number: number, changes: Readonly<Record<string, string | number | boolean>> = {}): QueueValues {
  const values: Readonly<Record<string, string | number | boolean>> = {
    id: `i${number}`,
    number,
    state: 'open',
    standing: 'told',
    level: 'high',
    title: 'alice ran powershell.exe -enc SECRET',
    host: 'srv-02.corp.example',
    hosts: 2,
    source: 'ws-07.corp.example',
    isToAcknowledge: true,
    ...changes,
  };
  return QUEUE_COLUMNS.map((name) => values[name] ?? null);
}

function change(of: object, type = 'incident'): Parameters<typeof noticeOf>[0][number] {
  return { type, id: '1-1', of: { change: 'new', ...of } };
}

test('G15 a notice names level, number and hosts of what is new, and never what was run', () => {
  assert.deepEqual(noticeOf([change({ row: row(12) })]), {
    title: 'High: INC-12',
    body: 'WS-07 → SRV-02',
    id: 'i12',
    tag: 'triad-i12',
  });
  const shown = noticeOf([change({ row: row(3, { host: 'a\u202Eb\nc', source: 'a\u202Eb\nc' }), change: 'shown' })]);
  assert.equal(shown?.body, 'A?B?C and 1 more');
});

test('G2 what was opened again calls as what is new does, as long as nobody acknowledged it', () => {
  const again = row(12, { state: 'acknowledged', owner: 'ann', verdict: 'malicious', isJudgedBefore: true });
  assert.equal(noticeOf([change({ row: again, change: 'reopened' })])?.title, 'High: INC-12');
  assert.equal(noticeOf([change({ row: again, change: 'changed' })]), undefined);
  assert.equal(noticeOf([change({ row: row(3), change: 'raised' })])?.title, 'High: INC-3');
});

test('G15 an incident whose level rose, or that shows again, calls although somebody acknowledged it; not where it is closed', () => {
  for (const why of ['raised', 'shown']) {
    const seen = (state: string) => row(4, { state, owner: 'ann', isToAcknowledge: false });
    assert.equal(noticeOf([change({ row: seen('acknowledged'), change: why })])?.title, 'High: INC-4', why);
    assert.equal(noticeOf([change({ row: seen('contained'), change: why })])?.title, 'High: INC-4', why);
    assert.equal(noticeOf([change({ row: seen('closed'), change: why })]), undefined, why);
  }
});

test('G15 a batch is one notice: the worst first, three named, the others counted', () => {
  const rows = [row(1), row(2, { level: 'critical' }), row(3), row(4), row(5)];
  const notice = noticeOf(rows.map((one) => change({ row: one })));
  assert.equal(notice?.title, '5 new incidents, the worst critical');
  assert.equal(notice?.id, 'i2');
  assert.deepEqual(notice?.body.split('\n'), [
    'INC-2 WS-07 → SRV-02',
    'INC-1 WS-07 → SRV-02',
    'INC-3 WS-07 → SRV-02',
    'and 2 more',
  ]);
});

test('G15 what is not new, not high, hidden or worked on already is no notice', () => {
  for (const quiet of [
    change({ row: row(1), change: 'changed' }),
    change({ row: row(1, { level: 'medium' }) }),
    change({ row: row(1, { suppressed: 1 }) }),
    change({ row: row(1, { state: 'acknowledged', isToAcknowledge: false }) }),
    change({ row: row(1, { state: 'acknowledged', isToAcknowledge: false }), change: 'reopened' }),
    change({ row: row(1, { level: 'medium', isToAcknowledge: false, state: 'acknowledged' }), change: 'raised' }),
    change({ id: 'i1', change: 'dropped' }),
    change({ row: row(1) }, 'finding'),
  ])
    assert.equal(noticeOf([quiet]), undefined, JSON.stringify(quiet.of));
});

test('the icon has the number of open incidents on it, at most two figures', () => {
  assert.doesNotMatch(iconOf(0), /text/);
  assert.match(iconOf(7), />7<|%3E7%3C/);
  assert.match(iconOf(99), /%3E99%3C/);
  assert.match(iconOf(100), /%3E99%2B%3C/);
});
