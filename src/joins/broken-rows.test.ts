import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALICE, filtered, on, opened, S, S_IP, SOURCE, sourceLines, sourcesOf, T, T_IP } from '../../test/joined.ts';
import { type EventModel, security } from '../../testkit/index.ts';

const logon = (address = S_IP): EventModel =>
  security.logon({ account: ALICE, logonId: 0xa1n, address, port: 52300 }, on(T, '09:00:00.1000000'));

/** A record of a machine that shows its address. */
const speaks = (computer: string, address: string, clock: string): EventModel =>
  filtered('out', { from: `${address}:50009`, to: '10.0.0.1:445', image: 'system' }, on(computer, clock));

const later: EventModel = security.event(4608, {}, on(S, '09:30:00.5000000'));

test('J21 breaks for a second client that comes when the call is open (L8)', () => {
  const wmiexec = { process: { commandLine: 'cmd.exe /Q /c whoami 1> \\\\127.0.0.1\\ADMIN$\\__1700000000.1 2>&1' } };
  const client = (address: string, clock: string): EventModel =>
    filtered('in', { from: `${address}:49999`, to: `${T_IP}:445`, image: 'system', pid: 4 }, on(T, clock));
  const lines = (...models: readonly EventModel[]): string[] =>
    sourceLines(sourcesOf([client('10.0.0.66', '08:59:10.0000000'), ...models, later], wmiexec));
  assert.deepEqual(lines(client('10.0.0.67', '09:00:06.0000000')), ['* - 10.0.0.66 - 25: J21 weak']);
  assert.deepEqual(lines(client('10.0.0.67', '09:00:04.2000000')), []);
});

test('J2 breaks for a connect of the port elsewhere that is told when the call is open (L8)', () => {
  const out = (to: string, clock: string): EventModel =>
    opened({ from: `${S_IP}:52300`, to, image: 'move.exe', pid: 4800 }, on(S, clock));
  const base = [speaks(T, T_IP, '08:59:00.0000000'), out(`${T_IP}:59570`, '08:59:50.0000000'), logon()];
  assert.deepEqual(sourceLines(sourcesOf([...base, later])), [`* ${SOURCE} ${S_IP} move.exe 100: J2 exact`]);
  const elsewhere = [
    speaks('SRV-03.corp.local', '10.0.0.8', '08:59:00.0000000'),
    out('10.0.0.8:445', '09:00:04.0000000'),
  ];
  assert.deepEqual(sourceLines(sourcesOf([...base, ...elsewhere, later])), [`* ${SOURCE} ${S_IP} - 100: `]);
});

test('a claim of one machine falls when the address of the logon turns out to be another one’s (L8)', () => {
  const used = security.explicitLogon(
    {
      subject: security.subject({ ...ALICE, name: 'bob' }, 0xb1n),
      target: ALICE,
      server: 'SRV-02',
      pid: 1100n,
      image: 'C:\\Windows\\System32\\wbem\\WMIC.exe',
    },
    on(S, '08:59:58.0000000'),
  );
  const named = security.event(4608, {}, on(T, '00:00:01.5000000'));
  const base = [named, used, logon('10.0.0.66')];
  assert.deepEqual(sourceLines(sourcesOf([...base, later])), [`* ${SOURCE} 10.0.0.66 WMIC.exe 60: J7 strong`]);
  const other = speaks('WS-66.corp.local', '10.0.0.66', '09:05:00.0000000');
  assert.deepEqual(sourceLines(sourcesOf([...base, other, later])), ['* ws-66.corp.local 10.0.0.66 - 100: ']);
});

/** A connection of a program of the source from the port of the logon, and the target's own record of one. */
const used = (image: string, clock: string): EventModel =>
  opened({ from: `${S_IP}:52300`, to: `${T_IP}:59570`, image, pid: image.length }, on(S, clock));
const targetSpeaks = speaks(T, T_IP, '08:59:00.0000000');
const arrival = filtered('in', { from: `${S_IP}:52300`, to: `${T_IP}:59570` }, on(T, '09:00:00.0500000'));

test('J3 takes the nearest of two connections that one port was used for, and cites no other', () => {
  const models = [used('inventory.exe', '08:50:00.0500000'), used('move.exe', '09:00:00.0600000'), arrival, logon()];
  const [source] = sourcesOf([targetSpeaks, ...models, later]);
  assert.deepEqual(sourceLines(source === undefined ? [] : [source]), [
    `* ${SOURCE} ${S_IP} move.exe 100: J2 exact, J3 exact`,
  ]);
  assert.deepEqual(
    source?.joins.find(({ join }) => join === 'J3')?.evidence.map(({ time }) => time),
    ['2026-03-12T09:00:00.0600000Z', '2026-03-12T09:00:00.0500000Z'],
  );
});

test('J3 and J2 name no program where unknown clocks cannot tell which use of the port it was', () => {
  const models = [used('inventory.exe', '08:56:00.0500000'), used('move.exe', '09:06:00.0500000'), arrival, logon()];
  const [source] = sourcesOf([targetSpeaks, ...models, later]);
  assert.deepEqual(sourceLines(source === undefined ? [] : [source]), [
    `* ${SOURCE} ${S_IP} - 60: J2 strong, J3 strong`,
  ]);
  const one = [targetSpeaks, used('move.exe', '09:06:00.0500000'), arrival, logon(), later];
  assert.deepEqual(sourceLines(sourcesOf(one)), [`* ${SOURCE} ${S_IP} move.exe 100: J3 exact`], 'one use alone');
});
