import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { at, candidate, dossier, finding, hop, input, join, source } from '../../test/made-incident-parts.ts';
import type { JudgedFinding } from '../analytics/index.ts';
import { type Canonical, canonicalJson } from '../bytes/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { buildIncidents } from './build.ts';
import { incidentById } from './lookup.ts';

const HOSTS = ['h1', 'h2', 'h3'] as const;
const clock = fc
  .integer({ min: 0, max: 23 * 60 + 59 })
  .map((minute) =>
    at(`${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00`),
  );
const some = (name: string): fc.Arbitrary<string[]> =>
  fc.array(
    fc.integer({ min: 0, max: 4 }).map((n) => `${name}${n}`),
    { maxLength: 2 },
  );

const finder: fc.Arbitrary<JudgedFinding> = fc
  .record({
    id: fc.string({ unit: fc.constantFrom(...'abcdef234567'), minLength: 5, maxLength: 5 }),
    analytic: fc.constantFrom('R01', 'R03', 'R08', 'S05', 'C03', 'T01', 'M01', 'C01'),
    host: fc.constantFrom(...HOSTS),
    from: fc.constantFrom(...HOSTS, undefined),
    time: clock,
    score: fc.integer({ min: 0, max: 100 }),
    accounts: some('account'),
    logons: some('logon'),
    processes: some('process'),
    subscriptions: some('dossier'),
    strength: fc.constantFrom('exact', 'strong', 'weak', 'inferred'),
  })
  .map(({ id, analytic, host, from, time, score, accounts, logons, processes, subscriptions, strength }) =>
    finding(id, analytic, {
      host,
      time,
      score,
      subscriptions,
      process: { image: `${processes[0] ?? 'x'}.exe`, pid: 4 },
      glue: {
        accounts,
        logons: logons.map((key) => `${host} ${key}`),
        processes: processes.map((key) => ({ key, ancestors: ['process0'] })),
      },
      ...(from === undefined
        ? {}
        : {
            hop: hop(['process', host, processes[0] ?? null], {
              target: { host },
              time,
              ...(accounts[0] === undefined ? {} : { account: accounts[0] }),
              caller: [join('J1', 'exact', ['logon', id])],
              sources: [source({ host: from, strength, joins: [join('J7', strength, ['logon', `${id} there`])] })],
            }),
          }),
    }),
  );

const planted: fc.Arbitrary<Dossier> = fc
  .record({
    id: fc.integer({ min: 0, max: 4 }).map((n) => `dossier${n}`),
    host: fc.constantFrom(...HOSTS),
    firstSeen: clock,
    score: fc.integer({ min: 0, max: 100 }),
    fingerprint: fc.constantFrom('f1', 'f2'),
    isRemote: fc.boolean(),
  })
  .map(({ isRemote, fingerprint, ...of }) =>
    dossier(of.id, {
      ...of,
      fingerprint,
      ...(isRemote
        ? {
            origin: { kind: 'remote', candidates: [candidate({ address: '10.0.0.9' }), candidate({ logonId: '0x2' })] },
          }
        : {}),
    }),
  );

const evidence = fc.record({
  findings: fc.uniqueArray(finder, { selector: (judged) => judged.finding.id, maxLength: 12 }),
  dossiers: fc.uniqueArray(planted, { selector: ({ id }) => id, maxLength: 4 }),
});

function text(findings: readonly JudgedFinding[], dossiers: readonly Dossier[]): string {
  return canonicalJson(JSON.parse(JSON.stringify(buildIncidents(input(findings, dossiers)))) as Canonical);
}

test('L8 C23: any order of findings and dossiers, and duplicates, give the same incidents and ids, byte for byte', () => {
  fc.assert(
    fc.property(evidence, fc.infiniteStream(fc.nat()), ({ findings, dossiers }, chance) => {
      const shuffled = <T>(items: readonly T[]): readonly T[] =>
        items
          .map((item) => ({ item, key: chance.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ item }) => item);
      const expected = text(findings, dossiers);
      assert.equal(text(shuffled([...findings, ...findings]), shuffled([...dossiers, ...dossiers])), expected);
    }),
    { numRuns: 300 },
  );
});

test('C17: every member of low or more is in one incident and one chain of it', () => {
  fc.assert(
    fc.property(evidence, ({ findings, dossiers }) => {
      const { incidents } = buildIncidents(input(findings, dossiers));
      const wanted = [
        ...findings.filter((judged) => judged.finding.level !== 'informational').map((judged) => judged.finding.id),
        ...dossiers.filter(({ verdict }) => verdict.level !== 'informational').map(({ id }) => id),
      ].sort();
      const ids = (
        of: readonly { findings: readonly string[]; subscriptions: readonly string[] }[],
      ): readonly string[] => of.flatMap((part) => [...part.findings, ...part.subscriptions]).sort();
      assert.deepEqual(ids(incidents), wanted);
      assert.deepEqual(ids(incidents.flatMap(({ chains }) => chains)), wanted);
    }),
    { numRuns: 300 },
  );
});

test('L14: with one more member every old id still finds an incident, and it holds the old members', () => {
  fc.assert(
    fc.property(evidence, ({ findings, dossiers }) => {
      // A log that was touched joins whatever is nearest to it: that may change with what comes.
      const glued = findings.filter((judged) => judged.finding.scope !== 'tamper');
      const [, ...fewer] = glued;
      const before = buildIncidents(input(fewer, dossiers)).incidents;
      const after = buildIncidents(input(glued, dossiers)).incidents;
      for (const old of before) {
        const now = incidentById(after, old.id);
        assert.ok(now !== undefined);
        const members = new Set([...now.findings, ...now.subscriptions]);
        // A member that came between two neighbours in time may part what only time had tied.
        assert.ok([...old.findings, ...old.subscriptions].some((id) => members.has(id)));
      }
    }),
    { numRuns: 300 },
  );
});
