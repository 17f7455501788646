import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverageOf, madeEvents } from '../../test/made-event.ts';
import { type EventModel, filetimeOf, security, winrm, wmi } from '../../testkit/index.ts';
import type { Event } from '../windows/index.ts';
import { CallRecords } from './call-records.ts';
import { HostTable } from './hosts.ts';

const T = 'SRV-02.corp.local';
const S = 'WS-07.corp.local';
const ALICE = { sid: 'S-1-5-21-1-2-3-1104', name: 'alice', domain: 'CORP' };
const on = (computer: string, clock: string): { computer: string; time: string } => ({
  computer,
  time: `2026-03-12T${clock}Z`,
});
const NAMED = [T, S].map((computer) => security.event(4608, {}, on(computer, '00:00:01.5000000')));

/** Each computer's records in a log of its own. */
function eventsOf(models: readonly EventModel[]): Event[] {
  return [...Map.groupBy(models, ({ computer }) => computer)]
    .flatMap(([computer, own]) => madeEvents(own, `${computer}.evtx`))
    .sort((a, b) => a.timeMs - b.timeMs || a.timeTicks - b.timeTicks);
}

function records(models: readonly EventModel[], change: (event: Event) => Event = (event) => event): CallRecords {
  const events = eventsOf([...NAMED, ...models]);
  const hosts = HostTable.from(coverageOf(events));
  const calls = new CallRecords({ find: (name) => hosts.find(name), hostAt: () => undefined });
  for (const event of events) calls.accept(hosts.keyOf(event.computer), change(event));
  return calls;
}

const all = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

function used(server: string, clock: string, spn?: string, computer = S): EventModel {
  return security.explicitLogon(
    {
      subject: security.subject(ALICE, 0xb1n),
      target: ALICE,
      server,
      pid: 1100n,
      image: 'C:\\Windows\\System32\\wbem\\WMIC.exe',
      ...(spn === undefined ? {} : { spn }),
    },
    on(computer, clock),
  );
}

test('trap 31: a machine is found by its short name too, and by none that two machines have', () => {
  const table = (names: readonly string[]): HostTable =>
    HostTable.from(coverageOf(eventsOf(names.map((computer) => security.event(4608, {}, { computer })))));
  assert.equal(table([T]).find('srv-02'), 'srv-02.corp.local');
  assert.equal(table([T]).find('SRV-02.CORP.LOCAL'), 'srv-02.corp.local');
  assert.equal(table(['A-VERY-LONG-HOST-NAME.corp.local']).find('A-VERY-LONG-HOS'), 'a-very-long-host-name.corp.local');
  assert.equal(table([T, 'SRV-02.other.local']).find('srv-02'), undefined);
  assert.equal(table([T]).find('srv-03'), undefined);
});

test('trap 47: the service name of a 4648 tells its protocol, and the server is a host by its short name', () => {
  const calls = records([
    used('SRV-02', '09:00:00.0000001', 'RPCSS/SRV-02'),
    used('srv-02.corp.local', '09:00:01.0000001', 'HTTP/srv-02.corp.local'),
    used('SRV-02', '09:00:02.0000001'),
    used('SRV-09.corp.local', '09:00:03.0000001', 'cifs/SRV-09'),
  ]);
  assert.deepEqual(
    calls.explicitLogons.towards('srv-02.corp.local', ...all).map(({ protocol }) => protocol),
    ['rpc', 'http', undefined],
  );
  assert.deepEqual(
    calls.explicitLogons.towards('srv-09.corp.local', ...all).map(({ protocol }) => protocol),
    ['smb'],
  );
});

test('traps 12 and 13: a client of this machine itself is none of another, and a process id of 0 is none', () => {
  const failed = (machine: string, pid: number): EventModel =>
    wmi.event(
      5858,
      { ClientMachine: machine, User: 'CORP\\alice', ClientProcessId: pid, Operation: 'x' },
      on(T, '09:00:00.0000001'),
    );
  const calls = records([failed('SRV-02', 100), failed('WS-07', 0), failed('WS-07', 100)]);
  assert.deepEqual(
    calls.wmiClients.of('srv-02.corp.local', ...all).map(({ client, process }) => [client, process?.pid]),
    [
      ['ws-07.corp.local', undefined],
      ['ws-07.corp.local', 100],
    ],
  );
});

test('Trace 23: both process ids come with their creation times', () => {
  const started = '2026-03-12T09:00:00.1000000Z';
  const calls = records([
    wmi.traced(
      23,
      {
        Commandline: 'calc',
        CreatedProcessId: 3396,
        CreatedProcessCreationTime: filetimeOf(started),
        ClientMachine: 'WS-07',
        User: 'CORP\\alice',
        ClientProcessId: 1100,
        ClientProcessCreationTime: filetimeOf('2026-03-12T08:59:00Z'),
        IsLocal: false,
      },
      on(T, '09:00:00.2000000'),
    ),
  ]);
  const [row] = calls.wmiClients.of('srv-02.corp.local', ...all);
  assert.deepEqual(
    [row?.created, row?.process],
    [
      { pid: 3396, startMs: Date.parse(started) },
      { pid: 1100, startMs: Date.parse('2026-03-12T08:59:00Z') },
    ],
  );
});

