import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  at,
  candidate,
  cited,
  dossier,
  finding,
  hop,
  input,
  join,
  source,
  step,
} from '../../test/made-incident-parts.ts';
import type { HopFacts, JudgedFinding } from '../analytics/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { buildIncidents } from './build.ts';
import type { IncidentFacts } from './facts.ts';

function say(
  findings: readonly JudgedFinding[],
  dossiers: readonly Dossier[] = [],
  facts: Partial<IncidentFacts> = {},
): string {
  const { incidents } = buildIncidents(input(findings, dossiers, facts));
  assert.equal(incidents.length, 1);
  return incidents[0]?.title ?? '';
}

function sure(
  findings: readonly JudgedFinding[],
  dossiers: readonly Dossier[] = [],
  facts: Partial<IncidentFacts> = {},
): number | undefined {
  return buildIncidents(input(findings, dossiers, facts)).incidents[0]?.confidence;
}

const REMOTE = { kind: 'remote', candidates: [candidate()] } as const;
const FIRED_AND_GONE = [
  step('created', '09:00:00'),
  step('fired', '09:00:21', { strength: 'strong' }),
  step('deleted', '09:00:50'),
];
const SCRIPT = {
  consumer: { ...dossier('x').consumer, class: 'ActiveScriptEventConsumer', name: 'WSUS_QQTJ7' },
  filter: { name: 'WSUS_QQTJ7' },
} as const;

/** A source by J12 strong and J2 exact, with its program. */
const TOOL = { sourcesOf: () => [source({ process: { image: 'C:\\Users\\a\\GruntHTTP.exe' } })] };
/** Two joins that bring the caller's link to 0.91. */
function twice(parts: Partial<HopFacts> = {}): HopFacts {
  return hop(['s'], {
    caller: [join('J12', 'strong', ['logon', 'w']), join('J13', 'strong', ['logon', '5861'])],
    ...parts,
  });
}

test('L13: who, from where, planted what, on which host, over what, with what, how often and how it ended', () => {
  const c02 = finding('c02', 'C02', { subscriptions: ['s'], hop: twice({ sources: TOOL.sourcesOf() }) });
  const planted = dossier('s', { ...SCRIPT, origin: REMOTE, lifecycle: FIRED_AND_GONE, state: 'deleted', score: 100 });
  assert.equal(
    say([c02], [planted], TOOL),
    "CORP\\alice from WS-07 planted subscription 'WSUS_QQTJ7' on SRV-02 over DCOM with GruntHTTP.exe; it ran a script once and was removed after 50 s",
  );
  // The firing of a script consumer is strong: it is the weakest link that this headline needs.
  assert.equal(sure([c02], [planted], TOOL), 0.7);
});

test('L13: "it ran powershell.exe 3 times", and nothing of what is not known', () => {
  const fired = step('fired', '09:01:00', { strength: 'strong', count: 3 });
  assert.equal(
    say([], [dossier('s', { lifecycle: [step('created', '09:00:00'), fired] })]),
    "CORP\\alice planted subscription 'Updater' on SRV-02; it ran powershell.exe 3 times",
  );
  assert.equal(
    say([], [dossier('s', { creator: {}, lifecycle: [step('created', '09:00:00'), fired] })]),
    "Subscription 'Updater' was planted on SRV-02; it ran powershell.exe 3 times",
  );
  assert.equal(sure([], [dossier('s')]), undefined);
});

test('PRODUCT 8.1: a source is stated from 0.90, likely from 0.70, possible from 0.30, and left out below', () => {
  const of = (strength: 'exact' | 'strong' | 'weak' | 'inferred'): JudgedFinding =>
    finding('a', 'R01', {
      process: { image: 'C:\\Windows\\System32\\cmd.exe' },
      title: 'CORP\\alice started cmd.exe through WMI on SRV-02',
      hop: hop(['x'], { sources: [source({ strength, joins: [join('J8', strength, ['r'])] })] }),
    });
  assert.equal(say([of('exact')]), 'CORP\\alice from WS-07 started cmd.exe on SRV-02 over DCOM');
  assert.equal(say([of('strong')]), 'CORP\\alice, likely from WS-07, started cmd.exe on SRV-02 over DCOM');
  assert.equal(say([of('weak')]), 'CORP\\alice, possibly from WS-07, started cmd.exe on SRV-02 over DCOM');
  assert.equal(say([of('inferred')]), 'CORP\\alice started cmd.exe through WMI on SRV-02');
  assert.equal(sure([of('inferred')]), undefined);
});

