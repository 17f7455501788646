import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Answer, run } from '../run-main.ts';
import { EventStream } from './event-stream.ts';
import { ask, runServer, type TestServer } from './running-server.ts';
import { addPerson, postSession, signIn, type Visitor } from './signed-in.ts';

type Json = Readonly<Record<string, unknown>>;
const DAY_MS = 86_400_000;

interface Office {
  readonly server: TestServer;
  readonly admin: Visitor;
  readonly engineer: Visitor;
  readonly alice: Visitor;
  pass(ms: number): void;
}

/** A server with an admin, an engineer and an analyst, all signed in, and a clock that is set. */
async function office(context: TestContext): Promise<Office> {
  let nowMs = Date.now();
  const server = await runServer(context, { nowMs: () => nowMs });
  const alice = await signIn(server, 'alice', await addPerson(server, 'alice', 'analyst'));
  const engineer = await signIn(server, 'erik', await addPerson(server, 'erik', 'engineer'));
  const admin = await signIn(server, 'ada', await addPerson(server, 'ada', 'admin'));
  return {
    server,
    admin,
    engineer,
    alice,
    pass: (ms) => {
      nowMs += ms;
    },
  };
}

function requestOf(json: Json): Json {
  return json['request'] as Json;
}

test('a change of people waits for another admin or engineer, never for who asked; then it is done, and sessions end', async (context) => {
  const { server, admin, engineer, alice } = await office(context);
  const asked = await admin.ask('POST', '/v1/people/alice/role', { role: 'engineer' });
  assert.equal(asked.status, 202);
  const { number, askedBy, state, fields } = requestOf(asked.json);
  assert.deepEqual([askedBy, state, fields], ['ada', 'open', { role: 'engineer' }]);
  const own = await admin.ask('POST', `/v1/requests/${number}/confirm`);
  assert.deepEqual([own.status, own.json['code']], [409, 'conflict']);
  assert.equal((await alice.ask('POST', `/v1/requests/${number}/confirm`)).json['code'], 'role_insufficient');
  assert.equal((await alice.ask('GET', '/v1/session')).json['role'], 'analyst');
  const listed = await engineer.ask('GET', '/v1/requests?state=open');
  assert.deepEqual(
    (listed.json['items'] as Json[]).map((one) => one['number']),
    [number],
  );
  const confirmed = await engineer.ask('POST', `/v1/requests/${number}/confirm`);
  assert.equal(confirmed.status, 200);
  assert.equal((confirmed.json['person'] as Json)['role'], 'engineer');
  assert.equal((await alice.ask('GET', '/v1/session')).status, 401, 'a changed role ends sessions');
  assert.equal((await engineer.ask('POST', `/v1/requests/${number}/confirm`)).status, 409, 'once');
  const audit = (await ask(server, 'GET', '/v1/audit')).json as { readonly items: readonly Record<string, string>[] };
  const [ended, changed, decided, refused] = audit.items;
  assert.deepEqual([ended?.['action'], ended?.['who']], ['session.end', 'erik']);
  assert.deepEqual(
    [changed?.['who'], changed?.['action'], changed?.['before'], changed?.['result']],
    ['erik', 'person.role', '{"role":"analyst","mustChange":false}', '{"role":"engineer","askedBy":"ada"}'],
  );
  assert.deepEqual([decided?.['action'], decided?.['before']], ['request.confirmed', '{"askedBy":"ada"}']);
  assert.deepEqual([refused?.['who'], refused?.['action']], ['alice', 'refused']);
});

