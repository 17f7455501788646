import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LOGS = fileURLToPath(new URL('../../../shared/corpus/dev/malicious', import.meta.url));
const skip = existsSync(LOGS) ? false : 'the corpus of real logs is not beside the checkout';

function hunt(format: string): string {
  const run = spawnSync(
    process.execPath,
    ['bin/triad.js', 'hunt', LOGS, '--format', format, '--fail-level', 'never', '--quiet'],
    { cwd: ROOT, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  );
  assert.equal(run.status, 0, run.stderr);
  return run.stdout;
}

function validator(name: string): (value: unknown) => unknown {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
  const read = (file: string): object =>
    JSON.parse(readFileSync(new URL(`../../schemas/${file}.schema.json`, import.meta.url), 'utf8')) as object;
  ajv.addSchema(read('common'));
  const validate = ajv.compile(read(name));
  return (value) => (validate(value) ? [] : (validate.errors ?? []).slice(0, 4));
}

test('L29 a hunt over real logs is valid by the schema, and its text keeps to 100 columns', { skip }, () => {
  const result: unknown = JSON.parse(hunt('json'));
  assert.deepEqual(validator('hunt')(result), []);
  const lines = hunt('text').split('\n');
  assert.deepEqual(
    lines.filter((line) => line.length > 100 && !line.trimStart().startsWith('triad ')),
    [],
  );
});

test('every record that a real hunt cites is in its result, whole', { skip }, () => {
  const result = JSON.parse(hunt('json')) as {
    readonly records: readonly { readonly id: string }[];
    readonly subscriptions: readonly { readonly evidence: readonly { readonly record?: string }[] }[];
    readonly findings: readonly { readonly evidence: readonly { readonly record?: string }[] }[];
  };
  const ids = new Set(result.records.map(({ id }) => id));
  const cited = [...result.subscriptions, ...result.findings].flatMap(({ evidence }) => evidence);
  assert.ok(cited.length > 0);
  for (const { record } of cited) assert.ok(record !== undefined && ids.has(record));
});
