import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filtered, opened, sourceLines } from '../../test/joined.ts';
import {
  ALICE,
  BOB,
  callOf,
  D,
  fed,
  GUID,
  LEASE,
  logon,
  ms,
  on,
  S,
  SOURCE,
  SVCHOST,
  sources,
  start,
  T,
  TARGET,
  told,
  used,
  WMIPRVSE,
} from '../../test/joined-call.ts';
import { type EventModel, filetimeOf, security, sysmon, winrm, wmi } from '../../testkit/index.ts';
import type { Call, CallSource } from '../entities/index.ts';
import { confirmedCreation, sameFiles } from './index.ts';

const STARTED = '2026-03-12T08:59:01.0000001Z';

function failure(over: { pid?: number; machine?: string; user?: string; clock?: string } = {}): EventModel {
  const { pid = 1100, machine = 'WS-07', user = 'CORP\\alice', clock = '09:00:01.0000000' } = over;
  return wmi.event(
    5858,
    {
      Id: GUID,
      ClientMachine: machine,
      User: user,
      ClientProcessId: pid,
      Component: 'Unknown',
      Operation: 'Start IWbemServices::ExecQuery - root\\cimv2 : x',
      ResultCode: 0x80041032,
      PossibleCause: 'Unknown',
    },
    on(T, clock),
  );
}

test('J10: WMI of the target names the process of the client, which is alive there: strong, exact with its creation time', () => {
  const client = start('08:59:01.0000001', 'wmic');
  assert.deepEqual(told(sources([client, failure(), logon()])), ['J10 strong ws-07.corp.local WMIC.exe']);
  const traced = wmi.traced(
    22,
    {
      ClassName: 'Win32_Process',
      MethodName: 'Create',
      ClientMachine: 'WS-07',
      ClientMachineFQDN: S,
      User: 'CORP\\alice',
      ClientProcessId: 1100,
      ClientProcessCreationTime: filetimeOf(STARTED),
      NamespaceName: 'root\\cimv2',
      IsLocal: false,
    },
    on(T, '09:00:00.1500000'),
  );
  assert.deepEqual(told(sources([client, traced, logon()])), ['J10 exact ws-07.corp.local WMIC.exe']);
});

test('J10 breaks for a process id of 0, for a process that started at another time, and for another account', () => {
  const client = start('08:59:01.0000001', 'wmic');
  assert.deepEqual(told(sources([client, failure({ pid: 0 }), logon()])), []);
  assert.deepEqual(told(sources([client, failure({ pid: 1104 }), logon()])), []);
  assert.deepEqual(told(sources([client, failure({ user: 'CORP\\bob' }), logon()])), []);
  const reused = wmi.traced(
    22,
    {
      ClassName: 'Win32_Process',
      MethodName: 'Create',
      ClientMachine: 'WS-07',
      User: 'CORP\\alice',
      ClientProcessId: 1100,
      ClientProcessCreationTime: filetimeOf('2026-03-12T08:00:00Z'),
      IsLocal: false,
    },
    on(T, '09:00:00.1500000'),
  );
  assert.deepEqual(told(sources([client, reused, logon()])), []);
});

test('J11: Trace 23 is about the child by process id and creation time, and names its machine where the process is there', () => {
  const child = (clock: string, over: { pid?: number; client?: number; machine?: string } = {}): EventModel =>
    wmi.traced(
      23,
      {
        Commandline: 'calc',
        CreatedProcessId: over.pid ?? 3396,
        CreatedProcessCreationTime: filetimeOf(`2026-03-12T${clock}Z`),
        ClientMachine: over.machine ?? 'WS-07',
        ClientMachineFQDN: `${over.machine ?? 'WS-07'}.corp.local`,
        User: 'CORP\\alice',
        ...(over.client === undefined ? {} : { ClientProcessId: over.client }),
        IsLocal: false,
      },
      on(T, '09:00:00.2500000'),
    );
  const over = { process: { pid: 3396 } };
  const client = start('08:59:01.0000001', 'wmic');
  const hit = child('09:00:00.2100000', { client: 1100 });
  const j11 = (...models: readonly EventModel[]): string[] =>
    told(sources([...models, logon()], over)).filter((line) => line.startsWith('J11'));
  assert.deepEqual(j11(client, hit), ['J11 strong ws-07.corp.local WMIC.exe']);
  assert.deepEqual(j11(client, child('09:00:02.0000000', { client: 1100 })), []);
  assert.deepEqual(j11(client, child('09:00:00.2100000', { client: 1100, pid: 3400 })), []);
  assert.deepEqual(j11(hit), [], 'no such process there');
  // A name that the client gives itself is told beside the address, and takes no machine's place.
  const spoofed = child('09:00:00.2100000', { machine: 'DC-01' });
  const from = logon(undefined, { address: '10.0.0.66' });
  for (const before of [
    [],
    [filtered('out', { from: '10.0.0.3:50001', to: '10.0.0.9:445' }, on(D, '08:59:00.0000000'))],
  ]) {
    const found = sources([...before, spoofed, from], over);
    assert.deepEqual(sourceLines(found), ['* - 10.0.0.66 - 100: ']);
    assert.equal(found[0]?.claimedName, 'DC-01.corp.local');
  }
});

