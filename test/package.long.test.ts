import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, test } from 'node:test';
import { SEVEN_ZIP_SAMPLES } from '../testkit/archives/index.ts';
import { seedCase } from '../testkit/sample/seed-case.ts';
import { DEMO_SCRIPT, demoScript } from '../tools/demo-script.ts';
import { compiledPack, PACKED_RULES, packedRules } from '../tools/rules/pack-files.ts';
import { emptyFolder, oldNode, run } from './house/sandbox.ts';
import { root } from './house/tree.ts';

/** Evidence above this size is decoded in threads (SETTLED A22). */
const THREADS_FROM_BYTES = 64 * 1024 * 1024;

const prefix = emptyFolder();
const evidence = emptyFolder();
const installed = join(prefix, 'node_modules', 'triad');

/** Every file below a folder with its size and time. */
function listing(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => {
      const { size, mtimeMs } = statSync(join(folder, path));
      return `${path} ${size} ${mtimeMs}`;
    })
    .sort();
}

before(() => {
  const packed = run(process.execPath, [join(root, 'tools', 'pack.ts'), emptyFolder()], root);
  assert.equal(packed.code, 0, packed.stderr);
  const tarball = packed.stdout.trim();
  const args = [
    'install',
    '--offline',
    '--cache',
    emptyFolder(),
    '--prefix',
    prefix,
    '--no-audit',
    '--no-fund',
    tarball,
  ];
  const install = run('npm', args, prefix);
  assert.equal(install.code, 0, install.stderr);
  for (const [path, bytes] of seedCase().files) {
    mkdirSync(dirname(join(evidence, 'case', path)), { recursive: true });
    writeFileSync(join(evidence, 'case', path), bytes);
  }
});

function triad(...args: readonly string[]): ReturnType<typeof run> {
  return run(process.execPath, [join(installed, 'bin', 'triad.js'), ...args], evidence);
}

test('the tarball installs offline with an empty cache: one package, with its dependencies inside', () => {
  assert.deepEqual(readdirSync(join(prefix, 'node_modules')).sort(), ['.bin', '.package-lock.json', 'triad']);
  // yaml brings a command of its own, which npm links in .bin.
  assert.deepEqual(readdirSync(join(installed, 'node_modules')).sort(), [
    '.bin',
    '@bufbuild',
    'comlink',
    'libarchive.js',
    'pend',
    're2js',
    'yaml',
    'yauzl',
    'zod',
  ]);
  const sources = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter(
    (path) => !/^node_modules[\\/]/.test(path) && /\.ts$|\.test\./.test(path),
  );
  assert.deepEqual(sources, []);
});

test('E4 the release carries its rules compiled, the same as their texts compile to', () => {
  const bytes = readFileSync(join(installed, PACKED_RULES));
  assert.deepEqual(bytes, Buffer.from(packedRules()));
  const { code, stdout, stderr } = triad('rules', 'list', join(installed, PACKED_RULES), '--format', 'json');
  assert.equal(code, 0, stderr);
  assert.equal(JSON.parse(stdout).rules.length, compiledPack().rules.rules.length);
});

test('L22 the installed program hunts the sample and writes nothing beside what was asked for', () => {
  const before = listing(prefix);
  const { code, stdout, stderr } = triad('hunt', 'case', '--format', 'json', '--fail-level', 'never');
  assert.equal(code, 0, stderr);
  const result = JSON.parse(stdout);
  assert.equal(result.schemaVersion, 1);
  assert.ok(result.subscriptions.length >= 4, `${result.subscriptions.length} subscriptions`);
  assert.deepEqual(listing(prefix), before);
});

test('D9 the installed program reads a 7z, and says nothing of how', () => {
  writeFileSync(join(evidence, 'sample.7z'), SEVEN_ZIP_SAMPLES.plain);
  const { code, stdout, stderr } = triad('inspect', 'sample.7z', '--format', 'json');
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /C\/a\.json/);
});

test('L7 the installed program says the same with threads as without them', () => {
  const bulk = join(evidence, 'bulk');
  mkdirSync(bulk);
  const logs = seedCase().files.filter(([path]) => path.endsWith('.evtx'));
  assert.ok(logs.length > 0);
  let written = 0;
  for (let round = 0; written < THREADS_FROM_BYTES + (1 << 20); round++) {
    for (const [path, bytes] of logs) {
      writeFileSync(join(bulk, `${round}-${path.replaceAll('/', '-')}`), bytes);
      written += bytes.length;
    }
  }
  const told = ['1', '2'].map((jobs) => {
    const { code, stdout, stderr } = triad('hunt', 'bulk', '--format', 'json', '--fail-level', 'never', '--jobs', jobs);
    assert.equal(code, 0, stderr);
    const { run: _, ...result } = JSON.parse(stdout);
    return JSON.stringify(result);
  });
  assert.equal(told[0], told[1]);
});

test('the installed program hands over the collector as it is in the checkout', () => {
  const { code, stdout, stderr } = triad('collect');
  assert.equal(code, 0, stderr);
  assert.equal(stdout, readFileSync(join(root, 'collect', 'Collect-Triad.ps1'), 'utf8'));
});

test('the installed program has what it plays in a demo', () => {
  assert.ok(readFileSync(join(installed, DEMO_SCRIPT), 'utf8') === demoScript());
});

test('an old Node gets one line with the cure, and exit code 2', (t) => {
  const old = oldNode();
  if (old === undefined) {
    t.skip('no Node older than 24 is on the PATH');
    return;
  }
  const { code, stdout, stderr } = run(old, [join(installed, 'bin', 'triad.js'), 'hunt', 'case'], evidence);
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^triad needs Node 24\.15 or newer and was started by [\d.]+\. .*npm ci.*\n$/);
});
