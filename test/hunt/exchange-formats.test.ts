import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { renderJsonl } from '../../src/report/index.ts';
import { seedCase } from '../../testkit/index.ts';
import { readLayer } from '../report/layer-shape.ts';
import { INCIDENTS, WORST } from '../report/sample-incidents.ts';
import { type SarifRead, sarifProblems } from '../report/sarif-shape.ts';
import { folderWith, triad } from './run-triad.ts';

const RENUMBERED = {
  ...INCIDENTS,
  findings: INCIDENTS.findings.map((finding) => ({ ...finding, attack: [{ new: 'T1685.005', old: ['T1070.001'] }] })),
};
const RESULT = [...renderJsonl(RENUMBERED)].join('');

test('report tells a stored incident as SARIF and as a layer, by ids of the version that is asked for', async (t) => {
  const cwd = folderWith(t, [['findings.jsonl', RESULT]]);
  const out = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await triad(['report', WORST.id, ...args], { cwd });
    assert.deepEqual([code, stderr], [0, '']);
    return stdout;
  };
  for (const [version, id, other] of [
    ['19', 'T1685.005', 'T1070.001'],
    ['18', 'T1070.001', 'T1685.005'],
  ] as const) {
    const sarif = await out('--as', 'sarif', '--attack-version', version);
    assert.deepEqual(sarifProblems(sarif), []);
    const { results } = (JSON.parse(sarif) as SarifRead).runs[0];
    assert.equal(results.length, WORST.subscriptions.length + WORST.findings.length);
    assert.match(JSON.stringify(results), new RegExp(`"attack":\\["${id.replace('.', '\\.')}"\\]`));
    assert.doesNotMatch(JSON.stringify(results), new RegExp(`"${other.replace('.', '\\.')}"`));
    const layer = readLayer(await out('--as', 'navigator', '--attack-version', version));
    assert.equal(layer.versions.attack, version);
    assert.ok(layer.techniques.some(({ techniqueID }) => techniqueID === id));
  }
  const wrong = await triad(['report', WORST.id, '--attack-version', '17'], { cwd });
  assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
});

test('report --all gives each incident a file, which another run finds again', async (t) => {
  const cwd = folderWith(t, [['findings.jsonl', RESULT]]);
  for (const [as, ending] of [
    ['sarif', 'sarif'],
    ['navigator', 'layer.json'],
  ] as const) {
    const args = ['report', '--all', '--as', as, '-o', as];
    assert.equal((await triad(args, { cwd })).code, 0);
    const names = readdirSync(join(cwd, as)).sort();
    assert.deepEqual(
      names,
      INCIDENTS.incidents.map((_, i) => `incident-report-${i + 1}.${ending}`),
    );
    const [first] = names.map((name) => readFileSync(join(cwd, as, name), 'utf8'));
    assert.deepEqual(
      as === 'sarif' ? sarifProblems(first ?? '') : readLayer(first ?? '').name,
      as === 'sarif' ? [] : 'Triad: detected',
    );
    assert.equal((await triad(args, { cwd })).code, 2, 'what is there is not written over');
  }
});

test('L7 SARIF and layers of one case are the same for any order of paths and number of threads', async (t) => {
  const cwd = folderWith(
    t,
    seedCase().files.map(([name, bytes]): [string, Uint8Array] => [`case/${name}`, bytes]),
  );
  const [a, b, ...others] = readdirSync(join(cwd, 'case')).map((name) => join('case', name));
  assert.ok(a !== undefined && b !== undefined);
  const hunt = async (format: string, jobs: string, ...paths: readonly string[]): Promise<string> => {
    const flags = ['--format', format, '--jobs', jobs, '-q', '--fail-level', 'never'];
    const { stdout, stderr } = await triad(['hunt', ...paths, ...flags], { cwd });
    assert.notEqual(stdout, '', stderr);
    return stdout.replace(/^\{"executionSuccessful":.*$/m, '');
  };
  for (const format of ['sarif', 'navigator']) {
    assert.equal(await hunt(format, '1', a, b, ...others), await hunt(format, '2', ...others, b, a), format);
  }
  const sarif = await hunt('sarif', '2', a, b, ...others);
  assert.match(sarif, /"hashes":\{"sha-256":"[0-9a-f]{64}"\}/, 'the hash of the bytes that were judged');
});
