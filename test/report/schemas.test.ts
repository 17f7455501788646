import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { buildManifest, renderJson, renderJsonl, renderManifest } from '../../src/report/index.ts';
import { resultSaying } from './hostile-result.ts';
import { INCIDENTS } from './sample-incidents.ts';
import { RESULT } from './sample-result.ts';

const FOLDER = new URL('../../schemas/', import.meta.url);

function schemas(): Map<string, ValidateFunction> {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.schema.json'));
  for (const name of names) ajv.addSchema(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')), name);
  const compiled = new Map<string, ValidateFunction>();
  for (const name of names) {
    const validate = ajv.getSchema(name);
    assert.ok(validate !== undefined, name);
    compiled.set(name.replace('.schema.json', ''), validate);
  }
  return compiled;
}

const SCHEMAS = schemas();

function problemsOf(name: string, value: unknown): unknown {
  const validate = SCHEMAS.get(name);
  assert.ok(validate !== undefined, `no schema ${name}`);
  return validate(value) ? [] : (validate.errors ?? []).slice(0, 4);
}

for (const [title, result] of [
  ['an ordinary result', INCIDENTS],
  ['a result full of hostile text', resultSaying('"><script>\u0000\ud800')],
] as const) {
  test(`L29 the JSON of ${title} is valid by its schema`, () => {
    assert.deepEqual(problemsOf('hunt', JSON.parse([...renderJson(result)].join(''))), []);
  });

  test(`L29 every JSONL line of ${title} is valid by the schema of its kind`, () => {
    const kinds = new Set<string>();
    for (const line of [...renderJsonl(result)].join('').trimEnd().split('\n')) {
      const value = JSON.parse(line) as { readonly kind: string };
      kinds.add(value.kind);
      assert.deepEqual(
        problemsOf(`jsonl-${value.kind === 'thirdParty' ? 'third-party' : value.kind}`, value),
        [],
        value.kind,
      );
    }
    assert.equal(kinds.size, 11);
  });

  test(`L29 the manifest of ${title} is valid by its schema`, () => {
    assert.deepEqual(problemsOf('manifest', JSON.parse(renderManifest(buildManifest(result)))), []);
  });
}

test('L27 the schemas refuse a missing field, a field that they do not know and a value of another type', () => {
  const good = JSON.parse([...renderJson(RESULT)].join('')) as Record<string, unknown>;
  const { gaps: _gaps, ...withoutGaps } = good;
  assert.notDeepEqual(problemsOf('hunt', withoutGaps), []);
  assert.notDeepEqual(problemsOf('hunt', { ...good, extra: 1 }), []);
  assert.notDeepEqual(problemsOf('hunt', { ...good, schemaVersion: 2 }), []);
  assert.notDeepEqual(problemsOf('hunt', { ...good, subscriptions: [{ ...RESULT.subscriptions[0], extra: 1 }] }), []);
  assert.notDeepEqual(problemsOf('hunt', { ...good, subscriptions: [{ ...RESULT.subscriptions[0], host: null }] }), []);
});
