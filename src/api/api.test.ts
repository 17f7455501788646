import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiDocument } from '../../test/api/api-document.ts';
import { covers, type Scope, scopesProblem } from '../accounts/index.ts';
import { PERMISSIONS, type Permission } from '../people/index.ts';
import { checkBody, isOwnHost, PROBLEMS, type Problem, problemDocument, ROUTES, type Route, routeOf } from './index.ts';
import { SENDER_REQUEST } from './schemas.ts';

function sampleOf(path: string): string {
  return path.replaceAll(/\{\w+\*\}/g, 'a/b').replaceAll(/\{\w+\}/g, 'x');
}

function isWritten(path: string): boolean {
  return !path.includes('{');
}

test('every route is found by its own path, and no two clash: what is written out goes before braces', () => {
  for (const route of ROUTES) {
    const found = routeOf(route.method ?? 'PUT', sampleOf(route.path));
    assert.equal(found.kind === 'route' ? found.route.id : found.kind, route.id);
    const fits = ROUTES.filter((other) => {
      const one = routeOf(route.method ?? 'PUT', sampleOf(route.path), [other]);
      return one.kind === 'route' && (other.path === route.path || !isWritten(route.path));
    });
    assert.deepEqual(
      fits.map(({ id }) => id),
      [route.id],
    );
  }
  assert.equal(new Set(ROUTES.map(({ id }) => id)).size, ROUTES.length);
});

test('a clash is found where it is planted', () => {
  const route = ROUTES.find(({ id }) => id === 'revokeKey') as Route;
  const planted: Route = { ...route, path: '/v1/keys/{id}/{action}' };
  assert.equal(routeOf('POST', '/v1/keys/x/revoke', [planted]).kind, 'route');
});

test('HEAD is answered where GET is; other methods are named', () => {
  assert.equal(routeOf('HEAD', '/livez').kind, 'route');
  assert.deepEqual(routeOf('DELETE', '/v1/senders'), { kind: 'methodNotAllowed', allow: ['GET', 'HEAD', 'POST'] });
  for (const path of [
    '/',
    '/v1',
    '/v1/senders/',
    '/v1//revoke',
    '/v1/senders/%E0%A4%A/revoke',
    '/v1/senders//revoke',
  ]) {
    assert.equal(routeOf('POST', path).kind, 'notFound', path);
  }
  assert.equal(routeOf('GET', `/${'a'.repeat(5000)}`).kind, 'notFound');
});

test('parts of a path are decoded, and an open end keeps its form', () => {
  const revoke = routeOf('POST', '/v1/senders/ws%2F07/revoke');
  assert.deepEqual(revoke.kind === 'route' && revoke.params, { id: 'ws/07' });
  const elastic = routeOf('GET', '/elastic/_bulk/x%2Fy');
  assert.deepEqual(elastic.kind === 'route' && elastic.params, { rest: '_bulk/x%2Fy' });
  assert.equal(routeOf('GET', '/elastic/').kind, 'route');
});

test('only names of loopback and the public address are answered', () => {
  const names = [
    '127.0.0.1:8443',
    'localhost',
    'LOCALHOST:1',
    '[::1]:8443',
    '127.1.2.3',
    'localhost.',
    'a.localhost:80',
  ];
  for (const name of names) assert.equal(isOwnHost(name, undefined), true, name);
  for (const name of [
    undefined,
    '',
    'evil.example',
    '127.0.0.1.evil.example',
    '127.1',
    'x@localhost',
    'a b',
    '[::2]:1',
    '10.0.0.1',
  ]) {
    assert.equal(isOwnHost(name, undefined), false, String(name));
  }
  assert.equal(isOwnHost('triad.corp.example', 'https://triad.corp.example'), true);
  assert.equal(isOwnHost('triad.corp.example:443', 'https://triad.corp.example'), true);
  assert.equal(isOwnHost('triad.corp.example:444', 'https://triad.corp.example'), false);
  assert.equal(isOwnHost('triad.corp.example:9443', 'https://triad.corp.example:9443'), true);
});

test('the OpenAPI document has every route of ours, each with its answers and its key', () => {
  const document = apiDocument('1.2.3') as {
    paths: Record<string, Record<string, { responses: object; operationId: string }>>;
  };
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  const own = ROUTES.filter(({ foreign }) => foreign === undefined);
  assert.deepEqual(ids.sort(), own.map(({ id }) => id).sort());
  const ingest = document.paths['/v1/ingest']?.['post'] as
    | { responses: Record<string, { description: string }> }
    | undefined;
  assert.deepEqual(Object.keys(ingest?.responses ?? {}), [
    '200',
    '400',
    '401',
    '403',
    '408',
    '409',
    '413',
    '415',
    '429',
    '503',
  ]);
  assert.equal(JSON.stringify(apiDocument('1.2.3')), JSON.stringify(document));
});

