import assert from 'node:assert/strict';
import { test } from 'node:test';
import { madeEvents } from '../../test/made-event.ts';
import { type EventModel, security, sysmon } from '../../testkit/index.ts';
import type { Event } from '../windows/index.ts';
import { AddressBook } from './addresses.ts';
import { Clocks } from './clocks.ts';
import type { Connection } from './connection.ts';
import { Connections } from './connections.ts';

const SOURCE = 'ws-07.corp.local';
const TARGET = 'srv-02.corp.local';

function at(time: string, computer = TARGET): { time: string; computer: string } {
  return { time: `2026-03-12T${time}Z`, computer };
}

function msOf(time: string): number {
  return Date.parse(`2026-03-12T${time}Z`);
}

interface Sysmon3 {
  readonly initiated: boolean;
  readonly source: string;
  readonly destination: string;
  readonly image?: string;
  readonly protocol?: string;
  readonly pid?: number;
}

function ends(text: string): [string, number] {
  const colon = text.lastIndexOf(':');
  return [text.slice(0, colon), Number(text.slice(colon + 1))];
}

function sysmon3(facts: Sysmon3, setting: { time: string; computer: string }, utcTime?: string): EventModel {
  const [sourceIp, sourcePort] = ends(facts.source);
  const [destinationIp, destinationPort] = ends(facts.destination);
  return sysmon.event(
    3,
    {
      ...(utcTime === undefined ? {} : { UtcTime: utcTime }),
      ProcessGuid: sysmon.processGuid(facts.pid ?? 4800, 134_177_388_000_000_000n),
      ProcessId: facts.pid ?? 4800,
      Image: facts.image ?? 'C:\\Tools\\move.exe',
      User: 'CORP\\alice',
      Protocol: facts.protocol ?? 'tcp',
      Initiated: facts.initiated,
      SourceIp: sourceIp,
      SourcePort: sourcePort,
      DestinationIp: destinationIp,
      DestinationPort: destinationPort,
    },
    setting,
  );
}

function filtered(
  direction: 'in' | 'out',
  source: string,
  destination: string,
  setting: { time: string; computer: string },
): EventModel {
  const [sourceAddress, sourcePort] = ends(source);
  const [destAddress, destPort] = ends(destination);
  return security.event(
    5156,
    {
      ProcessID: 4800,
      Application: '\\device\\harddiskvolume2\\tools\\move.exe',
      Direction: direction === 'in' ? '%%14592' : '%%14593',
      SourceAddress: sourceAddress,
      SourcePort: String(sourcePort),
      DestAddress: destAddress,
      DestPort: String(destPort),
      Protocol: 6,
    },
    setting,
  );
}

interface Fed {
  readonly connections: Connections;
  readonly book: AddressBook;
  readonly clocks: Clocks;
}

function fed(events: readonly Event[]): Fed {
  const book = new AddressBook();
  const clocks = new Clocks();
  const connections = new Connections(book, clocks);
  for (const event of events) connections.accept(event.provider === 'Zeek' ? '' : event.computer, event);
  return { connections, book, clocks };
}

const made = (...models: readonly EventModel[]): Fed => fed(madeEvents(models));

/** `10.0.0.5:52300 > 10.0.0.9:135 by responder`. */
function brief({ initiator, responder, seenBy, isOriented }: Connection): string {
  const text = ({ address, port }: { address: string; port: number }): string => `${address}:${port}`;
  return `${text(initiator)} > ${text(responder)} by ${seenBy}${isOriented ? '' : ' unclear'}`;
}

function inbound(...models: readonly EventModel[]): string[] {
  return [...made(...models).connections.ofProcess(TARGET, { pid: 4800 }, 0, Number.MAX_SAFE_INTEGER)].map(brief);
}

const incoming = (source: string, destination: string, over: Partial<Sysmon3> = {}): EventModel =>
  sysmon3({ initiated: false, source, destination, ...over }, at('09:00:10'));

test('C1, trap 33: a Sysmon 3 was opened in the three seconds before TimeCreated, whatever its UtcTime says', () => {
  const model = sysmon3(
    { initiated: true, source: '10.0.0.5:52300', destination: '10.0.0.9:135' },
    at('09:01:00.5000000', SOURCE),
    '2026-03-12 08:59:59.100',
  );
  const [connection] = made(model).connections.from('10.0.0.5', 52300);
  assert.deepEqual([connection?.fromMs, connection?.toMs], [msOf('09:00:57.500'), msOf('09:01:00.500')]);
  const [whole] = made(
    sysmon3({ initiated: true, source: '10.0.0.5:52300', destination: '10.0.0.9:135' }, at('09:01:00', SOURCE)),
  ).connections.from('10.0.0.5', 52300);
  assert.deepEqual([whole?.fromMs, whole?.toMs], [msOf('09:00:57.000'), msOf('09:01:00.999')], 'a whole second, C2');
});

