import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverageOf, madeEvents } from '../../../test/made-event.ts';
import { type EventModel, security, sysmon } from '../../../testkit/index.ts';
import type { Event } from '../../windows/index.ts';
import { Engine, type EngineResult } from '../engine.ts';
import type { Finding } from '../finding.ts';

const TARGET = 'SRV-02.corp.example.com';
const SOURCE = 'WS-07.corp.example.com';
const ALICE = { sid: 'S-1-5-21-1-2-3-1104', name: 'alice', domain: 'CORP' };
const WMIPRVSE = 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe';
const WMIC = 'C:\\Windows\\System32\\wbem\\WMIC.exe';
const CALC = 'C:\\Windows\\System32\\calc.exe';
const CMD = 'C:\\Windows\\System32\\cmd.exe';

function on(computer: string, clock: string): { computer: string; time: string } {
  return { computer, time: `2026-03-12T${clock}Z` };
}

function hunt(models: readonly EventModel[]): EngineResult {
  const events = [...Map.groupBy(models, ({ computer }) => computer)]
    .flatMap(([computer, ofComputer]) => madeEvents(ofComputer, `${computer}.evtx`))
    .sort((a, b) => a.timeMs - b.timeMs || a.timeTicks - b.timeTicks);
  const engine = new Engine({ coverage: coverageOf(events) });
  for (const event of events) engine.accept(event);
  return engine.finish();
}

function only(result: EngineResult, analytic: string): Finding {
  const [finding, ...others] = result.findings.filter((candidate) => candidate.analytic === analytic);
  assert.ok(
    finding !== undefined && others.length === 0,
    `not one ${analytic}: ${result.findings.map((f) => f.analytic)}`,
  );
  return finding;
}

const LOGON = security.logon(
  { account: ALICE, logonId: 0xa1n, type: 3, address: '10.0.0.7', port: 50001 },
  on(TARGET, '09:00:00.1000000'),
);

function child(image: string, commandLine: string, parentImage = WMIPRVSE): EventModel {
  return sysmon.process(
    { pid: 3396, image, commandLine, user: 'CORP\\alice', logonId: 0xa1n, parentPid: 2760, parentImage },
    on(TARGET, '09:00:00.2000000'),
  );
}

/** An outbound connection of WMIC at the source, to the target's dynamic port. */
function connection(computer: string, image: string, pid: number): EventModel {
  return sysmon.event(
    3,
    {
      UtcTime: '2026-03-12 09:00:00.050',
      ProcessGuid: sysmon.processGuid(pid, 0n),
      ProcessId: pid,
      Image: image,
      User: 'CORP\\alice',
      Protocol: 'tcp',
      Initiated: true,
      SourceIp: '10.0.0.7',
      SourcePort: 50001,
      DestinationIp: '10.0.0.2',
      DestinationPort: 49666,
    },
    on(computer, '09:00:00.0500000'),
  );
}

test('R02: the connection of a program on the source, by address and port of the logon, names both', () => {
  const result = hunt([connection(SOURCE, WMIC, 812), LOGON, child(CALC, 'calc')]);
  const finding = only(result, 'R02');
  assert.equal(finding.title, 'CORP\\alice from WS-07 (WMIC.exe) started calc.exe on SRV-02 through WMI');
  assert.deepEqual([finding.level, finding.score], ['high', 65]);
  assert.deepEqual(finding.hosts, ['srv-02.corp.example.com', 'ws-07.corp.example.com']);
  assert.deepEqual(
    result.findings.map(({ analytic }) => analytic),
    ['R02'],
  );
  const [judged] = result.judged;
  assert.deepEqual(
    judged?.hop?.sources.map(({ host, address, process, strength }) => [
      host,
      address,
      process?.image,
      process?.pid,
      strength,
    ]),
    // No record tells that 10.0.0.2 is SRV-02, so the third equality of J2 is open.
    [['ws-07.corp.example.com', '10.0.0.7', WMIC, 812, 'strong']],
  );
  assert.deepEqual(
    judged?.hop?.caller.map(({ join, strength }) => [join, strength]),
    [['J1', 'exact']],
  );
});

