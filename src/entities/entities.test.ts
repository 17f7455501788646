import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverageOf, madeEvents } from '../../test/made-event.ts';
import { type EventModel, security, sysmon, system } from '../../testkit/index.ts';
import { Entities } from './entities.ts';
import { HostTable } from './hosts.ts';

const HOST = 'srv-02.corp.example.com';
const COMPUTER = 'SRV-02.corp.example.com';
const ALICE = { sid: 'S-1-5-21-1-2-3-1104', name: 'alice', domain: 'CORP' };
const BOB = { sid: 'S-1-5-21-1-2-3-1105', name: 'bob', domain: 'CORP' };

function at(time: string): { computer: string; time: string } {
  return { computer: COMPUTER, time: `2026-03-12T${time}Z` };
}

function ms(time: string): number {
  return Date.parse(`2026-03-12T${time}Z`);
}

function learned(models: readonly EventModel[]): Entities {
  const events = madeEvents(models);
  const entities = new Entities(HostTable.from(coverageOf(events)));
  for (const event of events) entities.accept(event);
  return entities;
}

function remote(
  account: security.Account,
  logonId: bigint,
  time: string,
  address = '10.0.0.7',
  port = 50001,
): EventModel {
  return security.logon({ account, logonId, address, port }, at(time));
}

/** What tells candidates apart. */
function brief(candidates: ReturnType<Entities['remoteLogons']>): string[] {
  return candidates.map((c) => `${c.join} ${c.strength} ${c.account} ${c.address} ${c.logonId} ${c.ports.join(',')}`);
}

test('J12: the connections of one call are one candidate, named by its last logon with all ports', () => {
  const entities = learned([
    remote(ALICE, 0xa1n, '09:00:00.1000000', '10.0.0.7', 50001),
    remote(ALICE, 0xa2n, '09:00:00.2000000', '10.0.0.7', 50002),
    remote(ALICE, 0xa3n, '09:00:01.9000000', '10.0.0.7', 50003),
  ]);
  assert.deepEqual(brief(entities.remoteLogons(HOST, { account: 'corp\\ALICE' }, ms('09:00:02.0'))), [
    'J12 strong CORP\\alice 10.0.0.7 0xa3 50001,50002,50003',
  ]);
});

test('J12: a logon 31 s before the act, or 2 s after it, is no candidate', () => {
  const entities = learned([remote(ALICE, 0xa1n, '09:00:00.5000000')]);
  const count = (time: string): number => entities.remoteLogons(HOST, { account: 'CORP\\alice' }, ms(time)).length;
  assert.deepEqual(['09:00:30.5', '09:00:30.501', '08:59:59.500', '08:59:59.499'].map(count), [1, 0, 1, 0]);
});

test('J12: a logon that ended more than 2 s before the act is no candidate', () => {
  const entities = learned([
    remote(ALICE, 0xa1n, '09:00:00.5000000'),
    security.logoff(ALICE, 0xa1n, 3, at('09:00:05.5000000')),
  ]);
  const count = (time: string): number => entities.remoteLogons(HOST, { account: 'CORP\\alice' }, ms(time)).length;
  assert.deepEqual(['09:00:07.500', '09:00:07.501'].map(count), [1, 0]);
});

test('L9 J12: two sources of one account are both listed and each is weak', () => {
  const entities = learned([
    remote(ALICE, 0xa1n, '09:00:00.1000000', '10.0.0.7'),
    remote(ALICE, 0xb1n, '09:00:01.1000000', '10.0.0.8'),
  ]);
  assert.deepEqual(brief(entities.remoteLogons(HOST, { account: 'CORP\\alice' }, ms('09:00:02.0'))), [
    'J12 weak CORP\\alice 10.0.0.7 0xa1 50001',
    'J12 weak CORP\\alice 10.0.0.8 0xb1 50001',
  ]);
});

test('L10: a logon whose address is unknown or link-local has no source, and is weak however lonely', () => {
  for (const address of ['-', 'fe80::1%12']) {
    const entities = learned([
      security.logon({ account: ALICE, logonId: 0xa1n, address, port: 50001 }, at('09:00:00.1000000')),
    ]);
    assert.deepEqual(brief(entities.remoteLogons(HOST, { account: 'CORP\\alice' }, ms('09:00:02.0'))), [
      'J12 weak CORP\\alice undefined 0xa1 ',
    ]);
  }
});

