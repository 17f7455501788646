import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ALICE,
  filtered,
  guidOf,
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
} from '../../test/joined.ts';
import { zeekLine } from '../../test/zeek-line.ts';
import { type EventModel, security, sysmon } from '../../testkit/index.ts';
import type { Event } from '../windows/index.ts';

const logon: EventModel = security.logon(
  { account: ALICE, logonId: 0xa1n, address: S_IP, port: 52300 },
  on(T, '09:00:00.1000000'),
);
/** A record of a machine that shows its address. */
const speaks = (computer: string, address: string, clock: string): EventModel =>
  filtered('out', { from: `${address}:50009`, to: '10.0.0.1:445', image: 'system' }, on(computer, clock));
const move: EventModel = opened(
  { from: `${S_IP}:52300`, to: `${T_IP}:59570`, image: 'move.exe', pid: 4800 },
  on(S, '09:00:00.0000000'),
);
const wire = (clock: string): Event => zeekLine({ from: `${S_IP}:52300`, to: `${T_IP}:59570`, clock });

/** Three connections that the target saw, and the sensor six minutes before by its own clock. */
const KNOWN: readonly EventModel[] = [1, 2, 3].map((i) =>
  filtered('in', { from: `${S_IP}:4000${i}`, to: `${T_IP}:135` }, on(T, `08:1${i}:00.0000000`)),
);
const SEEN: readonly Event[] = [1, 2, 3].map((i) =>
  zeekLine({ from: `${S_IP}:4000${i}`, to: `${T_IP}:135`, clock: `08:0${i + 4}:00.0000000` }),
);

test('J4, C4: the clock of the sensor is counted in where three pairs tell it', () => {
  const lines = (clock: string, others: readonly Event[] = SEEN): string[] =>
    sourceLines(sourcesOf([...KNOWN, logon], { others: [...others, wire(clock)] }));
  assert.deepEqual(lines('08:54:00.0500000'), [`* - ${S_IP} - 100: J4 exact`]);
  assert.deepEqual(lines('09:00:00.0500000'), [`* - ${S_IP} - 100: `]);
  assert.deepEqual(lines('08:54:00.0500000', SEEN.slice(1)), [`* - ${S_IP} - 100: `], 'two pairs say nothing');
});

test('N01, C4: a call that only the sensor told is joined to its source by the two clocks', () => {
  const atSource = [1, 2, 3].map((i) =>
    filtered('out', { from: `${S_IP}:4000${i}`, to: `${T_IP}:135` }, on(S, `08:1${i}:00.0000000`)),
  );
  const atMs = msOf('08:54:00.100');
  const call = {
    host: T_IP,
    observer: 'zeek',
    ends: [{ address: S_IP, port: 52300, fromMs: atMs, toMs: atMs, isCarrier: true }],
  };
  const found = sourcesOf([...atSource, move], {
    ...call,
    clock: '08:54:00.1000000',
    others: [...SEEN, wire('08:54:00.1000000')],
  });
  assert.deepEqual(sourceLines(found), [`* ${SOURCE} ${S_IP} move.exe 100: J4 exact`]);
});

test('J4 is one step lower where two machines had the address, and for a target that nobody names', () => {
  const others = [wire('09:00:00.0500000')];
  const second = speaks('WS-08.corp.local', S_IP, '08:59:00.0000000');
  const strengths = (...models: readonly EventModel[]): string[] =>
    sourcesOf([...models, logon], { others }).flatMap(({ joins }) =>
      joins.filter(({ join }) => join === 'J4').map(({ strength }) => strength),
    );
  const target = speaks(T, T_IP, '08:50:00.0000000');
  assert.deepEqual(strengths(target, move), ['exact']);
  assert.deepEqual(strengths(target, move, second), ['strong']);
  assert.deepEqual(strengths(move), ['strong']);
  assert.deepEqual(strengths(), ['strong'], 'the address alone');
  assert.deepEqual(strengths(target, speaks(S, S_IP, '08:58:00.0000000'), second), ['strong'], 'the address of two');
});

test('J9 takes from J2 the doubt about its target, and none of the others', () => {
  const lookup = sysmon.event(
    22,
    {
      ProcessGuid: guidOf(4800),
      ProcessId: 4800,
      QueryName: 'srv-02.corp.local',
      QueryStatus: 0,
      QueryResults: `::ffff:${T_IP};`,
      Image: 'C:\\Tools\\move.exe',
      User: 'CORP\\alice',
    },
    on(S, '08:59:59.5000000'),
  );
  const lines = (...models: readonly EventModel[]): string[] =>
    sourceLines(sourcesOf([move, lookup, logon, ...models]));
  const second = speaks('WS-08.corp.local', S_IP, '08:59:00.0000000');
  assert.deepEqual(lines(), [`* ${SOURCE} ${S_IP} move.exe 100: J9 exact, J2 strong`]);
  assert.deepEqual(lines(second, speaks(T, T_IP, '08:50:00.0000000')), [
    `* ${SOURCE} ${S_IP} move.exe 60: J2 strong, J9 strong`,
  ]);
});
