import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CATALOGUE, type Finding } from '../../src/analytics/index.ts';
import { artifactLocation, type HuntResult, renderHuntSarif, renderIncidentSarif } from '../../src/report/index.ts';
import { LEVELS } from '../../src/windows/index.ts';
import { assertGolden } from './golden.ts';
import { resultSaying } from './hostile-result.ts';
import { FIRST_HOP, INCIDENTS, WORST } from './sample-incidents.ts';
import { CHILD_FINDING, PLANTED, RESULT } from './sample-result.ts';
import { type SarifRead, sarifProblems } from './sarif-shape.ts';

const ATTACKS = [
  '"><script>\u0000\ud800',
  '[here](https://evil.example/) {0} {',
  '..',
  'C:\\..\\..\\x',
  '\u202egpj.exe',
];

function whole(result: HuntResult): string {
  return [...renderHuntSarif(result, CATALOGUE)].join('');
}

function runOf(text: string): SarifRead['runs'][0] {
  return (JSON.parse(text) as SarifRead).runs[0];
}

const [S05] = CATALOGUE.filter(({ id }) => id === CHILD_FINDING.analytic);
assert.ok(S05 !== undefined);

test('the SARIF of a result with incidents is the golden one', () => {
  assertGolden('incidents.golden.sarif', [...renderHuntSarif(INCIDENTS, [S05])].join(''));
});

test('SARIF has what the standard asks for, whatever the evidence says', () => {
  for (const result of [INCIDENTS, RESULT, ...ATTACKS.map(resultSaying)])
    assert.deepEqual(sarifProblems(whole(result)), []);
  assert.notDeepEqual(sarifProblems(whole(INCIDENTS).replaceAll('"level":"error"', '"level":"fatal"')), []);
  assert.notDeepEqual(sarifProblems(whole(INCIDENTS).replaceAll('"ruleIndex":0', '"ruleIndex":1')), []);
});

test('a result for each subscription and finding, by its stable id, at the level and rank of its own', () => {
  const { results, properties } = runOf(whole(INCIDENTS));
  const members = [...INCIDENTS.subscriptions, ...INCIDENTS.findings];
  assert.deepEqual(
    results.map(({ partialFingerprints }) => partialFingerprints?.['triad/v1']),
    members.map(({ id }) => id),
  );
  const child = results.find(({ properties: bag }) => bag?.['id'] === CHILD_FINDING.id);
  assert.deepEqual([child?.ruleId, child?.rank], [CHILD_FINDING.analytic, CHILD_FINDING.score]);
  assert.deepEqual(
    (properties?.['incidents'] as readonly { readonly id: string }[]).map(({ id }) => id),
    INCIDENTS.incidents.map(({ id }) => id),
  );
});

test('levels: critical and high are errors, medium a warning, the rest notes; the baseline is no failure', () => {
  const findings: readonly Finding[] = LEVELS.map((level, i) => ({
    ...CHILD_FINDING,
    id: `id${i}`,
    level,
    score: 60 * i - 60,
  }));
  const { results } = runOf(whole({ ...RESULT, subscriptions: [], findings }));
  assert.deepEqual(
    results.map(({ level, rank }) => [level, rank]),
    [
      ['note', 0],
      ['note', 0],
      ['warning', 60],
      ['error', 100],
      ['error', 100],
    ],
  );
  const benign = RESULT.subscriptions.filter(({ baseline }) => baseline.known);
  assert.ok(benign.length > 0);
  assert.deepEqual(
    runOf(whole({ ...RESULT, subscriptions: benign, findings: [] })).results.map(({ kind, level }) => [kind, level]),
    benign.map(() => ['informational', 'none']),
  );
});

test('E11 a rule that found something stands with its author, licence, place and techniques, once', () => {
  const rule = {
    id: '5b5c9a52-0a6a-4f4d-8a68-60f4c5d2b0aa',
    title: 'A [rule](javascript:x)',
    author: 'A. Tester',
    license: 'DRL-1.1',
    path: 'r/a.yml',
    references: ['javascript:alert(1)', 'https://example.org/why'],
  };
  const { analytic: _, ...plain } = CHILD_FINDING;
  const attack = [{ new: 'T1685.005', old: ['T1070.001'] }];
  const low: Finding = { ...plain, id: 'low', rule, scope: 'custom', level: 'low', attack };
  const findings = [low, { ...low, id: 'high', level: 'high' as const }];
  const text = whole({ ...RESULT, findings });
  assert.deepEqual(sarifProblems(text), []);
  const { tool, results } = runOf(text);
  const { rules } = tool.driver;
  assert.equal(rules.length, CATALOGUE.length + 2);
  assert.deepEqual(rules.at(-1), {
    id: rule.id,
    name: rule.title,
    shortDescription: { text: 'A [rule\\](javascript:x)' },
    help: { text: 'Sigma rule by A. Tester, DRL-1.1, r/a.yml.' },
    helpUri: 'https://example.org/why',
    defaultConfiguration: { level: 'error' },
    properties: {
      tags: ['security', 'custom', 'sigma', 'T1685.005'],
      'security-severity': '8.0',
      author: 'A. Tester',
      license: 'DRL-1.1',
      path: 'r/a.yml',
      references: rule.references,
    },
  });
  assert.deepEqual(
    results.slice(-2).map(({ ruleId, level }) => [ruleId, level]),
    [
      [rule.id, 'note'],
      [rule.id, 'error'],
    ],
  );
});