const OUTPUT = '__1773306000.25';
const wrote = (over: { logonId?: bigint; name?: string } = {}): EventModel =>
  security.shareAccess(
    {
      subject: security.subject(ALICE, over.logonId ?? 0xa1n),
      address: '127.0.0.1',
      name: over.name ?? OUTPUT,
      mask: 0x2,
    },
    on(T, '09:00:00.3000000'),
  );
const read = (clock: string, over: { address?: string; account?: typeof ALICE } = {}): EventModel =>
  security.shareAccess(
    { subject: security.subject(over.account ?? ALICE, 0xa0n), address: over.address ?? '10.0.0.7', name: OUTPUT },
    on(T, clock),
  );

test('J16: the file that the child wrote through 127.0.0.1 was read from elsewhere by the same account: exact', () => {
  const over = { process: { logonId: '0xa1' } };
  assert.deepEqual(told(sources([logon(), wrote(), read('09:00:01.0000001')], over)), ['J16 exact 10.0.0.7 -']);
  assert.deepEqual(told(sources([LEASE, logon(), wrote(), read('09:00:01.0000001')], over)), [
    'J16 exact ws-07.corp.local -',
  ]);
});

test('J16 breaks for another LogonId, another name, another account, and a minute later', () => {
  const over = { process: { logonId: '0xa1' } };
  assert.deepEqual(told(sources([logon(), wrote({ logonId: 0xa2n }), read('09:00:01.0000001')], over)), []);
  assert.deepEqual(told(sources([logon(), wrote({ name: '__other' }), read('09:00:01.0000001')], over)), []);
  assert.deepEqual(told(sources([logon(), wrote(), read('09:00:01.0000001', { account: BOB })], over)), []);
  assert.deepEqual(told(sources([logon(), wrote(), read('09:01:02.0000001')], over)), []);
});

const arrived = (clock = '08:59:59.9000001'): EventModel =>
  winrm.event(169, { username: 'CORP\\alice', authenticationMechanism: 'Kerberos' }, on(T, clock));

test('J17: a caller came by WinRM and a process of the source used his credentials for HTTP: strong', () => {
  const http = used('08:59:59.0000001', { spn: 'HTTP/SRV-02', image: 'C:\\tools\\grunt.exe' });
  assert.deepEqual(told(sources([http, arrived(), logon()], { via: 'winrm' })), [
    'J7 strong ws-07.corp.local grunt.exe',
    'J17 strong ws-07.corp.local grunt.exe',
  ]);
});

test('J17: 91 tells the caller by his SID, and connections to 5985 tell the address', () => {
  const opened = sysmon.event(
    3,
    {
      ProcessGuid: sysmon.processGuid(4, filetimeOf('2026-03-12T00:00:00Z')),
      ProcessId: 4,
      Image: 'System',
      User: 'NT AUTHORITY\\SYSTEM',
      Protocol: 'tcp',
      Initiated: false,
      SourceIp: '10.0.0.7',
      SourcePort: 50100,
      DestinationIp: '10.0.0.2',
      DestinationPort: 5985,
    },
    on(T, '08:59:59.9000000'),
  );
  const shell = winrm.requestReceived(winrm.wmiResource('root\\cimv2'), ALICE.sid, on(T, '08:59:59.9500000'));
  assert.deepEqual(told(sources([LEASE, opened, shell, logon()], { via: 'winrm' })), ['J17 strong ws-07.corp.local -']);
  assert.deepEqual(told(sources([LEASE, opened, logon()], { via: 'winrm' })), []);
});

/** A 5156 of the target that takes a connection of the source's address, or of another one. */
const came = (from: string, to: string, clock: string): EventModel =>
  filtered('in', { from, to, image: 'System', pid: 4 }, on(T, clock));
const shell = winrm.requestReceived(winrm.wmiResource('root\\cimv2'), ALICE.sid, on(T, '08:59:59.9500000'));

