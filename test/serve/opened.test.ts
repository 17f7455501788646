import assert from 'node:assert/strict';
import { test } from 'node:test';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { EventStream } from './event-stream.ts';
import { ask, runServer, sendLines, type TestServer } from './running-server.ts';
import { addPerson, signIn } from './signed-in.ts';

const LINES = linesOf(campaign(['wmiexec with its three legs'], { acts: 3 }).events);
const YAML = 'detection: { lateness: 24h, heldTime: 90d }';
const DAY_MS = 86_400_000;

async function firstIncident(server: TestServer): Promise<{ readonly id: string; readonly version: number }> {
  const { json } = await ask(server, 'GET', '/v1/incidents?limit=1');
  return (json as { items: readonly { id: string; version: number }[] }).items[0] ?? assert.fail('no incident');
}

test('G15 what a person opened is theirs, is told in pages, and is for people alone', async (t) => {
  const server = await runServer(t, { yaml: YAML });
  await sendLines(server, LINES);
  await server.server.finish();
  const { id, version } = await firstIncident(server);
  const password = await addPerson(server, 'vera', 'viewer');
  const vera = await signIn(server, 'vera', password);
  assert.deepEqual((await vera.ask('GET', '/v1/incidents/opened')).json, { items: [] });
  const seen = await vera.ask('POST', `/v1/incidents/${id}/opened`, { version, revision: 0 });
  assert.deepEqual([seen.status, seen.json], [200, { id, version, revision: 0 }]);
  assert.deepEqual((await vera.ask('GET', '/v1/incidents/opened?limit=1')).json, { items: [seen.json] });
  for (const wrong of [{ version: 0, revision: 0 }, { version: 1 }, { version: 1, revision: -1 }]) {
    assert.equal((await vera.ask('POST', `/v1/incidents/${id}/opened`, wrong)).status, 422, JSON.stringify(wrong));
  }
  assert.equal((await vera.ask('POST', '/v1/incidents/none/opened', { version: 1, revision: 0 })).status, 404);
  assert.equal((await vera.ask('GET', '/v1/incidents/opened?limit=0')).status, 400);
  assert.equal((await vera.ask('GET', '/v1/incidents/opened?of=bob')).status, 400);
  assert.equal((await ask(server, 'GET', '/v1/incidents/opened')).status, 403, 'a key opens nothing');
});

test('G8 a suppression that ends by its time tells the stream so, and each incident that shows again', async (t) => {
  let nowMs = Date.now();
  const server = await runServer(t, { yaml: YAML, nowMs: () => nowMs });
  await sendLines(server, LINES);
  await server.server.finish();
  const { id } = await firstIncident(server);
  const { json: whole } = await ask(server, 'GET', `/v1/incidents/${id}`);
  const { findings } = whole as { findings: readonly { readonly host: string }[] };
  const hosts = [...new Set(findings.map(({ host }) => host))];
  for (const host of hosts) {
    const made = await fetch(`${server.url}/v1/suppressions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${server.token}`,
        'content-type': 'application/json',
        'idempotency-key': host,
      },
      body: JSON.stringify({ scope: { host }, level: 'critical', reason: 'patch day', days: 1 }),
    });
    assert.equal(made.status, 201);
  }
  const muted = (await ask(server, 'GET', '/v1/incidents?suppressed=only')).json as {
    readonly items: readonly { readonly id: string }[];
  };
  assert.ok(muted.items.length > 0);
  nowMs += DAY_MS - 5000;
  const stream = await EventStream.open(server);
  t.after(() => stream.close());
  nowMs += 10_000;
  await stream.has(() => stream.of('queue').length >= hosts.length, 'the ends are told');
  assert.deepEqual(
    stream.of('queue').map(({ data }) => data['change']),
    hosts.map(() => 'ended'),
  );
  const shown = (): readonly unknown[] =>
    stream
      .of('incident')
      .filter(({ data }) => data['change'] === 'shown')
      .map(({ data }) => data['id']);
  await stream.has(() => shown().length === muted.items.length, 'what shows again is told');
  assert.deepEqual(shown().toSorted(), muted.items.map((one) => one.id).toSorted());
});