test('what is asked for and decided is told by the stream to those who may confirm it, and to nobody else', async (context) => {
  const { server, admin, engineer, alice } = await office(context);
  const follow = async (cookie: string): Promise<EventStream> => {
    const stream = await EventStream.open({ url: server.url, token: '' }, { headers: { cookie } });
    context.after(() => stream.close());
    return stream;
  };
  const [told, untold] = [await follow(engineer.cookie), await follow(alice.cookie)];
  const local = await EventStream.open(server, { path: '/v1/stream?types=request' });
  context.after(() => local.close());
  const number = requestOf((await admin.ask('POST', '/v1/people/alice/role', { role: 'analyst' })).json)['number'];
  const held = requestOf((await admin.ask('POST', '/v1/holds', { kind: 'host', host: 'ws-07' })).json)['number'];
  await engineer.ask('POST', `/v1/requests/${number}/confirm`);
  await admin.ask('POST', `/v1/requests/${held}/refuse`);
  const all = [
    { request: number, change: 'asked' },
    { request: held, change: 'asked' },
    { request: number, change: 'confirmed' },
    { request: held, change: 'withdrawn' },
  ];
  for (const stream of [told, local]) {
    await stream.has(() => stream.of('request').length === all.length, 'each is told');
    assert.deepEqual(
      stream.of('request').map(({ data }) => data),
      all,
    );
  }
  const mute = { scope: { host: 'ws-07' }, level: 'low', reason: 'to be told behind them', owner: 'erik', days: 1 };
  await engineer.ask('POST', '/v1/suppressions', mute, { 'idempotency-key': 'a-1' });
  await untold.has(() => untold.of('queue').length === 1, 'what came behind them came');
  assert.equal(untold.of('request').length, 0);
  const refused = await alice.ask('GET', '/v1/stream?types=request');
  assert.deepEqual(
    [refused.json['code'], refused.json['detail']],
    ['role_insufficient', 'Changes of requests are for who may confirm them: engineer, admin.'],
  );
  const { secret } = (await ask(server, 'POST', '/v1/keys', { scopes: ['read'] })).json as { readonly secret: string };
  const byKey = await ask({ url: server.url, token: secret }, 'GET', '/v1/stream?types=request');
  assert.equal((byKey.json as Json)['code'], 'scope_insufficient');
});

test('who asked may withdraw, another may refuse; nothing is done, and what waits a day is over', async (context) => {
  const { admin, engineer, pass, server } = await office(context);
  const numbers: unknown[] = [];
  for (const role of ['viewer', 'auditor', 'none']) {
    numbers.push(requestOf((await admin.ask('POST', '/v1/people/alice/role', { role })).json)['number']);
  }
  const [first, second, third] = numbers;
  assert.equal(requestOf((await admin.ask('POST', `/v1/requests/${first}/refuse`)).json)['state'], 'withdrawn');
  assert.equal(requestOf((await engineer.ask('POST', `/v1/requests/${second}/refuse`)).json)['state'], 'refused');
  pass(DAY_MS);
  const late = await ask(server, 'POST', `/v1/requests/${third}/confirm`);
  assert.deepEqual([late.status, (late.json as Json)['detail']], [409, `Request ${third} is expired.`]);
  const people = (await ask(server, 'GET', '/v1/people')).json as { readonly items: readonly Json[] };
  assert.equal(people.items.find(({ name }) => name === 'alice')?.['role'], 'analyst');
});

test('the token of this machine confirms what a person asked for, and not what it asked for itself', async (context) => {
  const { server, admin, engineer } = await office(context);
  const asked = await admin.ask('POST', '/v1/people', { name: 'bob', role: 'viewer' });
  assert.equal(asked.status, 202);
  const password = String(asked.json['password']);
  assert.equal((await postSession(server, 'bob', password)).status, 401, 'good for nothing before it is confirmed');
  assert.equal((await ask(server, 'POST', `/v1/requests/${requestOf(asked.json)['number']}/confirm`)).status, 200);
  assert.equal((await postSession(server, 'bob', password)).status, 200);
  const local = await ask(server, 'POST', '/v1/people/bob/reset');
  assert.equal(local.status, 202);
  const { number } = requestOf(local.json as Json);
  assert.equal((await ask(server, 'POST', `/v1/requests/${number}/confirm`)).status, 409);
  assert.equal((await engineer.ask('POST', `/v1/requests/${number}/confirm`)).status, 200);
});

test('with one person who could confirm, a change is made at once and audited as of a single person', async (context) => {
  const server = await runServer(context);
  const admin = await signIn(server, 'ada', await addPerson(server, 'ada', 'admin'));
  const added = await admin.ask('POST', '/v1/people', { name: 'bob', role: 'analyst' });
  assert.equal(added.status, 200);
  const audit = (await ask(server, 'GET', '/v1/audit?limit=1')).json as { readonly items: readonly Json[] };
  assert.equal(audit.items[0]?.['result'], '{"role":"analyst","isSinglePerson":true}');
  const keep = await admin.ask('POST', '/v1/people', { name: 'eve', role: 'analyst', keepPassword: true });
  assert.equal(keep.status, 422, 'a password that a person gives out must be changed');
  for (const name of ['Bob', 'server', 'a b', '']) {
    assert.equal((await admin.ask('POST', '/v1/people', { name, role: 'viewer' })).status, 422, name);
  }
  assert.equal((await admin.ask('POST', '/v1/people', { name: 'bob', role: 'viewer' })).status, 409);
  assert.equal((await admin.ask('POST', '/v1/people/nobody-here/role', { role: 'viewer' })).status, 404);
});

