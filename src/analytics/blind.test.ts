import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { coverageOf, madeEvents } from '../../test/made-event.ts';
import { type EventModel, security, sysmon, system, wmi } from '../../testkit/index.ts';
import { type Analytic, checkCatalogue } from './analytic.ts';
import { CATALOGUE } from './catalogue/index.ts';
import { Engine, type EngineResult } from './engine.ts';

const COMPUTER = 'SRV-02.corp.example.com';
const HOST = 'srv-02.corp.example.com';
const ALICE = { sid: 'S-1-5-21-1-2-3-1104', name: 'alice', domain: 'CORP' };

function at(time: string): { computer: string; time: string } {
  return { computer: COMPUTER, time: `2026-03-12T${time}Z` };
}

function hunt(models: readonly EventModel[], misdated = 0): EngineResult {
  const events = madeEvents(models);
  const coverage = coverageOf(events).map((count, n) => (n === 0 ? { ...count, misdated } : count));
  const engine = new Engine({ coverage });
  for (const event of events) engine.accept(event);
  return engine.finish();
}

function whats(result: EngineResult): string[] {
  return result.gaps.map((gap) => gap.what);
}

test('every log that a hunt reads is told where it is absent, and where it begins', () => {
  const result = hunt([sysmon.process({ pid: 4, image: 'C:\\x\\a.exe' }, at('09:00:00.0000000'))]);
  assert.deepEqual(whats(result), [
    'no WMI-Activity log',
    'no Security log',
    'no System log',
    'no Application log',
    'no PowerShell log',
    'logs begin: Sysmon 2026-03-12T09:00:00.0000000Z',
  ]);
  assert.deepEqual(
    result.gaps.map((gap) => [gap.host, gap.so !== '', gap.close !== '', gap.id.length]),
    result.gaps.map(() => [HOST, true, true, 16]),
  );
});

test('a log that is there but lacks a kind of record is told', () => {
  const result = hunt([
    security.logoff(ALICE, 0xa1n, 3, at('09:00:00.0000000')),
    wmi.providerStarted('CIMWin32', '%systemroot%\\system32\\wbem\\cimwin32.dll', 1, at('09:00:01.0000000')),
  ]);
  assert.deepEqual(
    ['no process starts in its logs', 'no logons (4624) in its Security log', 'no 5861 in its WMI-Activity log'].filter(
      (what) => !whats(result).includes(what),
    ),
    [],
  );
});

test('L11 each clearing of a log is told with who did it', () => {
  const result = hunt([
    security.logCleared(ALICE, 0xa1n, at('09:00:00.0000000')),
    system.otherLogCleared(
      { user: 'alice', domain: 'CORP', channel: 'Microsoft-Windows-WMI-Activity/Operational' },
      at('09:01:00.0000000'),
    ),
  ]);
  assert.deepEqual(
    whats(result).filter((what) => what.includes('cleared')),
    [
      'Security log cleared 2026-03-12T09:00:00.0000000Z by CORP\\alice',
      'Microsoft-Windows-WMI-Activity/Operational log cleared 2026-03-12T09:01:00.0000000Z by CORP\\alice',
    ],
  );
});

test('process starts without any command line are told; one with a line is enough not to', () => {
  const start = (pid: bigint, commandLine: string): EventModel =>
    security.processCreation(
      { pid, image: 'C:\\x\\a.exe', commandLine, creatorPid: 4n, subject: security.subject(ALICE, 0xa1n) },
      { ...at('09:00:00.0000000'), version: 1 },
    );
  const told = (models: readonly EventModel[]): string[] =>
    whats(hunt(models)).filter((what) => what.includes('command line'));
  assert.deepEqual(told([start(8n, ''), start(12n, '')]), ['no command line in 2 process starts (4688)']);
  assert.deepEqual(told([start(8n, ''), start(12n, 'a')]), []);
});

test('misdated records are told by number', () => {
  const models = [sysmon.process({ pid: 4, image: 'C:\\x\\a.exe' }, at('09:00:00.0000000'))];
  assert.equal(whats(hunt(models, 12)).includes('12 records dated before 2000 or after this run'), true);
  assert.equal(
    whats(hunt(models, 0)).some((what) => what.includes('dated')),
    false,
  );
});