test('J17, trap 40: a client at an address that the target has left is a client', () => {
  const own = came('10.0.0.50:49000', '10.0.0.2:135', '08:40:00.0000000');
  const clients = [
    came('10.0.0.66:50100', '10.0.0.2:5985', '08:59:59.9000000'),
    came('10.0.0.7:50200', '10.0.0.2:5985', '08:59:59.9000000'),
  ];
  const former = came('10.0.0.50:49000', '10.0.0.66:135', '00:10:00.0000000');
  assert.deepEqual(told(sources([own, ...clients, shell, logon()], { via: 'winrm' })), []);
  assert.deepEqual(told(sources([former, own, ...clients, shell, logon()], { via: 'winrm' })), []);
  assert.deepEqual(told(sources([former, own, ...clients.slice(0, 1), shell, logon()], { via: 'winrm' })), [
    'J17 strong 10.0.0.66 -',
  ]);
});

test('J17 breaks when a second client comes within its window, before or after the call was opened (L8)', () => {
  const first = came('10.0.0.7:50200', '10.0.0.2:5985', '08:59:59.9000000');
  const j17 = (...models: readonly EventModel[]): string[] =>
    told(sources([LEASE, first, shell, logon(), ...models], { via: 'winrm' }));
  assert.deepEqual(j17(), ['J17 strong ws-07.corp.local -']);
  assert.deepEqual(j17(came('10.0.0.66:50100', '10.0.0.2:5985', '08:59:58.0000000')), []);
  assert.deepEqual(j17(came('10.0.0.66:50100', '10.0.0.2:5986', '09:00:03.0000000')), []);
  assert.deepEqual(j17(came('10.0.0.66:50100', '10.0.0.2:5985', '09:00:06.0000000')), [
    'J17 strong ws-07.corp.local -',
  ]);
});

test('J17: of the connections of one port the one of that moment tells the program, and only with both ends equal', () => {
  const out = (clock: string, image: string, over: { computer?: string; port?: number } = {}): EventModel =>
    opened(
      { from: '10.0.0.7:50200', to: `10.0.0.2:${over.port ?? 5985}`, image, pid: 1200 },
      on(over.computer ?? S, clock),
    );
  const j17 = (...models: readonly EventModel[]): string[] =>
    told(
      sources([...models, came('10.0.0.7:50200', '10.0.0.2:5985', '08:59:59.9000000'), shell, logon()], {
        via: 'winrm',
      }),
    );
  const old = out('02:00:00.0000000', 'inventory.exe');
  const grunt = out('08:59:59.9500000', 'grunt.exe');
  assert.deepEqual(j17(old, grunt), ['J17 strong ws-07.corp.local grunt.exe']);
  assert.deepEqual(j17(grunt, out('08:59:56.0000000', 'early.exe')), ['J17 strong ws-07.corp.local grunt.exe']);
  assert.deepEqual(j17(old), ['J17 strong ws-07.corp.local -'], 'seven hours before');
  assert.deepEqual(j17(out('08:59:59.9500000', 'other.exe', { port: 5986 })), ['J17 strong ws-07.corp.local -']);
  assert.deepEqual(j17(LEASE, out('02:00:00.0000000', 'former.exe', { computer: D })), [
    'J17 strong ws-07.corp.local -',
  ]);
});

test('J17 breaks six seconds away, for another account, and for a service that is not HTTP', () => {
  const j17 = (models: readonly EventModel[]): boolean =>
    told(sources(models, { via: 'winrm' })).some((line) => line.startsWith('J17'));
  const http = used('08:59:59.0000001', { spn: 'HTTP/SRV-02' });
  assert.equal(j17([http, arrived('08:59:54.0000001'), logon()]), false);
  assert.equal(j17([used('08:59:59.0000001', { spn: 'RPCSS/SRV-02' }), arrived(), logon()]), false);
  const bob = winrm.event(
    169,
    { username: 'CORP\\bob', authenticationMechanism: 'Kerberos' },
    on(T, '08:59:59.9000001'),
  );
  assert.equal(j17([http, bob, logon()]), false);
});

