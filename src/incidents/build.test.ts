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
import { digestId } from '../bytes/index.ts';
import { buildIncidents } from './build.ts';
import { incidentById } from './lookup.ts';

const PROCESS = { image: 'C:\\Windows\\System32\\cmd.exe', pid: 4242 } as const;

test('DOMAIN 3.3: 66 of a subscription, 65 of a process, 40 and 20, and three legs come to 98 critical', () => {
  const same = { glue: { logons: ['l'] } };
  const { incidents } = buildIncidents(
    input(
      [
        finding('r', 'R02', {
          score: 65,
          process: PROCESS,
          ...same,
          glue: { logons: ['l'], processes: [{ key: 'p', ancestors: [] }] },
        }),
        finding('c', 'C01', { score: 66, subscriptions: ['s'], ...same }),
        finding('m', 'M07', { score: 40, ...same }),
        finding('n', 'S05', { score: 20, ...same }),
      ],
      [dossier('s', { score: 66 })],
    ),
  );
  assert.equal(incidents.length, 1);
  const [incident] = incidents;
  assert.equal(incident?.score, 98);
  assert.equal(incident?.level, 'critical');
  assert.deepEqual(
    incident?.terms.map(({ code, points, member }) => [code, points, member]),
    [
      ['M1', 66, 's'],
      ['M2', 16.25, 'r'],
      ['M3', 4, 'm'],
      ['M4', 2, 'n'],
      ['LEGS', 10, undefined],
    ],
  );
  assert.deepEqual(incident?.levels, { lateral: 'medium', wmi: 'high' });
});

test('C14: findings about one process are one member, at the highest score', () => {
  const glue = { processes: [{ key: 'p', ancestors: [] }] };
  const { incidents } = buildIncidents(
    input([
      finding('a', 'R01', { score: 65, process: PROCESS, glue }),
      finding('b', 'M01', { score: 85, process: PROCESS, glue }),
    ]),
  );
  assert.deepEqual(
    incidents[0]?.terms.map(({ code, points }) => [code, points]),
    [
      ['M1', 85],
      ['LEGS', 5],
    ],
  );
});

test('C17: each dossier and finding of low or more is in exactly one incident, informational ones in none', () => {
  const { incidents } = buildIncidents(
    input(
      [finding('a', 'S05'), finding('b', 'S05', { score: 10 }), finding('c', 'C03', { subscriptions: ['known'] })],
      [dossier('known', { score: 0 }), dossier('low', { score: 20, host: 'other' })],
    ),
  );
  assert.deepEqual(incidents.flatMap(({ findings, subscriptions }) => [...findings, ...subscriptions]).sort(), [
    'a',
    'c',
    'low',
  ]);
  assert.equal(incidents.length, 3);
});

test('C16: an incident, a chain and a hop have ids of what they are made of', () => {
  const facts = hop(['process', 'srv-02.corp.example', 4242, 'cmd.exe', '2026-03-12T09:00:00Z']);
  const { incidents, hops } = buildIncidents(input([finding('f', 'R01', { hop: facts })]));
  assert.equal(incidents[0]?.id, digestId(['incident', 'f']));
  assert.equal(incidents[0]?.chains[0]?.id, digestId(['chain', 'f']));
  assert.equal(
    hops[0]?.id,
    digestId([
      'hop',
      'srv-02.corp.example',
      ['process', 'srv-02.corp.example', 4242, 'cmd.exe', '2026-03-12T09:00:00Z'],
    ]),
  );
  const { hops: ofDossier } = buildIncidents(
    input([], [dossier('s', { origin: { kind: 'remote', candidates: [candidate()] } })]),
  );
  assert.equal(ofDossier[0]?.id, digestId(['hop', 'srv-02.corp.example', 's']));
});

test('L14: a member that comes later and is earlier keeps the old id as an alias, and it still finds the incident', () => {
  const logons = ['one'];
  const before = buildIncidents(input([finding('b', 'R01', { time: at('09:10:00'), glue: { logons } })])).incidents;
  const after = buildIncidents(
    input([
      finding('b', 'R01', { time: at('09:10:00'), glue: { logons } }),
      finding('a', 'R01', { time: at('09:00:00'), glue: { logons }, aliases: ['a-as-4688'] }),
    ]),
  ).incidents;
  const old = before[0]?.id ?? '';
  assert.notEqual(after[0]?.id, old);
  assert.deepEqual(after[0]?.aliases, [old, digestId(['incident', 'a-as-4688'])].sort());
  assert.equal(incidentById(after, old)?.id, after[0]?.id);
  assert.equal(incidentById(after, 'nothing'), undefined);
});