test('C22: R19 names the account of the 4648, and whose session used its credentials', () => {
  const called = hop(['x'], {
    account: 'CORP\\svc',
    isSeenAtTarget: false,
    caller: [],
    sources: [source({ account: 'CORP\\alice', process: { image: 'C:\\Windows\\System32\\wbem\\WMIC.exe' } })],
  });
  assert.equal(
    say([finding('a', 'R19', { host: 'ws-07.corp.example', hop: called })]),
    'CORP\\alice from WS-07, with the credentials of CORP\\svc, called WMI on SRV-02 over DCOM with WMIC.exe (not seen on SRV-02)',
  );
});

test('C22: a planted subscription names the session and the credentials that it used', () => {
  const joins = [join('J2', 'exact', ['connect', 'logon']), join('J7', 'strong', ['used', 'logon'])];
  const facts = { sourcesOf: () => [source({ account: 'CORP\\alice', joins })] };
  const c02 = finding('c02', 'C02', { subscriptions: ['s'], hop: twice({ sources: facts.sourcesOf() }) });
  assert.equal(
    say([c02], [dossier('s', { creator: { account: 'CORP\\svc-deploy' }, origin: REMOTE })], facts),
    "CORP\\alice from WS-07, with the credentials of CORP\\svc-deploy, planted subscription 'Updater' on SRV-02 over DCOM; it runs powershell.exe",
  );
});

test('C22, L9: a command of somebody else near the call is no use of the credentials of its caller', () => {
  const told = (id: 'J5' | 'J7' | 'J8' | 'J20', strength: 'exact' | 'strong' | 'weak'): string => {
    const by = source({ account: 'CORP\\bob', strength, joins: [join(id, strength, ['r'])] });
    return say([finding('r01', 'R01', { process: { image: 'C:\\x\\cmd.exe' }, hop: hop(['x'], { sources: [by] }) })]);
  };
  assert.match(told('J8', 'weak'), /^CORP\\alice, possibly from WS-07, started cmd\.exe on SRV-02 over DCOM$/);
  assert.match(told('J5', 'exact'), /^CORP\\bob from WS-07, with the credentials of CORP\\alice, started/);
  assert.match(told('J7', 'strong'), /^CORP\\bob, likely from WS-07, with the credentials of CORP\\alice, started/);
  assert.doesNotMatch(told('J20', 'weak'), /bob/);
});

test('C22: R01 counts what it started, R03 its commands, R08 its keys', () => {
  const of = (id: string, image: string, analytic = 'R01', count = 1): JudgedFinding =>
    finding(id, analytic, {
      count,
      process: { image },
      glue: { logons: ['l'], processes: [{ key: id, ancestors: [] }] },
      hop: hop([id], {}),
    });
  const cmd = 'C:\\Windows\\System32\\cmd.exe';
  const from = 'CORP\\alice from WS-07';
  assert.equal(say([of('a', cmd), of('b', cmd)]), `${from} started cmd.exe twice on SRV-02 over DCOM`);
  assert.equal(
    say([of('a', cmd), of('b', 'C:\\x\\calc.exe')]),
    `${from} started cmd.exe and calc.exe on SRV-02 over DCOM`,
  );
  assert.equal(
    say(['a', 'b', 'c', 'd'].map((name) => of(name, `C:\\x\\${name}.exe`))),
    `${from} started 4 programs, a.exe first, on SRV-02 over DCOM`,
  );
  assert.equal(say([of('a', cmd, 'R03')]), `${from} ran a command on SRV-02 over DCOM`);
  assert.equal(say(['a', 'b', 'c'].map((name) => of(name, cmd, 'R03'))), `${from} ran 3 commands on SRV-02 over DCOM`);
  assert.equal(say([of('a', cmd, 'R08', 4)]), `${from} opened 4 registry keys for changes on SRV-02 over DCOM`);
});

test('a finding without a source, or of another analytic, tells its own title', () => {
  assert.equal(
    say([finding('a', 'S06', { title: 'scrcons.exe started cmd.exe on SRV-02.' })]),
    'scrcons.exe started cmd.exe on SRV-02',
  );
});

test('an address stands where no name is known, with what the client calls itself (C7)', () => {
  const { host: _host, ...bare } = source({ claimedName: 'PC01', joins: [] });
  const r01 = (sources: HopFacts['sources'], account?: string): JudgedFinding => {
    const { account: _account, ...facts } = hop(['x'], { sources, method: 'unknown' });
    return finding('a', 'R01', {
      process: { image: 'cmd.exe' },
      hop: { ...facts, ...(account === undefined ? {} : { account }) },
    });
  };
  assert.equal(
    say([r01([bare], 'CORP\\alice')]),
    'CORP\\alice from 10.0.0.7 (says it is PC01) started cmd.exe on SRV-02',
  );
  assert.equal(say([r01([bare])]), 'Cmd.exe was started on SRV-02 from 10.0.0.7 (says it is PC01)');
});

