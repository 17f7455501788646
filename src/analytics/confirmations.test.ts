import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALICE, LEASE, NAMED, on, S, SVCHOST, T, WMIPRVSE } from '../../test/joined-call.ts';
import { coverageOf, madeEvents } from '../../test/made-event.ts';
import { type EventModel, security, sysmon } from '../../testkit/index.ts';
import { isKept } from '../windows/index.ts';
import { Engine } from './engine.ts';

/** The joins inside one host that the findings of an analytic rest on: `J14 strong 2`, the number being that of its records. */
function joinsOf(models: readonly EventModel[], analytic: string): string[] {
  const events = [...Map.groupBy([...NAMED, ...models], ({ computer }) => computer)]
    .flatMap(([computer, own]) => madeEvents(own, `${computer}.evtx`))
    .filter(isKept)
    .sort((a, b) => a.timeMs - b.timeMs || a.timeTicks - b.timeTicks);
  const engine = new Engine({ coverage: coverageOf(events) });
  for (const event of events) engine.accept(event);
  const found = engine.finish().judged.filter(({ finding }) => finding.analytic === analytic);
  assert.equal(found.length, 1, `${found.length} findings of ${analytic}`);
  return found.flatMap(({ joins }) =>
    joins.map(({ join, strength, evidence }) => `${join} ${strength} ${evidence.length}`),
  );
}

const TRIAD: readonly EventModel[] = [
  sysmon.filter(
    {
      name: 'Updater',
      query: "SELECT * FROM __InstanceCreationEvent WITHIN 5 WHERE TargetInstance ISA 'Win32_Process'",
    },
    on(T, '09:00:00.2000001'),
  ),
  sysmon.consumer({ name: 'Updater', destination: 'cmd.exe /c evil.exe' }, on(T, '09:00:00.3000001')),
  sysmon.binding({ filter: 'Updater', consumer: 'Updater' }, on(T, '09:00:00.4000001')),
];

const authz = (clock: string, over: { processName?: string; account?: typeof ALICE } = {}): EventModel =>
  security.logon(
    {
      account: over.account ?? ALICE,
      logonId: 0xc1n,
      logonProcess: 'Authz   ',
      authentication: 'Kerberos',
      processName: over.processName ?? SVCHOST,
      workstation: 'SRV-02',
    },
    on(T, clock),
  );

test('J14: sign-ins by Authz within 2 s confirm the creation that C01 tells', () => {
  const named = security.specialLogon(ALICE, 0xa1n, on(T, '08:59:00.0000001'));
  const BINDING = 'J23 exact 3';
  assert.deepEqual(joinsOf([named, ...TRIAD], 'C01'), [BINDING]);
  assert.deepEqual(joinsOf([named, ...TRIAD, authz('09:00:01.0000001'), authz('09:00:01.0500001')], 'C01'), [
    BINDING,
    'J14 strong 2',
  ]);
  assert.deepEqual(joinsOf([named, ...TRIAD, authz('09:00:05.0000001'), authz('09:00:05.0500001')], 'C01'), [BINDING]);
});

test('J18: a copied program that ran on its source with the same content is the same file', () => {
  const ran = (computer: string, clock: string, image: string, hash: string): EventModel =>
    sysmon.process(
      {
        pid: 3396,
        image,
        commandLine: image,
        user: 'CORP\\alice',
        logonId: 0xa1n,
        parentPid: 2760,
        parentImage: computer === T ? WMIPRVSE : 'C:\\Windows\\System32\\cmd.exe',
        hashes: `SHA256=${hash.repeat(64)}`,
      },
      on(computer, clock),
    );
  const copied = security.shareAccess(
    { subject: security.subject(ALICE, 0xa0n), address: '10.0.0.7', name: 'Temp\\evil.exe', mask: 0x2 },
    on(T, '08:59:30.0000001'),
  );
  const carried = security.logon(
    { account: ALICE, logonId: 0xa1n, address: '10.0.0.7', port: 50001 },
    on(T, '09:00:00.0000001'),
  );
  const target = ran(T, '09:00:01.0000001', 'C:\\Windows\\Temp\\evil.exe', 'a');
  const source = (hash: string): EventModel => ran(S, '08:50:00.0000001', 'C:\\Tools\\renamed.exe', hash);
  assert.deepEqual(joinsOf([LEASE, source('a'), copied, carried, target], 'R15'), ['J18 strong 2']);
  assert.deepEqual(joinsOf([LEASE, source('b'), copied, carried, target], 'R15'), []);
});