test('C16: of more than 1,000 aliases 1,000 are printed, and the look-up goes over all members', () => {
  const members = Array.from({ length: 1_500 }, (_, n) => finding(`f${n}`, 'S05', { glue: { logons: ['one'] } }));
  const { incidents } = buildIncidents(input(members));
  assert.equal(incidents.length, 1);
  assert.equal(incidents[0]?.aliases.length, 1_000);
  for (const { finding: own } of members) {
    assert.equal(incidentById(incidents, digestId(['incident', own.id]))?.id, incidents[0]?.id);
  }
});

test('C20: beyond the greatest number of members a new incident starts, marked, in the order of (first time, id)', () => {
  const members = Array.from({ length: 25 }, (_, n) =>
    finding(`f${n}`, 'S05', { time: at(`09:00:${String(n).padStart(2, '0')}`), glue: { logons: ['one'] } }),
  );
  const { incidents } = buildIncidents(input(members), 10);
  assert.deepEqual(
    incidents.map(({ findings, isCut }) => [findings.length, findings[0], isCut]),
    [
      [10, 'f0', true],
      [10, 'f10', true],
      [5, 'f20', false],
    ],
  );
});

test('L1 first and last that only objects without a time tell are lower bounds, and say so', () => {
  const together = { glue: { logons: ['l'] } };
  const atRest = (time: string) => finding('a', 'S12', { time: at(time), timeIsBound: true, ...together });
  const logged = finding('b', 'R02', { time: at('09:00:05'), ...together });
  const spans = (...findings: Parameters<typeof input>[0]) =>
    buildIncidents(input(findings)).incidents.map(({ first, firstIsBound, last, lastIsBound }) => [
      [first, firstIsBound],
      [last, lastIsBound],
    ]);
  assert.deepEqual(spans(logged), [
    [
      [at('09:00:05'), undefined],
      [at('09:00:05'), undefined],
    ],
  ]);
  assert.deepEqual(spans(atRest('09:00:00'), logged), [
    [
      [at('09:00:00'), true],
      [at('09:00:05'), true],
    ],
  ]);
  // What was at nine past or later does not make the logged beginning earlier.
  assert.deepEqual(spans(atRest('09:00:09'), logged), [
    [
      [at('09:00:05'), undefined],
      [at('09:00:09'), true],
    ],
  ]);
});

test('DOMAIN 3.4: first and last are of members, hosts of targets and sources, accounts of all who acted', () => {
  const { incidents } = buildIncidents(
    input([
      finding('a', 'R01', {
        accounts: ['CORP\\bob'],
        attack: [{ new: 'T1047', old: ['T1047'] }],
        evidence: [cited('start', { time: at('09:00:07') })],
        hop: hop(['x'], { sources: [source({ account: 'CORP\\eve' })] }),
      }),
    ]),
  );
  const [incident] = incidents;
  assert.deepEqual([incident?.first, incident?.last], [at('09:00:00'), at('09:00:07')]);
  assert.deepEqual(incident?.hosts, ['srv-02.corp.example', 'ws-07.corp.example']);
  assert.deepEqual(incident?.accounts, ['CORP\\alice', 'CORP\\bob', 'CORP\\eve']);
  assert.deepEqual(incident?.attack, [{ new: 'T1047', old: ['T1047'] }]);
  assert.deepEqual(
    incident?.edges.map(({ id }) => id),
    [digestId(['hop', 'srv-02.corp.example', 'x'])],
  );
});

test('C18: J1 and J2 are two links, and the hop is as sure as the least of them', () => {
  const { hops, incidents } = buildIncidents(
    input([
      finding('a', 'R01', {
        hop: hop(['x'], { caller: [join('J12', 'weak', ['logon', 'write'])], sources: [source()] }),
      }),
    ]),
  );
  assert.deepEqual(
    incidents[0]?.links.map(({ joins, confidence }) => [joins.map((held) => held.join), confidence]),
    [
      [['J12'], 0.35],
      [['J2'], 0.95],
    ],
  );
  assert.deepEqual([hops[0]?.strength, hops[0]?.confidence, hops[0]?.observed], ['weak', 0.35, true]);
  assert.deepEqual(
    hops[0]?.links,
    incidents[0]?.links.map(({ id }) => id),
  );
});