test('R02: an interpreter or a program in a folder of users at the source earns RX2', () => {
  const powershell = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe';
  for (const image of [powershell, 'C:\\Users\\alice\\Desktop\\move.exe']) {
    const finding = only(hunt([connection(SOURCE, image, 812), LOGON, child(CALC, 'calc')]), 'R02');
    assert.deepEqual(
      finding.terms.map(({ code, points }) => [code, points]),
      [
        ['BASE', 65],
        ['RX2', 15],
      ],
    );
  }
});

test('R02: with two sources that cannot be told apart it is R01, and both are listed', () => {
  const other = 'WS-08.corp.example.com';
  const result = hunt([connection(SOURCE, WMIC, 812), connection(other, WMIC, 900), LOGON, child(CALC, 'calc')]);
  only(result, 'R01');
  const [judged] = result.judged;
  assert.deepEqual(
    judged?.hop?.sources.map(({ host, isNamed }) => [host, isNamed]),
    [
      ['ws-07.corp.example.com', false],
      ['ws-08.corp.example.com', false],
    ],
  );
});

const OUTPUT = '__1773306000.2231';
const SHELL = `cmd.exe /Q /c whoami /all 1> \\\\127.0.0.1\\ADMIN$\\${OUTPUT} 2>&1`;

function access(address: string, logonId: bigint, mask: string, clock: string, name = OUTPUT): EventModel {
  return security.event(
    5145,
    {
      ...security.subject(ALICE, logonId),
      ObjectType: 'File',
      IpAddress: address,
      IpPort: '50123',
      ShareName: '\\\\*\\ADMIN$',
      ShareLocalPath: '\\??\\C:\\Windows',
      RelativeTargetName: name,
      AccessMask: mask,
      AccessList: '%%4417',
    },
    on(TARGET, clock),
  );
}

const WRITE = access('127.0.0.1', 0xa1n, '0x120196', '09:00:00.2500000');
const READ = access('10.0.0.7', 0xb2n, '0x1', '09:00:00.4000000');
const DELETE = access('10.0.0.7', 0xb2n, '0x10080', '09:00:00.5000000');

test('R03: the command line alone is medium, with the write of its output high, with reader and deletion critical', () => {
  const shell = child(CMD, SHELL);
  const graded = [[shell], [shell, WRITE], [shell, WRITE, READ, DELETE]].map((models) => {
    const { level, score, terms } = only(hunt([LOGON, ...models]), 'R03');
    return [level, score, terms[0]?.points];
  });
  // The inner command is `whoami /all` (P16): the wrapper is not counted (SETTLED C14).
  assert.deepEqual(graded, [
    ['medium', 45, 40],
    ['high', 70, 65],
    ['critical', 90, 85],
  ]);
  const whole = only(hunt([LOGON, shell, WRITE, READ, DELETE]), 'R03');
  assert.equal(whole.title, "CORP\\alice from 10.0.0.7 ran 'whoami /all' on SRV-02 with wmiexec");
});

test('R03: the same output under mmc.exe, or another file, is no leg', () => {
  const sibling = hunt([LOGON, child(CMD, SHELL, 'C:\\Windows\\System32\\mmc.exe'), WRITE, READ, DELETE]);
  assert.deepEqual(
    sibling.findings.filter(({ analytic }) => analytic === 'R03'),
    [],
  );
  const elsewhere = [
    access('127.0.0.1', 0xa1n, '0x120196', '09:00:00.2500000', '__1773306000.9'),
    access('10.0.0.7', 0xb2n, '0x1', '09:00:00.4000000', '__1773306000.9'),
  ];
  assert.equal(only(hunt([LOGON, child(CMD, SHELL), ...elsewhere]), 'R03').terms[0]?.points, 40);
  // A read without the deletion, and a write under the logon of somebody else, are half of a leg.
  assert.equal(only(hunt([LOGON, child(CMD, SHELL), READ]), 'R03').terms[0]?.points, 40);
  const stranger = access('127.0.0.1', 0xc3n, '0x120196', '09:00:00.2500000');
  assert.equal(only(hunt([LOGON, child(CMD, SHELL), stranger]), 'R03').terms[0]?.points, 40);
});

