import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, dossier, finding, hop, input, join, source } from '../../test/made-incident-parts.ts';
import { buildIncidents } from './build.ts';
import type { IncidentInput } from './facts.ts';
import { thatWords } from './words.ts';

/** The members of each incident, by chains: `a b | c` is one incident of two chains. */
function told(of: IncidentInput): readonly string[] {
  return buildIncidents(of)
    .incidents.map(({ chains }) =>
      chains.map(({ findings, subscriptions }) => [...subscriptions, ...findings].sort().join(' ')).join(' | '),
    )
    .sort();
}

const WS = 'ws-07.corp.example';
const DC = 'dc-01.corp.example';

test('3.4 (a): findings about one subscription are one chain with it', () => {
  assert.deepEqual(
    told(
      input(
        [finding('c3', 'C03', { subscriptions: ['s'] }), finding('c12', 'C12', { subscriptions: ['s'] })],
        [dossier('s')],
      ),
    ),
    ['c12 c3 s'],
  );
});

test('3.4 (a): what names a benign or informational subscription is not glued by it', () => {
  const both = [finding('x', 'C04', { subscriptions: ['b'] }), finding('y', 'C04', { subscriptions: ['b'] })];
  assert.deepEqual(told(input(both, [dossier('b', { score: 5 })])), ['x', 'y']);
});

test('3.4 (a): one fingerprint on one host is one chain, on two hosts one incident of two chains', () => {
  const creator = {};
  const of = (id: string, host: string): ReturnType<typeof dossier> =>
    dossier(id, { host, creator, fingerprint: 'f'.repeat(64) });
  assert.deepEqual(told(input([], [of('s', 'h1'), of('t', 'h1'), of('u', 'h2')])), ['s t | u']);
});

test('3.4: a fingerprint that the baseline knows, and two without one, tie nothing (C16)', () => {
  const creator = {};
  const known = { creator, fingerprint: 'f'.repeat(64), baseline: { known: true } };
  assert.deepEqual(told(input([], [dossier('s', { host: 'h1', ...known }), dossier('t', { host: 'h2', ...known })])), [
    's',
    't',
  ]);
  assert.deepEqual(told(input([], [dossier('s', { host: 'h1', creator }), dossier('t', { host: 'h2', creator })])), [
    's',
    't',
  ]);
});

test('3.4 (b) C20: a process and its descendants are one chain, siblings of a parent without a finding are not', () => {
  const of = (id: string, key: string, ...ancestors: string[]): ReturnType<typeof finding> =>
    finding(id, 'S05', { glue: { processes: [{ key, ancestors }] } });
  assert.deepEqual(told(input([of('a', 'p'), of('b', 'q', 'x', 'p')])), ['a b']);
  assert.deepEqual(told(input([of('a', 'p', 'x'), of('b', 'q', 'x')])), ['a', 'b']);
});

test('3.4 (c): a call from a process, or a descendant of one, that has a finding of its own is one chain with it', () => {
  const onSource = finding('src', 'S05', { host: WS, glue: { processes: [{ key: 'parent', ancestors: [] }] } });
  const called = (strength: 'exact' | 'weak'): ReturnType<typeof finding> =>
    finding('dst', 'R01', {
      hop: hop(['x'], {
        sources: [
          source({
            strength,
            process: { key: 'child' },
            joins: [join(strength === 'exact' ? 'J2' : 'J8', strength, ['r'])],
          }),
        ],
      }),
    });
  const facts = { ancestorsOf: (key: string): readonly string[] => (key === 'child' ? ['parent'] : []) };
  assert.deepEqual(told(input([onSource, called('exact')], [], facts)), ['dst src']);
  assert.deepEqual(told(input([onSource, called('weak')], [], facts)), ['dst', 'src']);
});

test('3.4 (d): one logon session is one chain', () => {
  assert.deepEqual(
    told(
      input([
        finding('a', 'R01', { glue: { logons: ['l'] } }),
        finding('b', 'R08', { glue: { logons: ['l'] } }),
        finding('c', 'R01', { glue: { logons: ['m'] } }),
      ]),
    ),
    ['a b', 'c'],
  );
});

test('3.4 (e): one account on one host within 30 minutes is glued by an inferred link, neighbours in time only', () => {
  const of = (id: string, clock: string, host = 'h1'): ReturnType<typeof finding> =>
    finding(id, 'S05', { host, time: at(clock), glue: { accounts: ['alice'] } });
  assert.deepEqual(told(input([of('a', '09:00:00'), of('b', '09:30:00'), of('c', '10:00:00')])), ['a b c']);
  assert.deepEqual(told(input([of('a', '09:00:00'), of('b', '09:30:01')])), ['a', 'b']);
  assert.deepEqual(told(input([of('a', '09:00:00'), of('b', '09:00:01', 'h2')])), ['a', 'b']);
  const { incidents } = buildIncidents(input([of('a', '09:00:00'), of('b', '09:10:00'), of('c', '09:20:00')]));
  assert.deepEqual(
    incidents[0]?.links.map(({ between, inferred, confidence }) => [...between, inferred, confidence]),
    [
      ['a', 'b', true, 0.15],
      ['b', 'c', true, 0.15],
    ],
  );
});

