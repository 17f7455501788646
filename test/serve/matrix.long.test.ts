import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { covers, type Need, type Scope } from '../../src/accounts/index.ts';
import { ROUTES } from '../../src/api/index.ts';
import { PERMISSIONS, type Permission, ROLES, type Role } from '../../src/people/index.ts';
import { apiDocument } from '../api/api-document.ts';
import { ask, runServer, type TestServer } from './running-server.ts';
import { addPerson, signIn } from './signed-in.ts';

interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly permission: string;
  readonly isForeign: boolean;
}

/** Every operation of the OpenAPI document, and the protocols of other products beside it. */
function operations(): readonly Operation[] {
  const { paths } = apiDocument() as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: String(operation['operationId']),
      method: method.toUpperCase(),
      path,
      permission: String(operation['x-required-permission']),
      isForeign: false,
    })),
  );
  const foreign = ROUTES.filter(({ foreign: of }) => of !== undefined);
  return [
    ...described,
    ...foreign.map(({ id, method = 'POST', path, access }) => ({
      id,
      method,
      path,
      permission: access,
      isForeign: true,
    })),
  ];
}

/** A path that names nothing that is there: what is let in finds nothing, and changes nothing. */
function nowhere({ path, permission }: Operation): string {
  const filled = path
    .replaceAll(/\{rest\*\}/g, permission === 'ingest' ? '' : 'event')
    .replaceAll(/\{\w+\}/g, '999999');
  return filled;
}

/** True where a request was let through to its handler, whatever that made of it. */
function isLetIn({ isForeign }: Operation, status: number, code: unknown): boolean {
  if (status === 401) return false;
  const refusals = ['scope_insufficient', 'role_insufficient', 'origin_forbidden', 'csrf_invalid'];
  return status !== 403 || (!isForeign && !refusals.includes(String(code)));
}

async function outcome(
  url: string,
  { method }: Operation,
  headers: Record<string, string>,
): Promise<readonly [number, unknown]> {
  const answer = await fetch(url, {
    method,
    headers: { ...headers, ...(method === 'POST' ? { 'content-type': 'application/json' } : {}) },
    // No route takes this: what is let in refuses it (422), and nothing is done.
    ...(method === 'POST' ? { body: '{"nothing":0}' } : {}),
    signal: AbortSignal.timeout(20_000),
  });
  const isStream = answer.headers.get('content-type') === 'text/event-stream';
  const text = isStream ? '' : await answer.text();
  if (isStream) await answer.body?.cancel();
  const isProblem = answer.headers.get('content-type') === 'application/problem+json';
  return [answer.status, isProblem ? (JSON.parse(text) as { readonly code: string }).code : undefined];
}

test('every operation of the OpenAPI document names its permission, and each is a row of the matrix', () => {
  const all = operations();
  assert.equal(all.length, ROUTES.length);
  for (const { id, permission } of all) {
    assert.ok(permission === 'open' || permission in PERMISSIONS, `${id}: ${permission}`);
  }
  const used = new Set(all.map(({ permission }) => permission));
  assert.deepEqual(
    Object.keys(PERMISSIONS).filter((permission) => !used.has(permission)),
    [],
    'no row is without a route',
  );
  assert.deepEqual(
    all
      .filter(({ permission }) => permission === 'open')
      .map(({ id }) => id)
      .sort(),
    ['hecHealth', 'hecOptions', 'livez', 'openapi', 'readyz', 'signIn'],
  );
});

test('the whole matrix of roles and routes, tried on a running server', async (context) => {
  const server = await runServer(context);
  // Who signs out ends a session of their own; the others go on.
  const all = operations().filter(({ id }) => id !== 'signOut' && id !== 'signIn');
  let tried = 0;
  // Those who may confirm come last: with two of them a change waits.
  const passwords = new Map<Role, string>();
  for (const role of ['viewer', 'analyst', 'auditor', 'engineer', 'admin'] as const) {
    passwords.set(role, await addPerson(server, `the-${role}`, role));
  }
  for (const role of ROLES) {
    const person = await signIn(server, `the-${role}`, passwords.get(role) ?? '');
    const headers = { cookie: person.cookie, origin: server.url, 'x-triad-csrf': person.csrf };
    for (const operation of all) {
      const { permission } = operation;
      const may = permission === 'open' || PERMISSIONS[permission as Permission].roles.includes(role);
      const [status, code] = await outcome(`${server.url}${nowhere(operation)}`, operation, headers);
      assert.equal(
        isLetIn(operation, status, code),
        may,
        `${role} ${operation.id} ${permission}: ${status} ${String(code)}`,
      );
      tried++;
    }
  }
  assert.equal(tried, ROLES.length * all.length);
  const people = (await ask(server, 'GET', '/v1/people')).json as { readonly items: readonly unknown[] };
  assert.equal(people.items.length, ROLES.length, 'nothing was done');
  const audit = (await ask(server, 'GET', '/v1/audit?limit=1000')).json as {
    readonly items: readonly { readonly who: string; readonly action: string; readonly object: string }[];
  };
  const refused = audit.items.filter(({ who, action }) => who === 'the-viewer' && action === 'refused');
  assert.ok(
    refused.some(({ object }) => object === 'route/searchEvents'),
    'refusals are audited',
  );
  const read = audit.items.filter(({ who, action }) => who === 'the-auditor' && action === 'evidence.read');
  assert.ok(
    read.some(({ object }) => object === 'route/searchEvents'),
    'what an auditor reads is audited',
  );
});

