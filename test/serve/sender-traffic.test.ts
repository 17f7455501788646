import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { ApiRequest, ApiResponse, SenderPage, TrafficDocument } from '../../src/api/index.ts';
import { BODY_LIMITS, BodyBudget } from '../../src/receive/index.ts';
import { BatchTaker } from '../../src/serve/batch-taker.ts';
import { ingestHandler } from '../../src/serve/handlers/batches.ts';
import { Metrics } from '../../src/serve/metrics.ts';
import { SenderTraffic } from '../../src/serve/sender-traffic.ts';
import { takeBatch } from '../../src/serve/take-batch.ts';
import { openState } from '../../src/state/index.ts';
import { ask, runServer, sendLines, temporaryFolder, until, winlogbeat } from './running-server.ts';
import { framed, send } from './syslog-sender.ts';

/** The way in over a journal that keeps nothing and is never read, with room for so many bytes of bodies. */
async function wayIn(t: TestContext, bodiesBytes: number) {
  const opened = await openState(temporaryFolder(t), { nowMs: 0, pid: process.pid, random: randomBytes });
  if (opened.kind === 'problem') assert.fail(opened.message);
  t.after(() => opened.state.close());
  const journal = { append: () => Promise.resolve({ kind: 'durable', position: 1 } as const) };
  const taker = new BatchTaker(journal, opened.state, { lagBytes: 100 });
  const traffic = new SenderTraffic({ nowMs: () => 7, steadyMs: () => 0 });
  const counts = { metrics: new Metrics(), traffic, nowMs: () => 0 };
  const handler = ingestHandler({
    ...counts,
    taker,
    budget: new BodyBudget({ totalBytes: bodiesBytes, bytesPerBody: 100 }),
    limits: BODY_LIMITS,
    elastic: () => assert.fail('nobody asks for it'),
    mayBring: ({ scopes }) => scopes.includes('ingest:write'),
  });
  const bring = async (sender: string, text: string, more: Partial<ApiRequest> = {}): Promise<ApiResponse> =>
    handler({
      ...{ id: 'r-1', method: 'POST', path: '', params: {}, query: new URLSearchParams(), peer: '', arrivedMs: 0 },
      ...{ headers: { 'content-type': 'application/x-ndjson' }, json: undefined },
      body: Readable.from([Buffer.from(text)]),
      caller: { key: 'k', sender, scopes: ['ingest:write'], name: 'key:k' },
      signal: new AbortController().signal,
      ...more,
    });
  return { taker, traffic, counts, bring };
}

function codeOf(response: ApiResponse): string {
  return response.kind === 'problem' ? response.problem.code : response.kind;
}

test('whoever sends more than is read has it counted as held back, with what waits; who may not send has no row', async (t) => {
  const { taker, traffic, bring } = await wayIn(t, 10_000);
  const line = `{"x":"${'a'.repeat(60)}"}`;
  assert.equal(codeOf(await bring('a', line)), 'answer');
  assert.equal(codeOf(await bring('a', `${line}\n`)), 'too_many_requests');
  assert.deepEqual([taker.waitingOf('a'), taker.waitingOf('b')], [line.length, 0]);
  assert.deepEqual(traffic.of('a')?.heldBack, { count: 1, lastMs: 7 });
  const stranger = { key: 'k', sender: 'stranger', scopes: [], name: 'key:k' };
  assert.equal(codeOf(await bring('', line, { caller: stranger })), 'scope_insufficient');
  const reader = { key: 'k', sender: '', scopes: ['ingest:write'], name: 'key:k' };
  assert.equal(codeOf(await bring('', line, { caller: reader })), 'scope_insufficient');
  // What has no framing is no batch, and nothing of it is counted.
  assert.equal(codeOf(await bring('b', line, { headers: { 'content-type': 'text/html' } })), 'media_type_unsupported');
  assert.deepEqual(traffic.senders, ['a']);
});

test('a request for which there is no memory is held back, before its body and within it', async (t) => {
  const { traffic, bring } = await wayIn(t, 150);
  assert.equal(codeOf(await bring('a', '{}')), 'too_many_requests');
  assert.equal(traffic.of('a')?.heldBack.count, 1);
  const roomier = await wayIn(t, 400);
  assert.equal(codeOf(await roomier.bring('a', `{"x":"${'a'.repeat(500)}"}`)), 'too_many_requests');
  assert.equal(roomier.traffic.of('a')?.heldBack.count, 1);
});

test('a batch that waits for the journal is held back once, however often it is tried, and is taken then', async (t) => {
  const { counts } = await wayIn(t, 1000);
  let tries = 0;
  const take = async () =>
    ++tries < 5
      ? ({ kind: 'refused', reason: tries === 1 ? 'state' : 'lag', retryAfterMs: 1 } as const)
      : ({ kind: 'taken', position: 1 } as const);
  const header = { sender: 'syslog:one', key: '', trust: 'unauthenticated', protocol: 'syslog', peer: 'p' } as const;
  const batch = { header, body: new Uint8Array(3), items: 5 };
  assert.ok(await takeBatch({ ...counts, taker: { take } }, batch, new AbortController().signal));
  const told = counts.traffic.of('syslog:one');
  assert.deepEqual([tries, told?.events, told?.heldBack], [5, 5, { count: 1, lastMs: 7 }]);
});

