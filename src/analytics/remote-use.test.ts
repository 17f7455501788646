import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALICE, BOB, D, LEASE, NAMED, on, S, SVCHOST, T, used, WMIPRVSE } from '../../test/joined-call.ts';
import { coverageOf, madeEvents } from '../../test/made-event.ts';
import { type EventModel, powershell, security, sysmon, winrm } from '../../testkit/index.ts';
import { isKept } from '../windows/index.ts';
import { Engine } from './engine.ts';
import type { JudgedFinding } from './finding.ts';

const WMIC = 'C:\\Windows\\System32\\wbem\\WMIC.exe';

function judged(models: readonly EventModel[], ...analytics: readonly string[]): readonly JudgedFinding[] {
  const events = [...Map.groupBy([...NAMED, ...models], ({ computer }) => computer)]
    .flatMap(([computer, ofComputer]) => madeEvents(ofComputer, `${computer}.evtx`))
    .filter(isKept)
    .sort((a, b) => a.timeMs - b.timeMs || a.timeTicks - b.timeTicks);
  const engine = new Engine({ coverage: coverageOf(events) });
  for (const event of events) engine.accept(event);
  return engine.finish().judged.filter(({ finding }) => analytics.includes(finding.analytic));
}

const brief = (found: readonly JudgedFinding[]): string[] =>
  found.map(({ finding }) => `${finding.analytic} ${finding.level} ${finding.count} ${finding.title}`);

/** The three 4648 of one `wmic /node:` with other credentials (trap 47). */
const PAIR: readonly EventModel[] = [
  used('09:00:00.0000001', { image: SVCHOST, pid: 772n, server: 'SRV-09.corp.local', spn: 'RPCSS/SRV-09.corp.local' }),
  used('09:00:00.0300001', { server: 'SRV-09.corp.local', spn: 'host/SRV-09.corp.local' }),
];

test('R19: two 4648 of one session, by RPC and by WMIC.exe, are a call with the credentials of another account (trap 47)', () => {
  const [found] = judged(PAIR, 'R19');
  assert.deepEqual(brief(found === undefined ? [] : [found]), [
    'R19 medium 1 CORP\\bob on WS-07 called WMI on SRV-09 with the credentials of CORP\\alice (not seen on SRV-09)',
  ]);
  assert.deepEqual(
    [found?.hop?.target, found?.hop?.account, found?.hop?.method, found?.hop?.isSeenAtTarget],
    [{ host: 'srv-09.corp.local' }, 'CORP\\alice', 'wmi-dcom', false],
  );
  const source = found?.hop?.sources[0];
  assert.deepEqual(
    [source?.host, source?.account, source?.process?.image, source?.process?.pid, source?.isNamed],
    ['ws-07.corp.local', 'CORP\\bob', WMIC, 1100, true],
  );
  assert.deepEqual(found?.finding.accounts, ['CORP\\alice', 'CORP\\bob']);
  assert.equal(found?.finding.evidence.length, 2);
});

test('R19: a 4648 of RPC alone, one of WMIC.exe three seconds later, or one by another program is no call', () => {
  const [rpc, client] = PAIR;
  assert.ok(rpc !== undefined && client !== undefined);
  assert.deepEqual(brief(judged([rpc], 'R19')), []);
  assert.deepEqual(brief(judged([client], 'R19')), []);
  assert.deepEqual(brief(judged([rpc, used('09:00:03.0000001', { server: 'SRV-09.corp.local' })], 'R19')), []);
  assert.deepEqual(
    brief(
      judged(
        [rpc, used('09:00:00.0300001', { server: 'SRV-09.corp.local', image: 'C:\\Windows\\System32\\mmc.exe' })],
        'R19',
      ),
    ),
    [],
  );
});

function wmic(commandLine: string, clock = '09:00:00.0000001'): EventModel {
  return sysmon.process(
    {
      pid: 1100,
      image: WMIC,
      commandLine,
      user: 'CORP\\bob',
      logonId: 0xb1n,
      parentImage: 'C:\\Windows\\explorer.exe',
    },
    on(S, clock),
  );
}