test('J13: a SID wins over a name, and the name of another domain is not the account', () => {
  const entities = learned([remote(ALICE, 0xa1n, '09:00:00.1000000')]);
  const who = (asked: { sid?: string; account?: string }): string[] =>
    brief(entities.remoteLogons(HOST, asked, ms('09:00:02.0')));
  assert.deepEqual(who({ sid: ALICE.sid }), ['J13 strong CORP\\alice 10.0.0.7 0xa1 50001']);
  assert.deepEqual(who({ sid: BOB.sid, account: 'CORP\\alice' }), []);
  assert.deepEqual(who({ account: 'OTHER\\alice' }), []);
  assert.deepEqual(who({ account: 'CORP.EXAMPLE.COM\\alice' }).length, 1);
  assert.deepEqual(who({ sid: 'S-1-5-32-544' }), []);
  assert.deepEqual(who({ account: 'NT AUTHORITY\\SYSTEM' }), []);
});

test('Authz logons, loopback logons and logons that a local process made are from no network (trap 27)', () => {
  const entities = learned([
    security.logon({ account: ALICE, logonId: 0xa1n, logonProcess: 'Authz   ' }, at('09:00:00.1000000')),
    security.logon({ account: ALICE, logonId: 0xa2n, address: '::1', port: 5 }, at('09:00:00.2000000')),
    security.logon(
      { account: ALICE, logonId: 0xa3n, processName: 'C:\\Windows\\System32\\svchost.exe' },
      at('09:00:00.3000000'),
    ),
  ]);
  assert.deepEqual(entities.remoteLogons(HOST, { account: 'CORP\\alice' }, ms('09:00:01.0')), []);
  assert.deepEqual(
    ['0xa1', '0xa2', '0xa3'].map((id) => entities.callerOf(HOST, id, ms('09:00:01.0'))?.kind),
    ['local', 'loopback', 'local'],
  );
});

test('L10 J1: the LogonId of a process names its remote logon, on one host and in one boot only', () => {
  const models = [remote(ALICE, 0xa1n, '09:00:00.1000000')];
  const entities = learned(models);
  const found = entities.logonOf(HOST, '0xa1', ms('09:00:01.0'));
  assert.deepEqual(found && brief([found]), ['J1 exact CORP\\alice 10.0.0.7 0xa1 50001']);
  assert.equal(entities.logonOf('other.corp.example.com', '0xa1', ms('09:00:01.0')), undefined);
  assert.equal(entities.logonOf(HOST, '0xa2', ms('09:00:01.0')), undefined);
  assert.equal(entities.logonOf(HOST, '0xa1', ms('08:59:59.0')), undefined, 'the process was there before');
  const booted = learned([...models, system.eventLogService(6005, at('09:30:00.0000000'))]);
  assert.equal(booted.logonOf(HOST, '0xa1', ms('09:31:00.0')), undefined, 'the boot ended it');
  assert.notEqual(booted.logonOf(HOST, '0xa1', ms('09:29:00.0')), undefined);
});

test('trap 52: only the callers of the 2 s before a child, the machine itself left out', () => {
  const machine = security.machineAccount(COMPUTER);
  const entities = learned([
    remote(ALICE, 0xa1n, '09:00:00.0500000', '10.0.0.7'),
    remote({ ...machine, sid: 'S-1-5-21-1-2-3-1000' }, 0xc1n, '09:00:00.9000000', '10.0.0.2'),
    remote(BOB, 0xb1n, '09:00:02.1000000', '10.0.0.9'),
  ]);
  assert.deepEqual(brief(entities.callersBefore(HOST, ms('09:00:02.001'))), [
    'J1 weak CORP\\alice 10.0.0.7 0xa1 50001',
  ]);
  assert.deepEqual(entities.callersBefore(HOST, ms('09:00:02.051')), []);
  assert.equal(entities.callersBefore(HOST, ms('09:00:02.000')).length, 2, 'a whole second is an interval (C2)');
});

