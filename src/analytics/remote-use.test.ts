import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALICE, BOB, on, S, SVCHOST, T, used, WMIPRVSE } from '../../test/joined-call.ts';
import { brief, judged } from '../../test/told-findings.ts';
import { type EventModel, security, sysmon, winrm } from '../../testkit/index.ts';

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
    ['R08 low 2 CORP\\alice from 10.0.0.7 opened 2 registry keys for changes on SRV-02 through WMI'],
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
    `R08 low 1 CORP\\alice from 10.0.0.7 opened hku\\${ALICE.sid.toLowerCase()}\\software\\microsoft\\windows\\currentversion\\explorer for changes on SRV-02 through WMI`,
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

test('T01: a log that was cleared within an hour of changed registry keys (R08) or of a call elsewhere (R19) is critical', () => {
  const cleared = security.logCleared(ALICE, 0xa9n, on(T, '09:00:09.0000001'));
  const levels = (models: readonly EventModel[]): readonly string[] =>
    judged(models, 'T01').map(({ finding }) => finding.level);
  assert.deepEqual(levels([cleared]), ['high']);
  assert.deepEqual(levels([caller(), opened(LSA), cleared]), ['critical']);
  const clearedAtSource = security.logCleared(ALICE, 0xa9n, on(S, '09:00:20.0000001'));
  const rpc = used('09:00:01.0000001', { image: SVCHOST, pid: 772n, server: 'SRV-02', spn: 'RPCSS/SRV-02' });
  const client = used('09:00:01.0300001', { server: 'SRV-02', spn: 'host/SRV-02' });
  assert.deepEqual(levels([rpc, client, clearedAtSource]), ['critical']);
});

test('R08, trap 20: one LogonId in two boots is two sessions, and a local one of before marks none of after', () => {
  const boot = security.event(4608, {}, on(T, '10:00:00.5000000'));
  const bob = security.logon(
    { account: BOB, logonId: 0xa1n, authentication: 'NTLM', address: '10.0.0.66', port: 50002 },
    on(T, '11:00:00.1000000'),
  );
  const byBob = opened(LSA, { clock: '11:00:01.0000001' });
  assert.deepEqual(brief(judged([caller(), opened(WINREG), boot, bob, byBob], 'R08')), [
    'R08 low 1 CORP\\alice from 10.0.0.7 opened hklm\\system\\currentcontrolset\\control\\securepipeservers\\winreg for changes on SRV-02 through WMI',
    'R08 high 1 CORP\\bob from 10.0.0.66 opened hklm\\system\\currentcontrolset\\control\\lsa\\jd for changes on SRV-02 through WMI',
  ]);
  assert.equal(judged([caller(2), opened(WINREG), boot, bob, byBob], 'R08').length, 1);
});

test('R08, L14: the id that it had before a record of the boot was found is an alias', () => {
  const models = [caller(), opened(LSA)];
  const boots = ['08:00:00.5000000', '08:00:03.5000000'].map((clock) => security.event(4608, {}, on(T, clock)));
  const of = (more: readonly EventModel[]): { id: string; aliases: readonly string[] } | undefined =>
    judged([...models, ...more], 'R08')[0]?.finding;
  const all = of(boots);
  const before = [of([]), of(boots.slice(1))].map((finding) => finding?.id ?? '');
  assert.ok(!before.includes(all?.id ?? ''));
  assert.deepEqual(
    before.filter((id) => all?.aliases.includes(id) !== true),
    [],
  );
});

test('R05, L14: the id that each of its records alone would have given is an alias', () => {
  const request = winrm.requestReceived(winrm.wmiResource('root\\cimv2'), ALICE.sid, on(T, '09:00:02.9500000'));
  const of = (models: readonly EventModel[]): { id: string; aliases: readonly string[] } | undefined =>
    judged(models, 'R05')[0]?.finding;
  const both = of([request, access('WMI', 4662, '09:00:00.9500000')]);
  const alone = of([request])?.id ?? '';
  assert.notEqual(both?.id, alone);
  assert.equal(both?.aliases.includes(alone), true);
});
