import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assembled, eventsOf, fed } from '../../test/assembled.ts';
import { coverageOf } from '../../test/made-event.ts';
import { type EventModel, powershell, security, sysmon, wmi } from '../../testkit/index.ts';
import { Entities, HostTable } from '../entities/index.ts';
import type { Event } from '../windows/index.ts';
import { SubscriptionAssembler } from './assembler.ts';
import type { Dossier } from './dossier.ts';

const QUERY = "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName='notepad.exe'";
const SCRIPT = 'ActiveScriptEventConsumer';
const ALICE = { sid: 'S-1-5-21-1-2-3-1104', name: 'alice', domain: 'CORP' };

function at(time: string, computer?: string): { time: string; computer?: string } {
  return { time: `2026-03-12T${time}Z`, ...(computer === undefined ? {} : { computer }) };
}

/** A little of everything, within two minutes. */
function mixture(): EventModel[] {
  const script = `Set-WmiInstance -Namespace root\\subscription -Class __EventFilter -Arguments @{Name='F'; Query="${QUERY}"}
Set-WmiInstance -Namespace root\\subscription -Class CommandLineEventConsumer -Arguments @{Name='Only'; CommandLineTemplate='calc.exe'}`;
  return [
    security.logon({ account: ALICE, logonId: 0xa1n, address: '10.0.0.7', port: 50001 }, at('08:59:59')),
    ...powershell.scriptBlocks(script, 90, 'b5b0e7f2-0d6b-4a0c-8e6e-2d1f1f8a4c11', at('08:59:59.5000000')),
    sysmon.filter({ name: 'F', query: QUERY }, at('09:00:00')),
    sysmon.consumer({ name: 'C', destination: 'a.exe %ProcessId%' }, at('09:00:00.1000000')),
    sysmon.binding({ filter: 'F', consumer: 'C' }, at('09:00:00.2000000')),
    sysmon.binding({ filter: 'F', consumer: 'D', consumerClass: SCRIPT }, at('09:00:00.3000000')),
    sysmon.consumer({ name: 'D', destination: 'x = 1', type: 'Script' }, at('09:00:05')),
    sysmon.consumer({ name: 'Lone', destination: 'b.exe', user: 'CORP\\bob' }, at('09:00:06')),
    sysmon.filter({ name: 'EF_Lone', query: QUERY, user: 'CORP\\bob' }, at('09:00:07')),
    wmi.binding(
      { name: 'F', query: QUERY, eventNamespace: 'root\\cimv2', creatorSid: ALICE.sid },
      {
        class: 'CommandLineEventConsumer',
        name: 'C',
        properties: { CommandLineTemplate: 'a.exe %ProcessId%' },
        creatorSid: ALICE.sid,
      },
      at('09:00:00.4000000'),
    ),
    wmi.filterActivated({ query: QUERY, ownerSid: ALICE.sid, provider: 'x' }, at('09:00:00.5000000')),
    wmi.scmBinding(at('09:01:10')),
    wmi.providerStarted('ActiveScriptEventConsumer', '%systemroot%\\system32\\wbem\\scrcons.exe', 900, at('09:00:20')),
    sysmon.process(
      {
        pid: 901,
        image: 'C:\\Windows\\System32\\wbem\\scrcons.exe',
        parentImage: 'C:\\Windows\\System32\\svchost.exe',
      },
      at('09:00:20.2000000'),
    ),
    sysmon.process(
      {
        pid: 902,
        image: 'C:\\a.exe',
        commandLine: 'a.exe 4711',
        parentImage: 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe',
      },
      at('09:00:30'),
    ),
    sysmon.consumer({ name: 'C', destination: 'z.exe', operation: 'Modified' }, at('09:00:50')),
    sysmon.binding({ filter: 'F', consumer: 'D', consumerClass: SCRIPT, operation: 'Deleted' }, at('09:01:00')),
  ];
}

/** Dossiers of one order of arrival; who is who is known from the whole, as it is after the watermark. */
function dossiersOf(events: readonly Event[], arrival: readonly Event[]): readonly Dossier[] {
  const entities = new Entities(HostTable.from(coverageOf(events)));
  for (const event of events) entities.accept(event);
  const assembler = new SubscriptionAssembler(entities);
  for (const event of arrival) assembler.accept(event);
  for (const start of entities.settle(Number.POSITIVE_INFINITY)) assembler.processStarted(start);
  assembler.settle(Number.POSITIVE_INFINITY);
  return assembler.finish();
}

test('L8: any order of arrival gives the same dossiers', () => {
  const events = eventsOf(mixture());
  const expected = dossiersOf(events, events);
  assert.deepEqual(expected.map(({ filter, consumer }) => `${filter.name} > ${consumer.name}`).toSorted(), [
    'EF_Lone > Lone',
    'F > C',
    'F > D',
    'SCM Event Log Filter > SCM Event Log Consumer',
    'null > Only',
  ]);
  fc.assert(
    fc.property(fc.shuffledSubarray([...events], { minLength: events.length }), (arrival) => {
      assert.deepEqual(dossiersOf(events, arrival), expected);
    }),
    { numRuns: 60, seed: 20260312 },
  );
});

test('L8: dossiers may be asked for between events, and the last answer is that of a single run', () => {
  const events = eventsOf(mixture());
  const entities = new Entities(HostTable.from(coverageOf(events)));
  for (const event of events) entities.accept(event);
  const assembler = new SubscriptionAssembler(entities);
  for (const event of events) {
    assembler.accept(event);
    if (event.eventId === 21) assembler.finish();
  }
  for (const start of entities.settle(Number.POSITIVE_INFINITY)) assembler.processStarted(start);
  assert.deepEqual(assembler.finish(), dossiersOf(events, events));
});