test('R19: a command line that calls is medium, one that only reads is low', () => {
  assert.deepEqual(brief(judged([wmic('wmic /node:SRV-09 process call create calc')], 'R19')), [
    'R19 medium 1 CORP\\bob on WS-07 called WMI on SRV-09 (not seen on SRV-09)',
  ]);
  assert.deepEqual(brief(judged([wmic('wmic /node:10.0.0.99 os get caption')], 'R19')), [
    'R19 low 1 CORP\\bob on WS-07 called WMI on 10.0.0.99 (not seen on 10.0.0.99)',
  ]);
  assert.deepEqual(brief(judged([wmic('wmic /node:WS-07 process call create calc')], 'R19')), []);
});

test('R19: one call that several logs tell within a minute is one finding; a minute later it is another', () => {
  const script = (clock: string): EventModel =>
    powershell.scriptBlock(
      { text: 'Invoke-WmiMethod -ComputerName SRV-09 -Class Win32_Process -Name Create -ArgumentList calc' },
      { ...on(S, clock), userSid: BOB.sid, processId: 4242 },
    );
  const values = powershell.moduleLog(
    {
      payload:
        'CommandInvocation(Invoke-WmiMethod): "Invoke-WmiMethod"\r\nParameterBinding(Invoke-WmiMethod): name="ComputerName"; value="SRV-09"\r\nParameterBinding(Invoke-WmiMethod): name="Name"; value="Create"',
      commandName: 'Invoke-WmiMethod',
      hostApplication: 'powershell.exe',
      user: 'CORP\\bob',
    },
    { ...on(S, '09:00:00.5000000'), userSid: BOB.sid, processId: 4242 },
  );
  const named = security.specialLogon(BOB, 0xb1n, on(S, '08:59:00.0000001'));
  assert.deepEqual(brief(judged([named, script('09:00:00.1000000'), values, script('09:01:05.0000001')], 'R19')), [
    'R19 medium 2 CORP\\bob on WS-07 called WMI on SRV-09 (not seen on SRV-09)',
    'R19 medium 1 CORP\\bob on WS-07 called WMI on SRV-09 (not seen on SRV-09)',
  ]);
});

test('R19: WinRM tells the machine of the session and the resource of WMI: a call over WinRM', () => {
  const models = [
    winrm.event(6, { connection: 'SRV-09/wsman?PSVersion=5.1' }, { ...on(S, '09:00:00.0000001'), processId: 4242 }),
    winrm.event(
      145,
      { operationName: 'Invoke', resourceUri: winrm.wmiResource('root\\cimv2', 'Win32_Process') },
      { ...on(S, '09:00:01.0000001'), processId: 4242 },
    ),
  ];
  const [found] = judged(models, 'R19');
  assert.equal(found?.hop?.method, 'wmi-winrm');
  assert.equal(found?.finding.level, 'medium');
  assert.deepEqual(judged(models.slice(1), 'R19'), []);
});

test('R19: a logon of the target that J7 or J8 joins takes it away (SETTLED C12)', () => {
  const call = wmic('wmic /node:SRV-02 process call create calc');
  const logon = (account: typeof ALICE, clock: string, address = '10.0.0.7'): EventModel =>
    security.logon({ account, logonId: 0xa1n, address, port: 50001 }, on(T, clock));
  assert.equal(judged([call], 'R19').length, 1);
  assert.equal(judged([call, logon(BOB, '09:00:30.0000001')], 'R19').length, 0);
  // Too late, of another account, and from an address that is another machine's.
  assert.equal(judged([call, logon(BOB, '09:01:01.0000001')], 'R19').length, 1);
  assert.equal(judged([call, logon(ALICE, '09:00:30.0000001')], 'R19').length, 1);
  assert.equal(judged([LEASE, call, logon(ALICE, '09:00:30.0000001')], 'R19').length, 0);
  const other = security.logon(
    {
      account: { sid: 'S-1-5-21-1-2-3-1114', name: 'DC-01$', domain: 'CORP' },
      logonId: 0x78n,
      address: '10.0.0.9',
      port: 49002,
    },
    on(T, '08:55:00.0000001'),
  );
  assert.equal(judged([other, call, logon(BOB, '09:00:30.0000001', '10.0.0.9')], 'R19').length, 1);
});

