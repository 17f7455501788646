import assert from 'node:assert/strict';
import { test } from 'node:test';
import { madeEvents } from '../../test/made-event.ts';
import { type EventModel, powershell, security, sysmon, system, winrm, wmi } from '../../testkit/index.ts';
import { isWmiResource } from './identity-records.ts';
import { isKept } from './layouts.ts';

const ALICE = { sid: 'S-1-5-21-1-2-3-1104', name: 'alice', domain: 'CORP' };
const HERE = { computer: 'WS-07.corp.local' };

function kept(...models: readonly EventModel[]): boolean[] {
  return models.map((model) => madeEvents([model]).every(isKept));
}

test('4648 are kept towards other machines only', () => {
  const towards = (server: string): EventModel =>
    security.explicitLogon(
      {
        subject: security.subject(ALICE, 1n),
        target: ALICE,
        server,
        pid: 4n,
        image: 'C:\\Windows\\System32\\wbem\\WMIC.exe',
      },
      HERE,
    );
  assert.deepEqual(kept(towards('SRV-02'), towards('localhost'), towards('-'), towards('WS-07'), towards('ws-07$')), [
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('tickets are kept of people for machines, and of machines for themselves; failed ones are not', () => {
  const ticket = (name: string, service: string, status = 0): EventModel =>
    security.serviceTicket(
      { account: { ...ALICE, name }, realm: 'CORP.LOCAL', service, address: '10.0.0.7', status },
      { computer: 'DC-01.corp.local' },
    );
  assert.deepEqual(
    kept(
      ticket('alice', 'SRV-02$'),
      ticket('alice', 'krbtgt'),
      ticket('WS-07$', 'DC-01$'),
      ticket('alice', 'SRV-02$', 0x1b),
    ),
    [true, false, false, false],
  );
  const granting = (name: string): EventModel =>
    security.event(4768, {
      TargetUserName: name,
      TargetDomainName: 'CORP',
      ServiceName: 'krbtgt',
      Status: 0,
      IpAddress: '::ffff:10.0.0.7',
    });
  assert.deepEqual(kept(granting('WS-07$'), granting('alice')), [true, false]);
});

test('C24: of shares ADMIN$ and C$ only', () => {
  const access = (share: string): EventModel =>
    security.shareAccess({ subject: security.subject(ALICE, 1n), address: '10.0.0.7', share, name: 'a.exe' }, HERE);
  assert.deepEqual(kept(access('ADMIN$'), access('C$'), access('IPC$'), access('SYSVOL')), [true, true, false, false]);
});

test('of objects: keys that the provider host used for a caller, and WMI itself', () => {
  const key = (eventId: 4656 | 4663, image: string, logonId: bigint): EventModel =>
    security.event(
      eventId,
      {
        ...security.subject(ALICE, logonId),
        ObjectServer: 'Security',
        ObjectType: 'Key',
        ObjectName: '\\REGISTRY\\MACHINE\\SAM',
        ProcessId: 4n,
        ProcessName: image,
      },
      HERE,
    );
  const host = 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe';
  assert.deepEqual(
    kept(
      key(4663, host, 0xa1n),
      key(4656, host, 0xa1n),
      key(4663, host, 0x3e7n),
      key(4663, 'C:\\Windows\\regedit.exe', 0xa1n),
    ),
    [true, false, false, false],
  );
  const object = (server: string): EventModel =>
    security.event(4656, { ObjectServer: server, ObjectType: 'Unknown' }, HERE);
  assert.deepEqual(kept(object('WMI'), object('WS-Management Listener'), object('SC Manager')), [true, true, false]);
});

test('J14: Authz logons are kept, also of the machine itself, and those of other machines (trap 27)', () => {
  const logon = (name: string, logonProcess?: string): EventModel =>
    security.logon(
      { account: { ...ALICE, name }, logonId: 1n, ...(logonProcess === undefined ? {} : { logonProcess }) },
      HERE,
    );
  assert.deepEqual(kept(logon('WS-07$'), logon('WS-07$', 'Authz   '), logon('SRV-02$'), logon('alice', 'Authz   ')), [
    false,
    true,
    true,
    true,
  ]);
});

test('calls that name another machine are kept, in scripts, bindings, pipelines and command lines', () => {
  const script = (text: string): EventModel => powershell.scriptBlock({ text }, HERE);
  assert.deepEqual(
    kept(
      script('Invoke-WmiMethod -ComputerName SRV-02 -Class Win32_Process -Name Create'),
      script('Invoke-WmiMethod -ComputerName $c -Class Win32_Process -Name Create'),
      script('Get-WmiObject Win32_Service'),
      script('([wmiclass]"\\\\SRV-02\\root\\cimv2:Win32_Process").Create("calc")'),
      sysmon.process({ pid: 1, image: 'C:\\tools\\a.exe', commandLine: 'a.exe \\\\SRV-02\\root\\cimv2' }, HERE),
      sysmon.process({ pid: 1, image: 'C:\\tools\\a.exe', commandLine: 'a.exe \\\\SRV-02\\share' }, HERE),
    ),
    [true, false, false, true, true, false],
  );
});

test('WinRM: resources of WMI, and none of shells', () => {
  const shell = 'http://schemas.microsoft.com/powershell/Microsoft.PowerShell';
  assert.deepEqual(
    [isWmiResource(winrm.wmiResource('root\\cimv2')), isWmiResource(shell), isWmiResource(undefined)],
    [true, false, false],
  );
  const operation = (eventId: 82 | 145, resourceUri: string): EventModel =>
    winrm.event(eventId, { operationName: 'Get', resourceUri }, HERE);
  assert.deepEqual(
    kept(operation(145, winrm.wmiResource('root\\cimv2')), operation(145, shell), operation(82, shell)),
    [true, false, false],
  );
});

test('of the Trace channel: calls of other machines, and writes (J10, J11)', () => {
  const traced = (fields: Parameters<typeof wmi.traced>[1]): EventModel => wmi.traced(11, fields, HERE);
  assert.deepEqual(
    kept(
      traced({
        ClientMachine: 'SRV-02',
        IsLocal: false,
        Operation: 'Start IWbemServices::ExecQuery - root\\cimv2 : x',
      }),
      traced({
        ClientMachine: 'WS-07',
        ClientMachineFQDN: 'WS-07.corp.local',
        IsLocal: true,
        Operation: 'Start IWbemServices::ExecQuery - x : y',
      }),
      traced({
        ClientMachine: 'WS-07',
        ClientMachineFQDN: 'WS-07.corp.local',
        IsLocal: true,
        Operation: 'Start IWbemServices::PutInstance - x : y',
      }),
    ),
    [true, false, true],
  );
  assert.deepEqual(kept(system.systemStart(HERE)), [true]);
});
