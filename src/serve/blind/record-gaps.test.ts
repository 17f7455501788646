import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordGaps } from './record-gaps.ts';

const SYSMON = 'Microsoft-Windows-Sysmon/Operational';

/** When records of whose time a test says nothing were written. */
const AT_MS = 1_795_651_200_000;

function row(lowestId: number | string | undefined, highestId: number | string | undefined, count: number, of = {}) {
  return { computer: 'WS-07', channel: SYSMON, count, lowestId, highestId, firstMs: AT_MS, lastMs: AT_MS, ...of };
}

function later(minutes: number): { readonly firstMs: number; readonly lastMs: number } {
  return { firstMs: AT_MS + minutes * 60_000, lastMs: AT_MS + minutes * 60_000 };
}

test('a log whose ids go on is whole, over batches, event ids and another spelling of its name', () => {
  const gaps = new RecordGaps();
  assert.deepEqual(gaps.note('ws-07', [row(10, 14, 3), row(11, 13, 2)]), []);
  assert.deepEqual(gaps.note('ws-07', [row(15, 16, 2, { computer: 'ws-07', channel: SYSMON.toLowerCase() })]), []);
  assert.equal(gaps.logs, 1);
});

test('ids that are skipped between batches, or within one, are told by channel; a late batch is none', () => {
  const gaps = new RecordGaps();
  gaps.note('ws-07', [row(10, 14, 5)]);
  assert.deepEqual(gaps.note('ws-07', [row(16, 17, 2)]), [SYSMON]);
  assert.deepEqual(gaps.note('ws-07', [row(15, 15, 1)]), [], 'late');
  assert.deepEqual(gaps.note('ws-07', [row(18, 20, 2)]), [SYSMON], 'within');
  assert.deepEqual(gaps.note('ws-07', [row(21, 21, 1)]), []);
  assert.deepEqual(gaps.note('ws-08', [row(90, 90, 1)]), [], 'what a sender brings first has nothing before it');
  const made = { channel: 'Made up' };
  assert.deepEqual(gaps.note('ws-07', [row(1, 5, 1, made), row(1, 2, 1, { channel: 'security' })]), [
    'other',
    'Security',
  ]);
});

test('a log that was cleared goes on counting, and one whose file was made anew begins again', () => {
  const gaps = new RecordGaps();
  gaps.note('ws-07', [row(995, 1000, 6)]);
  assert.deepEqual(gaps.note('ws-07', [row(1001, 1001, 1, later(1))]), [], 'the record of a clear');
  assert.deepEqual(gaps.note('ws-07', [row(1, 5, 5, later(9))]), [], 'the first records of another file');
  assert.deepEqual(gaps.note('ws-07', [row(6, 7, 2, later(9))]), []);
  assert.deepEqual(gaps.note('ws-07', [row(10, 11, 2, later(10))]), [SYSMON], 'the ids 8 and 9 are missed');
  assert.deepEqual(gaps.note('ws-07', [row(12, 12, 1, later(11))]), []);
});

test('a batch with records of both files has no hole between them, and what comes again has none', () => {
  const gaps = new RecordGaps();
  gaps.note('ws-07', [row(995, 1000, 6)]);
  assert.deepEqual(gaps.note('ws-07', [row(1001, 1002, 2), row(1, 3, 3, later(9))]), []);
  assert.deepEqual(gaps.note('ws-07', [row(4, 4, 1, later(20))]), []);
  assert.deepEqual(gaps.note('ws-07', [row(6, 6, 1, later(21))]), [SYSMON]);
  gaps.note('ws-08', [row(1, 20, 20)]);
  assert.deepEqual(gaps.note('ws-08', [row(3, 9, 2), row(21, 22, 2)]), [], 'some of before, and what follows');
  assert.deepEqual(gaps.note('ws-08', [row(21, 26, 3)]), [SYSMON], '23 to 26 are four ids');
});

test('ids that fall back within a minute, or without times, are late', () => {
  const gaps = new RecordGaps();
  const undated = { firstMs: Number.POSITIVE_INFINITY, lastMs: Number.NEGATIVE_INFINITY };
  for (const times of [later(1), undated]) {
    gaps.note('ws-07', [row(10, 14, 5)]);
    assert.deepEqual(gaps.note('ws-07', [row(1, 5, 5, times)]), []);
    assert.deepEqual(gaps.note('ws-07', [row(8, 9, 2, times)]), []);
  }
  gaps.note('ws-08', [row(10, 14, 5, undated)]);
  gaps.note('ws-08', [row(1, 5, 5, later(9))]);
  assert.deepEqual(gaps.note('ws-08', [row(8, 9, 2, later(9))]), []);
});

test('what has no id, or one that is no exact number, says nothing', () => {
  const gaps = new RecordGaps();
  assert.deepEqual(gaps.note('ws-07', [row(undefined, undefined, 5), row('18446744073709551615', undefined, 1)]), []);
  assert.equal(gaps.logs, 0);
});

test('L15 a sender that makes up logs loses its own, and those of others stay', () => {
  const gaps = new RecordGaps(4);
  gaps.note('honest', [row(1, 1, 1)]);
  for (let at = 0; at < 10; at++) gaps.note('forger', [row(1, 1, 1, { computer: `made-up-${at}` })]);
  assert.deepEqual([gaps.logs, gaps.evicted], [4, 7]);
  gaps.note('third', [row(7, 7, 1)]);
  assert.deepEqual([gaps.logs, gaps.evicted], [4, 8]);
  assert.deepEqual(gaps.note('honest', [row(3, 3, 1)]), [SYSMON]);
  assert.deepEqual(gaps.note('third', [row(9, 9, 1)]), [SYSMON]);
});

test('L15 of names that are longer than names are the beginning is kept', () => {
  const gaps = new RecordGaps();
  const long = 'x'.repeat(255);
  for (const end of ['a', 'b'])
    gaps.note('ws-07', [row(1, 1, 1, { computer: `${long}${end}`, channel: `${long}${end}` })]);
  assert.equal(gaps.logs, 1);
});
