import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { DeadLetterDocument, KeyDocument, NewKeyDocument, Page, SenderDocument } from '../../src/api/index.ts';
import { startServer } from '../../src/serve/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf, NOW_MS } from '../live/streams.ts';
import {
  ask,
  runServer,
  sendLines,
  serveRequest,
  startInProcess,
  temporaryFolder,
  until,
  winlogbeat,
} from './running-server.ts';
import { toldByServer } from './told-incidents.ts';

async function metric(server: Parameters<typeof ask>[0], name: string): Promise<number> {
  const response = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${server.token}` } });
  const line = (await response.text()).split('\n').find((text) => text.startsWith(`${name} `));
  return Number(line?.split(' ')[1]);
}

test('a batch of lines is answered when it is durable, and what gives no event is a dead letter', async (context) => {
  const server = await runServer(context);
  const response = await sendLines(server, [winlogbeat(1), '{"x":1}', winlogbeat(2)]);
  assert.equal(response.status, 200);
  const answer = (await response.json()) as { accepted: number; rejected: unknown[] };
  assert.deepEqual([answer.accepted, answer.rejected], [3, []]);
  await until(async () => (await metric(server, 'triad_store_position_processed')) === 1, 'the batch is read');
  const { json } = await ask(server, 'GET', '/v1/deadletters');
  const [letter] = (json as Page<DeadLetterDocument>).items;
  assert.deepEqual([letter?.position, letter?.item, letter?.code, letter?.sender], [1, 1, 'unknown_shape', 'first']);
});

test('L19 a batch is accepted once: a retry gets the same answer, other bytes under its id are refused', async (context) => {
  const server = await runServer(context);
  const first = await sendLines(server, [winlogbeat(1)], { 'triad-batch-id': 'b-1' });
  const again = await sendLines(server, [winlogbeat(1)], { 'triad-batch-id': 'b-1' });
  assert.deepEqual([first.headers.get('triad-replay'), again.headers.get('triad-replay')], [null, 'true']);
  assert.equal(await again.text(), await first.text());
  const other = await sendLines(server, [winlogbeat(2)], { 'triad-batch-id': 'b-1' });
  assert.equal(other.status, 409);
  assert.equal(((await other.json()) as { code: string }).code, 'batch_conflict');
  const { json } = await ask(server, 'GET', '/v1/audit');
  const rows = (json as { items: readonly { who: string; object: string; result?: object }[] }).items;
  const noted = rows.filter(({ result }) => JSON.stringify(result)?.includes('batch_conflict'));
  assert.deepEqual(
    noted.map(({ object }) => object),
    ['route/ingest'],
    'refused and recorded',
  );
  // Without an id the content stands for the batch.
  const plain = await sendLines(server, [winlogbeat(3)]);
  const copies = await Promise.all([1, 2, 3].map(() => sendLines(server, [winlogbeat(3)])));
  assert.equal(plain.headers.get('triad-replay'), null);
  assert.deepEqual(
    copies.map(({ headers }) => headers.get('triad-replay')),
    ['true', 'true', 'true'],
  );
  assert.equal(await metric(server, 'triad_store_position_durable'), 2);
  assert.equal((await sendLines(server, [winlogbeat(1)], { 'triad-batch-id': 'no spaces' })).status, 400);
});

test('copies of a batch that come at once are one batch', async (context) => {
  const server = await runServer(context);
  const answers = await Promise.all(Array.from({ length: 20 }, () => sendLines(server, [winlogbeat(1)])));
  assert.ok(answers.every(({ status }) => status === 200));
  assert.equal(answers.filter(({ headers }) => headers.get('triad-replay') === null).length, 1);
  assert.equal(await metric(server, 'triad_store_position_durable'), 1);
});

test('L24 a store of which the journal was lost starts with what is left, and its positions go on; its incidents stay as they were told', async (context) => {
  const folder = temporaryFolder(context);
  const nowMs = (): number => NOW_MS;
  const first = await startInProcess({ folder, nowMs });
  const { events } = campaign(['a triad that fires and is removed'], { acts: 0 });
  for (const _ of [1, 2]) await sendLines(first, [winlogbeat(1)], { 'triad-batch-id': String(_) });
  await sendLines(first, linesOf(events));
  await first.server.finish();
  await until(async () => (await metric(first, 'triad_store_position_processed')) === 3, 'all is read');
  const told = await toldByServer(first);
  assert.ok((told as readonly unknown[]).length > 0);
  await first.server.stop();
  rmSync(join(folder, 'journal'), { recursive: true });
  const second = await runServer(context, { folder, nowMs });
  const { json } = await ask(second, 'GET', '/v1/health/detail');
  assert.match(JSON.stringify(json), /batches 1 to 3 are missing/);
  assert.equal((await sendLines({ url: second.url, key: first.key }, [winlogbeat(4)])).status, 200);
  assert.equal(await metric(second, 'triad_store_position_durable'), 4);
  await until(async () => (await metric(second, 'triad_store_position_processed')) === 4, 'what came since is read');
  await second.server.finish();
  const { items } = (await ask(second, 'GET', '/v1/incidents')).json as Page<{ readonly standing: string }>;
  assert.deepEqual([...new Set(items.map(({ standing }) => standing))], ['final']);
  assert.deepEqual(await toldByServer(second), told);
});

test('L24 what was acknowledged is known after a stop and a start, and is not taken twice', async (context) => {
  const folder = temporaryFolder(context);
  const first = await runServer(context, { folder });
  await sendLines(first, [winlogbeat(1)], { 'triad-batch-id': 'b-1' });
  await sendLines(first, [winlogbeat(2)]);
  await first.server.stop();
  const second = { ...(await runServer(context, { folder })), key: first.key };
  assert.equal(
    (await sendLines(second, [winlogbeat(1)], { 'triad-batch-id': 'b-1' })).headers.get('triad-replay'),
    'true',
  );
  assert.equal((await sendLines(second, [winlogbeat(2)])).headers.get('triad-replay'), 'true');
  assert.equal((await sendLines(second, [winlogbeat(9)], { 'triad-batch-id': 'b-1' })).status, 409);
  assert.equal(await metric(second, 'triad_store_position_durable'), 2);
});

test('one folder has one owner', async (context) => {
  const { folder } = await runServer(context);
  const second = await startServer(serveRequest(folder, '', [], []));
  assert.equal(second.kind === 'refused' && second.code, 'TRIAD-E-SERVE-LOCKED');
});

test('a port in use refuses the start, and the folder is free again', async (context) => {
  const running = await runServer(context);
  const folder = temporaryFolder(context);
  const { port } = new URL(running.url);
  const taken = serveRequest(folder, '', [], []);
  const refused = await startServer({
    ...taken,
    settings: { ...taken.settings, listen: { host: '127.0.0.1', port: Number(port) } },
  });
  assert.equal(refused.kind === 'refused' && refused.code, 'TRIAD-E-SERVE-LISTEN');
  await runServer(context, { folder });
});

test('the bulk path answers item by item, with the header that official clients ask for', async (context) => {
  const { url, key } = await runServer(context);
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' };
  const body = `{"create":{"_index":"w"}}\n${winlogbeat(1)}\n{"index":{"_index":"w","_id":"a"}}\n${winlogbeat(2)}\n{"delete":{"_index":"w","_id":"z"}}\n`;
  const bulk = await fetch(`${url}/elastic/_bulk`, { method: 'POST', headers, body });
  const answer = (await bulk.json()) as { errors: boolean; items: Record<string, { status: number }>[] };
  assert.equal(bulk.headers.get('x-elastic-product'), 'Elasticsearch');
  assert.deepEqual(
    answer.items.map((item) => Object.entries(item).map(([op, { status }]) => `${op} ${status}`)[0]),
    ['create 201', 'index 201', 'delete 404'],
  );
  const greeting = await fetch(`${url}/elastic/`, { headers });
  assert.equal(((await greeting.json()) as { version: { number: string } }).version.number, '8.15.0');
  const document = await fetch(`${url}/elastic/logs/_doc/7`, { method: 'PUT', headers, body: winlogbeat(4) });
  const stored = (await document.json()) as { _id: string; _index: string };
  assert.deepEqual([document.status, stored._id, stored._index], [201, '7', 'logs']);
  const refused = await fetch(`${url}/elastic/_bulk`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });
  const error = (await refused.json()) as { error: { type: string }; status: number };
  assert.deepEqual([refused.status, error.error.type, error.status], [401, 'security_exception', 401]);
});

test('a body that is not what its Content-Digest says is refused by a code of its own, and nothing of it is taken', async (context) => {
  const server = await runServer(context);
  const body = gzipSync(winlogbeat(1));
  const send = async (of: Uint8Array): Promise<readonly unknown[]> => {
    const response = await fetch(`${server.url}/v1/ingest`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${server.key}`,
        'content-encoding': 'gzip',
        'content-digest': `sha-256=:${hash('sha256', of, 'base64')}:`,
      },
      body,
    });
    const { code, accepted } = (await response.json()) as { readonly code?: string; readonly accepted?: number };
    return [response.status, code ?? accepted, await metric(server, 'triad_store_position_durable')];
  };
  assert.deepEqual(await send(gzipSync(winlogbeat(2))), [400, 'digest_mismatch', 0]);
  assert.deepEqual(await send(body), [200, 1, 1]);
});

