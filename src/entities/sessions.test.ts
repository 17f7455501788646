import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverageOf, madeEvents } from '../../test/made-event.ts';
import { type EventModel, security, system } from '../../testkit/index.ts';
import { Entities } from './entities.ts';
import { HostTable } from './hosts.ts';

const COMPUTER = 'SRV-02.corp.example.com';
const HOST = 'srv-02.corp.example.com';
const ALICE = { sid: 'S-1-5-21-1-2-3-1104', name: 'alice', domain: 'CORP' };
const BOB = { sid: 'S-1-5-21-1-2-3-1105', name: 'bob', domain: 'CORP' };

const at = (clock: string): { computer: string; time: string } => ({
  computer: COMPUTER,
  time: `2026-03-12T${clock}Z`,
});
const ms = (clock: string): number => Date.parse(`2026-03-12T${clock}Z`);
const remote = (account: typeof ALICE, logonId: bigint, clock: string, address = '10.0.0.7'): EventModel =>
  security.logon({ account, logonId, address, port: 50001 }, at(clock));

function learned(models: readonly EventModel[]): Entities {
  const events = [...Map.groupBy(models, ({ computer }) => computer)].flatMap(([computer, ofComputer]) =>
    madeEvents(ofComputer, `${computer}.evtx`),
  );
  const entities = new Entities(HostTable.from(coverageOf(events)));
  for (const event of events) entities.accept(event);
  return entities;
}

test('L10, trap 20: a LogonId that is used again after a boot leaves the earlier session its own', () => {
  const models = [
    remote(ALICE, 0xa1n, '09:00:00.1000000'),
    system.eventLogService(6005, at('09:30:00.0000000')),
    remote(BOB, 0xa1n, '10:00:00.1000000', '10.0.0.9'),
  ];
  const entities = learned(models);
  const account = (clock: string): string | undefined => entities.logonOf(HOST, '0xa1', ms(clock))?.account;
  assert.deepEqual(['09:00:01.0', '09:31:00.0', '10:00:01.0'].map(account), ['CORP\\alice', undefined, 'CORP\\bob']);
});

test('L15: sessions of one source that are pinned push out none of another source on the same host', () => {
  const flood = Array.from({ length: 1300 }, (_, i) =>
    remote(BOB, BigInt(0x10000 + i), '09:10:00.1000000', '10.0.0.66'),
  );
  const entities = learned([remote(ALICE, 0xa1n, '09:00:00.1000000')]);
  const events = madeEvents(flood);
  assert.equal(entities.logonOf(HOST, '0xa1', ms('09:00:01.0'))?.evidence.length, 1);
  for (const event of events) {
    entities.accept(event);
    entities.logonOf(HOST, event.get('TargetLogonId') ?? '', event.timeMs);
  }
  assert.equal(entities.logonOf(HOST, '0xa1', ms('09:00:01.0'))?.evidence.length, 1);
  assert.equal((entities.evicted['logons'] ?? 0) > 0, true, 'counted');
});

test('trap 31: a machine account is that of its domain where two machines have the short name, else of none', () => {
  const named = ['WS01.a.local', 'WS01.b.local'].map((computer) =>
    security.event(4608, {}, { computer, time: '2026-03-12T00:00:01.5000000Z' }),
  );
  const machine = (name: string, domain: string): EventModel =>
    remote({ sid: 'S-1-5-21-1-2-3-1113', name: `${name}$`, domain }, 0x77n, '08:50:00.0000001', '10.0.0.66');
  const holder = (name: string, domain: string): string | undefined =>
    learned([...named, machine(name, domain)]).addresses.hostAt('10.0.0.66', ms('09:00:00.0'));
  assert.equal(holder('WS01', 'A'), 'ws01.a.local');
  assert.equal(holder('WS01', 'B.LOCAL'), 'ws01.b.local');
  assert.equal(holder('WS01', 'C'), undefined);
  assert.equal(holder('WS02', 'C'), 'ws02', 'one that has no records of its own');
  const entities = learned(named);
  assert.deepEqual(
    ['WS01', 'WS01.a.local', 'WS02'].map((name) => entities.isAmbiguousName(name)),
    [true, false, false],
  );
});
