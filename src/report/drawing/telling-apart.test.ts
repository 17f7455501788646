import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordLine } from '../record-line.ts';
import { type Citations, citationsOf, type Told } from './citations.ts';
import { writeOut } from './drawn.ts';
import { evidenceRow } from './evidence-row.ts';

const label = (host: string): string => host;
const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const CMD = 'C:\\Windows\\System32\\cmd.exe';

function record(id: string, ms: number, of: Pick<RecordLine, 'channel' | 'eventId' | 'data'>): RecordLine {
  const time = `2026-03-12T09:44:0${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}0000Z`;
  return {
    id,
    time,
    host: 'srv-02',
    hostRaw: 'SRV-02',
    provider: '',
    version: 0,
    sources: [],
    system: {},
    ...of,
  } as never;
}

/** The start of a cmd.exe by WmiPrvSE.exe as Sysmon tells it. */
function sysmon(id: string, ms: number, pid: number, CommandLine: string): RecordLine {
  const data = {
    ProcessId: String(pid),
    Image: CMD,
    ParentImage: 'C:\\WmiPrvSE.exe',
    User: 'CORP\\frank',
    CommandLine,
  };
  return record(id, ms, { channel: SYSMON, eventId: 1, data });
}

/** The same as Security tells it. */
function security(id: string, ms: number, pid: number, CommandLine: string): RecordLine {
  const names = { SubjectDomainName: 'CORP', SubjectUserName: 'frank', TargetUserName: '-', TargetDomainName: '-' };
  const NewProcessId = `0x${pid.toString(16)}`;
  const data = { ...names, NewProcessId, NewProcessName: CMD, ParentProcessName: 'C:\\WmiPrvSE.exe', CommandLine };
  return record(id, ms, { channel: 'Security', eventId: 4688, data });
}

function cited(records: readonly RecordLine[], ...findings: readonly (readonly string[])[]): Citations {
  const told = {
    incidents: [],
    dossiers: [],
    findings: findings.map((ids) => ({ level: 'critical', evidence: ids.map((one) => ({ record: one })) })),
  } as unknown as Told;
  return citationsOf(records, told, 100, label);
}

function rowText(citations: Citations, at: number): string {
  const item = citations.records[at];
  assert.ok(item);
  const [summary = ''] = writeOut(evidenceRow(item, label, true)).split('</summary>');
  return summary.replaceAll(/<[^>]*>/g, '');
}

test('rows that say the same tell their log, and in what they differ', () => {
  const rows = [sysmon('a', 0, 2472, 'cmd.exe /Q /c cd \\'), sysmon('b', 2000, 2484, 'cmd.exe /Q /c whoami /all')];
  const citations = cited(rows, ['a'], ['b']);
  assert.match(
    rowText(citations, 0),
    /WmiPrvSE\.exe starts cmd\.exe as CORP\\frank\. Sysmon 1.*cmd\.exe \/Q \/c cd \\, pid 2472/,
  );
  assert.match(rowText(citations, 1), /Sysmon 1.*cmd\.exe \/Q \/c whoami \/all, pid 2484/);
  const lone = cited(rows.slice(0, 1), ['a']);
  assert.equal(lone.records[0]?.apart, undefined, 'a row that is alone with its words says no more than them');
});

test('a value is cut where all begin alike, and at its end', () => {
  const begin = `powershell.exe -NoProfile -EncodedCommand ${'QQ'.repeat(40)}`;
  const rows = ['one', 'two'].map((end, at) => sysmon(end, at * 2000, 4, `${begin}${end}${'x'.repeat(100)}`));
  const [first, second] = cited(rows).records.map(({ apart }) => apart);
  assert.equal(first, `…${'QQ'.repeat(6)}one${'x'.repeat(57)}…`);
  assert.equal(second?.slice(0, 16), `…${'QQ'.repeat(6)}two`);
});

test('two records of one act stand beside each other and name each other, where the engine took them together', () => {
  const rows = [
    sysmon('a', 0, 2472, 'cmd.exe /c cd'),
    sysmon('between', 100, 77, 'cmd.exe /c dir'),
    security('b', 200, 2472, 'cmd.exe /c cd'),
    security('late', 1500, 77, 'cmd.exe /c dir'),
  ];
  const together = cited(rows, ['a', 'b'], ['between', 'late']);
  assert.deepEqual(
    together.records.map((item) => [item.number, item.record.id, item.sameAs]),
    [
      [1, 'a', [2]],
      [2, 'b', [1]],
      [3, 'between', undefined],
      [4, 'late', undefined],
    ],
    'more than a second apart it is another start',
  );
  assert.match(rowText(together, 0), /Sysmon 1, one act with 2/);
  assert.match(rowText(together, 1), /Security 4688, one act with 1/);
  assert.deepEqual(
    cited(rows, ['a'], ['b']).records.map(({ record: { id }, sameAs }) => [id, sameAs]),
    ['a', 'between', 'b', 'late'].map((id) => [id, undefined]),
    'nothing cites both',
  );
});