test('PRODUCT 9.3 the list of senders tells what each brought since the start: events and their rates, what waits, what came again and what was refused', async (t) => {
  const server = await runServer(t, { yaml: 'syslog: { listen: "127.0.0.1:0" }' });
  const before = Date.now();
  const lines = [winlogbeat(1), winlogbeat(2)];
  const named = { 'triad-batch-id': 'one' };
  assert.equal((await sendLines(server, lines, named)).status, 200);
  assert.equal((await sendLines(server, lines, named)).status, 200);
  assert.equal((await sendLines(server, [winlogbeat(3)], named)).status, 409);
  const body = gzipSync(`{"event":${winlogbeat(4)}}`);
  const headers = { authorization: `Splunk ${server.key}`, 'content-encoding': 'gzip' };
  assert.equal((await fetch(`${server.url}/services/collector`, { method: 'POST', headers, body })).status, 200);
  assert.equal((await sendLines({ ...server, key: `${server.key.slice(0, -4)}0000` }, lines)).status, 401);
  await send(server.server.syslogAddresses[0] ?? '', framed([winlogbeat(5)], 'lines'));
  const list = async (query = ''): Promise<SenderPage> =>
    (await ask(server, 'GET', `/v1/senders${query}`)).json as SenderPage;
  await ask(server, 'POST', '/v1/senders', { id: 'idle' });
  await until(async () => (await list()).items.every(({ traffic }) => traffic?.waitingBytes === 0), 'all is read');
  const { items, keyless = [] } = await list();
  assert.deepEqual(
    items.map(({ id }) => id),
    ['idle', 'first'],
  );
  const [idle, first] = items.map(({ traffic }) => traffic as TrafficDocument);
  const none = { count: 0 };
  assert.ok(idle !== undefined && first !== undefined);
  const { since, perSecond, again, conflict, ...rest } = first;
  assert.deepEqual(rest, { events: 3, waitingBytes: 0, heldBack: none });
  assert.deepEqual([again.count, conflict.count], [1, 1]);
  for (const { last = '' } of [again, conflict])
    assert.ok(Date.parse(last) >= before && Date.parse(last) <= Date.now());
  assert.ok(Date.parse(since) <= before && perSecond.minute > 0 && perSecond.minute === perSecond.hour);
  const nothing = { events: 0, perSecond: { minute: 0, hour: 0 }, waitingBytes: 0 };
  assert.deepEqual(idle, { ...nothing, since, heldBack: none, again: none, conflict: none });
  assert.deepEqual(
    keyless.map(({ id, traffic }) => [id, traffic?.events]),
    [['syslog:local', 1]],
  );
  assert.deepEqual((await list('?named=SYSLOG')).keyless?.length, 1);
  assert.deepEqual((await list('?named=fir')).keyless, []);
  const { next = '' } = await list('?limit=1');
  assert.equal((await list(`?limit=1&after=${next}`)).keyless, undefined);
  const metrics = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${server.token}` } });
  assert.match(await metrics.text(), /triad_state_entries\{store="senderTraffic"\} 2\n/);
});

test('of this machine, which no list names, one line of syslog is no habit: it is neither late nor due at a time', async (t) => {
  const server = await runServer(t, { yaml: 'syslog: { listen: "127.0.0.1:0" }' });
  await send(server.server.syslogAddresses[0] ?? '', framed([winlogbeat(1)], 'lines'));
  type Keyless = NonNullable<SenderPage['keyless']>;
  const local = async (): Promise<Keyless[number] | undefined> =>
    ((await ask(server, 'GET', '/v1/senders')).json as SenderPage).keyless?.[0];
  await until(async () => (await local())?.received !== undefined, 'it was heard of');
  const { id, lateAfterMs, isLate } = (await local()) ?? {};
  assert.deepEqual([id, lateAfterMs, isLate], ['syslog:local', undefined, undefined]);
});

test('G15 senders of syslog stand beside those with a key, by the list, with their last record and when they are late', async (t) => {
  const yaml = 'syslog: { listen: "127.0.0.1:0", senders: ["relay=127.0.0.1", "fw=10.0.0.1", "fw=10.0.0.2"] }';
  const server = await runServer(t, { yaml });
  await send(server.server.syslogAddresses[0] ?? '', framed([winlogbeat(1)], 'lines'));
  type Keyless = NonNullable<SenderPage['keyless']>;
  const list = async (): Promise<Keyless> =>
    ((await ask(server, 'GET', '/v1/senders')).json as SenderPage).keyless ?? [];
  await until(async () => (await list()).some(({ received }) => received !== undefined), 'it was heard of');
  assert.deepEqual(
    (await list()).map(({ id, received, lateAfterMs, isLate }) => [id, received !== undefined, lateAfterMs, isLate]),
    [
      ['syslog:fw', false, undefined, undefined],
      ['syslog:relay', true, 300_000, false],
    ],
  );
  const { senders } = (await ask(server, 'GET', '/v1/health/blind')).json as { senders: number };
  assert.equal(senders, 3);
});
