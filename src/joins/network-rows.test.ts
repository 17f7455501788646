import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ALICE,
  filtered,
  guidOf,
  joined,
  msOf,
  on,
  opened,
  S,
  S_IP,
  SOURCE,
  sourceLines,
  sourcesOf,
  T,
  T_IP,
  TARGET,
} from '../../test/joined.ts';
import { madeEvents } from '../../test/made-event.ts';
import { zeekLine } from '../../test/zeek-line.ts';
import { type EventModel, security, sysmon } from '../../testkit/index.ts';
import type { Entities } from '../entities/index.ts';
import type { Event } from '../windows/index.ts';
import type { Joins } from './index.ts';

/** The logon that carried the act: by default that of the dynamic port, a moment before. */
function logon(port: number, clock = '09:00:00.1000000', over: { id?: bigint; address?: string } = {}): EventModel {
  const facts = { account: ALICE, logonId: over.id ?? 0xa1n, address: over.address ?? S_IP, port };
  return security.logon(facts, on(T, clock));
}

const activation = (clock = '08:59:59.8000000', port = 52299): EventModel =>
  filtered('out', { from: `${S_IP}:${port}`, to: `${T_IP}:135` }, on(S, clock));

const call = (
  clock = '09:00:00.0000000',
  over: { to?: string; image?: string; pid?: number; port?: number } = {},
): EventModel =>
  opened(
    {
      from: `${S_IP}:${over.port ?? 52300}`,
      to: over.to ?? `${T_IP}:59570`,
      image: over.image ?? 'move.exe',
      pid: over.pid ?? 4800,
    },
    on(S, clock),
  );

/** The target opens a connection itself, which says which address it has. */
const targetSpeaks = (clock = '08:00:00.5000000'): EventModel =>
  filtered('out', { from: `${T_IP}:50001`, to: '10.0.0.1:445', image: 'system' }, on(T, clock));

const wmiCall = [targetSpeaks(), activation(), call(), logon(52299, '08:59:59.9000000', { id: 0xa0n }), logon(52300)];

test('J2: the port of the carrying logon is that of a connection which the source recorded, with its program', () => {
  const [source] = sourcesOf(wmiCall);
  assert.deepEqual(sourceLines(source === undefined ? [] : [source]), [`* ${SOURCE} ${S_IP} move.exe 100: J2 exact`]);
  assert.equal(source?.process?.pid, 4800);
  assert.deepEqual(
    source?.joins[0]?.evidence.map(({ eventId }) => eventId),
    [3, 4624, 5156],
    'its connection, the logon, and what RPCSS opened to 135 before',
  );
  assert.equal(
    source?.joins[0]?.text,
    `client address and port ${S_IP}:52300 of the logon are the source of a connection of move.exe on ${SOURCE}`,
  );
});

test('J2, trap 23: another logon of the set does not matter, the carrying one has its own port', () => {
  const other = call('09:00:00.3000000', { port: 52301, image: 'mmc.exe', pid: 7 });
  const lines = sourceLines(sourcesOf([...wmiCall, other, logon(52301, '09:00:00.4000000', { id: 0xa2n })]));
  assert.deepEqual(lines, [`* ${SOURCE} ${S_IP} move.exe 100: J2 exact`]);
});

test('J2, trap 49: where the carrying logon came by RPCSS, the next logon of the account within 30 s names the program', () => {
  const logons = (clock: string): EventModel[] => [
    logon(52299, '09:00:00.1000000'),
    logon(52300, clock, { id: 0xa2n }),
  ];
  const base = [targetSpeaks(), activation()];
  const lines = (clock: string): string[] =>
    sourceLines(sourcesOf([...base, call(clock), ...logons(clock)], { via: 'dcom', clock: '09:00:40' }));
  assert.deepEqual(lines('09:00:05.0000000'), [`* ${SOURCE} ${S_IP} move.exe 100: J2 exact`]);
  assert.deepEqual(lines('09:00:29.0000000'), [`* ${SOURCE} ${S_IP} move.exe 100: J2 exact`]);
  assert.deepEqual(lines('09:00:31.0000000'), [`* ${SOURCE} ${S_IP} - 100: J2 exact`], 'another call');
});

