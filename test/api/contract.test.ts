import assert from 'node:assert/strict';
import { test } from 'node:test';

import { breakingChanges } from '../../tools/api-changes.ts';
import { openApiText } from '../../tools/server-pages.ts';
import { readRoot } from '../house/tree.ts';
import { apiDocument } from './api-document.ts';

type Json = Record<string, unknown>;

const STORED = 'docs/openapi.json';
const BASELINE = 'docs/openapi-baseline.json';

test('L29 the stored document of the API is that of its routes, whatever the version of the build', () => {
  assert.equal(readRoot(STORED), openApiText(), `node tools/server-pages.ts writes ${STORED}`);
  const { info, ...rest } = apiDocument('9.9.9');
  const { info: stored, ...kept } = JSON.parse(readRoot(STORED)) as Json;
  assert.deepEqual([rest, { ...(info as Json), version: 'v1' }], [kept, stored]);
});

test('nothing that a client of the last release rests on is taken away', () => {
  const changes = breakingChanges(JSON.parse(readRoot(BASELINE)) as Json, apiDocument('v1'));
  assert.deepEqual(changes, [], 'CONTRIBUTING.md says what to do');
});

test('each route, status and field of an answer of the baseline is missed when it goes', () => {
  const { paths } = JSON.parse(readRoot(BASELINE)) as { paths: Record<string, Record<string, Json>> };
  const told = new Set<string>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const where = `${method.toUpperCase()} ${path}`;
      const of = (changed: Json): Json => ({ paths: { [path]: { [method]: changed } } });
      const missed = (changed: Json): string => {
        const [change = 'nothing', ...more] = breakingChanges(of(operation), of(changed));
        assert.deepEqual(more, []);
        told.add(change);
        return change;
      };
      assert.deepEqual(breakingChanges(of(operation), { paths: { [path]: {} } }), [`${where}: is gone.`]);
      const responses = operation['responses'] as Record<string, { content: Json }>;
      for (const [status, { content }] of Object.entries(responses)) {
        assert.equal(missed({ ...operation, responses: without(responses, status) }), `${where}: ${status} is gone.`);
        const schema = (content['application/json'] as { schema?: Json } | undefined)?.schema ?? {};
        for (const name of Object.keys(schema['properties'] ?? {})) {
          const less = { ...schema, properties: without(schema['properties'] as Json, name) };
          const answer = { content: { 'application/json': { schema: less } } };
          const change = missed({ ...operation, responses: { ...responses, [status]: answer } });
          assert.equal(change, `${where} ${status}: ${name} is gone.`);
        }
      }
    }
  }
  assert.ok(told.has('GET /v1/senders 200: items is gone.'));
});

function without(all: Json, name: string): Json {
  const { [name]: _, ...others } = all;
  return others;
}

const STRING = { type: 'string' };

/** A document with one route, whose request and answer have such schemas. */
function documentOf(request: Json, answer: Json, operation: Json = {}): Json {
  const content = (schema: Json): Json => ({ content: { 'application/json': { schema } } });
  const post = {
    operationId: 'act',
    security: [{ key: [] }, { session: [] }],
    'x-roles': ['analyst', 'admin'],
    'x-triad-scope': 'analyst',
    parameters: [{ name: 'id', in: 'query', schema: STRING }],
    requestBody: { required: true, ...content(request) },
    responses: { '200': content(answer) },
    ...operation,
  };
  return {
    paths: { '/v1/a': { post } },
    components: { schemas: { Problem: objectOf({ code: { enum: ['a', 'b'] } }) } },
  };
}

function objectOf(properties: Json, ...required: readonly string[]): Json {
  return { type: 'object', properties, required, additionalProperties: false };
}

function asked(before: Json, after: Json): readonly string[] {
  return breakingChanges(documentOf(before, {}), documentOf(after, {}));
}

function answered(before: Json, after: Json): readonly string[] {
  return breakingChanges(documentOf({}, before), documentOf({}, after));
}

function operated(after: Json, before: Json = {}): readonly string[] {
  return breakingChanges(documentOf({}, {}, before), documentOf({}, {}, after));
}

test('what a request may no longer be is a breaking change', () => {
  const one = objectOf({ a: STRING }, 'a');
  const body = 'POST /v1/a body';
  assert.deepEqual(asked(one, objectOf({ a: STRING, b: STRING }, 'a', 'b')), [`${body}: b is needed now.`]);
  assert.deepEqual(asked(objectOf({ a: STRING }), one), [`${body}: a is needed now.`]);
  assert.deepEqual(asked(one, objectOf({})), [`${body}: a is gone.`]);
  assert.deepEqual(asked({ enum: ['a', 'b'] }, { enum: ['a'] }), [`${body}: the value b is gone.`]);
  assert.deepEqual(asked(STRING, { type: 'string', enum: ['a'] }), [`${body}: only some values are taken now.`]);
  assert.deepEqual(asked({ type: 'number' }, { type: 'integer' }), [`${body}: is integer and was number.`]);
  assert.deepEqual(asked({}, STRING), [`${body}: is string and was anything.`]);
  assert.deepEqual(asked(STRING, { ...STRING, maxLength: 5 }), [`${body}: maxLength is 5 now.`]);
  assert.deepEqual(asked({ ...STRING, maxLength: 6 }, { ...STRING, maxLength: 5 }), [`${body}: maxLength is 5 now.`]);
  assert.deepEqual(asked(STRING, { ...STRING, minLength: 1 }), [`${body}: minLength is 1 now.`]);
  assert.deepEqual(asked({ type: 'integer' }, { type: 'integer', minimum: -5 }), [`${body}: minimum is -5 now.`]);
  assert.deepEqual(asked(STRING, { ...STRING, pattern: '^a' }), [`${body}: its pattern is another one.`]);
  assert.deepEqual(asked({ type: 'object' }, objectOf({})), [
    `${body}: its additionalProperties are told no more, or refused.`,
  ]);
  assert.deepEqual(asked({ type: 'array', items: STRING }, { type: 'array', items: { type: 'integer' } }), [
    `${body} items: is integer and was string.`,
  ]);
  assert.deepEqual(asked({ anyOf: [STRING, { type: 'null' }] }, STRING), [`${body}: one of its forms is gone.`]);
});