test('a program that only carries the calls of others is no tool', () => {
  const rpcss = source({ process: { image: 'C:\\Windows\\System32\\svchost.exe' } });
  const r01 = finding('a', 'R01', {
    process: { image: 'cmd.exe' },
    hop: hop(['x'], { method: 'wmi-winrm', sources: [rpcss] }),
  });
  assert.equal(say([r01]), 'CORP\\alice from WS-07 started cmd.exe on SRV-02 over WinRM');
});

test('two hosts of one short name are told by their whole names', () => {
  const called = hop(['x'], { sources: [source({ host: 'srv-02.other.example' })] });
  assert.equal(
    say([finding('a', 'R01', { process: { image: 'cmd.exe' }, hop: called })]),
    'CORP\\alice from srv-02.other.example started cmd.exe on srv-02.corp.example over DCOM',
  );
});

test('C22: the title is of the highest dossier, even where a finding has more', () => {
  const all = [
    finding('m', 'M01', { score: 100, subscriptions: ['s'] }),
    finding('c', 'T01', { score: 85, time: at('09:10:00') }),
  ];
  assert.equal(
    say(all, [
      dossier('s'),
      dossier('t', {
        score: 20,
        fingerprint: 'a',
        filter: { name: 'Other' },
        consumer: { ...dossier('x').consumer, name: 'Other' },
      }),
    ]),
    "CORP\\alice planted subscription 'Updater' on SRV-02; it runs powershell.exe; 1 more subscription on SRV-02; the memory of LSASS was read on SRV-02; a log was cleared on SRV-02",
  );
});

test('the same content on other hosts is told as that', () => {
  const fingerprint = 'f'.repeat(64);
  const of = (id: string, host: string, score: number): Dossier => dossier(id, { host, fingerprint, score });
  assert.equal(
    say([], [of('a', 'h1', 70), of('b', 'h2', 60), of('c', 'h3', 60)]),
    "CORP\\alice planted subscription 'Updater' on H1; it runs powershell.exe; the same was seen on H2 and H3",
  );
});

test('L1: what was only seen is not told as planted, and a removal is its remover’s', () => {
  assert.equal(
    say([], [dossier('s', { lifecycle: [step('present', '09:00:00')] })]),
    "Subscription 'Updater' is present on SRV-02, made by CORP\\alice; it runs powershell.exe",
  );
  assert.equal(
    say(
      [],
      [
        dossier('s', {
          origin: REMOTE,
          lifecycle: [step('deleted', '09:00:00', { account: 'CORP\\bob' })],
          state: 'deleted',
        }),
      ],
    ),
    "Subscription 'Updater' was deleted on SRV-02 by CORP\\bob; it would run powershell.exe and was removed",
  );
  const changed = dossier('s', {
    lifecycle: [step('modified', '09:00:00', { account: 'CORP\\bob' })],
    origin: { kind: 'remote', candidates: [candidate({ strength: 'weak' })] },
  });
  assert.equal(
    say([], [changed]),
    "Subscription 'Updater' was changed on SRV-02 by CORP\\bob, possibly from 10.0.0.7; it runs powershell.exe",
  );
});

test('C22: only tampering leads where there is nothing else', () => {
  assert.equal(
    say([finding('t', 'T01', { title: 'The Security log of SRV-02 was cleared by CORP\\bob' })]),
    'The Security log of SRV-02 was cleared by CORP\\bob',
  );
});

test('L20: names of evidence stay one line and short', () => {
  const long = `CORP\\${'x'.repeat(200)}\r\nsecond`;
  const title = say([finding('a', 'R01', { process: { image: 'C:\\a\nb.exe' }, hop: hop(['x'], { account: long }) })]);
  assert.doesNotMatch(title, /[\r\n]/);
  assert.ok(title.length < 200);
});

test('the confidence is that of the weakest link that the headline needs: the firing is one of them', () => {
  const c02 = finding('c02', 'C02', { subscriptions: ['s'], hop: twice() });
  const c03 = finding('c03', 'C03', { subscriptions: ['s'], process: { pid: 1 }, evidence: [cited('child')] });
  const planted = dossier('s', { origin: REMOTE, lifecycle: FIRED_AND_GONE });
  assert.equal(sure([c02, c03], [planted], { sourcesOf: () => [source()] }), 0.7);
  const quiet = dossier('s', { origin: REMOTE });
  assert.equal(sure([c02], [quiet], { sourcesOf: () => [source()] }), 0.91);
});