test('J2, trap 42: a connection of RPCSS alone names the host and no program', () => {
  assert.deepEqual(sourceLines(sourcesOf([targetSpeaks(), activation(), logon(52299)])), [
    `* ${SOURCE} ${S_IP} - 100: J2 exact`,
  ]);
});

test('J2: a program that Sysmon does not know is taken from the 5156 of the same connection', () => {
  const both = [
    call('09:00:01.0000000', { image: '<unknown process>' }),
    filtered('out', { from: `${S_IP}:52300`, to: `${T_IP}:59570`, image: 'wmic.exe', pid: 4800 }, on(S, '09:00:00')),
  ];
  assert.deepEqual(sourceLines(sourcesOf([targetSpeaks(), ...both, logon(52300)])), [
    `* ${SOURCE} ${S_IP} wmic.exe 100: J2 exact`,
  ]);
});

/** Nothing but the address that the logon itself names. */
const ONLY_ADDRESS = [`* ${SOURCE} ${S_IP} - 100: `];

test('J2, near misses: another port, a connect 6 s behind the logon, another target, more than a day before', () => {
  const miss = (...models: readonly EventModel[]): string[] =>
    sourceLines(sourcesOf([targetSpeaks(), ...models, logon(52300)]));
  assert.deepEqual(miss(call('09:00:00.0000000', { port: 52301 })), ONLY_ADDRESS, 'port');
  assert.deepEqual(miss(call('09:00:08.2000000')), ONLY_ADDRESS, 'behind the logon + 5 s');
  assert.notDeepEqual(miss(call('09:00:08.0000000')), ONLY_ADDRESS, 'a Sysmon 3 lies up to 3 s before its TimeCreated');
  const elsewhere = [
    filtered(
      'out',
      { from: '10.0.0.8:50000', to: '10.0.0.1:445', image: 'system' },
      on('SRV-03.corp.local', '08:00:00'),
    ),
    call('09:00:00.0000000', { to: '10.0.0.8:59570' }),
  ];
  assert.deepEqual(miss(...elsewhere), ONLY_ADDRESS, 'to another machine');
  const dayBefore = opened(
    { from: `${S_IP}:52300`, to: `${T_IP}:59570`, image: 'move.exe', pid: 4800 },
    on(S, '08:59:50.0000000', '11'),
  );
  assert.deepEqual(miss(dayBefore, activation()), ONLY_ADDRESS, 'a day before');
});

test('J2 is broken by a later connect of the port to another machine', () => {
  const elsewhere = filtered(
    'out',
    { from: '10.0.0.8:50000', to: '10.0.0.1:445', image: 'system' },
    on('SRV-03.corp.local', '08:00:00'),
  );
  const early = call('08:00:00.0000000');
  const hit = [targetSpeaks(), elsewhere, early, logon(52300)];
  assert.deepEqual(sourceLines(sourcesOf(hit)), [`* ${SOURCE} ${S_IP} move.exe 100: J2 exact`]);
  const later = call('08:30:00.0000000', { to: '10.0.0.8:445', image: 'other.exe', pid: 9 });
  assert.deepEqual(sourceLines(sourcesOf([...hit, later])), ONLY_ADDRESS);
});

test('J2 is strong where nothing says that the other end is the target, and weaker still where two hosts had the address', () => {
  const unnamed = [activation(), call(), logon(52300)];
  assert.deepEqual(sourceLines(sourcesOf(unnamed)), [`* ${SOURCE} ${S_IP} move.exe 60: J2 strong`]);
  const second = filtered(
    'out',
    { from: `${S_IP}:50009`, to: '10.0.0.1:445', image: 'system' },
    on('WS-08.corp.local', '08:59:00'),
  );
  assert.deepEqual(sourceLines(sourcesOf([...unnamed, targetSpeaks(), second])), [
    `* ${SOURCE} ${S_IP} move.exe 60: J2 strong`,
  ]);
});

test('L10: a logon from loopback, link-local or without an address has no source by J2', () => {
  for (const address of ['127.0.0.1', 'fe80::1', '169.254.3.4', '-']) {
    assert.deepEqual(
      sourceLines(sourcesOf([targetSpeaks(), call(), logon(52300, '09:00:00.1000000', { address })])),
      [],
      address,
    );
  }
});