test('what an answer no longer tells is a breaking change', () => {
  const one = objectOf({ a: STRING, b: objectOf({ c: STRING }, 'c') }, 'a', 'b');
  const answer = 'POST /v1/a 200';
  assert.deepEqual(answered(one, objectOf({ a: STRING, b: objectOf({}) }, 'a', 'b')), [`${answer} b: c is gone.`]);
  assert.deepEqual(answered(objectOf({ a: STRING }, 'a'), objectOf({ a: STRING })), [
    `${answer}: a may be absent now.`,
  ]);
  assert.deepEqual(answered({ enum: ['a', 'b'] }, { enum: ['b', 'c'] }), [`${answer}: the value a is gone.`]);
  assert.deepEqual(answered({ type: 'integer' }, { type: 'number' }), [`${answer}: is number and was integer.`]);
  assert.deepEqual(answered(STRING, {}), [`${answer}: is anything and was string.`]);
  assert.deepEqual(answered({ ...STRING, pattern: 'Z$' }, STRING), [`${answer}: its pattern is another one.`]);
  assert.deepEqual(answered(STRING, { anyOf: [STRING, { type: 'null' }] }), [`${answer}: may be null now.`]);
  assert.deepEqual(answered({ anyOf: [one, { type: 'null' }] }, { anyOf: [objectOf({}), { type: 'null' }] }), [
    `${answer} (form 1): a is gone.`,
    `${answer} (form 1): b is gone.`,
  ]);
  const map = { type: 'object', additionalProperties: STRING };
  assert.deepEqual(answered(map, { type: 'object' }), [
    `${answer}: its additionalProperties are told no more, or refused.`,
  ]);
});

test('routes, who may ask, parameters and codes of refusals are part of the contract', () => {
  const where = 'POST /v1/a';
  assert.deepEqual(breakingChanges(documentOf({}, {}), { paths: {} }), [`${where}: is gone.`, 'Problem: is gone.']);
  assert.deepEqual(operated({ operationId: 'do' }), [`${where}: is called do.`]);
  assert.deepEqual(operated({ security: [{ session: [] }] }), [`${where}: {"key":[]} is no longer let in.`]);
  assert.deepEqual(operated({ 'x-roles': ['admin'] }), [`${where}: analyst is no longer let in.`]);
  assert.deepEqual(operated({ 'x-triad-scope': 'admin:*' }), [
    `${where}: the scope of a key was analyst and is admin:*.`,
  ]);
  assert.deepEqual(operated({}, { security: [] }), [`${where}: was open, and asks who it is.`]);
  assert.deepEqual(operated({ parameters: [] }), [`${where}: query id is gone.`]);
  const id = { name: 'id', in: 'query', schema: STRING };
  assert.deepEqual(operated({ parameters: [{ ...id, required: true }] }), [`${where}: query id is needed now.`]);
  assert.deepEqual(operated({ parameters: [id, { name: 'If-Match', in: 'header', required: true }] }), [
    `${where}: header If-Match is needed now.`,
  ]);
  assert.deepEqual(operated({}, { requestBody: undefined }), [`${where}: a body is needed now.`]);
  assert.deepEqual(operated({ requestBody: undefined }), [`${where}: takes no body any more.`]);
  assert.deepEqual(operated({ responses: { '201': {} } }), [`${where}: 200 is gone.`]);
  assert.deepEqual(operated({ responses: { '200': { content: { 'text/csv': {} } } } }), [
    `${where} 200: application/json is gone.`,
  ]);
  const fewer = { ...documentOf({}, {}), components: { schemas: { Problem: objectOf({ code: { enum: ['a'] } }) } } };
  assert.deepEqual(breakingChanges(documentOf({}, {}), fewer), ['Problem code: the value b is gone.']);
});

test('what is added breaks nobody: routes, statuses, optional fields, wider requests, fuller answers', () => {
  const one = objectOf({ a: { ...STRING, maxLength: 5 } }, 'a');
  assert.deepEqual(asked(one, objectOf({ a: STRING, b: STRING })), []);
  assert.deepEqual(asked({ enum: ['a'] }, { enum: ['a', 'b'] }), []);
  assert.deepEqual(asked(STRING, { anyOf: [{ type: 'integer' }, STRING] }), []);
  assert.deepEqual(asked({ type: 'integer', minimum: 1 }, { type: 'number' }), []);
  assert.deepEqual(answered(objectOf({ a: STRING }), objectOf({ a: STRING, b: STRING }, 'a', 'b')), []);
  assert.deepEqual(answered({ enum: ['a'] }, { enum: ['a', 'b'] }), []);
  assert.deepEqual(answered({}, STRING), []);
  assert.deepEqual(answered({ anyOf: [STRING, { type: 'integer' }] }, { anyOf: [{ type: 'integer' }, STRING] }), []);
  assert.deepEqual(operated({ security: [] }), []);
  assert.deepEqual(operated({ 'x-roles': ['viewer', 'analyst', 'admin'] }), []);
  const wider = documentOf({}, {});
  const paths = { ...(wider['paths'] as Json), '/v1/b': { get: {} } };
  assert.deepEqual(breakingChanges(documentOf({}, {}), { ...wider, paths }), []);
});