test('R19: it folds into R02 when a child of the target joins it by J8', () => {
  const models = [
    wmic('wmic /node:SRV-02 process call create calc'),
    security.logon({ account: BOB, logonId: 0xa1n, address: '10.0.0.7', port: 50001 }, on(T, '09:00:01.0000001')),
    sysmon.process(
      {
        pid: 3396,
        image: 'C:\\Windows\\System32\\calc.exe',
        commandLine: 'calc',
        user: 'CORP\\bob',
        logonId: 0xa1n,
        parentPid: 2760,
        parentImage: WMIPRVSE,
      },
      on(T, '09:00:01.1000000'),
    ),
  ];
  const found = judged(models, 'R01', 'R02', 'R19');
  assert.deepEqual(
    found.map(({ finding }) => finding.analytic),
    ['R02'],
  );
  assert.deepEqual(
    found[0]?.hop?.sources.map(({ host, joins }) => [host, joins.map(({ join }) => join)]),
    [['ws-07.corp.local', ['J8']]],
  );
});

function caller(type = 3, address = '10.0.0.7'): EventModel {
  return security.logon({ account: ALICE, logonId: 0xa1n, type, address, port: 50001 }, on(T, '09:00:00.0000001'));
}

function opened(
  name: string,
  over: { mask?: string; clock?: string; logonId?: bigint; image?: string } = {},
): EventModel {
  const { mask = '%%1539\r\n\t\t\t\t%%4432', clock = '09:00:01.0000001', logonId = 0xa1n, image = WMIPRVSE } = over;
  return security.event(
    4674,
    {
      ...security.subject(ALICE, logonId),
      ObjectServer: 'Security',
      ObjectType: 'Key',
      ObjectName: name,
      AccessMask: mask,
      PrivilegeList: 'SeTakeOwnershipPrivilege',
      ProcessId: 0x560n,
      ProcessName: image,
    },
    on(T, clock),
  );
}

const LSA = '\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Control\\Lsa\\JD';
const WINREG = '\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Control\\SecurePipeServers\\winreg';

test('R08: keys changed under the session of a remote caller are one finding that counts them, high for LSA', () => {
  assert.deepEqual(
    brief(judged([caller(), opened(WINREG), opened(WINREG), opened(`${WINREG}\\AllowedPaths`)], 'R08')),
    ['R08 low 2 CORP\\alice from 10.0.0.7 changed 2 registry keys on SRV-02 through WMI'],
  );
  const [high] = judged([caller(), opened(WINREG), opened(LSA)], 'R08');
  assert.equal(high?.finding.level, 'high');
  assert.deepEqual(
    high?.hop?.caller.map(({ join, strength }) => [join, strength]),
    [['J1', 'exact']],
  );
  assert.equal(high?.hop?.target.logonId, '0xa1');
});

test('R08: keys that are only read, those of a local caller, of another program, and the environment are none', () => {
  assert.deepEqual(judged([caller(), opened(LSA, { mask: '%%4432\r\n\t\t\t\t%%1538' })], 'R08'), []);
  assert.deepEqual(judged([caller(2), opened(LSA)], 'R08'), []);
  assert.deepEqual(judged([caller(3, '127.0.0.1'), opened(LSA)], 'R08'), []);
  assert.deepEqual(judged([caller(), opened(LSA, { logonId: 0xa2n })], 'R08'), []);
  assert.deepEqual(judged([caller(), opened(LSA, { image: 'C:\\Windows\\regedit.exe' })], 'R08'), []);
  assert.deepEqual(
    judged(
      [caller(), opened('\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Control\\Session Manager\\Environment')],
      'R08',
    ),
    [],
  );
});

