import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { otlpProtobuf } from '../../testkit/index.ts';
import { ask, runServer, type TestServer, until } from './running-server.ts';

const XML =
  "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Sysmon'/>" +
  "<EventID>1</EventID><TimeCreated SystemTime='2026-01-01T00:00:00.1234567Z'/><EventRecordID>N</EventRecordID>" +
  '<Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>WS-07</Computer></System>' +
  "<EventData><Data Name='Image'>C:\\Windows\\System32\\cmd.exe</Data></EventData></Event>";

function request(...records: readonly unknown[]): string {
  return JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] });
}

function raw(recordId: number): unknown {
  return { timeUnixNano: '1767225600123456700', body: { stringValue: XML.replace('>N<', `>${recordId}<`) } };
}

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly bytes: Buffer;
  readonly headers: Headers;
}

async function send(
  { url, key }: Pick<TestServer, 'url' | 'key'>,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const type = typeof body === 'string' ? 'application/json' : 'application/x-protobuf';
  const all = { authorization: `Bearer ${key}`, 'content-type': type, ...headers };
  const response = await fetch(`${url}/v1/logs`, { method: 'POST', headers: all, body });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, type: response.headers.get('content-type'), bytes, headers: response.headers };
}

async function readEvents(server: TestServer): Promise<number> {
  const response = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${server.token}` } });
  const lines = (await response.text())
    .split('\n')
    .filter((line) => line.startsWith('triad_read_events_total{') && !line.includes('wrapper'));
  return lines.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0);
}

test('records are taken in both encodings, packed or not, answered in the same, and a retry adds nothing', async (context) => {
  const server = await runServer(context);
  const json = await send(server, request(raw(1), raw(2)));
  assert.deepEqual([json.status, json.type, json.bytes.toString()], [200, 'application/json', '{}']);
  const protobuf = await send(server, otlpProtobuf(request(raw(3))));
  assert.deepEqual([protobuf.status, protobuf.type, protobuf.bytes.length], [200, 'application/x-protobuf', 0]);
  const gzip = { 'content-encoding': 'gzip' };
  assert.equal((await send(server, gzipSync(otlpProtobuf(request(raw(4)))), gzip)).status, 200);
  await until(async () => (await readEvents(server)) === 4, 'four events are read');
  assert.equal((await send(server, request(raw(1), raw(2)))).status, 200);
  assert.equal((await send(server, otlpProtobuf(request(raw(4))))).status, 200);
  assert.equal((await send(server, otlpProtobuf(request()))).status, 200);
  assert.equal((await send(server, otlpProtobuf(request(raw(5))))).status, 200);
  await until(async () => (await readEvents(server)) === 5, 'one more');
});

test('SERVE 1.3 what is refused for good is a partial success, and the rest is kept', async (context) => {
  const server = await runServer(context);
  // Of numbers, so that it does not pack too well.
  const long = { body: { stringValue: Array.from({ length: 200_000 }, (_, number) => number).join(' ') } };
  const json = await send(server, request(raw(1), long, raw(2), long));
  const { partialSuccess } = JSON.parse(json.bytes.toString()) as {
    readonly partialSuccess: { readonly rejectedLogRecords: string; readonly errorMessage: string };
  };
  assert.deepEqual([json.status, partialSuccess.rejectedLogRecords], [200, '2']);
  assert.match(
    partialSuccess.errorMessage,
    /^record 1 \(from 0\): The event has \d+ bytes; at most 1048576 are taken\.$/,
  );
  const protobuf = await send(server, otlpProtobuf(request(long)));
  assert.deepEqual([protobuf.status, [...protobuf.bytes.subarray(2, 4)]], [200, [0x08, 1]]);
  await until(async () => (await readEvents(server)) === 2, 'the good ones are read');
});

test('errors are google.rpc.Status in the encoding of the request', async (context) => {
  const server = await runServer(context);
  const wrong = { ...server, key: `${server.key.slice(0, -10)}0000000000` };
  const refused = await send(wrong, request(raw(1)));
  assert.deepEqual([refused.status, refused.type], [401, 'application/json']);
  assert.match(refused.bytes.toString(), /^\{"code":16,"message":".+"\}$/);
  const inBytes = await send(wrong, otlpProtobuf(request(raw(1))));
  assert.deepEqual(
    [inBytes.status, inBytes.type, [...inBytes.bytes.subarray(0, 3)]],
    [401, 'application/x-protobuf', [8, 16, 18]],
  );
  assert.equal((await send(server, '{"resourceLogs":[')).status, 400);
  assert.equal((await send(server, Buffer.from([0x0b]))).status, 400);
  const other = await send(server, 'x', { 'content-type': 'text/plain' });
  assert.deepEqual([other.status, JSON.parse(other.bytes.toString()).code], [415, 3]);
  const basic = `Basic ${Buffer.from(`${server.key.split('_')[1]}:${server.key}`).toString('base64')}`;
  assert.equal((await send(server, request(), { authorization: basic })).status, 200);
  assert.equal((await send(server, request(), { authorization: `Splunk ${server.key}` })).status, 401);
});

test('SERVE 8 trap 2: what passes by is 429 or 503 with Retry-After, never 500', async (context) => {
  const yaml = 'limits: { bodiesBytes: 1 MiB, decodedBytes: 1 MiB, bodyBytes: 1 MiB }';
  const server = await runServer(context, { yaml });
  const busy = await send(server, request(...Array.from({ length: 1500 }, (_, number) => raw(number))));
  assert.equal(busy.status, 429);
  assert.match(busy.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  const bomb = await send(server, gzipSync(Buffer.alloc(1 << 20)), { 'content-encoding': 'gzip' });
  assert.deepEqual([bomb.status, bomb.headers.get('retry-after')], [413, null]);
});

test('a dead letter of protobuf is kept as what its reader reads, and can be read again', async (context) => {
  const server = await runServer(context);
  assert.equal(
    (await send(server, otlpProtobuf(request(raw(1), { body: { stringValue: 'just words' } })))).status,
    200,
  );
  const letters = async (): Promise<readonly { readonly position: number; readonly item: number }[]> =>
    ((await ask(server, 'GET', '/v1/deadletters')).json as { items: readonly { position: number; item: number }[] })
      .items;
  await until(async () => (await letters()).length === 1, 'a dead letter');
  assert.equal((await letters())[0]?.item, 1);
  const retried = await ask(server, 'POST', '/v1/deadletters/retry');
  assert.deepEqual(retried.json, { read: 1, mended: 0, gone: 0 });
});

test('a record of either encoding is shown with what is read in it', async (context) => {
  const server = await runServer(context);
  assert.equal((await send(server, request(raw(1)))).status, 200);
  assert.equal((await send(server, otlpProtobuf(request(raw(2))))).status, 200);
  for (const position of [1, 2]) {
    let shown: { readonly records?: readonly { readonly eventId: number }[] } = {};
    await until(async () => {
      const { status, json } = await ask(server, 'GET', `/v1/events/${position}/0`);
      if (status === 200) shown = json as typeof shown;
      return status === 200;
    }, 'it is archived');
    assert.equal(shown.records?.length, 1, `batch ${position}`);
  }
});