test('Trap 51: of an inbound Sysmon 3 the host’s own address tells which end is the listener’s', () => {
  const own = sysmon3(
    { initiated: true, source: '10.0.0.9:50000', destination: '10.0.0.1:88', pid: 1 },
    at('09:00:00'),
  );
  const expected = ['10.0.0.5:52300 > 10.0.0.9:59570 by responder'];
  assert.deepEqual(inbound(own, incoming('10.0.0.9:59570', '10.0.0.5:52300')), expected, 'early 2019');
  assert.deepEqual(inbound(own, incoming('10.0.0.5:52300', '10.0.0.9:59570')), expected, 'since Dec 2019');
});

test('Trap 51: where no address is known the listening port tells, of UDP the Source, else the record is unclear', () => {
  assert.deepEqual(inbound(incoming('10.0.0.9:3389', '10.0.0.5:49947')), [
    '10.0.0.5:49947 > 10.0.0.9:3389 by responder',
  ]);
  assert.deepEqual(inbound(incoming('10.0.0.5:57967', '10.0.0.9:5985')), [
    '10.0.0.5:57967 > 10.0.0.9:5985 by responder',
  ]);
  assert.deepEqual(inbound(incoming('10.0.0.9:53', '10.0.0.5:60000', { protocol: 'udp' })), [
    '10.0.0.5:60000 > 10.0.0.9:53 by responder',
  ]);
  const unclear = incoming('10.0.0.5:52300', '10.0.0.9:59570');
  assert.deepEqual(inbound(unclear), ['10.0.0.5:52300 > 10.0.0.9:59570 by responder unclear']);
  const { connections, book } = made(unclear);
  assert.equal(connections.from('10.0.0.5', 52300).length, 1);
  assert.equal(connections.from('10.0.0.9', 59570).length, 1, 'both readings are found');
  assert.deepEqual(book.addressesOf(TARGET), [], 'and nothing is learned from it');
});

test('DOMAIN 2.1: a 5156 is read by its direction and the host’s own addresses, not by Source', () => {
  const out = filtered('out', '10.0.0.9:50000', '10.0.0.1:88', at('09:00:00'));
  const expected = ['10.0.0.9:50000 > 10.0.0.1:88 by initiator', '10.0.0.5:52300 > 10.0.0.9:445 by responder'];
  assert.deepEqual(inbound(out, filtered('in', '10.0.0.5:52300', '10.0.0.9:445', at('09:00:10'))), expected);
  assert.deepEqual(inbound(out, filtered('in', '10.0.0.9:445', '10.0.0.5:52300', at('09:00:10'))), expected);
});

test('Traps 24 and 39: addresses are one spelling, paths are kept as written, `<unknown process>` is nobody', () => {
  const { connections } = made(
    sysmon3(
      {
        initiated: true,
        source: '0:0:0:0:0:ffff:10.0.0.5:52300',
        destination: 'fd00:0:0:0:0:0:0:9:135',
        image: '&lt;unknown process&gt;',
      },
      at('09:00:00', SOURCE),
    ),
  );
  const [connection] = connections.from('10.0.0.5', 52300);
  assert.equal(connection?.responder.address, 'fd00:0:0:0:0:0:0:9');
  assert.equal(connection?.image, undefined);
  assert.equal(connection?.pid, 4800);
});

test('look-ups: by initiator, by inbound ports and window, by process and its life', () => {
  const { connections } = made(
    filtered('in', '10.0.0.5:52300', '10.0.0.9:445', at('09:00:10.5000000')),
    filtered('in', '10.0.0.6:40001', '10.0.0.9:5985', at('09:05:00.5000000')),
    sysmon3({ initiated: true, source: '10.0.0.9:50001', destination: '10.0.0.7:80', pid: 77 }, at('09:05:30.5000000')),
  );
  const ports = [445, 5985];
  const found = (from: string, to: string): string[] =>
    connections.inboundTo(TARGET, ports, msOf(from), msOf(to)).map(brief);
  assert.deepEqual(found('09:00:00', '09:00:10.400'), []);
  assert.deepEqual(found('09:00:00', '09:00:10.500'), ['10.0.0.5:52300 > 10.0.0.9:445 by responder']);
  assert.equal(found('09:00:00', '09:10:00').length, 2);
  assert.deepEqual(connections.inboundTo(SOURCE, ports, 0, Number(msOf('23:00:00'))), []);
  const byPid = (from: string, to: string): number =>
    connections.ofProcess(TARGET, { pid: 77 }, msOf(from), msOf(to)).length;
  assert.deepEqual(
    [byPid('09:05:00', '09:06:00'), byPid('09:00:00', '09:05:00'), byPid('09:06:00', '09:09:00')],
    [1, 0, 0],
  );
  const guid = `{${sysmon.processGuid(77, 134_177_388_000_000_000n).toUpperCase()}}`;
  assert.equal(connections.ofProcess(TARGET, { processGuid: guid }, 0, msOf('23:00:00')).length, 1, 'any case');
});