/** The machine connects to its own share: `end` is the end that is recorded. */
function loopback(isInitiated: boolean, clock: string): EventModel {
  return sysmon.event(
    3,
    {
      ProcessGuid: sysmon.processGuid(4, 0n),
      ProcessId: 4,
      Image: 'System',
      User: 'NT AUTHORITY\\SYSTEM',
      Protocol: 'tcp',
      Initiated: isInitiated,
      SourceIp: '127.0.0.1',
      SourcePort: 50003,
      DestinationIp: '127.0.0.1',
      DestinationPort: 445,
    },
    on(TARGET, clock),
  );
}

test('R03, trap 43: a connection to its own share is a leg by either end, tied to the child by time alone: J21, weak', () => {
  for (const isInitiated of [true, false]) {
    const { judged } = hunt([LOGON, child(CMD, SHELL), loopback(isInitiated, '09:00:00.4000000')]);
    const r03 = judged.find(({ finding }) => finding.analytic === 'R03');
    assert.equal(r03?.finding.level, 'high');
    assert.deepEqual(
      r03?.joins.map(({ join, strength }) => [join, strength]),
      [['J21', 'weak']],
    );
  }
  assert.equal(only(hunt([LOGON, child(CMD, SHELL), loopback(true, '09:02:00.0000000')]), 'R03').level, 'medium');
  const { judged } = hunt([LOGON, child(CMD, SHELL), WRITE]);
  assert.deepEqual(
    judged.find(({ finding }) => finding.analytic === 'R03')?.joins.map(({ join, strength }) => [join, strength]),
    [['J16', 'exact']],
  );
});

test('R02: the command of another account near the call (J8, weak) is no source: R01, without RX2', () => {
  const command = (user: string): EventModel =>
    sysmon.process(
      {
        pid: 1100,
        image: 'C:\\Users\\bob\\wmic.exe',
        commandLine: 'wmic /node:SRV-02 process list',
        user,
        logonId: 0xb1n,
        parentImage: 'C:\\Windows\\explorer.exe',
      },
      on(SOURCE, '08:59:30.0000001'),
    );
  const bare = security.logon({ account: ALICE, logonId: 0xa1n, type: 3 }, on(TARGET, '09:00:00.1000000'));
  const of = (user: string): readonly string[] =>
    hunt([command(user), bare, child(CALC, 'calc')]).findings.flatMap(({ analytic, title, terms }) =>
      analytic === 'R01' || analytic === 'R02' ? [analytic, title, ...terms.map(({ code }) => code)] : [],
    );
  assert.equal(of('CORP\\bob')[0], 'R01');
  assert.ok(!of('CORP\\bob').includes('RX2'));
  assert.deepEqual(of('CORP\\alice').slice(0, 2), [
    'R02',
    'CORP\\alice from WS-07 (wmic.exe) started calc.exe on SRV-02 through WMI',
  ]);
});

test('R01, B16: a LogonId that only text without escapes tells is strong, and still a LogonId', () => {
  const events = madeEvents([LOGON, child(CALC, 'calc')]).map((event) => {
    const made: Event = { ...event, shape: 'S12', detach: () => made };
    return made;
  });
  const engine = new Engine({ coverage: coverageOf(events) });
  for (const event of events) engine.accept(event);
  const [judged] = engine.finish().judged;
  assert.match(judged?.finding.terms[0]?.text ?? '', /under the logon of a remote caller \(J1, strong\)/);
  assert.deepEqual(
    judged?.hop?.caller.map(({ join, strength, text }) => [join, strength, text]),
    [['J1', 'strong', 'LogonId 0xa1 of calc.exe is that of the logon']],
  );
});
