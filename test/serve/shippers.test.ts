import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runServer, type TestServer, until, winlogbeat } from './running-server.ts';
import { concludes, readConversation, type ShipperRequest, say } from './shipper-conversation.ts';

/** Each conversation with the shape that its events are read as. */
const SHAPES: Readonly<Record<string, string>> = {
  'elastic-agent': 'S4',
  'fluent-bit': 'S1',
  logstash: 'S4',
  opentelemetry: 'S1',
  vector: 'S9',
  winlogbeat: 'S4',
};

/** The figures of a counter by its labels. */
async function counter({ url, token }: TestServer, name: string): Promise<Readonly<Record<string, number>>> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const lines = (await response.text()).split('\n').filter((line) => line.startsWith(`${name}{`));
  return Object.fromEntries(lines.map((line) => [/"([^"]*)"\}/.exec(line)?.[1] ?? '', Number(line.split(' ')[1])]));
}

function isBulk({ path }: ShipperRequest): boolean {
  return path.startsWith('/_bulk');
}

function bulkOf(name: string, lines?: readonly unknown[]): ShipperRequest {
  const bulk = readConversation(name).requests.find(isBulk);
  if (bulk === undefined) throw new Error(`${name} sends no _bulk`);
  return lines === undefined ? bulk : { ...bulk, lines };
}

test('every fixture is tried, and says what it was built from and that it was not recorded', () => {
  const files = readdirSync(join(import.meta.dirname, 'fixtures')).map((file) => file.replace(/\.json$/, ''));
  assert.deepEqual(files.sort(), Object.keys(SHAPES).sort());
  for (const name of files) {
    const { recorded, builtFrom } = readConversation(name);
    assert.deepEqual([recorded, builtFrom.startsWith('Built from the documents')], [false, true], name);
  }
});

for (const [name, shape] of Object.entries(SHAPES)) {
  const { shipper, requests } = readConversation(name);
  test(`${shipper} (by its documents) greets, sets up and sends, and every event is read as ${shape}`, async (context) => {
    const server = await runServer(context);
    let documents = 0;
    for (const asked of requests) {
      const answer = await say(server, asked);
      const what = `${asked.method} ${asked.path}: ${answer.text}`;
      assert.equal(answer.status, 200, what);
      assert.equal(answer.headers['x-elastic-product'], 'Elasticsearch', what);
      if (asked.method === 'HEAD') assert.equal(answer.text, '');
      else assert.equal(typeof JSON.parse(answer.text), 'object', what);
      if (!isBulk(asked)) continue;
      const sent = (asked.lines?.length ?? 0) / 2;
      documents += sent;
      assert.deepEqual(concludes(answer, sent), { delivered: sent, again: 0, dropped: 0, unsaid: 0 });
    }
    await until(async () => (await counter(server, 'triad_read_events_total'))[shape] === documents, 'all is read');
    assert.deepEqual(await counter(server, 'triad_deadletter_events_total'), {});
    // The same conversation again, as after a lost answer.
    for (const asked of requests) assert.equal((await say(server, asked)).status, 200);
    assert.deepEqual(await counter(server, 'triad_dedup_hits_total'), { bulk: 1 });
    assert.equal((await counter(server, 'triad_read_events_total'))[shape], documents);
  });
}

test('Beats find a server that is not older than 8, with an active licence that they know', async (context) => {
  const server = await runServer(context);
  const [root, license] = readConversation('winlogbeat').requests;
  assert.ok(root !== undefined && license !== undefined);
  const { version } = JSON.parse((await say(server, root)).text) as { readonly version: { readonly number: string } };
  assert.match(version.number, /^(?:[89]|\d\d)\.\d+\.\d+$/);
  const { license: found } = JSON.parse((await say(server, license)).text) as {
    readonly license: { readonly type: string; readonly status: string; readonly uid: string };
  };
  assert.deepEqual([found.type, found.status, found.uid !== ''], ['basic', 'active', true]);
});

test('trap 1 of Beats: the answer has an item for each action under any filter, whatever is wrong with a document', async (context) => {
  const server = await runServer(context);
  const create = { create: { _index: 'winlogbeat-8.15.0' } };
  // Of one letter it would be refused for how well it packs.
  const long = Array.from({ length: 200_000 }, (_, number) => number).join(' ');
  const tooLarge = winlogbeat(2).replace('"alice"', `"${long}"`);
  const documents = [winlogbeat(1), tooLarge, '{"winlog":{"broken', '', winlogbeat(3)];
  const lines = documents.flatMap((document) => [create, document]);
  for (const filter of ['?filter_path=errors%2Citems.%2A.error%2Citems.%2A.status', '', '?filter_path=took']) {
    const answer = await say(server, { ...bulkOf('winlogbeat', lines), path: `/_bulk${filter}` });
    // A broken document is taken and becomes a dead letter; the empty one and the large one are final.
    assert.deepEqual(concludes(answer, 5), { delivered: 3, again: 0, dropped: 2, unsaid: 0 }, filter);
  }
});

test('a conversation whose answer misses items would lose them: the conclusion sees it', () => {
  const text = JSON.stringify({ errors: false, items: [{ create: { status: 201 } }, { create: { status: 429 } }] });
  assert.deepEqual(concludes({ status: 200, text }, 4), { delivered: 1, again: 1, dropped: 0, unsaid: 2 });
});

test('what passes by is sent again: a full budget is 429 with Retry-After, a wrong key 401 in the form of Elasticsearch', async (context) => {
  const server = await runServer(context, {
    yaml: 'limits: { bodiesBytes: 1 MiB, decodedBytes: 1 MiB, bodyBytes: 1 MiB }',
  });
  const lines = Array.from({ length: 3000 }, (_, number) => [{ create: {} }, winlogbeat(number)]).flat();
  const busy = await say(server, bulkOf('logstash', lines));
  assert.equal(busy.status, 429);
  assert.match(busy.headers['retry-after'] ?? '', /^\d+$/);
  assert.deepEqual(concludes(busy, 3000), { delivered: 0, again: 3000, dropped: 0, unsaid: 0 });
  const refused = await say({ ...server, key: `${server.key.slice(0, -10)}0000000000` }, bulkOf('winlogbeat'));
  assert.equal(refused.status, 401);
  const { error } = JSON.parse(refused.text) as { readonly error: { readonly type: string } };
  assert.equal(error.type, 'security_exception');
  assert.deepEqual(await counter(server, 'triad_ingest_batches_total'), {});
});

test('a client of _bulk that says nothing of itself is hung up on where a refusal passes by, and told what is final', async (context) => {
  const server = await runServer(context);
  // As omelasticsearch of rsyslog sends it, which takes every whole refusal for the end of the matter.
  const headers = { authorization: '{{basic}}', accept: '*/*', 'content-type': 'application/json; charset=utf-8' };
  const bulk = { method: 'POST', path: '/_bulk', headers, lines: [{ index: { _index: 'triad' } }, winlogbeat(1)] };
  const wrong = { ...server, key: `${server.key.slice(0, -10)}0000000000` };
  await assert.rejects(say(wrong, bulk), { code: 'ECONNRESET' });
  assert.equal((await say(wrong, { ...bulk, headers: { ...headers, 'user-agent': 'some/1' } })).status, 401);
  assert.equal((await say(wrong, { method: 'GET', path: '/', headers })).status, 401);
  assert.equal((await say(server, { ...bulk, lines: ['no action'] })).status, 400);
  assert.equal((await say(server, bulk)).status, 200);
});