test('the column of who has a password that was only given out: one’s own alone, whatever the role', async (context) => {
  const server = await runServer(context);
  const admin = await signIn(server, 'ada', await addPerson(server, 'ada', 'admin'));
  const own = (await admin.ask('GET', '/v1/sessions')).json['items'] as readonly { readonly number: number }[];
  const given = await ask(server, 'POST', '/v1/people', { name: 'the-new', role: 'admin' });
  const person = await signIn(server, 'the-new', String((given.json as { readonly password: unknown }).password));
  const headers = { cookie: person.cookie, origin: server.url, 'x-triad-csrf': person.csrf };
  for (const operation of operations().filter(({ id }) => id !== 'signOut' && id !== 'signIn')) {
    const { permission, id } = operation;
    const [, code] = await outcome(`${server.url}${nowhere(operation)}`, operation, headers);
    const may =
      permission === 'open' || permission === 'own' || PERMISSIONS[permission as Permission].roles.length === 0;
    assert.equal(code === 'password_change_required', !may, `${id} ${permission}: ${String(code)}`);
  }
  const told = async (method: string, path: string): Promise<unknown> => {
    const { status, json } = await person.ask(method, path);
    return [status, json['code']];
  };
  for (const whose of ['all', 'ada']) {
    assert.deepEqual(await told('GET', `/v1/sessions?of=${whose}`), [403, 'password_change_required']);
  }
  assert.deepEqual(await told('POST', `/v1/sessions/${own[0]?.number}/end`), [404, 'not_found']);
  assert.equal((await admin.ask('GET', '/v1/session')).status, 200);
  assert.deepEqual(await told('GET', '/v1/sessions'), [200, undefined]);
});

/** Scopes of keys, alone and together. */
const SCOPES: readonly (readonly Scope[])[] = [
  ['ingest:write'],
  ['ingest:write:ndjson'],
  ['ingest:write:bulk'],
  ['ingest:write:hec'],
  ['ingest:write:otlp'],
  ['read'],
  ['read:health'],
  ['analyst'],
  ['engineer'],
  ['admin:*'],
  ['read', 'read:health'],
  ['analyst', 'engineer'],
];

test('the whole matrix of keys and routes, with the token of this machine, tried on a running server', async (context) => {
  const server = await runServer(context);
  const keys: {
    readonly name: string;
    readonly text: string;
    readonly scopes: readonly Scope[];
    readonly isLocal: boolean;
  }[] = [{ name: 'local', text: server.token, scopes: ['admin:*'], isLocal: true }];
  for (const scopes of SCOPES)
    keys.push({ name: scopes.join(' '), text: await keyOf(server, scopes), scopes, isLocal: false });
  let tried = 0;
  for (const { name, text, scopes, isLocal } of keys) {
    for (const operation of operations().filter(({ id }) => id !== 'signIn')) {
      const may = mayKey(operation.permission, scopes, isLocal);
      const headers = { authorization: `${operation.id.startsWith('hec') ? 'Splunk' : 'Bearer'} ${text}` };
      const [status, code] = await outcome(`${server.url}${nowhere(operation)}`, operation, headers);
      assert.equal(
        isLetIn(operation, status, code),
        may,
        `${name}: ${operation.id} ${operation.permission}: ${status} ${String(code)}`,
      );
      tried++;
    }
  }
  assert.equal(tried, keys.length * (operations().length - 1));
  const without = operations().filter(({ permission }) => permission !== 'open');
  for (const operation of without) {
    const [status] = await outcome(`${server.url}${nowhere(operation)}`, operation, {});
    assert.equal(status, 401, `${operation.id} without a key`);
  }
});

function mayKey(permission: string, scopes: readonly Scope[], isLocal: boolean): boolean {
  if (permission === 'open') return true;
  const { keys } = PERMISSIONS[permission as Permission];
  if (keys === 'none') return false;
  if (keys === 'local') return isLocal;
  return scopes.some((scope) => covers(scope, keys as Need));
}

async function keyOf(server: TestServer, scopes: readonly Scope[]): Promise<string> {
  const isIngest = scopes[0]?.startsWith('ingest') === true;
  const id = `s-${randomBytes(4).toString('hex')}`;
  if (isIngest) await ask(server, 'POST', '/v1/senders', { id });
  const made = await ask(server, 'POST', '/v1/keys', { scopes, ...(isIngest ? { sender: id } : {}) });
  assert.equal(made.status, 201, JSON.stringify(made.json));
  return (made.json as { readonly secret: string }).secret;
}
