import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dossier, finding, hop } from '../../test/made-incident-parts.ts';
import { pinOf, print } from '../../test/made-pin.ts';
import type { Finding, JudgedFinding } from '../analytics/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { levelOfScore } from '../windows/index.ts';
import { applyPins, commandPrint, type NewPin, type Pin, type PinnedParts, payloadPrint } from './index.ts';

const HOST = 'srv-02.corp.example';
const F1 = print('f1');
const COMMAND = 'C:\\Tools\\scan.exe /all';
const CALLERS = { accounts: ['CORP\\svc'], sources: ['SCAN01', '10.0.0.5'] };

function apply(pins: readonly Pin[], dossiers: readonly Dossier[], judged: readonly JudgedFinding[] = []): PinnedParts {
  return applyPins(pins, { dossiers, judged, ruleFindings: [] }, (host) => [host]);
}

function updater(changes: Partial<Dossier> & { readonly score?: number } = {}): Dossier {
  const { score = 66, ...more } = changes;
  const terms = [{ code: 'BASE', points: score, text: 'what it is', evidence: [] }];
  return dossier('d1', { fingerprint: F1, verdict: { level: levelOfScore(score), score, terms }, ...more });
}

function call(changes: Partial<Finding> = {}): JudgedFinding {
  return finding('r1', 'R02', {
    score: 70,
    terms: [{ code: 'BASE', points: 70, text: 'a remote call', evidence: [] }],
    hosts: [HOST, 'scan01.corp.example'],
    accounts: ['CORP\\svc'],
    process: { image: 'C:\\Tools\\scan.exe', commandLine: COMMAND },
    hop: hop(['r1']),
    ...changes,
  });
}

const commandPin = (changes: Partial<NewPin> = {}): Pin =>
  pinOf({ kind: 'command', print: commandPrint(COMMAND) ?? '', callers: CALLERS, ...changes });

test('L16 a pinned subscription loses 60 points, and its sum says who accepted it, why and until when', () => {
  const pin = pinOf({ hosts: ['SRV-02'] });
  const { dossiers, uses } = apply([pin], [updater()]);
  assert.deepEqual(dossiers[0]?.verdict, {
    level: 'informational',
    score: 6,
    terms: [
      { code: 'BASE', points: 66, text: 'what it is', evidence: [] },
      {
        code: 'BN2',
        points: -60,
        text: `pinned by alice (pin ${pin.id}, review 2026-09-01): inventory agent`,
        evidence: [],
      },
    ],
  });
  assert.deepEqual(dossiers[0]?.pinned, {
    pin: pin.id,
    kind: 'subscription',
    owner: 'alice',
    reason: 'inventory agent',
    created: '2026-03-01',
    review: '2026-09-01',
  });
  assert.deepEqual(uses, [{ pin, subscriptions: ['d1'], findings: [] }]);
});

test('L16 a name alone, another host and another content pin nothing', () => {
  const subscription = updater();
  for (const pin of [pinOf({ hosts: ['SRV-03'] }), pinOf({ print: print('f2') }), pinOf({ kind: 'payload' })]) {
    const { dossiers, uses } = apply([pin], [subscription]);
    assert.equal(dossiers[0], subscription);
    assert.deepEqual(uses, [{ pin, subscriptions: [], findings: [] }]);
  }
  const { fingerprint: _, ...unknown } = subscription;
  assert.equal(apply([pinOf()], [unknown]).dossiers[0], unknown);
});

test('a payload is pinned whatever starts it', () => {
  const subscription = updater();
  const pin = pinOf({ kind: 'payload', print: payloadPrint(subscription) ?? '' });
  const { fingerprint: _, ...retriggered } = subscription;
  assert.equal(apply([pin], [retriggered]).dossiers[0]?.verdict.score, 6);
});

test('findings that repeat the sum of a pinned subscription, or tell what it did at home, are lowered with it', () => {
  const subscription = updater();
  const { terms } = subscription.verdict;
  const repeated = finding('c1', 'C01', { score: 66, terms, subscriptions: ['d1'], hop: hop(['c1']) });
  const fired = finding('s5', 'S05', {
    score: 65,
    subscriptions: ['d1'],
    terms: [{ code: 'BASE', points: 65, text: 'ran', evidence: [] }],
  });
  const called = finding('r8', 'R08', { score: 65, subscriptions: ['d1'], hop: hop(['r8']) });
  const erased = finding('t1', 'T01', { score: 65, subscriptions: ['d1'] });
  const shared = finding('c10', 'C10', { score: 65, subscriptions: ['d1', 'd2'] });
  const { judged, uses } = apply([pinOf()], [subscription, dossier('d2')], [repeated, fired, called, erased, shared]);
  assert.deepEqual(
    judged.map((one) => [one.finding.id, one.finding.score, one.finding.pinned === undefined]),
    [
      ['c1', 6, false],
      ['s5', 5, false],
      ['r8', 65, true],
      ['t1', 65, true],
      ['c10', 65, true],
    ],
  );
  assert.deepEqual(uses[0]?.findings, ['c1', 's5']);
});

