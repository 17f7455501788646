import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onlyDossier, sumOf } from '../../test/assembled.ts';
import { type EventModel, security, sysmon, system, wmi } from '../../testkit/index.ts';
import type { CandidateLogon, Strength } from '../entities/index.ts';
import type { Dossier } from './dossier.ts';
import { isWriterTool, namedCandidate } from './origin.ts';

const ALICE = { sid: 'S-1-5-21-1-2-3-1104', name: 'alice', domain: 'CORP' };
const QUERY = "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName='notepad.exe'";

function at(time: string): { time: string } {
  return { time: `2026-03-12T${time}Z` };
}

const written = (): EventModel[] => [
  sysmon.filter({ name: 'A', query: QUERY }, at('09:00:00')),
  sysmon.consumer({ name: 'A', destination: 'C:\\x.exe' }, at('09:00:00.1000000')),
  sysmon.binding({ filter: 'A', consumer: 'A' }, at('09:00:00.2000000')),
];

const stored = (sid: string, time: string): EventModel =>
  wmi.binding(
    { name: 'A', query: QUERY, eventNamespace: 'root\\cimv2', creatorSid: sid },
    {
      class: 'CommandLineEventConsumer',
      name: 'A',
      properties: { CommandLineTemplate: 'C:\\x.exe' },
      creatorSid: sid,
    },
    at(time),
  );

const remote = (address: string, logonId: bigint, time = '08:59:59'): EventModel =>
  security.logon({ account: ALICE, logonId, address, port: 50001 }, at(time));

const interactive = (): EventModel => security.logon({ account: ALICE, logonId: 0xccn, type: 2 }, at('08:00:00'));

function wmic(facts: { user?: string; image?: string; logonId?: bigint } = {}): EventModel {
  return sysmon.process(
    {
      pid: 77,
      image: facts.image ?? 'C:\\Windows\\System32\\wbem\\WMIC.exe',
      commandLine:
        'wmic /namespace:"\\\\root\\subscription" PATH CommandLineEventConsumer CREATE Name="A", CommandLineTemplate="C:\\x.exe"',
      user: facts.user ?? 'CORP\\alice',
      logonId: facts.logonId ?? 0xccn,
    },
    at('08:59:59.9000000'),
  );
}

/** Kind, strength, source and number of candidates. */
function brief({ origin }: Dossier): unknown {
  return [origin.kind, origin.strength, origin.source, origin.candidates.length];
}

test('Remote: the only source is named, and J12 earns OR1 at its own strength (SETTLED C8)', () => {
  const dossier = onlyDossier([remote('10.0.0.7', 0xa1n), ...written()]);
  assert.deepEqual(brief(dossier), ['remote', 'strong', { address: '10.0.0.7' }, 1]);
  assert.equal(dossier.origin.account, 'CORP\\alice');
  assert.equal(sumOf(dossier), 'CT2 20 + TR3 8 + OR1 20 = 48 medium');
});

test('Remote: of two equal sources both are listed, none is named, and OR1 is weak (L9)', () => {
  const dossier = onlyDossier([remote('10.0.0.7', 0xa1n), remote('10.0.0.8', 0xb1n), ...written()]);
  assert.deepEqual(brief(dossier), ['remote', 'weak', undefined, 2]);
  assert.equal(sumOf(dossier), 'CT2 20 + TR3 8 + OR1 10 = 38 medium');
});

test('Remote: J13 by CreatorSID, but never for a 5861 that a start of the service made (L1)', () => {
  const models = [remote('10.0.0.7', 0xa1n), stored(ALICE.sid, '09:00:00')];
  const dossier = onlyDossier(models);
  assert.deepEqual(brief(dossier), ['remote', 'strong', { address: '10.0.0.7' }, 1]);
  assert.deepEqual(dossier.creator, { sid: ALICE.sid, account: 'CORP\\alice' });
  const restarted = onlyDossier([system.winmgmtStarted(5615, at('08:59:00')), ...models]);
  assert.deepEqual(brief(restarted), ['unknown', undefined, undefined, 0]);
});

test('Unknown: without a session and without a writer nothing is guessed', () => {
  assert.deepEqual(brief(onlyDossier(written())), ['unknown', undefined, undefined, 0]);
  assert.deepEqual(brief(onlyDossier([remote('10.0.0.7', 0xa1n, '08:59:00'), ...written()])), [
    'unknown',
    undefined,
    undefined,
    0,
  ]);
});

test('Unknown: a network logon beside the removal says nothing of the creation', () => {
  const removed = sysmon.binding({ filter: 'A', consumer: 'A', operation: 'Deleted' }, at('11:00:00'));
  assert.deepEqual(brief(onlyDossier([...written(), remote('10.0.0.7', 0xa1n, '10:59:59'), removed])), [
    'unknown',
    undefined,
    undefined,
    0,
  ]);
});

/** Creator, account of the origin, and each step with who did it. */
function whoDid({ creator, origin, lifecycle }: Dossier): unknown {
  return [creator, origin.account, lifecycle.map(({ step, part, account }) => [step, part, account])];
}

