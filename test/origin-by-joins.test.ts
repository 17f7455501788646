import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Entities, HostTable } from '../src/entities/index.ts';
import { Joins } from '../src/joins/index.ts';
import { type Dossier, SubscriptionAssembler } from '../src/subscriptions/index.ts';
import { isKept } from '../src/windows/index.ts';
import { type EventModel, security, sysmon } from '../testkit/index.ts';
import { eventsOf } from './assembled.ts';
import { ALICE, filtered, on, opened, S, S_IP, SOURCE, T, T_IP } from './joined.ts';
import { coverageOf } from './made-event.ts';

const QUERY = "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName='notepad.exe'";

const written = [
  sysmon.filter({ name: 'A', query: QUERY }, on(T, '09:00:00.5000001')),
  sysmon.consumer({ name: 'A', destination: 'C:\\x.exe' }, on(T, '09:00:00.6000001')),
  sysmon.binding({ filter: 'A', consumer: 'A' }, on(T, '09:00:00.7000001')),
];

function logon(address: string, port: number, logonId: bigint): EventModel {
  return security.logon({ account: ALICE, logonId, address, port }, on(T, '09:00:00.1000001'));
}

const targetSpeaks = filtered(
  'out',
  { from: `${T_IP}:50001`, to: '10.0.0.1:445', image: 'system' },
  on(T, '08:00:00.5000001'),
);
const connect = opened(
  { from: `${S_IP}:52300`, to: `${T_IP}:59570`, image: 'move.exe', pid: 4800 },
  on(S, '09:00:00.0000001'),
);

function dossierOf(models: readonly EventModel[]): { dossier: Dossier; sources: ReturnType<Joins['sourcesOf']> } {
  const events = eventsOf(models).filter(isKept);
  const entities = new Entities(HostTable.from(coverageOf(events)));
  const joins = new Joins(entities);
  const assembler = new SubscriptionAssembler(entities, { sources: joins });
  for (const event of events) {
    assembler.settle(event.timeMs);
    joins.settle(event.timeMs);
    entities.accept(event);
    joins.accept(event);
    assembler.accept(event);
  }
  assembler.settle(Number.POSITIVE_INFINITY);
  const [dossier, ...others] = assembler.finish();
  if (dossier === undefined || others.length > 0) throw new Error('not one dossier');
  return { dossier, sources: assembler.sourcesOf(dossier.id) };
}

/** Kind, strength, source, program, and what OR1 says. */
function brief(models: readonly EventModel[]): unknown {
  const { dossier } = dossierOf(models);
  const { kind, strength, source, process } = dossier.origin;
  const remote = dossier.verdict.terms.find(({ code }) => code === 'OR1');
  return [kind, strength, source, process?.image, remote?.points, remote?.text];
}

test('C8: J2 names host, address and program of the source, and OR1 is worth what J2 is', () => {
  const models = [targetSpeaks, connect, logon(S_IP, 52300, 0xa1n), ...written];
  assert.deepEqual(brief(models), [
    'remote',
    'exact',
    { host: SOURCE, address: S_IP },
    'C:\\Tools\\move.exe',
    25,
    `written over the network from ${SOURCE} (J2, exact)`,
  ]);
  const [source, ...others] = dossierOf(models).sources;
  assert.equal(others.length, 0);
  assert.deepEqual([source?.isNamed, source?.joins.map(({ join }) => join)], [true, ['J2']]);
});

test('C8: where no join names the source, J12 itself is what OR1 is worth', () => {
  assert.deepEqual(brief([targetSpeaks, logon(S_IP, 52300, 0xa1n), ...written]), [
    'remote',
    'strong',
    { address: S_IP },
    undefined,
    20,
    `written over the network from ${S_IP} (J12, strong)`,
  ]);
});

test('C8: one step lower where two logons may have carried the write and J12 is weak', () => {
  const models = [targetSpeaks, connect, logon(S_IP, 52300, 0xa1n), logon('10.0.0.77', 40_000, 0xa2n), ...written];
  assert.deepEqual(brief(models), [
    'remote',
    'strong',
    { host: SOURCE, address: S_IP },
    'C:\\Tools\\move.exe',
    20,
    `written over the network from ${SOURCE} (J2, strong)`,
  ]);
  assert.deepEqual(
    dossierOf(models).sources.map(({ host, address, points, isNamed }) => [host ?? address, points, isNamed]),
    [
      [SOURCE, 100, true],
      ['10.0.0.77', 25, false],
    ],
  );
});

test('L9: two sources that both joined are listed and neither is named', () => {
  const other = opened(
    { from: '10.0.0.77:40000', to: `${T_IP}:59570`, image: 'other.exe', pid: 5 },
    on('WS-08.corp.local', '09:00:00.0000001'),
  );
  const models = [
    targetSpeaks,
    connect,
    other,
    logon(S_IP, 52300, 0xa1n),
    logon('10.0.0.77', 40_000, 0xa2n),
    ...written,
  ];
  assert.deepEqual(brief(models), [
    'remote',
    'weak',
    undefined,
    undefined,
    10,
    'written over the network from one of 2 remote logons (J12, weak)',
  ]);
  assert.deepEqual(
    dossierOf(models).sources.map(({ host, points, isNamed }) => [host, points, isNamed]),
    [
      [SOURCE, 70, false],
      ['ws-08.corp.local', 70, false],
    ],
  );
});