test('trap 52: a caller without an address beside another leaves both open; alone it is none', () => {
  const from = (account: typeof ALICE, logonId: bigint, clock: string): EventModel =>
    security.logon({ account, logonId }, at(clock));
  const callers = (...models: readonly EventModel[]): string[] =>
    brief(learned(models).callersBefore(HOST, ms('09:00:01.0')));
  const alice = remote(ALICE, 0xa1n, '09:00:00.0500000', '10.0.0.7');
  assert.deepEqual(callers(alice, from(BOB, 0xb1n, '09:00:00.1000000')), [
    'J1 weak CORP\\alice 10.0.0.7 0xa1 50001',
    'J1 weak CORP\\bob undefined 0xb1 ',
  ]);
  assert.deepEqual(callers(from(BOB, 0xb1n, '09:00:00.1000000')), []);
  const nobody = { sid: 'S-1-5-7', name: 'ANONYMOUS LOGON', domain: 'NT AUTHORITY' };
  assert.deepEqual(callers(alice, from(nobody, 0xb1n, '09:00:00.1000000')), [
    'J1 weak CORP\\alice 10.0.0.7 0xa1 50001',
  ]);
});

test('trap 52: the caller is strong where the machine saw nobody else arrive', () => {
  const arrival = (address: string, clock: string): EventModel =>
    security.event(
      5156,
      {
        ProcessID: 900,
        Application: '\\device\\harddiskvolume2\\windows\\system32\\svchost.exe',
        Direction: '%%14592',
        SourceAddress: address,
        SourcePort: '50001',
        DestAddress: '10.0.0.2',
        DestPort: '135',
        Protocol: 6,
      },
      at(clock),
    );
  const callers = (...models: readonly EventModel[]): string[] =>
    brief(learned(models).callersBefore(HOST, ms('09:00:01.0')));
  const alice = remote(ALICE, 0xa1n, '09:00:00.0500000', '10.0.0.7');
  const strong = ['J1 strong CORP\\alice 10.0.0.7 0xa1 50001'];
  const weak = ['J1 weak CORP\\alice 10.0.0.7 0xa1 50001'];
  assert.deepEqual(callers(arrival('10.0.0.7', '09:00:00.0000000'), alice), strong);
  assert.deepEqual(callers(arrival('10.0.0.7', '09:00:00.0'), arrival('10.0.0.8', '09:00:00.5'), alice), weak);
  assert.deepEqual(callers(arrival('10.0.0.7', '09:00:00.0'), arrival('10.0.0.8', '08:59:50.0'), alice), strong);
});

test('J12: a logon without an address is a rival of one with it, unless both came by one ticket', () => {
  const from = (logonId: bigint, over: { address?: string; logonGuid?: string }): EventModel =>
    security.logon(
      {
        account: ALICE,
        logonId,
        authentication: 'Kerberos',
        ...over,
        ...(over.address === undefined ? {} : { port: 50001 }),
      },
      at('09:00:00.1000000'),
    );
  const found = (...models: readonly EventModel[]): string[] =>
    brief(learned(models).remoteLogons(HOST, { account: 'CORP\\alice' }, ms('09:00:01.0')));
  const smb = { address: '10.0.0.7' };
  assert.deepEqual(found(from(0xa0n, smb)), ['J12 strong CORP\\alice 10.0.0.7 0xa0 50001']);
  assert.deepEqual(found(from(0xa0n, smb), from(0xa1n, {})), [
    'J12 weak CORP\\alice 10.0.0.7 0xa0 50001',
    'J12 weak CORP\\alice undefined 0xa1 ',
  ]);
  const logonGuid = 'f61f1ed0-0fee-719b-0842-d7d6a48d7b79';
  assert.deepEqual(found(from(0xa0n, { ...smb, logonGuid }), from(0xa1n, { logonGuid })), [
    'J12 strong CORP\\alice 10.0.0.7 0xa0 50001',
  ]);
});

test('an interactive session is found while it is open', () => {
  const entities = learned([
    security.logon({ account: ALICE, logonId: 0xa1n, type: 2 }, at('09:00:00.1000000')),
    security.event(4647, { ...security.target(ALICE), TargetLogonId: 0xa1n }, at('10:00:00.0000000')),
  ]);
  assert.equal(entities.interactiveLogon(HOST, { account: 'CORP\\alice' }, ms('09:30:00.0'))?.eventId, 4624);
  assert.equal(entities.interactiveLogon(HOST, { account: 'CORP\\alice' }, ms('11:00:00.0')), undefined);
  assert.equal(entities.interactiveLogon(HOST, { account: 'CORP\\bob' }, ms('09:30:00.0')), undefined);
});

