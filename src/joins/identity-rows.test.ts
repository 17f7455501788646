import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filtered, sourceLines } from '../../test/joined.ts';
import {
  ALICE,
  callOf,
  D,
  GUID,
  LEASE,
  logon,
  NAMED,
  on,
  SOURCE,
  SVCHOST,
  sources,
  start,
  T,
  told,
  used,
} from '../../test/joined-call.ts';
import { coverageOf, madeEvents } from '../../test/made-event.ts';
import { type EventModel, security } from '../../testkit/index.ts';
import { Entities, HostTable } from '../entities/index.ts';
import { Joins } from './index.ts';

function ticket(clock: string, over: { address?: string; service?: string; guid?: string } = {}): EventModel {
  const { address = '10.0.0.7', service = 'SRV-02$', guid } = over;
  return security.serviceTicket(
    { account: ALICE, realm: 'CORP.LOCAL', service, address, ...(guid === undefined ? {} : { guid }) },
    on(D, clock),
  );
}

test('J5: the GUID of the 4648 is that of the ticket that opened the logon: exact, with the process of the source', () => {
  const found = sources([
    used('08:59:58.0000001', { image: SVCHOST, pid: 772n, spn: 'RPCSS/SRV-02', guid: GUID }),
    used('08:59:58.1000000', { guid: GUID, spn: 'host/SRV-02' }),
    ticket('08:59:58.2000000', { guid: GUID }),
    logon(),
  ]);
  assert.deepEqual(told(found), [
    'J5 exact ws-07.corp.local WMIC.exe',
    'J7 strong ws-07.corp.local WMIC.exe',
    'J6 strong ws-07.corp.local WMIC.exe',
  ]);
  assert.equal(found[0]?.account, 'CORP\\bob');
});

test('J5 breaks for zero GUIDs, for a ticket ten seconds away, and for one for another machine', () => {
  const of = (models: readonly EventModel[]): boolean => told(sources(models)).some((line) => line.startsWith('J5'));
  const zero = '00000000-0000-0000-0000-000000000000';
  assert.equal(
    of([used('08:59:58.1000000', { guid: zero }), ticket('08:59:58.2000000', { guid: zero }), logon()]),
    false,
  );
  assert.equal(
    of([used('08:59:58.1000000', { guid: GUID }), ticket('08:59:47.0000001', { guid: GUID }), logon()]),
    false,
  );
  const other = ticket('08:59:58.2000000', { guid: GUID, service: 'DC-01$' });
  assert.equal(of([used('08:59:58.1000000', { guid: GUID }), other, logon()]), false);
  const elsewhere = ticket('08:59:58.2000000', { guid: GUID, address: '10.0.0.8' });
  assert.equal(
    of([used('08:59:58.1000000', { guid: GUID }), elsewhere, logon(undefined, { address: '10.0.0.7' })]),
    false,
  );
});

test('J6: a ticket for the target in the ten seconds before the logon is strong, one from a cache weak', () => {
  assert.deepEqual(told(sources([LEASE, ticket('08:59:51.0000001'), logon()])), ['J6 strong ws-07.corp.local -']);
  assert.deepEqual(told(sources([LEASE, ticket('08:59:49.0000001'), logon()])), ['J6 weak ws-07.corp.local -']);
  assert.deepEqual(told(sources([ticket('08:59:51.0000001'), logon()])), ['J6 strong 10.0.0.7 -']);
});

test('J6 breaks for NTLM, for another address, and for a ticket for another machine', () => {
  assert.deepEqual(told(sources([ticket('08:59:51.0000001'), logon(undefined, { authentication: 'NTLM' })])), []);
  assert.deepEqual(told(sources([ticket('08:59:51.0000001'), logon(undefined, { address: '10.0.0.9' })])), []);
  assert.deepEqual(told(sources([ticket('08:59:51.0000001', { service: 'DC-01$' }), logon()])), []);
});

