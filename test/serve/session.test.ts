import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { IDLE_MS, LIFETIME_MS } from '../../src/people/index.ts';
import { EventStream } from './event-stream.ts';
import { ask, runServer, until } from './running-server.ts';
import { addPerson, cookieNameOf, cookieOf, postSession, signIn, visitor } from './signed-in.ts';

test('a person signs in, is who acts, and signs out', async (context) => {
  const server = await runServer(context);
  const password = await addPerson(server, 'alice', 'analyst');
  const response = await postSession(server, ' Alice ', password);
  const session = (await response.json()) as Record<string, unknown>;
  const { csrf, endsMs, place, ...rest } = session;
  assert.match(String(place), /^\d+-\d+$/);
  assert.deepEqual(rest, { person: 'alice', role: 'analyst', idleMs: IDLE_MS, mustChangePassword: false });
  assert.ok(Math.abs(Number(endsMs) - Date.now() - LIFETIME_MS) < 60_000);
  const [header = ''] = response.headers.getSetCookie();
  assert.match(header, new RegExp(`^${cookieNameOf(server)}=[\\w-]{43}; Path=/; Secure; HttpOnly; SameSite=Lax$`));
  const secret = cookieOf(response).split('=')[1] ?? '';
  for (const file of ['state.sqlite', 'state.sqlite-wal']) {
    const kept = readFileSync(join(server.folder, file));
    assert.ok(!kept.includes(secret) && !kept.includes(password), 'neither the secret nor the password is kept');
  }
  const alice = visitor(server, 'alice', cookieOf(response), String(csrf));
  assert.deepEqual((await alice.ask('GET', '/v1/session')).json, session);
  assert.equal((await alice.ask('GET', '/v1/incidents')).status, 200);
  const out = await alice.ask('DELETE', '/v1/session');
  assert.deepEqual([out.status, /Max-Age=0/.test(out.response.headers.get('set-cookie') ?? '')], [200, true]);
  const after = await alice.ask('GET', '/v1/session');
  assert.deepEqual([after.status, after.json['code']], [401, 'session_invalid']);
  const without = await fetch(`${server.url}/v1/session`);
  assert.equal(without.status, 401);
  const audit = (await ask(server, 'GET', '/v1/audit')).json as {
    items: { action: string; who: string; object: string; via?: string }[];
  };
  assert.deepEqual(
    audit.items.slice(0, 3).map(({ action, who }) => `${who} ${action}`),
    ['alice session.end', 'alice session.begin', 'local:tester person.add'],
  );
  const number = Number(/session\/(\d+)/.exec(audit.items[0]?.object ?? '')?.[1]);
  const idOf = ({ headers }: Response): string | null => headers.get('x-request-id');
  assert.deepEqual(audit.items.map(({ via }) => JSON.parse(via ?? 'null') as unknown).slice(0, 2), [
    { session: number, address: '127.0.0.1', request: idOf(out.response) },
    { address: '127.0.0.1', request: idOf(response) },
  ]);
});

test('a new sign-in of a browser ends the session that it had: its secret changes', async (context) => {
  const server = await runServer(context);
  const password = await addPerson(server, 'alice', 'analyst');
  const first = await signIn(server, 'alice', password);
  const again = await postSession(server, 'alice', password, { cookie: first.cookie });
  assert.notEqual(cookieOf(again), first.cookie);
  assert.equal((await first.ask('GET', '/v1/session')).status, 401);
});

test('changes need the token of the session and a page of this server', async (context) => {
  const server = await runServer(context);
  const alice = await signIn(server, 'alice', await addPerson(server, 'alice', 'admin'));
  const scope = { scope: { host: 'ws-07' }, level: 'low' };
  const told = async (headers: Record<string, string>): Promise<unknown> =>
    (await alice.ask('POST', '/v1/suppressions/preview', scope, headers)).json['code'];
  assert.equal(await told({}), undefined);
  assert.equal(await told({ 'sec-fetch-site': 'same-origin' }), undefined);
  assert.equal(await told({ 'x-triad-csrf': '' }), 'csrf_invalid');
  assert.equal(await told({ 'x-triad-csrf': `${alice.csrf.slice(1)}A` }), 'csrf_invalid');
  for (const origin of ['https://evil.example', 'null', server.url.replace('http:', 'https:'), 'http://127.0.0.1:1']) {
    assert.equal(await told({ origin }), 'origin_forbidden', origin);
  }
  for (const site of ['cross-site', 'same-site', 'none']) {
    assert.equal(await told({ 'sec-fetch-site': site }), 'origin_forbidden', site);
  }
  const bare = await fetch(`${server.url}/v1/session`, {
    method: 'DELETE',
    headers: { cookie: alice.cookie, 'x-triad-csrf': alice.csrf },
  });
  assert.equal(bare.status, 403, 'neither header is there');
  const forged = await postSession(server, 'alice', 'x', { origin: 'https://evil.example' });
  assert.equal(forged.status, 403);
});

test('a session ends when it was not used for 30 minutes, and after 12 hours; a stream and refreshes keep none alive', async (context) => {
  let nowMs = Date.now();
  const server = await runServer(context, { nowMs: () => nowMs });
  const password = await addPerson(server, 'alice', 'analyst');
  const alice = await signIn(server, 'alice', password);
  const is = async (headers: Record<string, string> = { 'x-triad-background': '1' }): Promise<number> =>
    (await alice.ask('GET', '/v1/session', undefined, headers)).status;
  nowMs += IDLE_MS - 1;
  assert.equal(await is(), 200);
  nowMs += 1;
  assert.equal(await is(), 401);
  const used = await signIn(server, 'alice', password);
  for (let at = IDLE_MS - 1; at < LIFETIME_MS; at += IDLE_MS - 1) {
    nowMs += IDLE_MS - 1;
    assert.equal((await used.ask('GET', '/v1/session')).status, 200);
    await server.server.keepHouse();
  }
  nowMs += LIFETIME_MS % (IDLE_MS - 1);
  assert.equal((await used.ask('GET', '/v1/session')).status, 401);
});

test('a stream ends with its session, however that ends', async (context) => {
  let nowMs = Date.now();
  const server = await runServer(context, { nowMs: () => nowMs });
  const password = await addPerson(server, 'alice', 'analyst');
  const open = async (cookie: string): Promise<EventStream> =>
    await EventStream.open({ url: server.url, token: '' }, { headers: { cookie } });
  const alice = await signIn(server, 'alice', password);
  const first = await open(alice.cookie);
  await first.has(() => first.of('hello').length === 1, 'it began');
  await alice.ask('DELETE', '/v1/session');
  await until(() => first.isEnded, 'it ended with the session');
  const idle = await signIn(server, 'alice', password);
  const second = await open(idle.cookie);
  await second.has(() => second.of('hello').length === 1, 'it began');
  nowMs += IDLE_MS;
  await server.server.keepHouse();
  await until(() => second.isEnded, 'it ended when its time was over');
});

test('sessions outlive a restart', async (context) => {
  const server = await runServer(context, { yaml: '' });
  const password = await addPerson(server, 'alice', 'analyst');
  const alice = await signIn(server, 'alice', password);
  const { port } = new URL(server.url);
  await server.server.stop();
  const again = await runServer(context, { folder: server.folder, port: Number(port) });
  const response = await fetch(`${again.url}/v1/session`, { headers: { cookie: alice.cookie } });
  assert.equal(response.status, 200);
});
