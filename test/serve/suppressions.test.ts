import assert from 'node:assert/strict';
import { test } from 'node:test';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { type Answer, run } from '../run-main.ts';
import { ask, runServer, sendLines, type TestServer } from './running-server.ts';

const SETTINGS = 'detection: { lateness: 24h, heldTime: 90d }';

async function withIncidents(context: Parameters<typeof runServer>[0]): Promise<TestServer> {
  const server = await runServer(context, { yaml: SETTINGS });
  const { events } = campaign(['wmiexec with its three legs', 'a remote process by NTLM'], { acts: 3 });
  await sendLines(server, linesOf(events));
  await server.server.finish();
  return server;
}

interface Queue {
  readonly items: readonly { readonly id: string; readonly host: string; readonly suppressedBy?: readonly number[] }[];
  readonly suppressed: { readonly incidents: number; readonly suppressions: number };
}

async function queueOf(server: TestServer, query = ''): Promise<Queue> {
  return (await ask(server, 'GET', `/v1/incidents${query}`)).json as Queue;
}

/** The host on which the first incident of a queue happened: that of its worst finding. */
async function carrierHostOf(server: TestServer, { items }: Queue): Promise<string> {
  const { json } = await ask(server, 'GET', `/v1/incidents/${items[0]?.id}`);
  const { findings } = json as { findings: readonly { readonly host: string; readonly score: number }[] };
  return findings.toSorted((a, b) => b.score - a.score)[0]?.host ?? '';
}

async function post(
  server: TestServer,
  path: string,
  body: unknown,
  key: string,
  token = server.token,
): Promise<{ readonly status: number; readonly json: Readonly<Record<string, unknown>> }> {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(key === '' ? {} : { 'idempotency-key': key }),
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: (await response.json()) as Readonly<Record<string, unknown>> };
}

test('L16 what was told of live incidents is muted by host as the preview says, counted, and back when it ends', async (context) => {
  const server = await withIncidents(context);
  const before = await queueOf(server);
  const host = await carrierHostOf(server, before);
  const preview = await post(server, '/v1/suppressions/preview', { scope: { host: host.toUpperCase() } }, '');
  const hidden = Number(preview.json['open']);
  assert.ok(hidden >= 1 && hidden < before.items.length, JSON.stringify(preview.json));
  const body = { scope: { host: host.toUpperCase() }, reason: 'patch day', days: 7 };
  assert.equal((await post(server, '/v1/suppressions', body, '')).status, 400);
  const made = await post(server, '/v1/suppressions', body, 'one');
  assert.deepEqual(
    [made.status, made.json['hides'], made.json['state'], made.json['owner']],
    [201, hidden, 'active', 'local:tester'],
  );
  assert.deepEqual((await post(server, '/v1/suppressions', body, 'one')).json, made.json);
  const muted = await queueOf(server);
  assert.equal(muted.items.length, before.items.length - hidden);
  assert.deepEqual(muted.suppressed, { incidents: hidden, suppressions: 1 });
  const shown = await queueOf(server, '?suppressed=show');
  assert.equal(shown.items.filter(({ suppressedBy }) => suppressedBy?.[0] === 1).length, hidden);
  const only = await queueOf(server, '?suppressed=only');
  for (const { id } of only.items) assert.equal((await ask(server, 'GET', `/v1/incidents/${id}`)).status, 200);
  assert.equal((await ask(server, 'GET', '/v1/incidents?suppressed=odd')).status, 400);
  assert.equal((await post(server, '/v1/suppressions/1/end', {}, '')).status, 200);
  assert.deepEqual(await queueOf(server), before);
  assert.equal((await post(server, '/v1/suppressions/2/end', {}, '')).status, 404);
});

