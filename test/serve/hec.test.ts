import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ask, runServer, type TestServer, temporaryFolder, until, winlogbeat } from './running-server.ts';

const CHANNEL = 'FE0ECFAD-13D5-401B-847D-77833BD77131';
const OTHER = '00000000-0000-4000-8000-000000000001';

interface Answer {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

async function say(
  { url, key }: Pick<TestServer, 'url' | 'key'>,
  path: string,
  body: string | Uint8Array | undefined,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(`${url}/services/collector${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Splunk ${key}`, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, json: text === '' ? {} : JSON.parse(text), headers: response.headers };
}

function envelope(recordId: number): string {
  return `{"time":1767225600.123,"host":"WS-07","event":${winlogbeat(recordId)}}`;
}

async function readEvents(server: TestServer): Promise<number> {
  const response = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${server.token}` } });
  const lines = (await response.text())
    .split('\n')
    .filter((line) => line.startsWith('triad_read_events_total{') && !line.includes('wrapper'));
  return lines.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0);
}

test('events are taken by every path and form, and a retry adds nothing', async (context) => {
  const server = await runServer(context);
  const success = { text: 'Success', code: 0 };
  const one = await say(server, '/event', envelope(1) + envelope(2));
  assert.deepEqual([one.status, one.json], [200, success]);
  assert.deepEqual((await say(server, '', envelope(3))).json, success);
  assert.deepEqual(
    (await say(server, '/event/1.0', gzipSync(envelope(4)), { 'content-encoding': 'gzip' })).json,
    success,
  );
  const raw = await say(server, `/raw?channel=${CHANNEL}`, `${winlogbeat(5)}\n${winlogbeat(6)}`);
  assert.deepEqual(raw.json, { ...success, ackId: 0 });
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  assert.deepEqual(
    (await say(server, '/raw/1.0', winlogbeat(7), { ...form, 'x-splunk-request-channel': CHANNEL })).json,
    {
      ...success,
      ackId: 1,
    },
  );
  await until(async () => (await readEvents(server)) === 7, 'seven events are read');
  assert.deepEqual((await say(server, '/event', envelope(1) + envelope(2))).json, success);
  assert.deepEqual((await say(server, '/event', envelope(8))).json, success);
  await until(async () => (await readEvents(server)) === 8, 'one more');
});

test('L24 an ackId is given for what is on stable storage, is true at once, and is forgotten once it was told', async (context) => {
  const folder = temporaryFolder(context);
  const server = await runServer(context, { folder });
  const headers = { 'x-splunk-request-channel': CHANNEL };
  for (const id of [0, 1, 2]) assert.equal((await say(server, '/event', envelope(id + 1), headers)).json['ackId'], id);
  assert.equal((await say(server, `/event?channel=${OTHER}`, envelope(9))).json['ackId'], 0);
  const acks = async (path: string, ids: readonly number[], more = {}): Promise<unknown> =>
    (await say(server, path, JSON.stringify({ acks: ids }), more)).json;
  assert.deepEqual(await acks(`/ack?channel=${CHANNEL.toLowerCase()}`, [0, 2, 7]), {
    acks: { 0: true, 2: true, 7: false },
  });
  assert.deepEqual(await acks('/ack', [0, 1], headers), { acks: { 0: false, 1: true } });
  const second = (await ask(server, 'POST', '/v1/senders', { id: 'other', name: 'other' })).json as { secret: string };
  const stranger = await say({ ...server, key: second.secret }, `/ack?channel=${OTHER}`, '{"acks":[0]}');
  assert.deepEqual(stranger.json, { acks: { 0: false } });
  // After a start nothing is known: what is asked for is sent again, and adds nothing.
  await server.server.stop();
  const again = await runServer(context, { folder });
  const same = { ...again, key: server.key };
  assert.deepEqual((await say(same, `/ack?channel=${OTHER}`, '{"acks":[0]}')).json, { acks: { 0: false } });
  assert.equal((await say(same, `/event?channel=${OTHER}`, envelope(9))).json['ackId'], 0);
  assert.equal(await readEvents(again), 0);
});

test('SERVE 8 trap 3: what stands beside a bad event is kept, and the answer names it', async (context) => {
  const server = await runServer(context);
  const bad = async (body: string): Promise<unknown> => {
    const { status, json } = await say(server, `/event?channel=${CHANNEL}`, body);
    return [status, json];
  };
  const told = (code: number, text: string, number: number): unknown => [
    400,
    { text, code, 'invalid-event-number': number },
  ];
  assert.deepEqual(await bad(`${envelope(1)}{"time":1}${envelope(2)}`), told(12, 'Event field is required', 1));
  assert.deepEqual(await bad(`${envelope(3)}{"event":""}`), told(13, 'Event field cannot be blank', 1));
  assert.deepEqual(await bad(`${envelope(4)}[]`), told(6, 'Invalid data format', 1));
  assert.deepEqual(await bad(`{"event":1,"index":1}${envelope(5)}`), told(7, 'Incorrect index', 0));
  assert.deepEqual(await bad(`{"event":1,"fields":[]}`), told(15, 'Error in handling indexed fields', 0));
  // Of numbers, so that it does not pack too well.
  const long = Array.from({ length: 200_000 }, (_, number) => number).join(' ');
  assert.deepEqual(await bad(`${envelope(6)}{"event":"${long}"}`), told(6, 'Invalid data format', 1));
  await until(async () => (await readEvents(server)) === 6, 'the six good ones are read');
  // Sent again without the bad one: no event twice in the incidents, though a batch of other bytes is read again.
  assert.deepEqual((await say(server, '/event', envelope(1) + envelope(2))).status, 200);
});

test('what is wrong with a request has the code that Splunk gives it', async (context) => {
  const server = await runServer(context);
  const wrong = { ...server, key: `${server.key.slice(0, -10)}0000000000` };
  const code = async (
    path: string,
    body: string,
    headers = {},
    who: Pick<TestServer, 'url' | 'key'> = server,
  ): Promise<unknown> => {
    const { status, json } = await say(who, path, body, headers);
    return [status, json['code']];
  };
  assert.deepEqual(await code('/event', ''), [400, 5]);
  assert.deepEqual(await code('/event', 'x'), [400, 6]);
  assert.deepEqual(await code('/raw', 'x'), [400, 10]);
  assert.deepEqual(await code('/raw?channel=x', 'x'), [400, 11]);
  assert.deepEqual(await code('/event?channel=x', envelope(1)), [400, 11]);
  assert.deepEqual(await code(`/raw?channel=${CHANNEL}`, ''), [400, 5]);
  assert.deepEqual(await code('/ack', '{"acks":[1]}'), [400, 10]);
  assert.deepEqual(await code(`/ack?channel=${CHANNEL}`, '{"acks":"1"}'), [400, 6]);
  assert.deepEqual(await code('/nothing', 'x'), [404, 404]);
  assert.deepEqual(await code('/event', envelope(1), { 'content-encoding': 'br' }), [400, 6]);
  assert.deepEqual(await code('/event', envelope(1), {}, wrong), [403, 4]);
  assert.deepEqual(await code('/event', envelope(1), { authorization: `Bearer ${server.key}` }), [401, 3]);
  assert.deepEqual(await code(`/event?token=${server.key}`, envelope(1)), [400, 16]);
  const basic = (user: string): string => `Basic ${Buffer.from(`${user}:${server.key}`).toString('base64')}`;
  assert.deepEqual(await code('/event', envelope(1), { authorization: basic('x') }), [200, 0]);
  const bare = await fetch(`${server.url}/services/collector/event`, { method: 'POST', body: envelope(1) });
  assert.deepEqual([bare.status, ((await bare.json()) as { code: number }).code], [401, 2]);
  assert.notEqual(bare.headers.get('www-authenticate'), null);
  await ask(server, 'POST', `/v1/keys/${server.key.split('_')[1]}/revoke`);
  assert.deepEqual(await code('/event', envelope(1)), [403, 1]);
});

test('a key for another protocol brings nothing here', async (context) => {
  const server = await runServer(context);
  await ask(server, 'POST', '/v1/senders', { id: 'o', name: 'o' });
  const made = await ask(server, 'POST', '/v1/keys', { sender: 'o', scopes: ['ingest:write:otlp'] });
  const { secret } = made.json as { readonly secret: string };
  const { status, json } = await say({ ...server, key: secret }, '/event', envelope(1));
  assert.deepEqual([made.status, status, json['code']], [201, 403, 1]);
});

test('back-pressure is code 9 with Retry-After, and a body that is too large code 27', async (context) => {
  const yaml = 'limits: { bodiesBytes: 1 MiB, decodedBytes: 1 MiB, bodyBytes: 1 MiB }';
  const server = await runServer(context, { yaml });
  const busy = await say(server, '/event', Array.from({ length: 3500 }, (_, number) => envelope(number)).join(''));
  assert.deepEqual([busy.status, busy.json['code']], [503, 9]);
  assert.match(busy.headers.get('retry-after') ?? '', /^\d+$/);
  const large = await say(server, '/event', 'x'.repeat((1 << 20) + 1));
  assert.deepEqual([large.status, large.json['code']], [413, 27]);
  const bomb = await say(server, '/event', gzipSync(Buffer.alloc(1 << 20, ' ')), { 'content-encoding': 'gzip' });
  assert.deepEqual([bomb.status, bomb.json['code']], [413, 27]);
});

test('acknowledgements can be switched off: code 14, and no ackId', async (context) => {
  const server = await runServer(context, { yaml: 'hec: { acks: false }' });
  assert.deepEqual((await say(server, `/event?channel=${CHANNEL}`, envelope(1))).json, { text: 'Success', code: 0 });
  const { status, json } = await say(server, `/ack?channel=${CHANNEL}`, '{"acks":[0]}');
  assert.deepEqual([status, json['code']], [400, 14]);
});

test('the health needs no key, OPTIONS is answered, other methods are not', async (context) => {
  const server = await runServer(context);
  for (const path of ['/health', '/health/1.0']) {
    const { status, json } = await say({ url: server.url, key: 'none' }, path, undefined);
    assert.deepEqual([status, json], [200, { text: 'HEC is healthy', code: 17 }]);
  }
  assert.equal((await say(server, '/health/2.0', undefined)).status, 404);
  const options = await fetch(`${server.url}/services/collector/event`, { method: 'OPTIONS' });
  assert.deepEqual([options.status, options.headers.get('allow')], [200, 'GET, OPTIONS, POST']);
  assert.equal((await fetch(`${server.url}/services/collector/event`, { method: 'DELETE' })).status, 405);
});

test('what is no event of Windows is a dead letter, with its place in the body', async (context) => {
  const server = await runServer(context);
  assert.equal((await say(server, '/event', `${envelope(1)}{"event":"just words"}{"event":{"a":[tru]}}`)).status, 200);
  const letters = async (): Promise<readonly { readonly item: number }[]> =>
    ((await ask(server, 'GET', '/v1/deadletters')).json as { items: readonly { item: number }[] }).items;
  await until(async () => (await letters()).length === 2, 'two dead letters');
  assert.deepEqual((await letters()).map(({ item }) => item).sort(), [1, 2]);
});

test('an address of its own answers one protocol and nothing else', async (context) => {
  const yaml = ['hec', 'otlp', 'elastic'].map((name) => `${name}: { listen: "127.0.0.1:0" }`).join('\n');
  const server = await runServer(context, { yaml });
  const { hec = '', otlp = '', elastic = '' } = server.server.ownUrls;
  assert.equal((await say({ ...server, url: hec }, '/event', envelope(1))).status, 200);
  assert.equal((await say({ ...server, url: otlp }, '/event', envelope(1))).status, 404);
  assert.equal((await fetch(`${hec}/livez`)).status, 404);
  assert.equal((await fetch(`${hec}/v1/logs`, { method: 'POST' })).status, 404);
  assert.equal((await fetch(`${otlp}/v1/logs`, { method: 'POST' })).status, 401);
  const headers = { authorization: `Bearer ${server.key}`, 'content-type': 'application/x-ndjson' };
  for (const path of ['', '/elastic']) {
    const told = (await (await fetch(`${elastic}${path}/?pretty`, { headers })).json()) as { tagline?: string };
    assert.equal(told.tagline, 'You Know, for Search', path);
    const bulk = await fetch(`${elastic}${path}/_bulk`, { method: 'POST', headers, body: '{"create":{}}\n{}\n' });
    assert.equal(((await bulk.json()) as { items: readonly unknown[] }).items.length, 1, path);
  }
  for (const path of ['/livez', '/v1/incidents', '/services/collector/health', '/incidents']) {
    const answer = await fetch(`${elastic}${path}`, { headers });
    assert.equal(answer.headers.get('x-elastic-product'), 'Elasticsearch', path);
    assert.doesNotMatch(await answer.text(), /^ok|<html|"items"|HEC is/, path);
  }
  await server.server.stop();
  await assert.rejects(fetch(`${hec}/services/collector/health`));
});

test('an address that is taken refuses the start, and leaves none of the others open', async (context) => {
  const first = await runServer(context, { yaml: 'hec: { listen: "127.0.0.1:0" }' });
  const port = new URL(first.server.ownUrls['hec'] ?? '').port;
  await assert.rejects(runServer(context, { yaml: `otlp: { listen: "127.0.0.1:${port}" }` }), /otlp\.listen/);
});