test('L2: a process whose caller is in no log says which log would have held it, once for each logon', () => {
  const child = (pid: number, time: string): EventModel =>
    sysmon.process(
      {
        pid,
        image: 'C:\\x\\calc.exe',
        user: 'CORP\\alice',
        logonId: 0xa1n,
        parentImage: 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe',
      },
      at(time),
    );
  const links = (models: readonly EventModel[]): string[] =>
    whats(hunt(models)).filter((what) => what.includes('no logon 0x'));
  assert.deepEqual(links([child(8, '09:00:00.0000000'), child(12, '09:00:05.0000000')]), [
    'no logon 0xa1 of CORP\\alice in evidence: the Security log was not given',
  ]);
  assert.deepEqual(links([child(8, '09:00:00.0000000'), security.logoff(ALICE, 0xb1n, 3, at('09:00:00.0000000'))]), [
    'no logon 0xa1 of CORP\\alice in evidence: the Security log holds no 4624 at all',
  ]);
});

test('an analytic whose required evidence no host has is not evaluated, and says what is missing', () => {
  const result = hunt([sysmon.filter({ name: 'f', query: 'select * from x' }, at('09:00:00.0000000'))]);
  const told = new Set(['C01', 'C03', 'C04', 'R01', 'S05', 'S06']);
  assert.deepEqual(
    result.notEvaluated.filter(({ analytic }) => told.has(analytic)),
    [
      { analytic: 'C03', missing: ['process starts'] },
      { analytic: 'C04', missing: ['process starts'] },
      { analytic: 'R01', missing: ['process starts', 'logons'] },
      { analytic: 'S05', missing: ['process starts'] },
      { analytic: 'S06', missing: ['process starts'] },
    ],
  );
});

test('L2: a host without the evidence that others have says which analytics are silent about it', () => {
  const read = sysmon.event(
    10,
    {
      SourceProcessId: 900,
      SourceImage: 'C:\\x.exe',
      TargetImage: 'C:\\Windows\\System32\\lsass.exe',
      GrantedAccess: 0x10,
    },
    at('09:00:00.0000000'),
  );
  const other = security.logCleared(ALICE, 0xa1n, { computer: 'SRV-09.corp.local', time: '2026-03-12T09:00:01Z' });
  const told = (...models: Parameters<typeof hunt>[0]): readonly string[] =>
    hunt(models).gaps.flatMap(({ host, what, so }) =>
      what.startsWith('not evaluated here') ? [`${host}: ${what}; ${so}`] : [],
    );
  assert.deepEqual(told(other), []);
  const [gap = '', ...others] = told(
    read,
    sysmon.process({ pid: 5, image: 'C:\\x.exe' }, at('09:00:00.0000000')),
    other,
  );
  assert.equal(others.length, 0);
  assert.match(gap, /^srv-09\.corp\.local: not evaluated here: .*M01/);
  assert.match(gap, /no process access/);
});

test('C13: without one whole log T03 is not evaluated', () => {
  const result = hunt([sysmon.filter({ name: 'f', query: 'select * from x' }, at('09:00:00.0000000'))]);
  assert.deepEqual(
    result.notEvaluated.find(({ analytic }) => analytic === 'T03'),
    { analytic: 'T03', missing: ['whole logs'] },
  );
});

test('every test that a record of the catalogue names stands in the tests', () => {
  const root = join(import.meta.dirname, '..', '..');
  const tests = ['src/**/*.test.ts', 'test/**/*.test.ts']
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .map((file) => readFileSync(join(root, file), 'utf8').replaceAll('\\\\', '\\'))
    .join('\n');
  const named = CATALOGUE.flatMap((record) => [...record.test.positive, ...record.test.negative]);
  assert.deepEqual(
    named.filter((title) => !tests.includes(`test('${title}'`)),
    [],
  );
});

test('L12 the catalogue is valid, and a record with an unknown field, a wrong type or a used id is refused', () => {
  const records = CATALOGUE;
  assert.deepEqual(checkCatalogue(records), []);
  const [first] = records;
  assert.ok(first !== undefined);
  const broken: object[] = [
    { ...first, id: 'X01', colour: 'red' },
    { ...first, id: 'X02', level: 'urgent' },
    { ...first, id: 'X03', needs: 'logons' },
    first,
    first,
    { ...first, id: 'x4' } satisfies Analytic,
  ];
  assert.deepEqual(checkCatalogue(broken), [
    'X01: unknown field colour',
    'X02: unknown level urgent',
    'X03: needs must be a list',
    `${first.id}: this id is used twice`,
    'x4: an id is a letter and two digits',
  ]);
});