function zeek(log: 'conn' | 'dce_rpc', fields: Record<string, string>, time: string): Event {
  const [made] = madeEvents([sysmon.event(4, {}, { time: `2026-03-12T${time}Z`, computer: '10.0.0.9' })]);
  if (made === undefined) throw new Error('no event');
  const entries = Object.entries(fields);
  const event: Event = {
    ...made,
    provider: 'Zeek',
    channel: `zeek/${log}`,
    eventId: 0,
    get: (name) => fields[name],
    entries: () => entries,
    detach: () => event,
  };
  return event;
}

test('J4: Zeek’s lines of one uid are one connection with its calls, and look-ups find it by its client', () => {
  const ids = {
    uid: 'C1',
    'id.orig_h': '10.0.0.5',
    'id.orig_p': '64143',
    'id.resp_h': '10.0.0.9',
    'id.resp_p': '50937',
  };
  const { connections } = fed([
    zeek('conn', { ...ids, proto: 'tcp' }, '09:00:00.0000000'),
    zeek('dce_rpc', { ...ids, endpoint: 'IWbemLevel1Login', operation: 'NTLMLogin' }, '09:00:00.2000000'),
    zeek('dce_rpc', { ...ids, endpoint: 'IWbemServices', operation: 'ExecMethod' }, '09:00:01.0000000'),
  ]);
  const [connection, ...others] = connections.from('10.0.0.5', 64143);
  assert.equal(others.length, 0);
  assert.deepEqual(connection?.operations, ['IWbemLevel1Login/NTLMLogin', 'IWbemServices/ExecMethod']);
  assert.deepEqual(
    [connection?.seenBy, connection?.fromMs, connection?.toMs],
    ['sensor', msOf('09:00:00.000'), msOf('09:00:01.000')],
  );
});

test('C4, trap 32: the offset of two clocks is the median over three or more pairs of 5156, its error half their range', () => {
  const pair = (port: number, source: string, target: string): EventModel[] => [
    filtered('out', `10.0.0.5:${port}`, '10.0.0.9:135', at(source, SOURCE)),
    filtered('in', `10.0.0.5:${port}`, '10.0.0.9:135', at(target)),
  ];
  const pairs = [
    ...pair(50001, '09:00:00.1000000', '09:02:00.1000000'),
    ...pair(50002, '09:01:00.1000000', '09:03:00.3000000'),
  ];
  assert.equal(made(...pairs).clocks.between(SOURCE, TARGET), undefined, 'two pairs say nothing');
  const { clocks } = made(...pairs, ...pair(50003, '09:05:00.1000000', '09:07:00.2000000'));
  const offset = { offsetMs: 120_100, errorMs: 100, pairs: 3 };
  assert.deepEqual(clocks.between(SOURCE, TARGET), { a: SOURCE, b: TARGET, ...offset });
  assert.deepEqual(clocks.between(TARGET, SOURCE), { a: TARGET, b: SOURCE, ...offset, offsetMs: -120_100 });
  assert.deepEqual(clocks.all(), [{ a: TARGET, b: SOURCE, ...offset, offsetMs: -120_100 }]);
});

test('C4: a Sysmon 3, and a port that is used again 20 minutes later, tell no offset', () => {
  const { clocks } = made(
    ...[1, 2, 3].flatMap((port) => [
      sysmon3({ initiated: true, source: `10.0.0.5:5000${port}`, destination: '10.0.0.9:135' }, at('09:00:00', SOURCE)),
      filtered('in', `10.0.0.5:5000${port}`, '10.0.0.9:135', at('09:00:00')),
      filtered('out', `10.0.0.5:5100${port}`, '10.0.0.9:135', at('09:00:00', SOURCE)),
      filtered('in', `10.0.0.5:5100${port}`, '10.0.0.9:135', at('09:20:01')),
    ]),
  );
  assert.deepEqual(clocks.all(), []);
});