test('J14: a burst of Authz logons of the creator within two seconds confirms a creation, and at a start of WMI it does not', () => {
  const authz = (clock: string, account = ALICE): EventModel =>
    security.logon(
      {
        account,
        logonId: 0xc1n,
        logonProcess: 'Authz   ',
        authentication: 'Kerberos',
        processName: SVCHOST,
        workstation: 'SRV-02',
      },
      on(T, clock),
    );
  const confirmed = (models: readonly EventModel[]): string | undefined => {
    const { entities } = fed(models);
    return confirmedCreation(entities, TARGET, { account: 'CORP\\alice', sid: ALICE.sid }, ms('09:00:00.2000000'), 1)
      ?.strength;
  };
  const burst = [authz('09:00:01.0000001'), authz('09:00:01.0500000')];
  assert.equal(confirmed(burst), 'strong');
  assert.equal(confirmed(burst.slice(0, 1)), undefined);
  assert.equal(confirmed([authz('09:00:02.3000001'), authz('09:00:02.4000001')]), undefined);
  assert.equal(confirmed([authz('09:00:01.0000001', BOB), authz('09:00:01.0500000', BOB)]), undefined);
  assert.equal(confirmed([...burst, security.event(4608, {}, on(T, '08:59:30.0000001'))]), undefined);
});

test('J18: a program has the same SHA-256 on both hosts; renamed it still joins, compiled anew it does not', () => {
  const ran = (computer: string, image: string, hash: string): EventModel =>
    sysmon.process(
      { pid: 700, image, commandLine: image, hashes: `SHA1=00,SHA256=${hash.repeat(64)}`, parentImage: WMIPRVSE },
      on(computer, '09:00:00.0000001'),
    );
  const same = fed([
    ran(T, 'C:\\Windows\\a.exe', 'a'),
    ran(S, 'C:\\Tools\\b.exe', 'a'),
    ran(D, 'C:\\Windows\\a.exe', 'b'),
  ]);
  const found = sameFiles(same.entities, TARGET, 'C:\\Windows\\a.exe');
  assert.deepEqual(
    found.map(({ host, path, join }) => [host, path, join.strength]),
    [[SOURCE, '\\tools\\b.exe', 'strong']],
  );
  const other = fed([ran(T, 'C:\\Windows\\a.exe', 'a'), ran(S, 'C:\\Windows\\a.exe', 'c')]);
  assert.deepEqual(sameFiles(other.entities, TARGET, 'C:\\Windows\\a.exe'), []);
});

test('J20: the account had come into another machine by a call in the four hours before: inferred, and only over hops', () => {
  const before = security.logon(
    { account: ALICE, logonId: 0xd1n, address: '10.0.0.66', port: 50001 },
    on(S, '08:00:00.0000001'),
  );
  const open = (models: readonly EventModel[], hopMs: number, over: Partial<Call> = {}): readonly CallSource[] => {
    const { entities, joins } = fed(models);
    const carried = entities.logonOf(SOURCE, '0xd1', hopMs);
    joins.open({
      key: 'hop',
      host: SOURCE,
      account: 'CORP\\alice',
      sid: ALICE.sid,
      timeMs: hopMs,
      timeTicks: 0,
      via: 'wmi',
      ...(carried === undefined ? {} : { logon: carried }),
    });
    joins.open(callOf(entities, over));
    return joins.sourcesOf('call');
  };
  assert.deepEqual(told(open([before, logon()], ms('08:00:01.0000000'))), ['J20 inferred ws-07.corp.local -']);
  // The logon's own address is another machine's.
  assert.deepEqual(told(open([before, LEASE, logon(undefined, { address: '10.0.0.9' })], ms('08:00:01.0000000'))), []);
  // No logon came in: it is no hop.
  assert.deepEqual(told(open([logon()], ms('08:00:01.0000000'))), []);
  const early = security.logon(
    { account: ALICE, logonId: 0xd1n, address: '10.0.0.66', port: 50001 },
    on(S, '04:59:00.0000001'),
  );
  assert.deepEqual(told(open([early, logon()], ms('04:59:01.0000000'))), []);
});

test('J20 breaks for an address from which the other machine was called itself, and never gives a machine the address', () => {
  const hop = (address: string): readonly EventModel[] => [
    security.logon({ account: ALICE, logonId: 0xd1n, address, port: 50001 }, on(S, '08:50:00.0000001')),
    logon(undefined, { address: '10.0.0.66' }),
  ];
  const found = (address: string): string[] => {
    const { entities, joins } = fed(hop(address));
    const carried = entities.logonOf(SOURCE, '0xd1', ms('08:50:01.0000000'));
    joins.open({
      ...callOf(entities),
      key: 'hop',
      host: SOURCE,
      timeMs: ms('08:50:01.0000000'),
      ...(carried === undefined ? {} : { logon: carried }),
    });
    joins.open(callOf(entities));
    return sourceLines(joins.sourcesOf('call'));
  };
  assert.deepEqual(found('10.0.0.66'), ['* - 10.0.0.66 - 100: ']);
  assert.deepEqual(found('10.0.0.67'), ['* - 10.0.0.66 - 100: ', '  ws-07.corp.local - - 10: J20 inferred']);
});