/** A 5156 at both ends of one connection. */
function pair(port: number, atSource: string, atTarget: string, image = 'svchost.exe', pid = 992): EventModel[] {
  const ends = { from: `${S_IP}:${port}`, to: `${T_IP}:${port === 52300 ? 59570 : 135}`, image, pid };
  return [filtered('out', ends, on(S, atSource)), filtered('in', ends, on(T, atTarget))];
}

test('J3: both ends recorded the connection, at clocks that are up to 15 minutes apart', () => {
  const lines = (atSource: string): string[] =>
    sourceLines(
      sourcesOf([targetSpeaks(), ...pair(52300, atSource, '09:00:00.1000000', 'move.exe', 4800), logon(52300)]),
    );
  assert.deepEqual(lines('09:00:00.0000000'), [`* ${SOURCE} ${S_IP} move.exe 100: J2 exact, J3 exact`]);
  assert.deepEqual(lines('09:14:59.0000000'), [`* ${SOURCE} ${S_IP} move.exe 100: J3 exact`], 'ahead');
  assert.deepEqual(lines('09:15:01.0000000'), ONLY_ADDRESS);
});

test('C4: three pairs of 5156 tell the offset; J2 counts it in, and J3 is held to five seconds around it', () => {
  const known = [1, 2, 3].flatMap((i) => pair(50_000 + i, `08:1${i}:00.1000000`, `08:0${i}:00.1000000`));
  const lines = (atSource: string): string[] =>
    sourceLines(sourcesOf([...known, ...pair(52300, atSource, '09:00:00.1000000', 'move.exe', 4800), logon(52300)]));
  assert.deepEqual(lines('09:10:04.0000000'), [`* ${SOURCE} ${S_IP} move.exe 100: J2 exact, J3 exact`]);
  assert.deepEqual(
    lines('09:10:11.0000000'),
    ONLY_ADDRESS,
    'the pair itself is off by 11 s: more than half the range and 5 s',
  );
});

function zeekCall(clock: string, port = 52300, server = T_IP): Event {
  return zeekLine({ from: `${S_IP}:${port}`, to: `${server}:59570`, clock, operation: 'ExecMethod' });
}

test('J4: the network saw the connection of the logon within five seconds: its address is the source', () => {
  const lines = (clock: string, port = 52300): string[] =>
    sourceLines(sourcesOf([targetSpeaks(), logon(52300)], { others: [zeekCall(clock, port)] }));
  assert.deepEqual(lines('09:00:04.0000000'), [`* - ${S_IP} - 100: J4 exact`]);
  assert.deepEqual(lines('09:00:06.0000000'), [`* - ${S_IP} - 100: `], 'later');
  assert.deepEqual(lines('09:00:00.0000000', 52301), [`* - ${S_IP} - 100: `], 'another port');
  const other = sourcesOf([targetSpeaks(), logon(52300)], {
    others: [zeekCall('09:00:00.0000000', 52300, '10.0.0.8')],
  });
  assert.deepEqual(
    sourceLines(other).slice(0, 1),
    [`* - ${S_IP} - 100: J1 exact, J4 strong`],
    'an address that nobody names may be the target’s',
  );
});

test('J4: a call that only the network told is joined to the process that opened its connection (N01)', () => {
  const ends = [
    { address: S_IP, port: 52300, fromMs: msOf('09:00:00.100'), toMs: msOf('09:00:00.100'), isCarrier: true },
  ];
  const models = [targetSpeaks(), call()];
  assert.deepEqual(sourceLines(sourcesOf(models, { ends, others: [zeekCall('09:00:00.1000000')] })), [
    `* ${SOURCE} ${S_IP} move.exe 100: J4 exact`,
  ]);
});

