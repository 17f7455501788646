import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApiDocument } from '../../src/api/index.ts';
import { isRawEvidence } from '../../src/people/index.ts';
import { readRoot } from '../house/tree.ts';
import { apiDocument } from './api-document.ts';

type Json = Readonly<Record<string, unknown>>;

const COMMON = JSON.parse(readRoot('schemas/common.schema.json')) as { readonly $defs: Readonly<Record<string, Json>> };

function componentsOf(document: Json): Readonly<Record<string, Json>> {
  return (document['components'] as { readonly schemas: Readonly<Record<string, Json>> }).schemas;
}

/** A definition as the API has it: references go to its components, and raw evidence is not required. */
function asComponent(definition: Json, isSeenWhole: boolean): unknown {
  return JSON.parse(JSON.stringify(definition).replaceAll('"#/$defs/', '"#/components/schemas/'), (name, value) =>
    name === 'required' && !isSeenWhole ? (value as string[]).filter((one) => !isRawEvidence(one)) : value,
  ) as unknown;
}

test('L29 parts of a hunt’s result are described in the API by the definitions of its schema, and nothing else is among the components', () => {
  const { Problem: _, ...components } = componentsOf(apiDocument());
  for (const part of ['incident', 'finding', 'subscription', 'gap', 'record', 'nextStep', 'hop'])
    assert.ok(part in components, part);
  for (const [name, component] of Object.entries(components)) {
    const definition = COMMON.$defs[name] ?? assert.fail(`a hunt has no ${name}`);
    assert.deepEqual(component, asComponent(definition, name === 'record'), name);
  }
  assert.ok((components['record']?.['required'] as string[]).includes('data'));
  assert.ok(!(components['subscription']?.['required'] as string[]).includes('evidence'));
});

test('every reference of the document leads to a component', () => {
  const document = apiDocument();
  const known = new Set(Object.keys(componentsOf(document)));
  const named = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
  assert.ok(named.length > 100);
  assert.deepEqual(
    named.filter((name) => !known.has(String(name))),
    [],
  );
});

test('L27 a definition that the schema of a hunt’s result lacks is a fault, not a reference to nothing', () => {
  const { gap: _, ...others } = COMMON.$defs;
  assert.throws(() => openApiDocument('0.0.0', { $defs: others }), /has no gap/);
});