test('C21: a dossier gives one hop with its C02, of its creator, at the time of the write, with the first process it ran', () => {
  const { hops } = buildIncidents(
    input(
      [
        finding('c02', 'C02', { subscriptions: ['s'] }),
        finding('late', 'C03', { subscriptions: ['s'], time: at('09:05:00'), process: { pid: 2 } }),
        finding('first', 'C03', { subscriptions: ['s'], time: at('09:02:00'), process: { pid: 1 } }),
      ],
      [
        dossier('s', {
          origin: { kind: 'remote', account: 'CORP\\other', candidates: [candidate()] },
          lifecycle: [step('created', '09:00:02'), step('fired', '09:02:00')],
        }),
      ],
      { sourcesOf: () => [source()] },
    ),
  );
  assert.equal(hops.length, 1);
  const [only] = hops;
  assert.deepEqual(
    [only?.account, only?.time, only?.process, only?.method],
    ['CORP\\alice', at('09:00:02'), { pid: 1 }, 'wmi-dcom'],
  );
  assert.deepEqual(
    [only?.source.host, only?.source.address, only?.strength],
    ['ws-07.corp.example', '10.0.0.7', 'strong'],
  );
});

test('hops of one target and object told by several findings are one, with all that they say', () => {
  const { hops } = buildIncidents(
    input([
      finding('a', 'R03', { time: at('09:00:01'), hop: hop(['x'], { method: 'smb', sources: [] }) }),
      finding('b', 'R01', { time: at('09:00:00'), hop: hop(['x'], { method: 'unknown' }) }),
    ]),
  );
  assert.equal(hops.length, 1);
  assert.deepEqual([hops[0]?.tells, hops[0]?.method, hops[0]?.source.host], [['b', 'a'], 'smb', 'ws-07.corp.example']);
});

test('L9 C8: sources that cannot be told apart are all listed, and none is named', () => {
  const two = [
    source({
      host: 'ws-07',
      strength: 'strong',
      points: 30,
      isNamed: false,
      joins: [join('J7', 'strong', ['one', 'logon'], 1)],
    }),
    source({
      host: 'ws-08',
      address: '10.0.0.8',
      strength: 'strong',
      points: 30,
      isNamed: false,
      joins: [join('J7', 'strong', ['two', 'logon'], 1)],
    }),
  ];
  const { hops, gaps } = buildIncidents(input([finding('a', 'R01', { hop: hop(['x'], { sources: two }) })]));
  assert.deepEqual(hops[0]?.source, {});
  assert.deepEqual(hops[0]?.candidates, [
    { host: 'ws-07', address: '10.0.0.7', strength: 'strong' },
    { host: 'ws-08', address: '10.0.0.8', strength: 'strong' },
  ]);
  assert.equal(hops[0]?.observed, false);
  assert.equal(hops[0]?.confidence, 0.49);
  assert.deepEqual(gaps, []);
});

test('L2: a call whose source no record names has no edge, but a gap that says so and names the link that it weakens', () => {
  const { hops, incidents, gaps } = buildIncidents(
    input([finding('a', 'R01', { hop: hop(['x'], { sources: [] }) })], [], { logState: () => 'cleared' }),
  );
  assert.deepEqual(hops, []);
  assert.deepEqual(incidents[0]?.edges, []);
  assert.equal(gaps.length, 1);
  assert.equal(gaps[0]?.what, 'source unknown (no record names the address of the caller)');
  assert.match(gaps[0]?.so ?? '', /its Security log of that time was cleared/);
  assert.deepEqual(incidents[0]?.gaps, [gaps[0]?.id]);
  assert.deepEqual(
    gaps[0]?.blocks,
    incidents[0]?.links.map(({ id }) => id),
  );
});

test('DOMAIN 2.3: of a bare address the edge says the address, and the gap that no evidence is from there', () => {
  const bare = source({ address: '10.0.0.9', joins: [], strength: 'exact' });
  const { host: _host, ...addressOnly } = bare;
  const { hops, gaps } = buildIncidents(input([finding('a', 'R01', { hop: hop(['x'], { sources: [addressOnly] }) })]));
  assert.deepEqual(hops[0]?.source, { address: '10.0.0.9' });
  assert.equal(hops[0]?.confidence, 0.95);
  assert.equal(gaps[0]?.what, 'source unknown (no evidence from any host with address 10.0.0.9)');
});

test('C18 L2: no connection at the source, though its log speaks, takes a fifth of the link and is named', () => {
  const named = source({ strength: 'strong', joins: [join('J7', 'strong', ['4648', 'logon'])] });
  const heard = (channel: string): boolean => channel === 'microsoft-windows-sysmon/operational';
  const told = finding('a', 'R01', { hop: hop(['x'], { sources: [named] }) });
  const silent = buildIncidents(input([told]));
  assert.equal(silent.hops[0]?.confidence, 0.7);
  const spoke = buildIncidents(input([told], [], { isHeard: (_host, channel) => heard(channel) }));
  assert.equal(spoke.hops[0]?.confidence, 0.56);
  assert.deepEqual(
    spoke.incidents[0]?.links.flatMap(({ missing }) => missing.map(({ join: id, host, what }) => [id, host, what])),
    [['J2', 'ws-07.corp.example', 'Sysmon 3']],
  );
});