test('C12: the own keys of the caller beside a child of that provider host belong to the child, not to R08', () => {
  const profile = `\\REGISTRY\\USER\\${ALICE.sid}\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer`;
  const child = sysmon.process(
    {
      pid: 3396,
      image: 'C:\\Windows\\System32\\calc.exe',
      commandLine: 'calc',
      user: 'CORP\\alice',
      logonId: 0xa1n,
      parentPid: 0x560,
      parentImage: WMIPRVSE,
    },
    on(T, '09:00:01.5000000'),
  );
  assert.deepEqual(brief(judged([caller(), opened(profile)], 'R08')), [
    `R08 low 1 CORP\\alice from 10.0.0.7 changed hku\\${ALICE.sid.toLowerCase()}\\software\\microsoft\\windows\\currentversion\\explorer on SRV-02 through WMI`,
  ]);
  assert.deepEqual(judged([caller(), opened(profile), child], 'R08'), []);
  assert.equal(judged([caller(), opened(profile, { clock: '09:00:09.0000001' }), child], 'R08').length, 1);
});

function valueSet(target: string, clock: string): EventModel {
  return sysmon.event(
    13,
    {
      EventType: 'SetValue',
      ProcessGuid: sysmon.processGuid(2760, 133000000000000000n),
      ProcessId: 2760,
      Image: WMIPRVSE,
      TargetObject: target,
      Details: 'x',
    },
    on(T, clock),
  );
}

test('R08: a value that Sysmon saw set has a caller only by time: weak, and none without a logon', () => {
  const run = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\Updater';
  const [found] = judged([caller(), valueSet(run, '09:00:20.0000001')], 'R08');
  assert.deepEqual(
    [found?.finding.level, found?.finding.candidates.map(({ join, strength }) => [join, strength])],
    ['high', [['J12', 'weak']]],
  );
  assert.deepEqual(judged([valueSet(run, '09:00:20.0000001')], 'R08'), []);
  assert.deepEqual(judged([caller(), valueSet(run, '09:00:31.0000001')], 'R08'), []);
  // C12: CIMOM, not WDM.
  assert.deepEqual(
    judged([caller(), valueSet('HKLM\\SOFTWARE\\Microsoft\\Wbem\\WDM\\a.sys[Mof]', '09:00:20.0000001')], 'R08'),
    [],
  );
  assert.equal(
    judged([caller(), valueSet('HKLM\\SOFTWARE\\Microsoft\\Wbem\\CIMOM\\Autorecover MOFs', '09:00:20.0000001')], 'R08')
      .length,
    1,
  );
});

const SHELL = 'http://schemas.microsoft.com/powershell/Microsoft.PowerShell';

test('R05: a request for a resource of WMI is a call over WinRM, and a hop whose source J17 names', () => {
  const models = [
    used('08:59:59.0000001', { spn: 'HTTP/SRV-02', image: 'C:\\tools\\client.exe' }),
    winrm.event(
      82,
      { operationName: 'Invoke', resourceUri: winrm.wmiResource('root\\cimv2') },
      { ...on(T, '09:00:01.0000001'), userSid: ALICE.sid },
    ),
    security.specialLogon(ALICE, 0xa1n, on(T, '09:00:00.0000001')),
  ];
  const [found] = judged(models, 'R05');
  assert.deepEqual(brief(found === undefined ? [] : [found]), [
    'R05 medium 1 CORP\\alice from WS-07 used WMI (http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/*) on SRV-02 over WinRM',
  ]);
  assert.equal(found?.hop?.method, 'wmi-winrm');
  assert.deepEqual(
    found?.hop?.sources.map(({ host, joins }) => [host, joins.map(({ join }) => join)]),
    [['ws-07.corp.local', ['J17']]],
  );
});