/** A 91 as Windows writes it where it could not lay out the data: the resource as hex of UTF-16. */
function asHex(resource: string): (event: Event) => Event {
  const payload = Buffer.from(`${resource}\0`, 'utf16le').toString('hex').toUpperCase();
  return (event) => {
    if (event.eventId !== 91) return event;
    const fields = new Map([
      ['ErrorCode', '15005'],
      ['EventPayload', payload],
    ]);
    const read: Event = {
      ...event,
      get: (name) => fields.get(name),
      entries: () => [...fields],
      detach: () => read,
    };
    return read;
  };
}

test('WinRM 91: the resource is read from hex where the data could not be laid out, with the SID of the caller', () => {
  const shell = winrm.requestReceived('unused', ALICE.sid, on(T, '09:00:00.0000001'));
  const cmd = 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd';
  const [row] = records([shell], asHex(cmd)).winrm.at('srv-02.corp.local', ...all);
  assert.deepEqual([row?.resourceUri, row?.isWmi, row?.sid], [cmd, false, ALICE.sid]);
  const wmiUri = winrm.wmiResource('root\\cimv2');
  const [other] = records([shell], asHex(wmiUri)).winrm.at('srv-02.corp.local', ...all);
  assert.deepEqual([other?.resourceUri, other?.isWmi], [wmiUri, true]);
});

test('C24: of one logon, name and mask the first and the last record are kept, with their number', () => {
  const access = (clock: string, mask: number, share = 'ADMIN$', address = '10.0.0.7'): EventModel =>
    security.shareAccess({ subject: security.subject(ALICE, 0xa0n), address, share, name: '__1', mask }, on(T, clock));
  const calls = records([
    access('09:00:00.1000000', 1),
    access('09:00:00.2000000', 1),
    access('09:00:00.3000000', 1),
    access('09:00:00.4000000', 0x10080),
    access('09:00:00.5000000', 1, 'SYSVOL'),
    access('09:00:00.6000000', 2, 'ADMIN$', '127.0.0.1'),
  ]);
  assert.deepEqual(
    calls.shares
      .named('srv-02.corp.local', '__1', ...all)
      .map(({ mask, count, events, isLoopback }) => [mask, count, events.length, isLoopback]),
    [
      [1, 3, 2, false],
      [0x10080, 1, 1, false],
      [2, 1, 1, true],
    ],
  );
});

test('J16: of many reads the first after the machine itself wrote the file is kept, which fetches the output', () => {
  const access = (clock: string, mask: number, address: string): EventModel =>
    security.shareAccess(
      { subject: security.subject(ALICE, address === '127.0.0.1' ? 0xa1n : 0xa0n), address, name: '__1', mask },
      on(T, clock),
    );
  const reads = ['09:00:00.1', '09:00:00.2', '09:00:00.4', '09:00:00.5', '09:00:00.6'].map((clock) =>
    access(`${clock}000000`, 1, '10.0.0.7'),
  );
  const calls = records([...reads, access('09:00:00.3000000', 2, '127.0.0.1')]);
  const [read] = calls.shares.named('srv-02.corp.local', '__1', ...all);
  assert.deepEqual(
    read?.events.map(({ timeMs }) => timeMs % 1000),
    [100, 400, 600],
  );
  assert.equal(read?.count, 5);
});

test('L15: a flood of credentials of one machine pushes out its own, counted, and leaves those of another', () => {
  const flood = Array.from({ length: 1100 }, (_, at) =>
    used(
      'SRV-09',
      `09:01:${String(Math.floor(at / 100)).padStart(2, '0')}.${String(at % 100).padStart(3, '0')}0001`,
      undefined,
      T,
    ),
  );
  const calls = records([used('SRV-02', '09:00:00.0000001'), ...flood]);
  assert.equal(calls.explicitLogons.towards('srv-02.corp.local', ...all).length, 1);
  const kept = calls.explicitLogons.towards('srv-09', ...all).length;
  assert.ok(kept > 1000 && kept <= 1024, `${kept}`);
  assert.equal(calls.evicted['explicitLogons'], 1100 - kept);
});

test('rows are forgotten when no window reaches them any more', () => {
  const calls = records([used('SRV-02', '09:00:00.0000001')]);
  calls.expire(Date.parse('2026-03-12T09:59:59Z'));
  assert.equal(calls.explicitLogons.towards('srv-02.corp.local', ...all).length, 1);
  calls.expire(Date.parse('2026-03-12T10:00:01Z'));
  assert.equal(calls.explicitLogons.towards('srv-02.corp.local', ...all).length, 0);
  assert.equal(calls.evicted['explicitLogons'], 0);
});

test('L7: rows of one time come in the order of their places, whatever order they were read in', () => {
  const models = [used('SRV-02', '09:00:00.0000001', 'RPCSS/x'), used('SRV-02', '09:00:00.0000001', 'HTTP/x')];
  const events = eventsOf([...NAMED, ...models]);
  const read = (order: readonly Event[]): (string | undefined)[] => {
    const hosts = HostTable.from(coverageOf(events));
    const calls = new CallRecords({ find: (name) => hosts.find(name), hostAt: () => undefined });
    for (const event of order) calls.accept(hosts.keyOf(event.computer), event);
    return calls.explicitLogons.towards('srv-02.corp.local', ...all).map(({ protocol }) => protocol);
  };
  assert.deepEqual(read(events), ['rpc', 'http']);
  assert.deepEqual(read(events.toReversed()), ['rpc', 'http']);
});
