import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { bundledRules } from '../../src/cli/bundled-rules.ts';
import type { HuntResult } from '../../src/report/index.ts';
import { otlpProtobuf, type ShapeWriter } from '../../testkit/index.ts';
import { root } from '../house/tree.ts';
import { huntFolder } from '../hunt/hunted.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf, lineWriter } from '../live/streams.ts';
import { runServer, sendBulk, sendLines, type TestServer, temporaryFolder } from './running-server.ts';
import { incidentsOfHunt, toldByServer } from './told-incidents.ts';

const BATCH = 50;

function batchesOf(lines: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(lines.length / BATCH) }, (_, at) => lines.slice(at * BATCH, (at + 1) * BATCH));
}

async function sendAll(server: TestServer, batches: readonly (readonly string[])[]): Promise<void> {
  for (const batch of batches) {
    const response = await sendLines(server, batch);
    assert.equal(response.status, 200, await response.clone().text());
  }
}

/** The same order whenever it is asked for. */
function shuffled<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item, at) => ({ item, key: (at * 2_654_435_761) % 4_294_967_296 }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

function hunted(context: TestContext, lines: readonly string[], ending = 'jsonl'): Promise<HuntResult> {
  return huntFolder(folderWith(context, [[`sent.${ending}`, Buffer.from(lines.join('\n'))]]));
}

const HELD = 'detection: { lateness: 24h, heldTime: 90d }';

test('L8 live equals batch: in order, shuffled, sent twice, by either protocol', async (context) => {
  const { events } = campaign(['a triad that fires and is removed', 'wmiexec with its three legs'], { acts: 20 });
  const lines = linesOf(events);
  const expected = incidentsOfHunt(await hunted(context, lines));
  assert.ok(Array.isArray(expected) && expected.length > 0);
  const ways: Readonly<Record<string, (server: TestServer) => Promise<void>>> = {
    'in order': (server) => sendAll(server, batchesOf(lines)),
    shuffled: (server) => sendAll(server, batchesOf(shuffled(lines))),
    'twice, in other batches': async (server) => {
      await sendAll(server, batchesOf(lines));
      await sendAll(server, batchesOf(shuffled(lines)));
    },
    'by _bulk': async (server) => {
      for (const batch of batchesOf(lines)) await sendBulk(server, batch);
    },
  };
  for (const [way, send] of Object.entries(ways)) {
    const server = await runServer(context, { yaml: HELD });
    await send(server);
    await server.server.finish();
    assert.deepEqual(await toldByServer(server), expected, way);
    await server.server.stop();
  }
});

test('L8 a stop and a start in the middle of a chain change nothing', async (context) => {
  const { events } = campaign(['a triad that fires and is removed'], { acts: 20 });
  const lines = linesOf(events);
  const expected = incidentsOfHunt(await hunted(context, lines));
  const folder = temporaryFolder(context);
  const batches = batchesOf(lines);
  const cuts = [0, Math.floor(batches.length / 3), Math.floor((2 * batches.length) / 3), batches.length];
  let key = '';
  for (const [at, from] of cuts.slice(0, -1).entries()) {
    const server = await runServer(context, { folder, yaml: HELD });
    key = key === '' ? server.key : key;
    await sendAll({ ...server, key }, batches.slice(from, cuts[at + 1]));
    assert.ok(!server.log.join('').includes('withdrawn'), 'a window that is being filled withdraws nothing');
    if (at === cuts.length - 2) {
      await server.server.finish();
      assert.deepEqual(await toldByServer(server), expected);
    }
    await server.server.stop();
  }
});

const corpus = join(root, '..', 'shared', 'corpus', 'dev', 'json', 'slices');
for (const name of ['empire_wmi_create', 'covenant_remote_subscription']) {
  const path = join(corpus, `${name}.jsonl.gz`);
  test(`L8 the capture ${name} with the rules of the pack, shuffled`, {
    skip: existsSync(path) ? false : 'the corpus is not here',
  }, async (context) => {
    const lines = gunzipSync(readFileSync(path)).toString().trimEnd().split('\n');
    const pack = await bundledRules();
    const expected = incidentsOfHunt(
      await huntFolder(folderWith(context, [['sent.jsonl', Buffer.from(lines.join('\n'))]]), { pack }),
    );
    const server = await runServer(context, { yaml: HELD, pack: pack.rules });
    await sendAll(server, batchesOf(shuffled(lines)));
    await server.server.finish();
    assert.deepEqual(await toldByServer(server), expected);
  });
}

/** Envelopes of Splunk's HEC, one after another with nothing between, acknowledged on a channel. */
async function sendHec({ url, key }: TestServer, envelopes: readonly string[]): Promise<void> {
  const headers = {
    authorization: `Splunk ${key}`,
    'x-splunk-request-channel': 'fe0ecfad-13d5-401b-847d-77833bd77131',
  };
  const response = await fetch(`${url}/services/collector/event`, {
    method: 'POST',
    headers,
    body: envelopes.join(''),
  });
  assert.equal(((await response.json()) as { code: number }).code, 0);
}

/** Lines that are a request of OTLP each, as one request. */
function oneRequest(lines: readonly string[]): string {
  const resourceLogs = lines.map((line) => line.slice('{"resourceLogs":['.length, line.lastIndexOf(']')));
  return `{"resourceLogs":[${resourceLogs.join(',')}]}`;
}

async function sendOtlp({ url, key }: TestServer, body: string | Uint8Array): Promise<void> {
  const type = typeof body === 'string' ? 'application/json' : 'application/x-protobuf';
  const headers = { authorization: `Bearer ${key}`, 'content-type': type };
  const response = await fetch(`${url}/v1/logs`, { method: 'POST', headers, body });
  assert.deepEqual([response.status, await response.text()], [200, typeof body === 'string' ? '{}' : '']);
}

test('L8 live equals batch: by HEC and by OTLP in both encodings, in order, shuffled and twice', async (context) => {
  const { events } = campaign(['a triad that fires and is removed'], { acts: 10 });
  const otlp = lineWriter('S1', /^OpenTelemetry with raw/);
  const maps = lineWriter('S10', /^OpenTelemetry before/);
  type Send = (server: TestServer, lines: readonly string[]) => Promise<void>;
  const ways: readonly (readonly [string, ShapeWriter, Send])[] = [
    ['hec, XML', lineWriter('S11'), sendHec],
    [
      'hec, objects',
      lineWriter('S4'),
      (to, lines) =>
        sendHec(
          to,
          lines.map((line) => `{"event":${line}}`),
        ),
    ],
    ['otlp-json, XML', otlp, (to, lines) => sendOtlp(to, oneRequest(lines))],
    ['otlp-protobuf, XML', otlp, (to, lines) => sendOtlp(to, otlpProtobuf(oneRequest(lines)))],
    ['otlp-protobuf, maps', maps, (to, lines) => sendOtlp(to, otlpProtobuf(oneRequest(lines)))],
  ];
  for (const [way, writer, send] of ways) {
    const lines = linesOf(events, writer);
    const expected = incidentsOfHunt(await hunted(context, lines, writer.ending));
    assert.ok(Array.isArray(expected) && expected.length > 0, way);
    const server = await runServer(context, { yaml: HELD });
    for (const batch of batchesOf(shuffled(lines))) await send(server, batch);
    for (const batch of batchesOf(lines)) await send(server, batch);
    await server.server.finish();
    assert.deepEqual(await toldByServer(server), expected, way);
    await server.server.stop();
  }
});

test('L8 the shapes of other shippers come through the server as they do through a file', async (context) => {
  const { events } = campaign(['wmiexec with its three legs'], { acts: 10 });
  for (const writer of [lineWriter('S2'), lineWriter('S6'), lineWriter('S11')]) {
    const lines = linesOf(events, writer);
    const expected = incidentsOfHunt(await hunted(context, lines, writer.ending));
    const server = await runServer(context, { yaml: HELD });
    await sendAll(server, batchesOf(lines));
    await server.server.finish();
    assert.deepEqual(await toldByServer(server), expected, writer.style);
    await server.server.stop();
  }
});