test('a call of a machine to itself is no hop', () => {
  const own = source({ host: 'srv-02.corp.example', address: '10.0.0.2' });
  assert.deepEqual(buildIncidents(input([finding('a', 'R01', { hop: hop(['x'], { sources: [own] }) })])).hops, []);
});

test('L10: the clock offset of two hosts stands on their hop', () => {
  const clock = { a: 'ws-07.corp.example', b: 'srv-02.corp.example', offsetMs: 215, errorMs: 12, pairs: 5 };
  const { hops } = buildIncidents(input([finding('a', 'R01', { hop: hop(['x']) })], [], { clockOffset: () => clock }));
  assert.deepEqual(hops[0]?.clock, clock);
});

test('C18: the caller of a write holds by its account (J12) and by its CreatorSID (J13), which are two records', () => {
  const sid = 'S-1-5-21-1004336348-1177238915-682003330-1147';
  const write = [cited('19', { eventId: 19 }), cited('20', { eventId: 20 })];
  const binding = cited('5861', { eventId: 5861, time: at('09:00:01') });
  const of = (parts: Parameters<typeof dossier>[1]): readonly unknown[] => {
    const planted = dossier('s', {
      origin: { kind: 'remote', candidates: [candidate()] },
      creator: { account: 'CORP\\alice', sid },
      lifecycle: [step('created', '09:00:00', { evidence: write, account: 'CORP\\alice' })],
      evidence: [...write, binding],
      ...parts,
    });
    return buildIncidents(input([], [planted])).incidents.flatMap(({ links }) =>
      links.map(({ joins, confidence }) => [...joins.map((held) => held.join), confidence]),
    );
  };
  assert.deepEqual(of({}), [['J12', 'J13', 0.91]]);
  assert.deepEqual(of({ origin: { kind: 'remote', candidates: [candidate({ join: 'J13' })] } }), [
    ['J12', 'J13', 0.91],
  ]);
  assert.deepEqual(of({ evidence: write }), [['J12', 0.7]]);
  assert.deepEqual(of({ creator: { account: 'CORP\\alice', sid: 'S-1-5-32-544' } }), [['J12', 0.7]]);
  const late = cited('5861', { eventId: 5861, time: at('09:00:06') });
  assert.deepEqual(of({ evidence: [...write, late] }), [['J12', 0.7]]);
});

test('C18: a logon by name and the output of wmiexec are missed too, where their logs speak', () => {
  const told = (
    analytic: string,
    object: readonly string[],
    joins: ReturnType<typeof join>[],
    id: number,
  ): readonly string[] => {
    const of = finding('a', analytic, {
      hop: hop(object, { caller: joins.slice(0, 1), sources: [source({ joins: joins.slice(1) })] }),
    });
    const { incidents } = buildIncidents(input([of], [], { isHeard: (_host, _channel, eventId) => eventId === id }));
    return incidents.flatMap(({ links }) =>
      links.flatMap(({ missing }) => missing.map(({ join: row, what }) => `${row} ${what}`)),
    );
  };
  const bare = (id: 'J12' | 'J13' | 'J21'): ReturnType<typeof join> => ({ ...join(id, 'weak', []), evidence: [] });
  assert.deepEqual(told('C02', ['s'], [bare('J13'), bare('J21')], 4624), []);
  assert.deepEqual(told('R01', ['process', 'h'], [bare('J12'), bare('J21')], 4624), ['J1 Security 4624']);
  assert.deepEqual(told('R03', ['process', 'h'], [bare('J12'), bare('J21')], 5145), ['J16 Security 5145']);
  assert.deepEqual(told('R01', ['process', 'h'], [bare('J12'), bare('J21')], 5145), []);
});

test('C12: of several methods the one that has records of its own is the hop’s: WinRM by J17', () => {
  const of = (...methods: ('wmi-dcom' | 'wmi-winrm' | 'smb')[]): string | undefined =>
    buildIncidents(input(methods.map((method, n) => finding(`f${n}`, 'R01', { hop: hop(['x'], { method }) })))).hops[0]
      ?.method;
  assert.equal(of('wmi-dcom', 'wmi-winrm'), 'wmi-winrm');
  assert.equal(of('smb', 'wmi-dcom'), 'wmi-dcom');
  const joined = hop(['x'], { sources: [source({ joins: [join('J17', 'strong', ['r'])] })] });
  assert.equal(buildIncidents(input([finding('a', 'R01', { hop: joined })])).hops[0]?.method, 'wmi-winrm');
});