test('The parts of a script block are joined in any order before they are read', () => {
  const script = `Set-WmiInstance -Namespace root\\subscription -Class CommandLineEventConsumer -Arguments @{Name='Joined'; CommandLineTemplate='calc.exe /joined'}`;
  const parts = powershell.scriptBlocks(script, 50, 'b5b0e7f2-0d6b-4a0c-8e6e-2d1f1f8a4c11', at('09:00:00'));
  assert.ok(parts.length >= 3);
  for (const models of [parts, parts.toReversed()]) {
    const [dossier] = assembled(models);
    assert.deepEqual(
      [dossier?.consumer.name, dossier?.consumer.payload, dossier?.evidence.length],
      ['Joined', 'calc.exe /joined', parts.length],
    );
  }
});

test('A command that names another host speaks of a subscription there', () => {
  const [dossier] = assembled([
    sysmon.process(
      {
        pid: 77,
        image: 'C:\\Windows\\System32\\wbem\\WMIC.exe',
        commandLine: `wmic /node:SRV-02 /namespace:"\\\\root\\subscription" PATH CommandLineEventConsumer CREATE Name="C", CommandLineTemplate="a.exe"`,
        user: 'CORP\\alice',
      },
      at('09:00:00', 'WS-01.corp.example.com'),
    ),
  ]);
  assert.deepEqual(
    [dossier?.host, dossier?.origin.kind, dossier?.origin.source, dossier?.origin.account],
    ['srv-02', 'unknown', { host: 'ws-01.corp.example.com' }, 'CORP\\alice'],
  );
});

/** Ten times as many subscriptions as the assembler of this test may hold. */
const FLOOD = 20_000;

function junkTriad(i: number, computer: string, time = '09:00:10'): EventModel {
  return wmi.binding(
    { name: `F${i}`, query: QUERY, eventNamespace: 'root\\cimv2' },
    { class: 'CommandLineEventConsumer', name: `C${i}`, properties: { CommandLineTemplate: `a.exe ${i}` } },
    at(time, computer),
  );
}

test('L15: a flood evicts neither another host nor what is bound, is counted, and the chain completes after it', () => {
  const flooded = 'WS-01.corp.example.com';
  const command = `Set-WmiInstance -Namespace root\\subscription -Class __FilterToConsumerBinding -Arguments @{Filter='__EventFilter.Name="F0"'; Consumer='CommandLineEventConsumer.Name="D"'}`;
  const [bound, shared, consumer, binding, elsewhere, junk, filter] = eventsOf([
    junkTriad(0, flooded, '08:59:00'),
    // The lowest of all names a filter that the highest needs.
    powershell.scriptBlock({ text: command }, at('08:59:30', flooded)),
    sysmon.consumer({ name: 'C', destination: 'evil.exe' }, at('09:00:00', flooded)),
    sysmon.binding({ filter: 'F', consumer: 'C' }, at('09:00:01', flooded)),
    sysmon.consumer({ name: 'Other', destination: 'b.exe' }, at('09:00:02', 'SRV-02.corp.example.com')),
    sysmon.consumer({ name: 'J', destination: 'a.exe' }, at('09:00:10', flooded)),
    sysmon.filter({ name: 'F', query: QUERY }, at('09:00:16', flooded)),
  ]);
  assert.ok(bound && shared && consumer && binding && elsewhere && junk && filter);
  const before = [bound, shared, consumer, binding, elsewhere];
  const entities = new Entities(HostTable.from(coverageOf([...before, junk, filter])));
  const assembler = new SubscriptionAssembler(entities, { maxDossiers: FLOOD / 10 });
  for (const event of before) assembler.accept(event);
  for (let i = 0; i < FLOOD; i++) {
    const event: Event = {
      ...junk,
      get: (name) => (name === 'Name' ? ` "J${i}"` : junk.get(name)),
      detach: () => event,
    };
    assembler.accept(event);
  }
  assembler.accept(filter);
  const dossiers = assembler.finish();
  const states = new Map(dossiers.map(({ host, consumer: { name }, state }) => [`${host} ${name}`, state]));
  assert.equal(states.get('ws-01.corp.example.com C'), 'armed');
  assert.equal(states.get('ws-01.corp.example.com C0'), 'armed');
  assert.equal(dossiers.find((dossier) => dossier.consumer.name === 'C0')?.filter.query, QUERY);
  assert.equal(states.get('srv-02.corp.example.com Other'), 'unknown');
  assert.ok(dossiers.length <= FLOOD / 10);
  assert.equal(dossiers.length + (assembler.evicted['subscriptions'] ?? 0), FLOOD + 4);
});

test('A30: a step cites at most 1,000 records and counts the rest', () => {
  const models = Array.from({ length: 1_200 }, (_, i) => {
    const minute = String(Math.floor(i / 60)).padStart(2, '0');
    return {
      ...junkTriad(7, 'WS-01'),
      ...{ time: wmi.scmBinding(at(`10:${minute}:${String(i % 60).padStart(2, '0')}`)).time },
    };
  });
  const [dossier] = fed(eventsOf(models)).finish();
  const [step] = dossier?.lifecycle ?? [];
  assert.deepEqual([step?.step, step?.count, step?.evidence.length], ['registered', 1_200, 1_000]);
  assert.equal(dossier?.lastSeen, '2026-03-12T10:19:59.0000000Z');
});
