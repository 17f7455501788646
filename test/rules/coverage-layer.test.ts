import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { coveringRules, isInSight } from '../../src/rules/index.ts';
import { compileRules } from '../../src/sigma/index.ts';
import { LOG_SOURCES } from '../../src/taxonomy/index.ts';
import { seedCase } from '../../testkit/index.ts';
import { folderWith, triad } from '../hunt/run-triad.ts';
import { type LayerRead, readLayer } from '../report/layer-shape.ts';
import { ID, processRule, run } from '../run-main.ts';

function tagged(text: string, ...tags: readonly string[]): string {
  return text.replace('level: ', `tags: [${tags.map((tag) => `attack.${tag}`).join(', ')}]\nlevel: `);
}

const PROCESS = tagged(processRule('A process', ID.one, "Image: 'x'"), 't1047', 't1562.001');
const ZEEK = tagged(
  processRule('Wire', ID.two, "operation: 'x'").replace(
    /logsource: .*/,
    'logsource: { product: zeek, service: dce_rpc }',
  ),
  't1219',
);
const BROKEN = tagged(processRule('Broken', ID.three, "Image|endswth: 'x'"), 't1105');
const SYSMON = 'microsoft-windows-sysmon/operational';

function scoreOf(layer: LayerRead, id: string): number | undefined {
  return layer.techniques.find(({ techniqueID }) => techniqueID === id)?.score;
}

test('a rule is in sight where one of the channels of its log source is; a correlation where one of its members is', () => {
  const many = `title: Many\ncorrelation:\n  type: event_count\n  rules: [${ID.two}]\n  group-by: [host]\n  timespan: 5s\n  condition: { gte: 2 }\n`;
  const sources = [PROCESS, ZEEK, BROKEN, many].map((text, i) => ({ file: `${i}.yml`, text }));
  const found = coveringRules(compileRules(sources, { taxonomy: LOG_SOURCES }).rules);
  const sight = (...channels: readonly string[]): readonly string[] =>
    found.filter((rule) => isInSight(rule, new Set(channels))).map(({ title }) => title);
  assert.deepEqual(sight(), []);
  assert.deepEqual(sight(SYSMON), ['A process']);
  assert.deepEqual(sight('security'), ['A process']);
  assert.deepEqual(sight('zeek/dce_rpc'), ['Many'], 'members of a correlation give no findings of their own');
  assert.deepEqual(sight('system', 'zeek/dns'), []);
  const [anywhere] = coveringRules(
    compileRules(
      [
        {
          file: 'a.yml',
          text: processRule('Any', ID.one, "a: 'x'").replace(/logsource: .*/, 'logsource: { product: windows }'),
        },
      ],
      {
        taxonomy: LOG_SOURCES,
      },
    ).rules,
  );
  assert.ok(anywhere !== undefined);
  assert.deepEqual(
    [isInSight(anywhere, new Set(['system'])), isInSight(anywhere, new Set(['zeek/dns']))],
    [true, false],
  );
});

test('triad analytics --format navigator: the catalogue, the pack and rules of the user', async (t) => {
  const folder = folderWith(t, [
    ['a.yml', PROCESS],
    ['b.yml', BROKEN],
  ]);
  const plain = readLayer((await run('analytics', '--format', 'navigator')).out);
  assert.equal(scoreOf(plain, 'T1546.003'), 100);
  const own = await run('analytics', '--format', 'navigator', '--rules', folder, '--attack-version', '18');
  assert.equal(own.code, 0);
  const layer = readLayer(own.out);
  const rules = (one: LayerRead): number => Number(one.metadata.find(({ name }) => name === 'rules')?.value);
  assert.equal(rules(layer), rules(plain) + 1);
  assert.equal(layer.versions.attack, '18');
  assert.match(layer.techniques.find(({ techniqueID }) => techniqueID === 'T1562.001')?.comment ?? '', /A process/);
  const one = readLayer((await run('analytics', '--format', 'navigator', '--analytic', 'M01')).out);
  assert.deepEqual(
    one.techniques.map(({ techniqueID }) => techniqueID),
    ['T1003', 'T1003.001'],
  );
  for (const args of [
    ['--rules', folder],
    ['--attack-version', '18'],
    ['--format', 'navigator', '--attack-version', '17'],
  ]) {
    assert.equal((await run('analytics', ...args)).code, 2, args.join(' '));
  }
  const file = join(folder, 'a.yml');
  const over = await run('analytics', '--format', 'navigator', '--rules', folder, '-o', file, '--force');
  assert.deepEqual([over.code, /TRIAD-E-IO-EVIDENCE/.test(over.err)], [2, true]);
});

test('triad rules list --format navigator: the rules that are loaded, and no other', async (t) => {
  const folder = folderWith(t, [
    ['a.yml', PROCESS],
    ['b.yml', BROKEN],
  ]);
  const layer = readLayer((await run('rules', 'list', folder, '--format', 'navigator')).out);
  assert.deepEqual(
    layer.techniques.map(({ techniqueID, score }) => [techniqueID, score]),
    [
      ['T1047', 80],
      ['T1685', 80],
    ],
  );
  const old = readLayer((await run('rules', 'list', folder, '--format', 'navigator', '--attack-version', '18')).out);
  assert.equal(scoreOf(old, 'T1562.001'), 80);
});

test('E12 triad hunt writes what it detected, and with --layer coverage what it could have', async (t) => {
  const folder = folderWith(t, [
    ...seedCase().files.map(([name, bytes]): [string, Uint8Array] => [`case/${name}`, bytes]),
    ['r/a.yml', PROCESS],
    ['r/z.yml', ZEEK],
  ]);
  const hunt = async (...args: readonly string[]): Promise<LayerRead> => {
    const { stdout, stderr } = await triad(
      ['hunt', 'case', '--format', 'navigator', '-q', '--fail-level', 'never', '--rules', 'r', ...args],
      { cwd: folder },
    );
    assert.notEqual(stdout, '', stderr);
    return readLayer(stdout);
  };
  const detected = await hunt();
  assert.equal(detected.name, 'Triad: detected');
  assert.equal(scoreOf(detected, 'T1546.003'), 100);
  assert.equal(scoreOf(detected, 'T1219'), undefined);
  const coverage = await hunt('--layer', 'coverage');
  assert.equal(coverage.name, 'Triad: coverage');
  assert.equal(scoreOf(coverage, 'T1685'), 80);
  assert.match(
    coverage.techniques.find(({ techniqueID }) => techniqueID === 'T1219')?.comment ?? '',
    /blind here: .*Wire/,
  );
  const wrong = await triad(['hunt', 'case', '--layer', 'coverage'], { cwd: folder });
  assert.deepEqual([wrong.code, /--format navigator only/.test(wrong.stderr)], [2, true]);
});