const access = (objectServer: string, eventId: 4656 | 4662, clock: string, pid?: bigint): EventModel =>
  security.event(
    eventId,
    {
      ...security.subject(ALICE, 0xa1n),
      ObjectServer: objectServer,
      ObjectType: objectServer === 'WMI' ? 'WMI Namespace' : 'Unknown',
      ObjectName: objectServer === 'WMI' ? 'root\\cimv2' : 'Unknown',
      ...(pid === undefined ? {} : { ProcessId: pid, ProcessName: SVCHOST }),
    },
    on(T, clock),
  );

test('C12: an access to WMI by the service of WinRM is R05; by another svchost, or without a session beside it, it is none', () => {
  const listener = access('WS-Management Listener', 4656, '09:00:00.0000001', 1012n);
  assert.equal(judged([listener, access('WMI', 4656, '09:00:01.0000001', 1012n)], 'R05').length, 1);
  assert.deepEqual(judged([listener, access('WMI', 4656, '09:00:01.0000001', 1400n)], 'R05'), []);
  assert.deepEqual(judged([access('WMI', 4662, '09:00:01.0000001')], 'R05'), []);
  const session = winrm.authenticated('CORP\\alice', 'NTLM', on(T, '09:00:00.0000001'));
  assert.equal(judged([session, access('WMI', 4662, '09:00:01.0000001')], 'R05').length, 1);
});

test('R05: a shell of PowerShell or cmd and WS-Management Listener are remoting, not WMI', () => {
  const shell = winrm.requestReceived(SHELL, ALICE.sid, on(T, '09:00:00.0000001'));
  assert.deepEqual(judged([shell], 'R05'), []);
  assert.deepEqual(judged([access('WS-Management Listener', 4656, '09:00:00.0000001', 1012n)], 'R05'), []);
});

test('R05: a child of WMI whose caller came in by WinRM, without a shell, used WMI over it', () => {
  const models = [
    sysmon.event(
      3,
      {
        ProcessGuid: sysmon.processGuid(4, 133000000000000000n),
        ProcessId: 4,
        Image: 'System',
        User: 'NT AUTHORITY\\SYSTEM',
        Protocol: 'tcp',
        Initiated: false,
        SourceIp: '10.0.0.7',
        SourcePort: 50001,
        DestinationIp: '10.0.0.2',
        DestinationPort: 5985,
      },
      on(T, '09:00:00.0000001'),
    ),
    caller(),
    winrm.authenticated('CORP\\alice', 'NTLM', on(T, '09:00:00.0500000')),
    sysmon.process(
      {
        pid: 3396,
        image: 'C:\\Windows\\System32\\calc.exe',
        commandLine: 'calc',
        user: 'CORP\\alice',
        logonId: 0xa1n,
        parentPid: 2760,
        parentImage: WMIPRVSE,
      },
      on(T, '09:00:01.0000001'),
    ),
  ];
  const [found] = judged(models, 'R05');
  assert.equal(found?.finding.title, 'CORP\\alice used WMI on SRV-02 over WinRM');
  assert.equal(found?.hop?.method, 'wmi-winrm');
  assert.deepEqual(judged(models.slice(1), 'R05'), []);
  const shell = winrm.requestReceived(SHELL, ALICE.sid, on(T, '09:00:00.0600000'));
  assert.deepEqual(judged([...models, shell], 'R05'), []);
});

test('L15: a flood of calls from one machine leaves those of another', () => {
  const flood = Array.from({ length: 1500 }, (_, at) =>
    sysmon.process(
      {
        pid: 9000 + at,
        image: WMIC,
        commandLine: `wmic /node:HOST-${at} os get x`,
        user: 'CORP\\bob',
        logonId: 0xb1n,
        parentImage: 'C:\\Windows\\explorer.exe',
      },
      on(D, `09:00:${String(10 + Math.floor(at / 100)).padStart(2, '0')}.${String(at % 100).padStart(3, '0')}0001`),
    ),
  );
  const found = judged([wmic('wmic /node:SRV-09 process call create calc'), ...flood], 'R19');
  assert.ok(found.some(({ finding }) => finding.host === 'ws-07.corp.local'));
  assert.ok(found.length > 1000 && found.length < 1100, `${found.length}`);
});