test('G20 the history of an incident tells when it was hidden, by which suppression, and when that ended', async (context) => {
  const server = await withIncidents(context);
  const id = (await queueOf(server)).items[0]?.id ?? '';
  const host = await carrierHostOf(server, await queueOf(server));
  type Hidden = readonly { readonly from: string; readonly to?: string; readonly by: readonly object[] }[];
  const hidden = async (): Promise<Hidden> => {
    const whole = (await ask(server, 'GET', `/v1/incidents/${id}`)).json as { history: { suppressed: Hidden } };
    const listed = (await ask(server, 'GET', `/v1/incidents/${id}/history`)).json as { suppressed: Hidden };
    assert.deepEqual(listed.suppressed, whole.history.suppressed);
    return listed.suppressed;
  };
  assert.deepEqual(await hidden(), []);
  const level = 'critical';
  const made = await post(server, '/v1/suppressions', { scope: { host }, reason: 'patch day', days: 7, level }, 'one');
  const { hides: _, state: __, ...kept } = made.json;
  assert.deepEqual(await hidden(), [{ from: kept['created'], by: [kept] }]);
  const shown = async (): Promise<string> => (await run('incidents', 'show', id, '--data', server.folder)).out;
  assert.match(
    await shown(),
    /HISTORY\n .* hidden from the queue until now by suppression 1 \(patch day; owner\s+local:tester\)/,
  );
  assert.match(
    await shown(),
    /\n {2}(?:not seen before|seen before \d+ times?) \(known in full for 1 day, since \d{4}-/,
  );
  const ended = await post(server, '/v1/suppressions/1/end', {}, '');
  const [span] = await hidden();
  assert.deepEqual([span?.from, span?.to], [kept['created'], ended.json['ended']]);
  assert.deepEqual(span?.by, [{ ...kept, ended: ended.json['ended'], endedBy: 'local:tester' }]);
  assert.match(await shown(), /hidden from the queue until \d{4}-/);
  // It is no part of a page: where older ones are asked for it is left out.
  for (const note of ['one', 'two']) await post(server, `/v1/incidents/${id}/notes`, { note }, note);
  const page = async (query: string): Promise<object> =>
    (await ask(server, 'GET', `/v1/incidents/${id}/history?limit=1${query}`)).json as object;
  const first = (await page('')) as { readonly next: string };
  assert.deepEqual([Object.keys(first), first.next.length > 0], [['items', 'suppressed', 'next'], true]);
  assert.deepEqual(Object.keys(await page(`&after=${first.next}`)), ['items']);
});

test('an analyst mutes for a week and no rule alone, an engineer for 90 days, a reader not at all', async (context) => {
  const server = await runServer(context);
  const tokens = new Map<string, string>();
  for (const scope of ['read', 'analyst', 'engineer']) {
    const { json } = await ask(server, 'POST', '/v1/keys', { scopes: [scope] });
    tokens.set(scope, (json as { secret: string }).secret);
  }
  const asks: readonly (readonly [string, object, number])[] = [
    ['read', { scope: { host: 'srv-02' }, days: 1 }, 403],
    ['analyst', { scope: { host: 'srv-02' }, days: 7 }, 201],
    ['analyst', { scope: { host: 'srv-02' }, days: 8 }, 403],
    ['analyst', { scope: { analytic: 'R02' }, days: 1 }, 403],
    ['engineer', { scope: { analytic: 'R02' }, days: 90 }, 201],
    ['engineer', { scope: { analytic: 'R02' }, days: 91 }, 422],
    ['engineer', { scope: {}, days: 1 }, 422],
    ['engineer', { scope: { host: 'srv-02', name: 'x' }, days: 1 }, 422],
  ];
  for (const [at, [who, body, status]] of asks.entries()) {
    const made = await post(server, '/v1/suppressions', { ...body, reason: 'r' }, `k${at}`, tokens.get(who));
    assert.equal(made.status, status, `${who} ${JSON.stringify(body)} ${JSON.stringify(made.json)}`);
  }
});

test('triad suppress previews, adds, lists and ends; triad incidents list tells how many are hidden', async (context) => {
  const server = await withIncidents(context);
  const triad = (...words: readonly string[]): Promise<Answer> => run(...words, '--data', server.folder);
  const host = await carrierHostOf(server, await queueOf(server));
  assert.match((await triad('suppress', 'preview', '--host', host)).out, /^It would hide [1-9].*\nINC-/);
  assert.match(
    (await triad('suppress', 'add', '--host', host, '--days', '2', '--reason', 'test')).out,
    /^Suppression S1 hides [1-9]/,
  );
  assert.match(
    (await triad('incidents', 'list')).out,
    /\n[1-9] hidden by 1 suppression: triad incidents list --suppressed/,
  );
  assert.match((await triad('incidents', 'list', '--suppressed')).out, /open, suppressed/);
  assert.match((await triad('suppress', 'list')).out, new RegExp(`S1 +active .*host ${host}`));
  assert.match((await triad('suppress', 'end', 'S1')).out, /S1 is ended/);
  assert.match((await triad('suppress', 'list', '--state', 'active')).out, /Nothing is suppressed/);
  assert.equal((await triad('suppress', 'add', '--host', host, '--reason', 'test')).code, 2);
  assert.equal((await triad('suppress', 'add', '--days', '1', '--reason', 'test')).code, 2);
});
