import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../finding.ts';
import { conflictFindings, type RecordConflict } from './t14.ts';

const conflict: RecordConflict = {
  host: 'ws-17.corp.example',
  channel: 'Security',
  eventId: 4688,
  recordId: 77,
  timeMs: Date.UTC(2026, 2, 12, 9, 44, 2),
  timeTicks: 5,
  field: 'CommandLine',
  values: ['cmd.exe /c whoami', 'cmd.exe /c dir'],
  evidence: [
    { file: 'Security.evtx', offset: 4096, length: 800 },
    { file: 'siem.jsonl', offset: 10, length: 900, line: 3 },
  ],
};

function told(conflicts: readonly RecordConflict[]): readonly Finding[] {
  return conflictFindings(conflicts).map(({ finding }) => finding);
}

test('T14: two copies of one record that differ are one finding that names the field and both values', () => {
  const [finding, ...others] = told([conflict, { ...conflict, timeTicks: 9 }]);
  assert.equal(others.length, 0);
  assert.deepEqual(
    {
      title: finding?.title,
      level: finding?.level,
      scope: finding?.scope,
      time: finding?.time,
      count: finding?.count,
      evidence: finding?.evidence,
    },
    {
      title:
        "Two copies of Security 4688 record 77 of WS-17 differ in 'CommandLine': 'cmd.exe /c whoami' in one, 'cmd.exe /c dir' in the other",
      level: 'medium',
      scope: 'tamper',
      time: '2026-03-12T09:44:02.0000005Z',
      count: 2,
      evidence: conflict.evidence,
    },
  );
});

test('T14: each field and each record is a finding of its own, and its id does not know the files', () => {
  const elsewhere = { ...conflict, evidence: [conflict.evidence[1], conflict.evidence[0]] as const };
  const ids = (list: readonly RecordConflict[]): readonly string[] => told(list).map(({ id }) => id);
  assert.deepEqual(ids([elsewhere]), ids([conflict]));
  assert.equal(ids([conflict, { ...conflict, field: 'NewProcessName' }, { ...conflict, recordId: 78 }]).length, 3);
});

test('L20 a title quotes at most 120 characters of a value', () => {
  const [finding] = told([{ ...conflict, values: ['a'.repeat(100_000), 'b'] }]);
  assert.ok((finding?.title.length ?? 0) < 400);
  assert.match(finding?.title ?? '', /a…' \(100000 characters\) in one/);
});