test('a weaker claim that says the same takes nothing from the address that the logon names; whose it was is a step of its own', () => {
  const from = logon(undefined, { address: '10.0.0.7' });
  const holders = (...models: readonly EventModel[]): (string | undefined)[] =>
    sources([...models, from]).map(
      ({ host, points, holder }) => `${host} ${points} ${holder?.join} ${holder?.strength}`,
    );
  assert.deepEqual(holders(LEASE), ['ws-07.corp.local 100 J25 strong']);
  assert.deepEqual(holders(LEASE, ticket('05:00:00.0000001')), ['ws-07.corp.local 100 J25 strong']);
  const machine = { sid: 'S-1-5-21-1-2-3-1113', name: 'WS-07$', domain: 'CORP' };
  const day = security.logon(
    { account: machine, logonId: 0x77n, address: '10.0.0.7' },
    { computer: D, time: '2026-03-05T08:50:00.0000001Z' },
  );
  assert.deepEqual(holders(day), ['ws-07.corp.local 100 J25 weak'], 'a lease of a week ago');
  const [source] = sources([day, from]);
  assert.equal(source?.holder?.text, 'a record shows ws-07.corp.local at 10.0.0.7 7 d before');
  assert.deepEqual(
    source?.holder?.evidence.map(({ time }) => time),
    [],
    'far away it is told and not cited',
  );
  assert.deepEqual(
    holders(LEASE, used('08:59:58.0000001')),
    ['ws-07.corp.local 60 undefined undefined'],
    'its own record',
  );
});

test('C3: logons of one LogonGuid came by one ticket: the first of them lies beside it', () => {
  const first = security.logon(
    { account: ALICE, logonId: 0xa0n, authentication: 'Kerberos', logonGuid: GUID, address: '10.0.0.7', port: 50000 },
    on(T, '08:59:40.0000001'),
  );
  const late = logon(undefined, { address: '10.0.0.7', guid: GUID });
  assert.deepEqual(told(sources([ticket('08:59:35.0000001'), first, late])), [
    'J1 exact 10.0.0.7 -',
    'J6 strong 10.0.0.7 -',
  ]);
  const otherGuid = logon(undefined, { address: '10.0.0.7', guid: GUID.replace('f', 'a') });
  assert.deepEqual(told(sources([ticket('08:59:25.0000001'), first, otherGuid])), [
    'J1 exact 10.0.0.7 -',
    'J6 weak 10.0.0.7 -',
  ]);
});

test('J7: credentials used towards the target by name name the source, and trap 47: not svchost', () => {
  const found = sources([used('08:59:55.0000001', { image: SVCHOST, pid: 772n }), used('08:59:55.1000000'), logon()]);
  assert.deepEqual(told(found), ['J7 strong ws-07.corp.local WMIC.exe']);
  assert.equal(found[0]?.process?.pid, 1100);
  assert.deepEqual(told(sources([used('08:59:55.0000001', { image: SVCHOST, pid: 772n }), logon()])), [
    'J7 strong ws-07.corp.local -',
  ]);
});

test('J7 breaks eleven seconds before and three behind, for another server, and for an address in place of the name', () => {
  assert.deepEqual(told(sources([used('08:59:49.0000001'), logon()])), []);
  assert.deepEqual(told(sources([used('09:00:02.0000001'), logon()])), ['J7 strong ws-07.corp.local WMIC.exe']);
  assert.deepEqual(told(sources([used('09:00:03.0000001'), logon()])), []);
  assert.deepEqual(told(sources([used('08:59:55.0000001', { server: 'DC-01' }), logon()])), []);
  assert.deepEqual(told(sources([used('08:59:55.0000001', { server: '10.0.0.2' }), logon()])), []);
});

test('J7: the logon comes from an address that another machine had: it is not this source', () => {
  const found = sources([LEASE, used('08:59:55.0000001', { computer: D }), logon(undefined, { address: '10.0.0.7' })]);
  assert.deepEqual(told(found), []);
  assert.equal(found[0]?.host, SOURCE);
});