test('L1 who changed or removed an object is no creator of it: the step names them', () => {
  for (const operation of ['Deleted', 'Modified'] as const) {
    const binding = sysmon.binding({ filter: 'A', consumer: 'A', operation }, at('11:00:00'));
    const step = operation === 'Deleted' ? 'deleted' : 'modified';
    assert.deepEqual(whoDid(onlyDossier([binding])), [{}, undefined, [[step, 'binding', 'CORP\\alice']]], operation);
  }
  const removed = sysmon.binding(
    { filter: 'A', consumer: 'A', operation: 'Deleted', user: 'CORP\\bob' },
    at('11:00:00'),
  );
  assert.deepEqual(whoDid(onlyDossier([removed, ...written()])), [
    { account: 'CORP\\alice' },
    'CORP\\alice',
    [
      ['created', 'filter', 'CORP\\alice'],
      ['created', 'consumer', 'CORP\\alice'],
      ['created', 'binding', 'CORP\\alice'],
      ['deleted', 'binding', 'CORP\\bob'],
    ],
  ]);
  const standing = onlyDossier([stored('S-1-5-32-544', '09:00:00'), removed]);
  assert.deepEqual([standing.creator, standing.origin.account], [{ sid: 'S-1-5-32-544' }, undefined]);
});

test('L2 one removal that two accounts are named for names neither', () => {
  const removal = (user: string, time: string): EventModel =>
    sysmon.binding({ filter: 'A', consumer: 'A', operation: 'Deleted', user }, at(time));
  const twice = (other: string): unknown =>
    whoDid(onlyDossier([removal('CORP\\alice', '11:00:00'), removal(other, '11:00:01')]));
  assert.deepEqual(twice('CORP\\bob'), [{}, undefined, [['deleted', 'binding', undefined]]]);
  assert.deepEqual(twice('alice'), [{}, undefined, [['deleted', 'binding', 'CORP\\alice']]]);
});

test('A session around a change names a source only where nothing tells of the creation', () => {
  const changed = sysmon.consumer({ name: 'A', destination: 'C:\\y.exe', operation: 'Modified' }, at('11:00:00'));
  const session = remote('10.0.0.7', 0xa1n, '10:59:59');
  const binding = sysmon.binding({ filter: 'A', consumer: 'A', operation: 'Modified' }, at('11:00:00.1000000'));
  assert.deepEqual(brief(onlyDossier([session, changed, binding])), ['remote', 'strong', { address: '10.0.0.7' }, 1]);
  assert.deepEqual(brief(onlyDossier([...written(), session, changed])), ['remote', 'strong', undefined, 1]);
});

test('Local: an open interactive logon and no network logon', () => {
  assert.deepEqual(brief(onlyDossier([interactive(), ...written()])), ['local', undefined, undefined, 0]);
});

test('Local: a writer process of the creator on the host, whatever else was open; the candidates stay listed', () => {
  const dossier = onlyDossier([interactive(), remote('10.0.0.7', 0xa1n), wmic(), ...written()]);
  assert.deepEqual(brief(dossier), ['local', undefined, undefined, 1]);
  assert.equal(dossier.origin.process?.pid, 77);
  assert.equal(sumOf(dossier), 'CT2 20 + TR3 8 + OR2 15 = 43 medium');
});

test('Remote: a writer process that a remote logon carries names its source exactly (J1)', () => {
  const dossier = onlyDossier([remote('10.0.0.7', 0xa1n), wmic({ logonId: 0xa1n }), ...written()]);
  assert.deepEqual(brief(dossier), ['remote', 'exact', { address: '10.0.0.7' }, 1]);
  assert.equal(sumOf(dossier), 'CT2 20 + TR3 8 + OR1 25 + OR2 15 = 68 high');
});

test('OR2 asks for a process of the creator: the same command of another account does not count', () => {
  assert.equal(sumOf(onlyDossier([wmic({ user: 'CORP\\bob' }), ...written()])), 'CT2 20 + TR3 8 = 28 low');
});

test('OR2: interpreters, LOLBins and what stands where users can write are tools of a writer', () => {
  const isTool = (image: string): boolean =>
    isWriterTool({ host: 'h', image, commandLine: undefined, pid: undefined, isRemoteSession: false });
  for (const image of [
    'C:\\Windows\\System32\\wbem\\WMIC.exe',
    'powershell.exe',
    'C:\\Users\\a\\Desktop\\tool.exe',
    'D:\\ProgramData\\x.exe',
    '\\\\10.0.0.9\\share\\x.exe',
  ]) {
    assert.equal(isTool(image), true, image);
  }
  for (const image of ['C:\\Program Files\\Vendor\\agent.exe', 'C:\\Windows\\System32\\svchost.exe']) {
    assert.equal(isTool(image), false, image);
  }
});

test('A CreatorSID of Administrators hides the person, and that is said (trap 9)', () => {
  const dossier = onlyDossier([stored('S-1-5-32-544', '09:00:00')]);
  assert.equal(dossier.creator.sid, 'S-1-5-32-544');
  assert.ok(dossier.notes.some((note) => note.includes('hides the person')));
  assert.deepEqual(brief(dossier), ['unknown', undefined, undefined, 0]);
});

test('Picking a winner: competitors of equal strength cost 30 each, and a lead of 30 names (DOMAIN 2.3, SETTLED C8)', () => {
  const named = (...strengths: Strength[]): string | undefined =>
    namedCandidate(
      strengths.map(
        (strength, i): CandidateLogon => ({
          join: 'J12',
          strength,
          account: 'CORP\\alice',
          address: `10.0.0.${i}`,
          ports: [],
          logonId: `0x${i}`,
          time: '2026-03-12T09:00:00.0000000Z',
          evidence: [],
        }),
      ),
    )?.address;
  assert.equal(named('weak'), '10.0.0.0');
  assert.equal(named('strong', 'weak'), '10.0.0.0');
  assert.equal(named('exact', 'strong'), '10.0.0.0');
  assert.equal(named('strong', 'strong'), undefined);
  assert.equal(named('weak', 'inferred'), undefined);
  assert.equal(named('weak', 'inferred', 'inferred'), '10.0.0.0');
  assert.equal(named(), undefined);
});
