import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ask, runServer, type TestServer, winlogbeat } from './running-server.ts';
import { addPerson, postSession, signIn } from './signed-in.ts';

/** Asks whether a body may come (`Expect`), and says whether it was invited, and the status that came at last. */
function expecting(
  { url, key }: TestServer,
  headers: Readonly<Record<string, string | number>>,
  body: string,
): Promise<{ readonly isInvited: boolean; readonly status: number }> {
  return new Promise((resolve, reject) => {
    let isInvited = false;
    const asked = request(`${url}/v1/ingest`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, expect: '100-continue', ...headers },
    });
    asked.on('continue', () => {
      isInvited = true;
      asked.end(body);
    });
    asked.on('response', (response) => {
      response.resume();
      resolve({ isInvited, status: response.statusCode ?? 0 });
      asked.destroy();
    });
    asked.on('error', reject);
    asked.flushHeaders();
  });
}

test('PRODUCT 9.4 each answer has an id of its own, a refusal too, and the log names it', async (context) => {
  const server = await runServer(context, { yaml: 'log: { level: debug }' });
  const ids: string[] = [];
  for (const path of ['/livez', '/v1/incidents', '/nowhere']) {
    const { headers, body } = await fetch(server.url + path);
    await body?.cancel();
    ids.push(headers.get('x-request-id') ?? '');
  }
  assert.ok(
    ids.every((id) => /^[0-9a-f]{8}-[0-9a-z]+$/.test(id)),
    ids.join(),
  );
  assert.equal(new Set(ids).size, 3);
  for (const id of ids) assert.ok(server.log.join('').includes(`"request":"${id}"`), id);
});

test('TRUST 6 what a person sees of a refusal leads to its line in the log and its row in the audit, and so does what was done', async (context) => {
  const server = await runServer(context);
  const alice = await signIn(server, 'alice', await addPerson(server, 'alice', 'analyst'));
  const forbidden = await alice.ask('GET', '/v1/audit');
  const nothing = await alice.ask('GET', '/v1/incidents/none');
  const wrong = await postSession(server, 'alice', 'not her password');
  const made = await alice.ask('POST', '/v1/suppressions', MUTE, { 'idempotency-key': 'a-1' });
  assert.deepEqual(
    [forbidden, nothing, { status: wrong.status }, made].map(({ status }) => status),
    [403, 404, 401, 201],
  );
  const idOf = ({ headers }: Response): string => headers.get('x-request-id') ?? '';
  const told: readonly unknown[] = [
    forbidden.json['requestId'],
    nothing.json['requestId'],
    ((await wrong.json()) as Readonly<Record<string, unknown>>)['requestId'],
  ];
  assert.deepEqual(told, [forbidden.response, nothing.response, wrong].map(idOf));
  const { items } = (await ask(server, 'GET', '/v1/audit')).json as {
    readonly items: readonly { readonly action: string; readonly via?: string }[];
  };
  const actionOf = (id: unknown): string | undefined =>
    items.find(({ via }) => (JSON.parse(via ?? '{}') as { readonly request?: string }).request === id)?.action;
  const ids = [...told, idOf(made.response)];
  assert.deepEqual(ids.map(actionOf), ['refused', undefined, 'session.refused', 'suppression.add']);
  const lines = server.log.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const lineOf = (id: unknown): unknown => lines.find(({ request }) => request === id)?.['event'];
  assert.deepEqual(ids.map(lineOf), ['auth refused', 'request refused', 'sign-in failed', undefined]);
});

test('L22 a sign-in that is refused before a password is tried has a line in the log, without what was typed, ten a second', async (context) => {
  let nowMs = Date.now();
  const server = await runServer(context, { nowMs: () => nowMs });
  const post = async (body: unknown): Promise<readonly [string, string]> => {
    const headers = { 'content-type': 'application/json' };
    const { url } = server;
    const answer = await fetch(`${url}/v1/session`, { method: 'POST', headers, body: JSON.stringify(body) });
    const { code } = (await answer.json()) as { readonly code: string };
    return [answer.headers.get('x-request-id') ?? '', code];
  };
  const typed = { name: 'my-typed-name', password: 'my typed password' };
  for (let tries = 0; tries < 5; tries++) await post(typed);
  const refused = [
    await post(typed),
    await post({ ...typed, name: typed.name + 'x'.repeat(256) }),
    await post({ name: typed.name }),
  ];
  assert.deepEqual(
    refused.map(([, code]) => code),
    ['too_many_requests', 'invalid', 'invalid'],
  );
  const linesOf = (event: string): readonly Readonly<Record<string, unknown>>[] =>
    server.log
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
      .filter((line) => line['event'] === event);
  const told = ({ time: _, level: __, ...line }: Readonly<Record<string, unknown>>): unknown => line;
  assert.deepEqual(
    linesOf('auth refused').map(told),
    refused.map(([request, code]) => ({ event: 'auth refused', request, route: 'signIn', code, peer: '127.0.0.1' })),
  );
  assert.equal(linesOf('sign-in failed').length, 5);
  nowMs += 1000;
  for (let tries = 0; tries < 15; tries++) await post(typed);
  nowMs += 1000;
  await post(typed);
  assert.deepEqual(
    linesOf('auth refused')
      .slice(13)
      .map(({ more, code }) => more ?? code),
    [5, 'too_many_requests'],
  );
  for (const text of Object.values(typed)) assert.ok(!server.log.join('').includes(text), text);
});

const MUTE = { scope: { host: 'ws-07' }, reason: 'noise', owner: 'alice', days: 1 };

test('a body that its headers alone refuse is not asked for', async (context) => {
  const server = await runServer(context);
  const line = winlogbeat(1);
  assert.deepEqual(await expecting(server, { 'content-length': line.length }, line), { isInvited: true, status: 200 });
  const tooLarge = { 'content-length': 17 << 20 };
  assert.deepEqual(await expecting(server, tooLarge, ''), { isInvited: false, status: 413 });
  const strange = { 'content-length': 10, 'content-encoding': 'br' };
  assert.deepEqual(await expecting(server, strange, ''), { isInvited: false, status: 415 });
});

test('L15 of a document that is longer than an event may be no more is looked at than shows that', async (context) => {
  const { url, key } = await runServer(context);
  const headers = { authorization: `ApiKey ${key}`, 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const send = async (document: string): Promise<{ readonly status: number; readonly reason: string }> => {
    const body = gzipSync(document);
    const response = await fetch(`${url}/elastic/logs/_doc`, { method: 'POST', headers, body });
    const answer = (await response.json()) as { readonly error?: { readonly reason: string } };
    return { status: response.status, reason: answer.error?.reason ?? '' };
  };
  const pretty = JSON.stringify(JSON.parse(winlogbeat(3)), undefined, 1);
  assert.equal((await send(`\n${pretty}\r\n`)).status, 201, 'a document on many lines is one');
  const concat = context.mock.method(Buffer, 'concat');
  // Half of it packs well, half does not: the ratio of a body has a bound of its own.
  const noise = Array.from({ length: 200_000 }, (_, n) => (n * 2654435761).toString(36)).join('');
  const large = await send(`${noise}${'\n'.repeat(30 << 20)}`);
  assert.deepEqual([large.status, /longer|bytes/.test(large.reason)], [400, true], large.reason);
  const joined = concat.mock.calls.map(({ result }) => result?.length ?? 0);
  assert.ok(joined.length > 0 && joined.filter((bytes) => bytes > 2 << 20).length <= 1, 'the body itself alone');
});