test('C4: a port that is used twice within 15 minutes makes two pairs, not four, at any order of the clocks', () => {
  const pairs = (...clocks: readonly (readonly [string, string])[]): EventModel[] =>
    clocks.flatMap(([source, target]) => [
      filtered('out', '10.0.0.5:50001', '10.0.0.9:135', at(source, SOURCE)),
      filtered('in', '10.0.0.5:50001', '10.0.0.9:135', at(target)),
    ]);
  const same = pairs(['08:00:00.0000000', '08:00:00.0200000'], ['08:10:00.0000000', '08:10:00.0200000']);
  assert.deepEqual(made(...same).clocks.all(), [], 'two pairs say nothing');
  const [third, fourth] = pairs(['08:20:00.0000000', '08:20:00.0200000']);
  if (third === undefined || fourth === undefined) throw new Error('a pair');
  const offset = { a: TARGET, b: SOURCE, offsetMs: -20, errorMs: 0, pairs: 3 };
  assert.deepEqual(made(...same, third, fourth).clocks.all(), [offset]);
  // Fourteen minutes ahead: each record of the source may belong to either of two of the target.
  const ahead = pairs(
    ['08:14:00.0000000', '08:00:00.0000000'],
    ['08:24:00.0000000', '08:10:00.0000000'],
    ['08:34:00.0000000', '08:20:00.0000000'],
    ['08:44:00.0000000', '08:30:00.0000000'],
  );
  assert.deepEqual(made(...ahead).clocks.all(), []);
});

test('C4: single pairs a minute and more off the median are of two connections, and widen no error', () => {
  const clocks = new Clocks();
  const add = (...differences: readonly number[]): void => {
    for (const ms of differences) clocks.add({ observer: 'a', ms: 0 }, { observer: 'b', ms });
  };
  add(10, 12, 14);
  assert.deepEqual([clocks.between('a', 'b')?.offsetMs, clocks.between('a', 'b')?.errorMs], [12, 2]);
  add(600_000);
  assert.deepEqual([clocks.between('a', 'b')?.offsetMs, clocks.between('a', 'b')?.errorMs], [12, 2]);
  add(600_000, 600_000);
  assert.equal((clocks.between('a', 'b')?.errorMs ?? 0) > 60_000, true, 'a clock that was set');
});

test('L15: a flood from one address pushes out its own connections, counted, and no other’s', () => {
  const flood = Array.from({ length: 3000 }, (_, i) =>
    filtered('in', `10.0.0.66:${10_000 + i}`, '10.0.0.9:445', at('09:00:01')),
  );
  const { connections } = made(filtered('in', '10.0.0.5:52300', '10.0.0.9:445', at('09:00:00')), ...flood);
  assert.equal(connections.from('10.0.0.5', 52300).length, 1);
  assert.equal(connections.from('10.0.0.66', 10_000).length, 0);
  assert.equal(connections.from('10.0.0.66', 12_999).length, 1);
  const kept = connections.inboundTo(TARGET, [445], msOf('09:00:00'), msOf('09:00:02')).length - 1;
  assert.equal(kept > 1000 && kept <= 1024, true, String(kept));
  assert.equal(connections.evicted, 3000 - kept);
});

test('what a program opened to a port of no call pushes out nothing that a join needs, and is kept as long as it is followed', () => {
  const web = (i: number, time = '09:00:01'): EventModel =>
    sysmon3({ initiated: true, source: `10.0.0.9:${20_000 + i}`, destination: '10.10.10.5:443', pid: 77 }, at(time));
  const callTo = filtered('out', '10.0.0.9:50001', '10.0.0.1:135', at('09:00:00'));
  const { connections } = made(callTo, ...Array.from({ length: 200 }, (_, i) => web(i)), web(999, '09:00:02'));
  assert.equal(connections.from('10.0.0.9', 50001).length, 1);
  assert.equal(connections.ofProcess(TARGET, { pid: 77 }, 0, msOf('23:00:00')).length, 128);
  const later = (time: string): number =>
    made(web(1), filtered('out', '10.0.0.9:50002', '10.0.0.1:135', at(time))).connections.from('10.0.0.9', 20_001)
      .length;
  assert.deepEqual([later('10:10:00'), later('10:20:00')], [1, 0]);
});

test('a connection is forgotten a day after it was opened', () => {
  const early = filtered('in', '10.0.0.5:52300', '10.0.0.9:445', at('09:00:00'));
  const late = (day: string, time: string): EventModel =>
    filtered('in', '10.0.0.6:40000', '10.0.0.9:445', { time: `2026-03-${day}T${time}Z`, computer: TARGET });
  assert.equal(made(early, late('13', '09:00:00')).connections.from('10.0.0.5', 52300).length, 1);
  const { connections } = made(early, late('13', '10:00:00'));
  assert.equal(connections.from('10.0.0.5', 52300).length, 0);
  assert.equal(connections.evicted, 0, 'expiry is no loss');
});
