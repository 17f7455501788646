import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../src/analytics/index.ts';
import type { Hop } from '../../src/incidents/index.ts';
import {
  type Covering,
  type HuntResult,
  renderCoverageLayer,
  renderDetectedLayer,
  renderIncidentLayer,
  toldInVersion,
} from '../../src/report/index.ts';
import { LEVELS, techniqueOf } from '../../src/windows/index.ts';
import { assertGolden } from './golden.ts';
import { resultSaying } from './hostile-result.ts';
import { type LayerRead, readLayer } from './layer-shape.ts';
import { FIRST_HOP, INCIDENTS, WORST } from './sample-incidents.ts';
import { CHILD_FINDING, RESULT } from './sample-result.ts';

function detected(result: HuntResult): LayerRead {
  return readLayer([...renderDetectedLayer(result)].join(''));
}

function scores(layer: LayerRead): readonly string[] {
  return layer.techniques.map(({ techniqueID, score = '-' }) => `${techniqueID} ${score}`);
}

function findingOf(level: Finding['level'], ...ids: readonly string[]): Finding {
  return { ...CHILD_FINDING, id: `${level}${ids.join('')}`, level, attack: ids.map(techniqueOf) };
}

test('the layer of a result with incidents is the golden one', () => {
  assertGolden('incidents.golden.layer.json', [...renderDetectedLayer(INCIDENTS)].join(''));
});

test('E12 the score of a technique is 20, 40, 60, 80, 100 by the highest level of what shows it', () => {
  for (const [i, level] of LEVELS.entries()) {
    const result = {
      ...RESULT,
      subscriptions: [],
      findings: [findingOf('informational', 'T1047'), findingOf(level, 'T1047')],
    };
    assert.deepEqual(scores(detected(result)), [`T1047 ${20 * (i + 1)}`]);
  }
});

test('E12 what a hop tells scores by its confidence, and the highest score of all counts', () => {
  const critical = findingOf('critical', 'T1047');
  const told = (confidence: number, ...findings: readonly Finding[]): readonly string[] => {
    const hop: Hop = { ...FIRST_HOP, confidence, tells: [critical.id] };
    const incidents = [{ ...WORST, edges: [hop], subscriptions: [], findings: [critical.id] }];
    return scores(detected({ ...INCIDENTS, subscriptions: [], findings, incidents }));
  };
  assert.deepEqual(told(0.385, critical), ['T1047 39']);
  assert.deepEqual(told(0.385, critical, findingOf('low', 'T1047')), ['T1047 40']);
  assert.deepEqual(told(0.91, critical, findingOf('low', 'T1047')), ['T1047 91']);
});

test('a sub-technique is seen below its opened parent, which has a score only of its own', () => {
  const result = {
    ...RESULT,
    subscriptions: [],
    findings: [findingOf('low', 'T1059.001'), findingOf('high', 'T1021.003', 'T1021')],
  };
  assert.deepEqual(scores(detected(result)), ['T1021 80', 'T1021.003 80', 'T1059 -', 'T1059.001 40']);
});

test('both generations of ids, and one that no table knows', () => {
  const findings = [findingOf('low', 'T1685.005', 'T1562.006'), findingOf('high', 'T9999')];
  const result = { ...RESULT, subscriptions: [], findings };
  const of = (version: 18 | 19): readonly string[] => {
    const layer = detected(toldInVersion(result, version));
    assert.equal(layer.versions.attack, String(version));
    return scores(layer);
  };
  assert.deepEqual(of(19), ['T1685 40', 'T1685.005 40', 'T9999 80']);
  assert.deepEqual(of(18), ['T1070 -', 'T1070.001 40', 'T1562 -', 'T1562.006 40', 'T9999 80']);
  assert.equal(detected(result).versions.attack, '19');
});

test('what the baseline knows is not detected; nothing found is an empty layer', () => {
  const benign = RESULT.subscriptions.filter(({ baseline }) => baseline.known);
  assert.ok(benign.length > 0);
  assert.deepEqual(detected({ ...RESULT, subscriptions: benign, findings: [] }).techniques, []);
});

test('L7 L20 neither the order of objects, the run nor hostile text reaches a layer', () => {
  const write = (result: HuntResult): string => [...renderDetectedLayer(result)].join('');
  const turned = {
    ...INCIDENTS,
    findings: INCIDENTS.findings.toReversed(),
    subscriptions: INCIDENTS.subscriptions.toReversed(),
    run: { ...INCIDENTS.run, start: '2027-01-01T00:00:00.0000000Z', exit: 0 },
  };
  assert.equal(write(turned), write(INCIDENTS));
  assert.doesNotMatch(write(resultSaying('"><script>\u202e\ud800')), /<script|\u202e|\\ud800/);
});

test('report writes the layer of one incident', () => {
  const layer = readLayer([...renderIncidentLayer(INCIDENTS, WORST)].join(''));
  assert.deepEqual(
    layer.metadata.filter(({ name }) => name !== 'tool').map(({ value }) => value),
    ['1', String(WORST.findings.length), String(WORST.subscriptions.length)],
  );
  assert.ok(layer.techniques.every(({ comment = WORST.id }) => comment.includes(WORST.id)));
});

test('coverage: the highest level of what sees it, 0 where all are blind, and who they are', () => {
  const item = (
    kind: Covering['kind'],
    name: string,
    level: Covering['level'],
    isBlind: boolean,
    ...ids: string[]
  ): Covering => ({
    kind,
    name,
    level,
    isBlind,
    attack: ids.map(techniqueOf),
  });
  const items = [
    item('analytic', 'S05', 'high', false, 'T1047'),
    item('analytic', 'M01', 'critical', true, 'T1047', 'T1003.001'),
    item('rule', 'Z \u202e', 'medium', false, 'T1047', 'T1562.001'),
    ...Array.from({ length: 9 }, (_, i) => item('rule', `R${i}`, 'low', false, 'T1047')),
  ];
  const tool = { name: 'triad', version: '1' };
  const write = (list: readonly Covering[], where: string): string =>
    [...renderCoverageLayer(list, { tool, attackVersion: 19, where })].join('');
  const layer = readLayer(write(items, 'in this evidence'));
  assert.deepEqual(scores(layer), ['T1003 -', 'T1003.001 0', 'T1047 80', 'T1685 60']);
  const comments = new Map(layer.techniques.map(({ techniqueID, comment }) => [techniqueID, comment]));
  assert.equal(comments.get('T1003.001'), 'blind here: analytic M01');
  assert.equal(
    comments.get('T1047'),
    'analytic S05; 10 rules: R0, R1, R2, R3, R4, R5, R6, R7 and 2 more; blind here: analytic M01',
  );
  assert.equal(comments.get('T1685'), '1 rule: Z \\u{202e}');
  assert.equal(write(items.toReversed(), ''), write(items, ''), 'L7');
  assert.deepEqual(
    layer.metadata.map(({ value }) => value),
    ['triad 1', '2', '10', '1'],
  );
});
