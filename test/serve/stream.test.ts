import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { EventStream } from './event-stream.ts';
import { idsOf } from './found-by-server.ts';
import { ask, runServer, sendLines, temporaryFolder, until } from './running-server.ts';

const HELD = 'detection: { lateness: 24h, heldTime: 90d }';
const LINES = linesOf(campaign(['wmiexec with its three legs'], { acts: 3 }).events);

test('what is found comes over the stream with its row; what a person does, too; types are chosen', async (context) => {
  const server = await runServer(context, { yaml: HELD });
  const [all, chosen] = await Promise.all([
    EventStream.open(server),
    EventStream.open(server, { path: '/v1/stream?types=finding,host' }),
  ]);
  context.after(() => [all, chosen].map((stream) => stream.close()));
  const { headers } = all.response;
  assert.deepEqual(
    [headers['content-type'], headers['cache-control'], headers['x-accel-buffering'], headers['content-encoding']],
    ['text/event-stream', 'no-store, no-transform', 'no', undefined],
  );
  await sendLines(server, LINES);
  await server.server.finish();
  const found = await idsOf(server, '/v1/findings');
  const [incident] = await idsOf(server, '/v1/incidents');
  assert.ok(found.length > 0 && incident !== undefined);
  await all.has(() => found.every((id) => all.of('finding').some(({ data }) => data['id'] === id)), 'findings came');
  await chosen.has(() => found.length === new Set(chosen.of('finding').map(({ data }) => data['id'])).size, 'and here');
  assert.deepEqual([chosen.of('incident').length, chosen.of('host').length > 0], [0, true]);
  const told = all.of('incident').find(({ data }) => data['id'] === incident)?.data;
  const row = told?.['row'] as readonly unknown[] | undefined;
  assert.deepEqual([told?.['change'], row?.[0], told?.['revision']], ['new', incident, 0]);
  await fetch(`${server.url}/v1/incidents/${incident}/actions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.token}`,
      'content-type': 'application/json',
      'if-match': '"0"',
      'idempotency-key': 'a-1',
    },
    body: '{"action":"acknowledge"}',
  });
  await all.has(
    () => all.of('incident').some(({ data }) => data['change'] === 'acted' && data['revision'] === 1),
    'acted',
  );
  const numbers = all.events.flatMap(({ id }) => (id === undefined ? [] : [Number(id.split('-')[1])]));
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => a - b),
  );
  assert.equal(new Set(numbers.slice(1)).size, numbers.length - 1);
});

test('a broken stream goes on where it was; a server that was started again says resync', async (context) => {
  const folder = temporaryFolder(context);
  const server = await runServer(context, { folder, yaml: HELD });
  const first = await EventStream.open(server);
  await sendLines(server, LINES.slice(0, -2));
  await server.server.finish();
  await first.has(() => first.of('host').length > 0, 'something came');
  const whole = await EventStream.open(server, { path: '/v1/stream?last_event_id=1-0' });
  const cut = first.events[2]?.id ?? assert.fail();
  first.close();
  await sendLines(server, LINES.slice(-2));
  await server.server.finish();
  const again = await EventStream.open(server, { headers: { 'last-event-id': cut } });
  await ask(server, 'GET', '/v1/findings');
  await whole.has(() => whole.events.length > 1 && again.events.length > 1, 'both go on');
  const ids = (stream: EventStream): readonly (string | undefined)[] => stream.events.slice(1).map(({ id }) => id);
  await until(() => ids(whole).at(-1) === ids(again).at(-1), 'both are at the end');
  assert.deepEqual(ids(again), ids(whole).slice(ids(whole).indexOf(cut) + 1));
  await server.server.stop();
  await until(() => again.isEnded && whole.isEnded, 'streams end with the server');
  const next = await runServer(context, { folder, yaml: HELD });
  const later = await EventStream.open(next, { headers: { 'last-event-id': cut } });
  context.after(() => later.close());
  await later.has(() => later.of('resync').length === 1, 'it says so');
  assert.deepEqual([later.of('resync')[0]?.data['reason'], later.of('resync')[0]?.id], ['restart', '2-0']);
});

test('what the stream refuses: no key, a key that reads nothing, a wrong value, too many; HEAD gives the head alone', async (context) => {
  const server = await runServer(context);
  const status = async (path: string, token: string, more = {}): Promise<number> =>
    (await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}`, ...more } })).status;
  assert.equal(await status('/v1/stream', 'x'), 401);
  assert.equal(await status('/v1/stream', server.key), 403);
  assert.equal(await status('/v1/stream?types=all', server.token), 400);
  assert.equal(await status('/v1/stream?last_event_id=x', server.token), 400);
  assert.equal(await status('/v1/stream', server.token, { 'last-event-id': 'x' }), 400);
  const head = await fetch(`${server.url}/v1/stream`, {
    method: 'HEAD',
    headers: { authorization: `Bearer ${server.token}` },
  });
  assert.deepEqual([head.status, head.headers.get('content-type'), await head.text()], [200, 'text/event-stream', '']);
  const streams = await Promise.all(Array.from({ length: 16 }, () => EventStream.open(server)));
  context.after(() => streams.map((stream) => stream.close()));
  assert.ok(streams.every(({ response }) => response.statusCode === 200));
  assert.equal(await status('/v1/stream', server.token), 429);
  streams[0]?.close();
  await until(async () => {
    const one = await EventStream.open(server);
    one.close();
    return one.response.statusCode === 200;
  }, 'there is room again');
});

test('a stream outlives the longest silence of other connections, ends with its key, and a stop does not wait for it', async (context) => {
  const server = await runServer(context, { yaml: 'limits: { idleTime: 1s }' });
  const { json } = await ask(server, 'POST', '/v1/keys', { scopes: ['read'] });
  const { id, secret } = json as { readonly id: string; readonly secret: string };
  const stream = await EventStream.open({ url: server.url, token: secret });
  const other = await EventStream.open(server);
  await new Promise((resolve) => setTimeout(resolve, 3500));
  assert.deepEqual([stream.isEnded, other.isEnded], [false, false]);
  await ask(server, 'POST', `/v1/keys/${id}/revoke`);
  await until(() => stream.isEnded, 'the stream of a revoked key ends');
  assert.equal(other.isEnded, false);
  const beganMs = performance.now();
  await server.server.stop();
  assert.ok(performance.now() - beganMs < 5000);
  assert.equal(other.isEnded, true);
});

test('a peer that never reads keeps no stream and holds nobody up', async (context) => {
  const server = await runServer(context, { yaml: HELD });
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  context.after(() => socket.destroy());
  socket.pause();
  socket.write(`GET /v1/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.token}\r\n\r\n`);
  const reader = await EventStream.open(server);
  context.after(() => reader.close());
  await sendLines(server, LINES);
  await server.server.finish();
  await reader.has(() => reader.of('finding').length > 0, 'the other one reads on');
});