test('the OpenAPI document names the headers that a route needs, and what a JSON body may be refused for', () => {
  const { paths } = apiDocument('1.2.3') as {
    paths: Record<
      string,
      Record<string, { parameters?: { in: string; name: string; required?: boolean }[]; responses: object }>
    >;
  };
  const headersOf = (path: string): readonly string[] =>
    (paths[path]?.['post']?.parameters ?? []).filter((one) => one.in === 'header').map(({ name }) => name);
  assert.deepEqual(headersOf('/v1/incidents/{id}/actions'), ['If-Match', 'Idempotency-Key']);
  assert.deepEqual(headersOf('/v1/incidents/{id}/notes'), ['Idempotency-Key']);
  assert.deepEqual(headersOf('/v1/suppressions'), ['Idempotency-Key']);
  assert.deepEqual(headersOf('/v1/pins/{id}/remove'), ['If-Match']);
  assert.deepEqual(headersOf('/v1/senders'), []);
  // What a summary says that it needs is a parameter: a client is made from the document.
  for (const { path, summary } of ROUTES.filter(({ method }) => method === 'POST')) {
    for (const name of ['If-Match', 'Idempotency-Key'])
      assert.equal(headersOf(path).includes(name), summary.includes(name), path);
  }
  for (const status of ['400', '408', '413', '415', '422'])
    assert.ok(status in (paths['/v1/senders']?.['post']?.responses ?? {}), status);
});

test('the document names scopes that a key can have, and the least that is enough', () => {
  const { paths } = apiDocument('1.2.3') as { paths: Record<string, Record<string, Record<string, unknown>>> };
  const named = Object.values(paths).flatMap((methods) => Object.values(methods));
  for (const { operationId, 'x-triad-scope': scope } of named) {
    const route = ROUTES.find(({ id }) => id === operationId) ?? assert.fail(String(operationId));
    const need = route.access === 'open' ? 'none' : PERMISSIONS[route.access].keys;
    if (need === 'none' || need === 'local') assert.equal(scope, undefined, String(operationId));
    else {
      assert.equal(scopesProblem([String(scope)]), undefined, String(operationId));
      assert.ok(need === 'ingest' || covers(scope as Scope, need), String(operationId));
    }
  }
  const scopeOf = (path: string, method: string): unknown => paths[path]?.[method]?.['x-triad-scope'];
  assert.equal(scopeOf('/v1/incidents/{id}/actions', 'post'), 'analyst');
  assert.equal(scopeOf('/v1/incidents', 'get'), 'read');
  assert.equal(scopeOf('/v1/health/detail', 'get'), 'read:health');
  assert.equal(scopeOf('/v1/pins', 'post'), 'engineer');
  assert.equal(scopeOf('/v1/senders', 'post'), 'admin:*');
});

test('a problem has the form of RFC 9457 with a stable code, and tells the first field that is wrong', () => {
  assert.deepEqual(
    problemDocument({ code: 'not_found', detail: 'No sender "x".' }, { instance: '/v1/senders/x', requestId: 'r-1' }),
    {
      type: 'urn:triad:problem:not_found',
      title: 'There is nothing here',
      status: 404,
      code: 'not_found',
      detail: 'No sender "x".',
      instance: '/v1/senders/x',
      requestId: 'r-1',
    },
  );
  const errors = [
    { pointer: '/next', detail: 'It is the password that you have.' },
    { pointer: '', detail: 'There is no field "x".' },
  ];
  const detailOf = (problem: Omit<Problem, 'code'>): unknown =>
    problemDocument({ code: 'invalid', ...problem }, { instance: '/', requestId: 'r-1' })['detail'];
  assert.equal(detailOf({ errors }), 'next: It is the password that you have. (and 1 more)');
  assert.equal(detailOf({ errors: errors.slice(1) }), 'There is no field "x".');
  assert.equal(detailOf({ errors, detail: 'Said better.' }), 'Said better.');
  assert.equal(detailOf({ errors: [] }), undefined);
  for (const [status, title] of Object.values(PROBLEMS)) assert.ok(status >= 400 && status < 600 && title.length > 3);
});

test('a body is read by its schema; each wrong field is told with its pointer', () => {
  const read = (text: string): unknown => checkBody(SENDER_REQUEST, Buffer.from(text));
  assert.deepEqual(read('{"id":"ws-07","hosts":["ws-07*"]}'), {
    kind: 'json',
    value: { id: 'ws-07', hosts: ['ws-07*'] },
  });
  const wrong = checkBody(SENDER_REQUEST, Buffer.from('{"id":"","hosts":["a b"],"x":1}'));
  assert.deepEqual(wrong.kind === 'problem' && wrong.problem.errors?.map(({ pointer }) => pointer).sort(), [
    '',
    '/hosts/0',
    '/id',
  ]);
  for (const text of ['', '{', '\xff', 'null', '[]']) {
    assert.equal(checkBody(SENDER_REQUEST, Buffer.from(text, 'latin1')).kind, 'problem', text);
  }
});

test('every operation says in the OpenAPI document which permission it needs, with the roles and keys that have it', () => {
  const { paths } = apiDocument() as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  };
  const all = Object.values(paths).flatMap((methods) => Object.values(methods));
  assert.equal(all.length, ROUTES.filter(({ foreign }) => foreign === undefined).length);
  for (const { operationId, security, ...told } of all) {
    const permission = String(told['x-required-permission']);
    if (permission === 'open') {
      assert.deepEqual([security, told['x-roles']], [[], undefined], String(operationId));
      continue;
    }
    assert.ok(permission in PERMISSIONS, `${String(operationId)} needs ${permission}`);
    const { roles, keys } = PERMISSIONS[permission as Permission];
    assert.deepEqual([told['x-roles'], told['x-triad-local-token'] === true], [roles, keys === 'local']);
    assert.ok(roles.length > 0 || keys !== 'none', `somebody has ${permission}`);
  }
});