test('what came from another machine has the records of its hop as steps, in order of time, each with its host', () => {
  const { results } = runOf(whole(INCIDENTS));
  const told = results.find(({ properties }) => properties?.['id'] === PLANTED.id);
  const steps = told?.codeFlows?.[0]?.threadFlows[0]?.locations ?? [];
  assert.ok(steps.length > 1);
  assert.ok(new Set(steps.map(({ module }) => module)).size > 1, 'records of both machines');
  const times = steps.map(({ executionTimeUtc }) => executionTimeUtc);
  assert.deepEqual(times, times.toSorted());
  assert.deepEqual(
    runOf(whole(RESULT)).results.filter(({ codeFlows }) => codeFlows !== undefined),
    [],
    'where there is no hop there is no flow',
  );
});

test('a flow has at most twenty-four steps', () => {
  const stepsOf = (n: number): number | undefined => {
    const evidence = Array.from({ length: n }, (_, i) => ({ file: 'a.evtx', offset: i, time: PLANTED.firstSeen }));
    const incident = { ...WORST, links: [], edges: [{ ...FIRST_HOP, links: [], tells: [PLANTED.id], evidence }] };
    const { results } = runOf(whole({ ...INCIDENTS, incidents: [incident] }));
    const told = results.find(({ properties }) => properties?.['id'] === PLANTED.id);
    return told?.codeFlows?.[0]?.threadFlows[0]?.locations.length;
  };
  assert.deepEqual([stepsOf(0), stepsOf(1), stepsOf(24), stepsOf(25)], [undefined, 1, 24, 24]);
});

test('L13 a subscription is placed by its consumer, else by its filter; an unknown name is left out', () => {
  const consumer = { ...PLANTED.consumer, name: null };
  const filter = { ...PLANTED.filter, name: null };
  const placed = [PLANTED, { ...PLANTED, consumer }, { ...PLANTED, consumer, filter }].map((dossier) => {
    const [first] = runOf(whole({ ...RESULT, subscriptions: [dossier], findings: [] })).results[0]?.locations ?? [];
    return first?.logicalLocations?.[0]?.fullyQualifiedName.slice(PLANTED.host.length + PLANTED.namespace.length + 2);
  });
  assert.deepEqual(placed, [
    `${PLANTED.consumer.class}.Name="${PLANTED.consumer.name}"`,
    `__EventFilter.Name="${PLANTED.filter.name}"`,
    '__FilterToConsumerBinding',
  ]);
});

test('L20 evidence makes no link, no placeholder and no path out of its archive', () => {
  for (const attack of ATTACKS) {
    const run = runOf(whole(resultSaying(attack)));
    for (const { message, locations, relatedLocations = [] } of run.results) {
      assert.doesNotMatch(message.text, /(?<!\\)\]\(|[\p{Cc}\p{Cf}\p{Cs}]/u, attack);
      assert.doesNotMatch(message.text.replaceAll('{{', '').replaceAll('}}', ''), /[{}]/, attack);
      for (const { physicalLocation } of [...locations, ...relatedLocations]) {
        const uri = physicalLocation?.artifactLocation.uri ?? '';
        assert.ok(
          new URL(uri, 'file:///base/of/all/').href.includes('!/') || attack === 'C:\\..\\..\\x',
          `${attack} ${uri}`,
        );
      }
    }
  }
});

test('L7 two runs differ in the first line of the invocation only', () => {
  const later = { ...INCIDENTS, run: { ...INCIDENTS.run, start: '2027-01-01T00:00:00.0000000Z', exit: 0, peakRss: 7 } };
  const [ours, theirs] = [whole(INCIDENTS), whole(later)].map((text) => text.split('\n')) as [string[], string[]];
  assert.deepEqual(
    ours.filter((line, i) => line !== theirs[i]).map((line) => line.slice(0, 23)),
    ['{"executionSuccessful":'],
  );
});

test('report writes the members of one incident, and the digest of the whole result', () => {
  const text = [...renderIncidentSarif(INCIDENTS, WORST, CATALOGUE)].join('');
  assert.deepEqual(sarifProblems(text), []);
  const { results, properties } = runOf(text);
  assert.deepEqual(
    results.map(({ properties: bag }) => bag?.['incident']),
    [...WORST.subscriptions, ...WORST.findings].map(() => WORST.id),
  );
  assert.equal(properties?.['findingsDigest'], runOf(whole(INCIDENTS)).properties?.['findingsDigest']);
  assert.ok(results.some(({ properties: bag }) => bag?.['id'] === PLANTED.id));
});

test('a place is a URI: relative as given, file: where it is whole, members behind !/', () => {
  for (const [file, container, uri] of [
    ['a b/ü%4.evtx', [], 'a%20b/%C3%BC%254.evtx'],
    ['./x.evtx', [], './x.evtx'],
    ['evidence\\x.evtx', [], 'evidence/x.evtx'],
    ['/mnt/x#1.evtx', [], 'file:///mnt/x%231.evtx'],
    ['C:\\Users\\x?.evtx', [], 'file:///C:/Users/x%3F.evtx'],
    ['\\\\srv\\share\\x.evtx', [], 'file://srv/share/x.evtx'],
    ['a.zip', ['C/Windows/x.evtx'], 'a.zip!/C/Windows/x.evtx'],
    ['a.zip', ['b.7z', 'c.evtx'], 'a.zip!/b.7z!/c.evtx'],
    ['a.zip', ['../../etc/passwd'], 'a.zip!/..%2F..%2Fetc%2Fpasswd'],
    ['a.zip', ['..'], 'a.zip!/..%2F'],
    ['javascript:alert(1)', [], 'javascript%3Aalert%281%29'],
    ['\ud800', [], '%EF%BF%BD'],
  ] as const) {
    assert.deepEqual(artifactLocation(file, container), { uri });
  }
  assert.deepEqual(artifactLocation('x', [], 'EVIDENCE'), { uri: 'x', uriBaseId: 'EVIDENCE' });
  assert.deepEqual(artifactLocation('/x', [], 'EVIDENCE'), { uri: 'file:///x' });
});