test('a SID is named by any record that has both, the NetBIOS form first', () => {
  const dns = { ...ALICE, domain: 'CORP.EXAMPLE.COM' };
  const entities = learned([
    security.logoff(dns, 0xa1n, 3, at('09:00:00.1000000')),
    security.specialLogon(ALICE, 0xa1n, at('09:00:01.1000000')),
    security.specialLogon(dns, 0xa1n, at('09:00:02.1000000')),
  ]);
  assert.equal(entities.accountOfSid(HOST, ALICE.sid), 'CORP\\alice');
  assert.equal(entities.accountOfSid('elsewhere', ALICE.sid), 'CORP\\alice', 'SIDs of a domain hold everywhere');
  assert.equal(entities.accountOfSid(HOST, 'S-1-5-18'), 'NT AUTHORITY\\SYSTEM');
  assert.equal(entities.accountOfSid(HOST, BOB.sid), undefined);
  assert.equal(entities.sidOfAccount(HOST, 'corp\\Alice'), ALICE.sid);
  assert.equal(entities.sidOfAccount(HOST, 'OTHER\\alice'), undefined);
});

test('starts of Winmgmt are 5615, the running state of the service, and boots', () => {
  const entities = learned([
    system.winmgmtStarted(5615, at('09:00:00.0000000')),
    system.winmgmtStarted(5617, at('09:00:01.0000000')),
    system.serviceState('Windows Management Instrumentation', 'Winmgmt', 'running', at('09:30:00.0000000')),
    system.serviceState('Windows Management Instrumentation', 'Winmgmt', 'stopped', at('09:40:00.0000000')),
    system.serviceState('Druckwarteschlange', 'Spooler', 'running', at('09:45:00.0000000')),
    system.eventLogService(6005, at('10:00:00.0000000')),
  ]);
  assert.deepEqual(entities.winmgmtStarts(HOST), [ms('09:00:00.0'), ms('09:30:00.0'), ms('10:00:00.0')]);
});

test('a Sysmon 1 and a 4688 of one process are one start, in Sysmon’s words', () => {
  const entities = learned([
    sysmon.process(
      {
        pid: 3396,
        image: 'C:\\Windows\\System32\\cmd.exe',
        commandLine: 'cmd /c a',
        user: 'CORP\\alice',
        logonId: 0xa1n,
      },
      at('09:00:00.2000000'),
    ),
    security.processCreation(
      {
        pid: 3396n,
        image: 'C:\\Windows\\System32\\cmd.exe',
        commandLine: 'cmd /c a',
        creatorPid: 2760n,
        creatorImage: 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe',
        subject: security.subject(security.machineAccount(COMPUTER), 0x3e4n),
        target: security.target(ALICE),
        targetLogonId: 0xa1n,
      },
      at('09:00:01.1000000'),
    ),
  ]);
  assert.deepEqual(entities.settle(ms('09:00:02.1')), [], 'not before two seconds have passed');
  const starts = entities.settle(ms('09:00:02.3'));
  assert.deepEqual(
    starts.map((start) => [start.pid, start.user, start.logonId, start.events.map((event) => event.eventId)]),
    [[3396, 'CORP\\alice', '0xa1', [1, 4688]]],
  );
});

test('a second start of the same program with another process id, or 2 s later, is another process', () => {
  const start = (pid: bigint, time: string): EventModel =>
    security.processCreation(
      { pid, image: 'C:\\x\\a.exe', creatorPid: 4n, subject: security.subject(BOB, 0xb1n) },
      at(time),
    );
  const entities = learned([
    sysmon.process({ pid: 100, image: 'C:\\x\\a.exe' }, at('09:00:00.0010000')),
    start(104n, '09:00:00.0020000'),
    start(100n, '09:00:02.0020000'),
  ]);
  assert.equal(entities.settle(Number.POSITIVE_INFINITY).length, 3);
});

test('trap 16: the LogonId of a 4688 is its Target’s, else its Subject’s', () => {
  const start = (targetLogonId: bigint | undefined, version: 1 | 2): EventModel =>
    security.processCreation(
      {
        pid: 8n,
        image: 'C:\\x\\powershell.exe',
        creatorPid: 4n,
        subject: security.subject(security.machineAccount(COMPUTER), 0x3e4n),
        ...(targetLogonId === undefined ? {} : { target: security.target(ALICE), targetLogonId }),
      },
      { ...at('09:00:00.0010000'), version },
    );
  const read = (model: EventModel): (string | boolean | undefined)[] => {
    const [first] = learned([model]).settle(Number.POSITIVE_INFINITY);
    return [first?.logonId, first?.isOwnLogon, first?.user];
  };
  assert.deepEqual(read(start(0xa1n, 2)), ['0xa1', true, 'CORP\\alice']);
  assert.deepEqual(read(start(undefined, 2)), ['0x3e4', true, 'NT AUTHORITY\\SYSTEM']);
  assert.deepEqual(read(start(undefined, 1)), ['0x3e4', false, 'NT AUTHORITY\\SYSTEM']);
});