test('a password that was given out is good for nothing but to choose another one; then all sessions begin anew', async (context) => {
  const server = await runServer(context);
  const admin = await signIn(server, 'ada', await addPerson(server, 'ada', 'admin'));
  const given = String((await admin.ask('POST', '/v1/people', { name: 'bob', role: 'analyst' })).json['password']);
  const [bob, other] = [await signIn(server, 'bob', given), await signIn(server, 'bob', given)];
  assert.equal((await bob.ask('GET', '/v1/session')).json['mustChangePassword'], true);
  const refused = await bob.ask('GET', '/v1/incidents');
  assert.deepEqual([refused.status, refused.json['code']], [403, 'password_change_required']);
  const choose = (current: string, next: string): ReturnType<Visitor['ask']> =>
    bob.ask('POST', '/v1/session/password', { current, next });
  assert.equal((await choose(given, 'x'.repeat(11))).status, 422);
  assert.equal((await choose(given, given)).status, 422);
  assert.equal((await choose('not the one it is', 'x'.repeat(12))).status, 401);
  const changed = await choose(given, 'x'.repeat(12));
  assert.equal(changed.status, 200);
  assert.equal(changed.json['mustChangePassword'], false);
  assert.deepEqual(
    [(await bob.ask('GET', '/v1/session')).status, (await other.ask('GET', '/v1/session')).status],
    [401, 401],
  );
  assert.equal((await postSession(server, 'bob', given)).status, 401);
  const again = await signIn(server, 'bob', 'x'.repeat(12));
  assert.equal((await again.ask('GET', '/v1/incidents')).status, 200);
});

test('sessions are listed and ended: one’s own, and all by an admin', async (context) => {
  const { server, admin, alice } = await office(context);
  const own = (await alice.ask('GET', '/v1/sessions')).json['items'] as readonly Json[];
  assert.deepEqual(
    own.map(({ person, isThis, address }) => [person, isThis, address]),
    [['alice', true, '127.0.0.1']],
  );
  assert.equal((await alice.ask('GET', '/v1/sessions?of=all')).json['code'], 'role_insufficient');
  assert.equal((await alice.ask('GET', '/v1/sessions?off=all')).status, 400);
  const all = (await admin.ask('GET', '/v1/sessions?of=all&state=open&limit=2')).json;
  assert.equal((all['items'] as readonly Json[]).length, 2);
  const rest = (await admin.ask('GET', `/v1/sessions?of=all&state=open&after=${String(all['next'])}`)).json;
  assert.equal((rest['items'] as readonly Json[]).length, 1);
  const admins = (await admin.ask('GET', '/v1/sessions')).json['items'] as readonly Json[];
  assert.equal((await alice.ask('POST', `/v1/sessions/${admins[0]?.['number']}/end`)).status, 404, 'of another');
  assert.equal((await admin.ask('POST', `/v1/sessions/${own[0]?.['number']}/end`)).status, 200);
  assert.equal((await alice.ask('GET', '/v1/session')).status, 401);
  const ended = (await admin.ask('GET', '/v1/sessions?of=alice&state=ended')).json['items'] as readonly Json[];
  assert.deepEqual(
    ended.map(({ endedBy, reason }) => [endedBy, reason]),
    [['ada', 'ended']],
  );
  assert.equal((await ask(server, 'GET', '/v1/people')).status, 200);
});