test('J9: the process had looked up the target by its name; another name, or another process, says nothing', () => {
  const lookup = (name: string, pid: number, clock: string): EventModel =>
    sysmon.event(
      22,
      {
        ProcessGuid: guidOf(pid),
        ProcessId: pid,
        QueryName: name,
        QueryStatus: '0',
        QueryResults: `::ffff:${T_IP};`,
        Image: 'C:\\Tools\\move.exe',
      },
      on(S, clock),
    );
  const lines = (model: EventModel): string[] => sourceLines(sourcesOf([...wmiCall, model]));
  const hit = [`* ${SOURCE} ${S_IP} move.exe 100: J2 exact, J9 exact`];
  assert.deepEqual(lines(lookup('SRV-02', 4800, '08:59:59.0000000')), hit);
  assert.deepEqual(lines(lookup('srv-02.corp.local.', 4800, '08:59:59.0000000')), hit);
  const without = [`* ${SOURCE} ${S_IP} move.exe 100: J2 exact`];
  assert.deepEqual(lines(lookup('SRV-03', 4800, '08:59:59.0000000')), without);
  assert.deepEqual(lines(lookup('SRV-02', 4801, '08:59:59.0000000')), without);
  assert.deepEqual(lines(lookup('SRV-02', 4800, '08:59:49.0000000')), without, 'more than five seconds before');
});

const wmiexec = { process: { commandLine: 'cmd.exe /Q /c whoami 1> \\\\127.0.0.1\\ADMIN$\\__1700000000.1 2>&1' } };

/** A client that comes in by SMB. */
const arrival = (address: string, clock: string): EventModel =>
  filtered('in', { from: `${address}:49999`, to: `${T_IP}:445`, image: 'system', pid: 4 }, on(T, clock));

test('J21: the only client by SMB from a minute before the child to five seconds behind its start', () => {
  const lines = (models: readonly EventModel[], over = wmiexec): string[] =>
    sourceLines(sourcesOf([targetSpeaks(), ...models], over));
  assert.deepEqual(lines([arrival('10.0.0.66', '08:59:10.0000000')]), ['* - 10.0.0.66 - 25: J21 weak']);
  assert.deepEqual(lines([arrival('10.0.0.66', '09:00:05.0000000')]), ['* - 10.0.0.66 - 25: J21 weak']);
  assert.deepEqual(lines([arrival('10.0.0.66', '08:58:59.0000000')]), [], 'earlier');
  assert.deepEqual(lines([arrival('10.0.0.66', '09:00:06.0000000')]), [], 'later');
  assert.deepEqual(lines([arrival('10.0.0.66', '08:59:10'), arrival('10.0.0.67', '08:59:20')]), [], 'several clients');
  assert.deepEqual(lines([arrival('127.0.0.1', '08:59:10.0000000')]), [], 'the target itself');
  assert.deepEqual(
    lines([arrival('10.0.0.66', '08:59:10.0000000')], { process: { commandLine: 'cmd.exe /c whoami' } }),
    [],
    'no child of R03',
  );
});

test('J21 is strong where the child’s account used a share from there', () => {
  const share = (name: string): EventModel =>
    security.event(
      5145,
      {
        ...security.subject({ ...ALICE, name, sid: name === 'alice' ? ALICE.sid : 'S-1-5-21-1-2-3-9' }, 0xb1n),
        ObjectType: 'File',
        IpAddress: '10.0.0.66',
        IpPort: '49999',
        ShareName: '\\\\*\\ADMIN$',
        RelativeTargetName: '__1700000000.1',
        AccessMask: 1,
      },
      on(T, '08:59:30.0000000'),
    );
  const lines = (name: string): string[] =>
    sourceLines(sourcesOf([targetSpeaks(), arrival('10.0.0.66', '08:59:10.0000000'), share(name)], wmiexec)).filter(
      (line) => line.includes('J21'),
    );
  assert.match(lines('alice')[0] ?? '', /J21 strong/);
  assert.match(lines('bob')[0] ?? '', /J21 weak/);
});