test('a command of pinned accounts from a pinned source loses 30 points, by any name of the source', () => {
  for (const source of ['scan01.corp.example', 'scan01', '10.0.0.5']) {
    const { judged } = apply([commandPin()], [], [call({ hosts: [HOST, source] })]);
    assert.deepEqual([judged[0]?.finding.score, judged[0]?.finding.terms.at(-1)?.code], [40, 'BN5'], source);
  }
});

test('a call is not pinned by another account, source, host or command, nor where one of them is unknown', () => {
  const calls: readonly Partial<Finding>[] = [
    { accounts: ['CORP\\alice'] },
    { accounts: ['CORP\\svc', 'CORP\\alice'] },
    { accounts: [] },
    { hosts: [HOST] },
    { hosts: [HOST, 'ws-07'] },
    { hosts: [HOST, '10.0.0.55'] },
    { hosts: [HOST, '10'] },
    { hosts: [HOST, 'scan01', 'ws-07'] },
    { process: { image: 'x', commandLine: `${COMMAND} & whoami` } },
    { process: { image: 'x' } },
  ];
  for (const changes of calls) {
    const one = call(changes);
    assert.equal(apply([commandPin()], [], [one]).judged[0], one, JSON.stringify(changes));
  }
  const one = call();
  assert.equal(apply([commandPin({ hosts: ['SRV-03'] })], [], [one]).judged[0], one);
});

test('a call that its own machine tells stands at its source, and is pinned where it goes', () => {
  const told = call({ host: 'scan01', hosts: ['scan01', 'srv-02'] });
  const r19: JudgedFinding = { ...told, finding: { ...told.finding, analytic: 'R19' } };
  assert.equal(apply([commandPin({ hosts: ['SRV-02'] })], [], [r19]).judged[0]?.finding.score, 40);
  assert.equal(apply([commandPin({ hosts: ['SCAN01'] })], [], [r19]).judged[0], r19);
});

test('a subscription that is pinned with callers is accepted where these wrote it, and only their call is lowered', () => {
  const written = finding('r8', 'R08', {
    score: 65,
    subscriptions: ['d1'],
    hosts: [HOST, 'scan01'],
    accounts: ['CORP\\svc'],
    terms: [{ code: 'BASE', points: 65, text: 'written', evidence: [] }],
    hop: hop(['r8']),
  });
  const { dossiers, judged } = apply([pinOf({ callers: CALLERS })], [updater()], [written]);
  assert.equal(dossiers[0]?.verdict.score, 66);
  assert.equal(judged[0]?.finding.score, 35);
});

const ANY_PIN = fc
  .record({
    kind: fc.constantFrom('subscription', 'payload', 'command' as const),
    print: fc.constantFrom(F1, print('f2'), payloadPrint(updater()) ?? '', commandPrint(COMMAND) ?? ''),
    hosts: fc.constantFrom(['*'], ['SRV-02'], ['SRV-0*'], ['SRV-03'], ['other.example']),
    isCalled: fc.boolean(),
  })
  .map(({ isCalled, kind, ...pin }) =>
    pinOf({ ...pin, kind: kind as NewPin['kind'], ...(isCalled || kind === 'command' ? { callers: CALLERS } : {}) }),
  );

test('L16 a pin never raises a level and leaves nothing out, and one of another scope changes nothing', () => {
  const score = fc.integer({ min: 0, max: 100 });
  fc.assert(
    fc.property(
      fc.uniqueArray(ANY_PIN, { selector: ({ id }) => id, maxLength: 6 }),
      score,
      score,
      (pins, first, second) => {
        const dossiers = [updater({ score: first })];
        const findings = [call({ score: second }), finding('s5', 'S05', { score: second, subscriptions: ['d1'] })];
        const after = apply(pins, dossiers, findings);
        assert.deepEqual([after.dossiers.length, after.judged.length, after.uses.length], [1, 2, pins.length]);
        assert.ok((after.dossiers[0]?.verdict.score ?? 101) <= first);
        for (const { finding: one } of after.judged)
          assert.ok(one.score <= second && one.level === levelOfScore(one.score));
        const inScope = pins.filter(({ hosts }) => hosts[0] !== 'SRV-03' && hosts[0] !== 'other.example');
        const scoped = apply(inScope, dossiers, findings);
        assert.deepEqual([scoped.dossiers, scoped.judged], [after.dossiers, after.judged]);
      },
    ),
  );
});

test('the order of pins changes nothing', () => {
  const pins = [
    pinOf({ owner: 'zoe' }),
    pinOf({ kind: 'payload', print: payloadPrint(updater()) ?? '' }),
    commandPin(),
  ];
  const one = apply(pins, [updater()], [call()]);
  assert.deepEqual(apply(pins.toReversed(), [updater()], [call()]), one);
});