test('J8: a command names the target in the minute before: strong under the same account, else weak', () => {
  assert.deepEqual(told(sources([start('08:59:01.0000001', 'wmic /node:SRV-02 os get caption'), logon()])), [
    'J8 strong ws-07.corp.local WMIC.exe',
  ]);
  assert.deepEqual(
    told(sources([start('08:59:01.0000001', 'wmic /node:SRV-02 os get caption', 'CORP\\bob'), logon()])),
    ['J8 weak ws-07.corp.local WMIC.exe'],
  );
  const asAlice = start('08:59:01.0000001', 'wmic /node:SRV-02 /user:CORP\\alice os get caption', 'CORP\\bob');
  assert.deepEqual(told(sources([asAlice, logon()])), ['J8 strong ws-07.corp.local WMIC.exe']);
});

test('J8: a weak one takes neither the address of the logon nor the credentials of the caller', () => {
  const other = start('08:59:20.0000001', 'net use \\\\SRV-02\\share', 'CORP\\bob');
  const from = logon(undefined, { address: '10.0.0.66' });
  const found = sources([other, from]);
  assert.deepEqual(sourceLines(found), ['* - 10.0.0.66 - 100: ', '  ws-07.corp.local - WMIC.exe 25: J8 weak']);
  assert.deepEqual(
    found.map(({ account }) => account),
    [undefined, undefined],
  );
  const own = sources([start('08:59:20.0000001', 'net use \\\\SRV-02\\share'), from]);
  assert.deepEqual(sourceLines(own), ['* ws-07.corp.local 10.0.0.66 WMIC.exe 60: J8 strong'], 'a strong one does');
  const stated = sources([start('08:59:20.0000001', 'wmic /node:SRV-02 /user:CORP\\alice os', 'CORP\\bob'), from]);
  assert.equal(stated[0]?.account, 'CORP\\bob', 'the command states whose credentials it uses');
});

test('C24: J8 looks the words of a command line up, so that a tool that nobody knows names its target too', () => {
  const tool = start('08:59:58.0000001', 'wmic.exe srv-02.corp.local');
  assert.deepEqual(told(sources([tool, logon()])), ['J8 strong ws-07.corp.local WMIC.exe']);
});

test('J8, trap 40: an address that the target has left is no name of it', () => {
  const at = (address: string, clock: string): EventModel =>
    filtered('in', { from: '10.0.0.50:49000', to: `${address}:135` }, on(T, clock));
  const command = start('08:59:50.0000001', 'wmic /node:10.0.0.99 process call create calc');
  const now = at('10.0.0.2', '08:40:00.0000000');
  assert.deepEqual(told(sources([at('10.0.0.99', '08:40:00.0000000'), now, command, logon()])), [
    'J8 strong ws-07.corp.local WMIC.exe',
  ]);
  assert.deepEqual(told(sources([at('10.0.0.99', '00:10:00.0000000'), now, command, logon()])), []);
});

test('J8 breaks a minute later, for a list of targets in a file, and for a variable', () => {
  assert.deepEqual(
    told(sources([start('08:58:59.0000001', 'wmic /node:SRV-02 os get caption'), logon('09:00:00.1900000')])),
    [],
  );
  assert.deepEqual(told(sources([start('08:59:58.0000001', 'wmic /node:@targets.txt os get caption'), logon()])), []);
  assert.deepEqual(
    told(sources([start('08:59:58.0000001', 'powershell Invoke-WmiMethod -ComputerName $t'), logon()])),
    [],
  );
});

test('B16: a record that anybody can write into a message makes a join strong at most', () => {
  const models = [used('08:59:58.1000000', { guid: GUID }), ticket('08:59:58.2000000', { guid: GUID }), logon()];
  const events = [...NAMED, ...models].flatMap((model) =>
    madeEvents([model], `${model.computer}.txt`).map((event) => {
      const text = { ...event, shape: 'S12', detach: () => text };
      return text as typeof event;
    }),
  );
  events.sort((a, b) => a.timeMs - b.timeMs);
  const entities = new Entities(HostTable.from(coverageOf(events)));
  const joins = new Joins(entities);
  for (const event of events) entities.accept(event);
  joins.open(callOf(entities));
  const j5 = joins.sourcesOf('call')[0]?.joins.find(({ join }) => join === 'J5');
  assert.equal(j5?.strength, 'strong');
});