test('a source that no record names is its address, its host by the address book, and what it calls itself (C7, C9)', () => {
  const named = security.logon(
    { account: ALICE, logonId: 0xa1n, address: S_IP, port: 52300, workstation: 'KALI' },
    on(T, '09:00:00.1000000'),
  );
  const [unknown] = sourcesOf([targetSpeaks(), named]);
  assert.deepEqual(
    [unknown?.host, unknown?.address, unknown?.claimedName, unknown?.joins],
    [undefined, S_IP, 'KALI', []],
  );
  const [known] = sourcesOf([targetSpeaks(), activation(), named]);
  assert.deepEqual([known?.host, known?.claimedName], [SOURCE, undefined], 'the book names the address');
  const own = security.logon(
    { account: ALICE, logonId: 0xa1n, address: S_IP, port: 52300, workstation: 'SRV-02' },
    on(T, '09:00:00.1000000'),
  );
  assert.equal(sourcesOf([own])[0]?.claimedName, undefined, 'never the target’s own name');
});

/** Opens the call of the logon 0xa1 with what is known now. */
function openCall(entities: Entities, joins: Joins): void {
  const timeMs = msOf('09:00:00.200');
  const logon = entities.logonOf(TARGET, '0xa1', timeMs);
  joins.open({
    key: 'call',
    host: TARGET,
    timeMs,
    timeTicks: 0,
    via: 'dcom',
    ...(logon === undefined ? {} : { logon }),
  });
}

test('a call that was opened keeps what leads to its source, whatever floods in afterwards (L15)', () => {
  const flood = Array.from({ length: 5000 }, (_, i) =>
    opened(
      { from: `${S_IP}:${10_000 + i}`, to: `${T_IP}:59570`, image: 'move.exe', pid: 4800 },
      on(S, '09:00:10.0000000'),
    ),
  );
  const { entities, joins } = joined(wmiCall);
  openCall(entities, joins);
  for (const event of madeEvents(flood, `${S}.evtx`)) entities.accept(event);
  assert.equal(entities.connections.from(S_IP, 52300).length, 1, 'pinned');
  assert.equal(entities.connections.evicted > 0, true, 'the flood has lost its own');
  assert.deepEqual(sourceLines(joins.sourcesOf('call')), [`* ${SOURCE} ${S_IP} move.exe 100: J2 exact`]);
});

test('a call is looked at again when event time is 15 minutes further: the source’s records may come late', () => {
  const { entities, joins } = joined([targetSpeaks(), logon(52300)]);
  openCall(entities, joins);
  for (const event of madeEvents([activation(), call()], `${S}.evtx`)) entities.accept(event);
  joins.settle(msOf('09:14:59.000'));
  joins.settle(msOf('09:15:01.000'));
  const flood = Array.from({ length: 2000 }, (_, i) =>
    opened({ from: `${S_IP}:${10_000 + i}`, to: `${T_IP}:59570`, image: 'move.exe', pid: 4800 }, on(S, '09:20:00')),
  );
  for (const event of madeEvents(flood, `${S}.evtx`)) entities.accept(event);
  assert.equal(entities.connections.evicted > 0, true);
  assert.match(sourceLines(joins.sourcesOf('call'))[0] ?? '', /move.exe 100: J2 exact/);
});

test('trap 49: the logon that names the program may come seconds after the call was opened', () => {
  const { entities, joins } = joined([targetSpeaks(), activation(), logon(52299, '09:00:00.1000000')]);
  openCall(entities, joins);
  for (const event of madeEvents([call('09:00:06.0000000')], `${S}.evtx`)) entities.accept(event);
  for (const event of madeEvents([logon(52300, '09:00:06.1000000', { id: 0xa2n })], `${T}.evtx`))
    entities.accept(event);
  assert.deepEqual(sourceLines(joins.sourcesOf('call')), [`* ${SOURCE} ${S_IP} move.exe 100: J2 exact`]);
});

test('C25: calls of one source push out each other, counted, and no other’s', () => {
  const { joins } = joined([targetSpeaks()]);
  const open = (key: string, address: string): void => {
    const ends = [{ address, port: 50_000, fromMs: 0, toMs: 0, isCarrier: true }];
    joins.open({ key, host: TARGET, timeMs: 0, timeTicks: 0, via: 'wmi', ends });
  };
  open('mine', S_IP);
  for (let i = 0; i < 5000; i++) open(`junk ${i}`, '10.0.0.66');
  const lost = joins.evicted['openCalls'] ?? 0;
  assert.equal(lost >= 5000 - 4096 && lost < 1000, true, String(lost));
});