test('trap 18: the parent of an old 4688 is the last process with its creator’s id, until that has ended', () => {
  const subject = security.subject(security.machineAccount(COMPUTER), 0x3e4n);
  const start = (pid: bigint, image: string, creatorPid: bigint, time: string): EventModel =>
    security.processCreation({ pid, image, creatorPid, subject }, { ...at(time), version: 1 });
  const wmi = 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe';
  const read = (models: readonly EventModel[]): (string | undefined)[] => {
    const child = learned([...models, start(0x424n, 'C:\\x\\powershell.exe', 0xae8n, '09:10:00.0000000')])
      .settle(Number.POSITIVE_INFINITY)
      .find((one) => one.pid === 0x424);
    return [child?.parentImage, child?.parentEvent && String(child.parentEvent.eventId)];
  };
  const parent = start(0xae8n, wmi, 4n, '09:00:00.0000000');
  assert.deepEqual(read([parent]), [wmi, '4688']);
  assert.deepEqual(read([parent, start(0xae8n, 'C:\\x\\b.exe', 4n, '09:05:00.0000000')]), ['C:\\x\\b.exe', undefined]);
  const end = security.event(4689, { ...subject, ProcessId: 0xae8n, ProcessName: wmi }, at('09:06:00.0000000'));
  assert.deepEqual(read([parent, end]), [undefined, undefined]);
  assert.deepEqual(read([parent, system.eventLogService(6005, at('09:07:00.0000000'))]), [undefined, undefined]);
});

test('L15: a flood of junk logons from one source leave the logon of an open chain, and are counted', () => {
  const events = madeEvents([
    remote(ALICE, 0xa1n, '09:00:00.0000000'),
    remote(BOB, 0xb0n, '09:00:01.0000000', '10.6.6.6'),
  ]);
  const entities = new Entities(HostTable.from(coverageOf(events)));
  const [wanted, junk] = events;
  assert.ok(wanted !== undefined && junk !== undefined);
  entities.accept(wanted);
  const flood = 100_000;
  for (let n = 0; n < flood; n++) {
    const id = `0x${(0x100000 + n).toString(16)}`;
    const one = {
      ...junk,
      timeMs: junk.timeMs + Math.floor(n / 100),
      recordId: n,
      get: (name: string) => (name === 'TargetLogonId' ? id : junk.get(name)),
    };
    entities.accept({ ...one, detach: () => junk });
  }
  assert.equal(entities.logonOf(HOST, '0xa1', ms('11:00:00.0'))?.address, '10.0.0.7');
  assert.ok((entities.evicted['logons'] ?? 0) > flood - 2000);
});

test('citing gives one entry for each copy and keeps the record once', () => {
  const [event] = madeEvents([remote(ALICE, 0xa1n, '09:00:00.1000000')]);
  assert.ok(event !== undefined);
  const entities = new Entities(HostTable.from(coverageOf([event])));
  const copy = { source: { file: 'backup.evtx', container: ['a.zip', 'b.evtx'] }, offset: 9, length: 512 };
  const evidence = entities.cite({ ...event, otherPlaces: [copy] });
  const shared = {
    channel: 'Security',
    eventId: 4624,
    recordId: 1,
    headerRecordId: 1,
    time: '2026-03-12T09:00:00.1000000Z',
    length: 512,
    record: evidence[0]?.record,
  };
  assert.deepEqual(evidence, [
    { ...shared, file: 'made.evtx', offset: 4608 },
    { ...shared, file: 'backup.evtx', container: ['a.zip', 'b.evtx'], offset: 9 },
  ]);
  assert.match(evidence[0]?.record ?? '', /^[a-z2-7]{16}$/);
  const ids = new Set([evidence[0]?.record ?? '']);
  assert.deepEqual(
    entities.citedRecords(ids).map(({ id, host, event: kept }) => [id, host, kept.eventId]),
    [[evidence[0]?.record, HOST, 4624]],
  );
});