test('3.4 (e): where something better ties two members no inferred link is drawn', () => {
  const of = (id: string): ReturnType<typeof finding> =>
    finding(id, 'S05', { glue: { accounts: ['alice'], logons: ['l'] } });
  const { incidents } = buildIncidents(input([of('a'), of('b')]));
  assert.deepEqual(
    incidents.map(({ links }) => links),
    [[]],
  );
});

/** R01 on a host, called from another by one account. */
function call(id: string, from: string, to: string, clock: string, account = 'svc'): ReturnType<typeof finding> {
  return finding(id, 'R01', {
    host: to,
    time: at(clock),
    glue: { accounts: [account] },
    hop: hop([id], {
      target: { host: to },
      time: at(clock),
      account,
      sources: [source({ host: from, address: `addr of ${from}` })],
    }),
  });
}

test('3.4: chains of one account with a hop between their hosts within a day are one incident', () => {
  const pivot = [call('a', WS, 'srv', '01:00:00'), call('b', 'srv', DC, '09:00:00')];
  assert.deepEqual(told(input(pivot)), ['a | b']);
  assert.deepEqual(
    told(input([pivot[0] ?? call('a', WS, 'srv', '01:00:00'), call('b', 'srv', DC, '09:00:00', 'other')])),
    ['a', 'b'],
  );
  const nextDay = finding('c', 'R01', {
    ...call('c', 'srv', DC, '09:00:00').finding,
    time: '2026-03-13T01:00:01.0000000Z',
    glue: { accounts: ['svc'] },
  });
  assert.deepEqual(told(input([call('a', WS, DC, '01:00:00'), nextDay])), ['a', 'c']);
});

test('3.4: what an account did at the source or the target of its own hop is one incident with it', () => {
  const before = finding('s05', 'S05', { host: WS, time: at('00:10:00'), glue: { accounts: ['svc'] } });
  const after = finding('c01', 'C01', { host: 'srv', time: at('20:00:00'), glue: { accounts: ['svc'] } });
  assert.deepEqual(told(input([before, call('a', WS, 'srv', '09:00:00'), after])), ['s05 | a | c01']);
  assert.deepEqual(told(input([before, after])), ['c01', 's05']);
});

test('C17 C8: a hop below 0.30, or with several sources, makes no incident of two chains', () => {
  const weak = finding('a', 'R01', {
    host: 'srv',
    glue: { accounts: ['svc'] },
    hop: hop(['a'], {
      target: { host: 'srv' },
      sources: [source({ host: WS, joins: [join('J20', 'inferred', ['r'])] })],
    }),
  });
  const other = finding('b', 'S05', { host: WS, glue: { accounts: ['svc'] } });
  assert.deepEqual(told(input([weak, other])), ['a', 'b']);
  assert.equal(buildIncidents(input([weak, other])).incidents.flatMap(({ edges }) => edges).length, 1);
});

test('C22: a finding about logs joins the nearest incident of its host within an hour, by a dashed link, and ties no two', () => {
  const of = (id: string, clock: string, host = 'h1'): ReturnType<typeof finding> =>
    finding(id, 'S05', { host, time: at(clock) });
  const cleared = finding('t', 'T01', { host: 'h1', time: at('09:30:00') });
  assert.deepEqual(told(input([of('a', '09:00:00'), of('b', '09:59:00'), cleared])), ['a', 't | b']);
  assert.deepEqual(told(input([of('a', '08:29:59'), of('c', '09:30:00', 'h2'), cleared])), ['a', 'c', 't']);
  const { incidents } = buildIncidents(input([of('a', '09:00:00'), cleared]));
  assert.deepEqual(
    incidents[0]?.links.map(({ between, inferred }) => [between, inferred]),
    [[['a', 't'], true]],
  );
});

test('a claim names the act that it is about', () => {
  assert.equal(thatWords('The Security log of WS-07 was cleared.'), 'that the Security log of WS-07 was cleared');
  assert.equal(thatWords('WMIC.exe connected to 203.0.113.24'), 'that WMIC.exe connected to 203.0.113.24');
  const { incidents } = buildIncidents(
    input([
      finding('a', 'R01', {
        hop: hop(['process', 'x'], { caller: [join('J12', 'weak', ['logon'])], sources: [source()] }),
        joins: [join('J22', 'exact', ['one'])],
      }),
    ]),
  );
  const claims = incidents[0]?.links.map(({ claim }) => claim) ?? [];
  assert.ok(
    claims.some((claim) => claim.endsWith(' ran under this logon')),
    claims.join('; '),
  );
  assert.ok(
    claims.some((claim) => claim.startsWith('that ')),
    claims.join('; '),
  );
});