test('bodies may be packed, and a name of another site is not answered', async (context) => {
  const { url, key } = await runServer(context);
  for (const [coding, pack] of [
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const) {
    const response = await fetch(`${url}/v1/ingest`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-encoding': coding },
      body: pack(winlogbeat(coding.length)),
    });
    assert.equal(response.status, 200, coding);
  }
  const status = await new Promise((resolve, reject) => {
    const asked = request(`${url}/readyz`, { headers: { host: 'evil.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });
  assert.equal(status, 421);
});

test('senders and keys: added, rotated, revoked; each act is in the audit with who did it, and no secret is', async (context) => {
  const server = await runServer(context);
  const added = await ask(server, 'POST', '/v1/senders', { id: 'ws-07', hosts: ['WS-07*'] });
  const key = added.json as NewKeyDocument;
  assert.equal(added.status, 201);
  assert.equal((await sendLines({ ...server, key: key.secret }, [winlogbeat(1)])).status, 200);
  assert.equal((await ask(server, 'POST', '/v1/senders', { id: 'ws-07' })).status, 409);
  assert.equal((await ask(server, 'POST', '/v1/senders', { id: 'A B' })).status, 422);
  const rotated = (await ask(server, 'POST', `/v1/keys/${key.id}/rotate`)).json as NewKeyDocument;
  assert.equal((await ask(server, 'POST', `/v1/keys/${key.id}/revoke`)).status, 200);
  assert.equal((await sendLines({ ...server, key: key.secret }, [winlogbeat(2)])).status, 401);
  assert.equal((await sendLines({ ...server, key: rotated.secret }, [winlogbeat(2)])).status, 200);
  assert.equal((await ask(server, 'POST', '/v1/senders/ws-07/revoke')).status, 200);
  assert.equal((await sendLines({ ...server, key: rotated.secret }, [winlogbeat(3)])).status, 401);
  const senders = (await ask(server, 'GET', '/v1/senders')).json as Page<SenderDocument>;
  assert.deepEqual(
    senders.items.map(({ id, state }) => `${id} ${state}`),
    ['ws-07 revoked', 'first active'],
  );
  const keys = (await ask(server, 'GET', '/v1/keys?limit=1')).json as Page<KeyDocument>;
  assert.deepEqual([keys.items[0]?.id, keys.items.length, typeof keys.next], [rotated.id, 1, 'string']);
  const next = (await ask(server, 'GET', `/v1/keys?limit=1&after=${keys.next}`)).json as Page<KeyDocument>;
  assert.equal(next.items[0]?.id, key.id);
  const own = (await ask(server, 'GET', '/v1/keys?sender=ws-07')).json as Page<KeyDocument>;
  assert.deepEqual(
    own.items.map(({ id, state }) => [id, state]),
    [rotated, key].map(({ id }) => [id, id === key.id ? 'revoked' : 'active']),
  );
  assert.deepEqual((await ask(server, 'GET', '/v1/keys?sender=ws-08')).json, { items: [] });
  assert.equal((await ask(server, 'GET', '/v1/keys?sender=')).status, 400);
  const { json } = await ask(server, 'GET', '/v1/audit');
  const audit = JSON.stringify(json);
  assert.match(audit, /"who":"local:tester","action":"sender\.add","object":"sender\/ws-07"/);
  for (const { secret } of [key, rotated]) {
    assert.ok(!audit.includes(secret));
    assert.ok(!server.log.join('').includes(secret));
  }
});

test('a key may do what its scope says and no more; every refusal has its code', async (context) => {
  const server = await runServer(context);
  const codeOf = async (path: string, headers: Record<string, string>, method = 'GET'): Promise<string> => {
    const response = await fetch(`${server.url}${path}`, { method, headers });
    const { code } = (await response.json()) as { code: string };
    return `${response.status} ${code}`;
  };
  const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
  assert.equal(await codeOf('/v1/senders', {}), '401 auth_required');
  assert.equal(await codeOf('/v1/senders', { authorization: 'Digest x' }), '401 auth_scheme_unsupported');
  assert.equal(await codeOf('/v1/senders', bearer('triad_x')), '401 key_malformed');
  assert.equal(await codeOf(`/v1/senders?token=${server.key}`, {}), '401 auth_location_forbidden');
  assert.equal(await codeOf('/v1/senders', bearer(server.key)), '403 scope_insufficient');
  assert.equal(await codeOf('/v1/ingest', bearer(server.token), 'POST'), '403 scope_insufficient');
  const reading = (await ask(server, 'POST', '/v1/keys', { scopes: ['read:health'] })).json as NewKeyDocument;
  assert.equal((await fetch(`${server.url}/metrics`, { headers: bearer(reading.secret) })).status, 200);
  assert.equal(await codeOf('/v1/deadletters', bearer(reading.secret)), '403 scope_insufficient');
  assert.equal(await codeOf('/v1/none', bearer(server.token)), '404 not_found');
  assert.equal(await codeOf('/v1/senders', bearer(server.token), 'DELETE'), '405 method_not_allowed');
  assert.equal((await fetch(`${server.url}/livez`)).status, 200);
  assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
});

test('what is no HTTP gets one short answer, and the server goes on', async (context) => {
  const server = await runServer(context);
  const { hostname, port } = new URL(server.url);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write('\x16\x03\x01 hello\r\n\r\n'));
    let text = '';
    socket.on('data', (part) => {
      text += part.toString();
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
  assert.match(answer, /^HTTP\/1\.1 400 /);
  assert.equal((await sendLines(server, [winlogbeat(1)])).status, 200);
});

test('a body that is refused ends its connection, so that its rest is no request', async (context) => {
  const server = await runServer(context, {
    yaml: 'limits: { bodyBytes: 64 KiB, decodedBytes: 64 KiB, bodiesBytes: 8 MiB }',
  });
  const large = await sendLines(server, [JSON.stringify({ x: 'y'.repeat(100_000) })]);
  assert.equal(large.status, 413);
  assert.equal((await sendLines(server, [winlogbeat(1)])).status, 200);
});

test('L22 secrets stand in files for this user alone, or on a terminal once', async (context) => {
  const { folder, key, log } = await runServer(context);
  for (const name of ['local-token', 'address', 'state.sqlite']) {
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
  }
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.ok(!readFileSync(join(folder, 'state.sqlite')).includes(key));
  assert.ok(!log.join('').includes(key));
});

test('L18 what a bound sender says of another host is kept, counted, and told in the health', async (context) => {
  const server = await runServer(context);
  const added = await ask(server, 'POST', '/v1/senders', { id: 'ws-07', hosts: ['WS-07*'] });
  const bound = { ...server, key: (added.json as NewKeyDocument).secret };
  await sendLines(bound, [winlogbeat(1, 'ws-07.corp.example'), winlogbeat(2, 'WS-07')]);
  await until(async () => (await metric(server, 'triad_store_position_processed')) === 1, 'the first batch is read');
  assert.ok(Number.isNaN(await metric(server, 'triad_host_not_bound_events_total')));
  await sendLines(bound, [winlogbeat(3, 'DC-01'), winlogbeat(4, 'WS-07')]);
  await until(
    async () => (await metric(server, 'triad_host_not_bound_events_total')) === 1,
    'the other host is counted',
  );
  const health = (await ask(server, 'GET', '/v1/health/detail')).json as { status: string };
  assert.equal(health.status, 'degraded');
  assert.match(JSON.stringify(health), /sender ws-07 spoke 1 time\(s\) for hosts that it is not bound to/);
});

test('events of now are dated: their log is heard, though they are later than the start of the server', async (context) => {
  const server = await runServer(context);
  await sendLines(server, [winlogbeat(1).replace('2026-01-01T00:00:00.000Z', new Date(Date.now()).toISOString())]);
  await until(async () => (await metric(server, 'triad_sources_active')) === 1, 'the log is active');
});

test('names of indexes that fill a header are left out of it, and the server goes on', async (context) => {
  const { url, key } = await runServer(context);
  const body = Array.from({ length: 64 }, (_, at) => {
    const name = String.fromCharCode(1 + (at % 30)).repeat(250);
    return `${JSON.stringify({ create: { _index: `${at}${name}` } })}\n${winlogbeat(at)}\n`;
  }).join('');
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson', 'user-agent': 'test' };
  const response = await fetch(`${url}/elastic/_bulk`, { method: 'POST', headers, body });
  assert.equal(response.status, 200);
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
});
