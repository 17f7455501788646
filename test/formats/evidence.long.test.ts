import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { seedCase } from '../../testkit/sample/seed-case.ts';
import { CORPUS, triad } from '../hunt/run-triad.ts';
import { ecsProblems, ocsfProblems, STIX_SCHEMAS, type StixBundle, stixProblems } from './checks.ts';

type Json = Readonly<Record<string, unknown>>;

let folder = '';
let sample = '';

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'triad-formats-'));
  sample = join(folder, 'sample');
  for (const [path, bytes] of seedCase().files) write(join(sample, path), bytes);
});

after(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

async function hunted(path: string, format: string, jobs = 1): Promise<string> {
  const more = ['--fail-level', 'never', '--quiet', '--jobs', String(jobs)];
  const { code, stdout, stderr } = await triad(['hunt', path, '--format', format, ...more]);
  assert.equal(code, 0, stderr);
  return stdout;
}

function documents(text: string): readonly Json[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Json);
}

async function problemsOf(path: string): Promise<readonly string[]> {
  const ecs = documents(await hunted(path, 'ecs'));
  const ocsf = documents(await hunted(path, 'ocsf'));
  const stix = JSON.parse(await hunted(path, 'stix')) as StixBundle;
  assert.ok(ecs.length > 0 && ocsf.length > 0 && stix.objects.length > 2);
  return [...ecs.flatMap(ecsProblems), ...ocsf.flatMap(ocsfProblems), ...stixProblems(stix)];
}

test('L29 a hunt over the sample evidence is valid in all three vocabularies', async () => {
  assert.deepEqual(await problemsOf(sample), []);
});

test('L7 the bytes are the same for one job and for two', async () => {
  for (const format of ['ecs', 'ocsf', 'stix']) {
    assert.equal(await hunted(sample, format, 2), await hunted(sample, format, 1), format);
  }
});

for (const part of ['malicious', 'hosts', 'shapes']) {
  const real = join(CORPUS, part);
  const skip = existsSync(real) ? false : 'the corpus of real logs is not beside the checkout';
  test(`L29 a hunt over real logs is valid in all three vocabularies: ${part}`, { skip }, async () => {
    assert.deepEqual(await problemsOf(real), []);
  });
}

const PYTHON = process.env['TRIAD_PEER_PYTHON'] ?? 'python3';
const hasValidator =
  spawnSync(PYTHON, ['-c', 'import stix2validator'], { stdio: 'ignore', timeout: 30_000 }).status === 0;
const noValidator = 'not installed: pip install stix2-validator==3.3.1, and TRIAD_PEER_PYTHON with its Python';

/** The package comes without its schemas and looks for them beside itself. */
const VALIDATE = `
import os, sys
import stix2validator, stix2validator.validator as validator
validator.__file__ = os.path.join(sys.argv[1], 'validator.py')
found = stix2validator.validate_string(sys.stdin.read(), stix2validator.ValidationOptions(version='2.1'))
for result in found.object_results if hasattr(found, 'object_results') else [found]:
    for error in result.errors or []: print(str(error))
print('valid' if found.is_valid else 'invalid')
`;

function validated(bundle: string): string {
  const run = spawnSync(PYTHON, ['-c', VALIDATE, folder], { input: bundle, encoding: 'utf8', timeout: 120_000 });
  assert.equal(run.status, 0, run.stderr);
  return run.stdout.trim();
}

test('an independent validator takes the bundle', { skip: hasValidator ? false : noValidator }, async () => {
  for (const [path, schema] of Object.entries(STIX_SCHEMAS)) {
    write(join(folder, 'schemas-2.1', 'schemas', path), JSON.stringify(schema));
  }
  const bundle = await hunted(sample, 'stix');
  assert.equal(validated(bundle), 'valid');
  assert.match(validated(bundle.replaceAll('"first_observed"', '"firstObserved"')), /invalid$/);
});