test('triad user adds people, shows who there is and what waits, and confirms', async (context) => {
  const server = await runServer(context);
  const triad = (...words: readonly string[]): Promise<Answer> => run('user', ...words, '--data', server.folder);
  assert.match((await triad('list')).out, /triad user add NAME --role admin makes the first/);
  const added = await triad('add', 'ada', '--role', 'admin');
  assert.deepEqual([added.code, added.out.split('\n')[0]], [0, 'ada: admin.']);
  const given = added.out.trim().split('\n').at(-1) ?? '';
  const first = await signIn(server, 'ada', given);
  await first.ask('POST', '/v1/session/password', { current: given, next: 'a long password of ada' });
  const second = await triad('add', 'erik', '--role', 'engineer');
  assert.match(second.out, /^erik: engineer\.\n/);
  const ofErik = second.out.trim().split('\n').at(-1) ?? '';
  const erik = await signIn(server, 'erik', ofErik);
  await erik.ask('POST', '/v1/session/password', { current: ofErik, next: 'a long password of erik' });
  assert.match((await triad('role', 'erik', 'viewer')).out, /^Request 1 waits for another admin or engineer, until /);
  const own = await triad('confirm', '1');
  assert.deepEqual([own.code, /Another admin or engineer/.test(own.err)], [2, true]);
  const waiting = await triad('list');
  assert.match(waiting.out, /^NAME +ROLE +SIGNED IN \(UTC\) +ADDED \(UTC\) +BY\n/);
  assert.match(waiting.out, /\nREQUEST +WHAT +ASKED BY +UNTIL \(UTC\)\n/);
  assert.match((await triad('confirm', '1', '--refuse')).out, /^Request 1 is withdrawn\.\n/);
  const ada = await signIn(server, 'ada', 'a long password of ada');
  await ada.ask('POST', '/v1/people/erik/role', { role: 'none' });
  const listed = (await triad('list')).out;
  assert.match(listed, /\nerik +engineer +\d{4}-/);
  assert.match(listed, /\n2 +person\.role person\/erik none +ada /);
  assert.match((await triad('confirm', '2')).out, /^Request 2 is confirmed\.\nerik is barred\.\n/);
  const wrong = await triad('role', 'erik', 'boss');
  assert.deepEqual([wrong.code, /"boss" is no role/.test(wrong.err)], [2, true]);
  assert.equal((await triad('reset', 'nobody-here')).code, 2);
  assert.match((await triad('reset', 'erik')).out, /^erik is barred\.\nPassword, shown this once/);
});

test('a hold waits for a second person too, and is made when it is confirmed', async (context) => {
  const { server, admin, engineer } = await office(context);
  const span = { kind: 'span', from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
  const asked = await admin.ask('POST', '/v1/holds', span);
  assert.equal(asked.status, 202);
  const { number, action, fields } = requestOf(asked.json);
  assert.deepEqual([action, fields], ['hold.add', span]);
  const held = async (): Promise<readonly Json[]> =>
    (await admin.ask('GET', '/v1/holds')).json['items'] as readonly Json[];
  assert.deepEqual(await held(), []);
  assert.equal((await admin.ask('POST', `/v1/requests/${number}/confirm`)).status, 409);
  assert.equal((await engineer.ask('POST', `/v1/requests/${number}/confirm`)).status, 200);
  const [hold] = await held();
  assert.equal(hold?.['kind'], 'span');
  const release = await admin.ask('POST', `/v1/holds/${hold?.['id']}/release`);
  assert.equal(release.status, 202);
  assert.equal((await ask(server, 'POST', `/v1/requests/${requestOf(release.json)['number']}/refuse`)).status, 200);
  assert.equal((await held()).length, 1, 'what was refused is not done');
  const audit = (await ask(server, 'GET', '/v1/audit')).json as { readonly items: readonly Record<string, string>[] };
  const made = audit.items.find((one) => one['action'] === 'hold.add');
  assert.deepEqual([made?.['who'], JSON.parse(made?.['result'] ?? '{}').askedBy], ['erik', 'ada']);
});

test('what cannot be done when it is confirmed leaves its request open; two who confirm at once do it once', async (context) => {
  const { server, admin, engineer } = await office(context);
  const waiting = async (body: Json): Promise<string> =>
    `/v1/requests/${String(requestOf((await admin.ask('POST', '/v1/holds', body)).json)['number'])}`;
  const wrong = await waiting({ kind: 'incident', incident: 'INC-99' });
  for (const _ of [1, 2]) {
    const failed = await engineer.ask('POST', `${wrong}/confirm`);
    assert.deepEqual([failed.status, failed.json['detail']], [404, 'There is no incident INC-99.']);
  }
  const open = await engineer.ask('GET', '/v1/requests?state=open');
  assert.equal((open.json['items'] as readonly Json[]).length, 1);
  assert.equal(requestOf((await engineer.ask('POST', `${wrong}/refuse`)).json)['state'], 'refused');
  const right = await waiting({ kind: 'host', host: 'srv-02' });
  const both = await Promise.all([
    engineer.ask('POST', `${right}/confirm`),
    ask(server, 'POST', `${right}/confirm`),
    engineer.ask('POST', `${right}/refuse`),
  ]);
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [200, 409, 409]);
  const held = (await admin.ask('GET', '/v1/holds')).json['items'] as readonly Json[];
  const isConfirmed = both[2]?.status === 409;
  assert.equal(held.length, isConfirmed ? 1 : 0);
});
