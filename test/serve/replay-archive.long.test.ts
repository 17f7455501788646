import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { contentOf } from '../../src/live/index.ts';
import { readKept } from '../../src/upkeep/index.ts';
import { logsOf, otlpProtobuf } from '../../testkit/index.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf, lineWriter } from '../live/streams.ts';
import { ID, processRule, run } from '../run-main.ts';
import { useOwnTmp } from './own-tmp.ts';
import { ask, runServer, sendLines, type TestServer, temporaryFolder, until } from './running-server.ts';
import { toldByServer } from './told-incidents.ts';

useOwnTmp();

interface Told {
  readonly incident: { readonly id: string; readonly first: string };
}

interface Dossier {
  readonly id: string;
  readonly fingerprint?: string;
}

interface Changes {
  readonly added: readonly { readonly id: string }[];
  readonly removed: readonly { readonly id: string }[];
  readonly changed: readonly { readonly id: string }[];
}

type Differences = Readonly<Record<'incidents' | 'subscriptions' | 'findings', Changes>>;

const { events } = campaign(['a triad that fires and is removed', 'wmiexec with its three legs'], { acts: 10 });
const SETTINGS = 'detection: { lateness: 24h, heldTime: 90d, defaultRules: false }';

/** A server with its settings in its folder, as `triad serve` has it. */
async function serverWith(context: TestContext, more = ''): Promise<TestServer> {
  const folder = temporaryFolder(context);
  writeFileSync(join(folder, 'triad.yaml'), `${SETTINGS}\n${more}`);
  return await runServer(context, { folder, yaml: `${SETTINGS}\n${more}` });
}

async function replayed(folder: string, ...words: readonly string[]): Promise<readonly Told[]> {
  const { code, out, err } = await run('replay', '--data', folder, ...words, '--format', 'json', '-q');
  assert.equal(code, 0, err);
  return JSON.parse(out) as readonly Told[];
}

function contents(told: readonly Told[]): unknown {
  return told.toSorted((a, b) => (a.incident.id < b.incident.id ? -1 : 1)).map(contentOf);
}

async function archived({ server }: TestServer, folder: string): Promise<void> {
  const position = (): number => statSync(join(folder, 'archive', 'index.sqlite')).size;
  await server.finish();
  await until(() => position() > 0, 'the archive is there');
  await new Promise((resolve) => setTimeout(resolve, 2500));
}

/** How the events in the archive are read again, each way once. */
function formsIn(folder: string): readonly string[] {
  const reading = readKept(folder);
  if (reading.kind === 'problem') assert.fail(reading.text);
  return [...new Set([...reading.batches()].flat().map(({ form = 'plain' }) => form))].toSorted();
}

function namesAndBytes(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const paths = names
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !/-(?:wal|shm)$/.test(path));
  return new Map(paths.map((path) => [path, readFileSync(path).toString('base64')]));
}

test('L8 a replay of the archive tells what the live server told, whatever the protocol, while it runs and after', async (context) => {
  const server = await serverWith(context, "archive: { classes: ['2; 400d; channel:Security', '3; 30d; host:WS-*'] }");
  const { url, key, folder } = server;
  const post = (path: string, body: string | Uint8Array, type: string): Promise<Response> =>
    fetch(`${url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': type }, body });
  const plain = linesOf(events);
  const third = (number: number): readonly string[] => plain.filter((_, at) => at % 6 === number);
  const pretty = third(0).map((line) => JSON.stringify(JSON.parse(line), null, 2));
  const update = third(1).flatMap((line) => [
    '{"update":{"_index":"logs","_id":"1"}}',
    `{"doc_as_upsert":true,"doc":${line}}`,
  ]);
  const otlp = linesOf(events, lineWriter('S1', /^OpenTelemetry with raw/)).filter((_, at) => at % 6 === 2);
  const records = otlp.map((line) => line.slice('{"resourceLogs":['.length, line.lastIndexOf(']')));
  const request = `{"resourceLogs":[${records.join(',')}]}`;
  const xml = linesOf(events, lineWriter('S11')).filter((_, at) => at % 6 === 3);
  await sendLines(server, pretty);
  await post('/elastic/_bulk', `${update.join('\n')}\n`, 'application/x-ndjson');
  await post('/v1/logs', otlpProtobuf(request), 'application/x-protobuf');
  await post('/services/collector/event', xml.map((line) => line).join(''), 'application/json');
  await post('/v1/logs', request, 'application/json');
  await sendLines(server, [...third(4), ...third(5), 'no event at all']);
  await archived(server, folder);
  const live = await toldByServer(server);
  assert.ok(Array.isArray(live) && live.length > 0);
  assert.deepEqual(formsIn(folder), ['otlp-json', 'otlp-protobuf', 'plain', 'update']);
  assert.deepEqual(contents(await replayed(folder)), live, 'beside the running server');
  await server.server.stop();
  const before = namesAndBytes(folder);
  assert.deepEqual(contents(await replayed(folder)), live, 'after its end');
  assert.deepEqual([...namesAndBytes(folder).keys()], [...before.keys()]);
  assert.deepEqual(
    readdirSync(tmpdir()).filter((name) => name.startsWith('triad-replay-')),
    [],
  );
});

test('a watched table is replayed with the names of its columns', async (context) => {
  const writer = lineWriter('S18', /CSV/);
  const tables = logsOf(events).map((log, number): [string, string | Uint8Array] => {
    const rows = log.events.map((model, at) => ({ model, recordId: BigInt(at + 1) }));
    return [`${number}.csv`, writer.write(rows.filter(({ model }) => writer.cannotCarry(model) === undefined))];
  });
  const watched = folderWith(
    context,
    tables.map(([name, bytes]) => [name, Buffer.from(bytes)]),
  );
  const server = await serverWith(context, `watch: { folders: ['${watched}'], interval: 1s }`);
  await server.server.looked();
  await archived(server, server.folder);
  const live = await toldByServer(server);
  assert.deepEqual(formsIn(server.folder), ['row']);
  assert.ok(Array.isArray(live) && live.length > 0);
  assert.deepEqual(contents(await replayed(server.folder)), live);
});

test('retro-hunt over the archive: new rules and pins against those of the server; nothing is written', async (context) => {
  const server = await serverWith(context);
  await sendLines(server, linesOf(events));
  await archived(server, server.folder);
  await server.server.stop();
  const own = folderWith(context, [['rule.yml', processRule('Any program', ID.one, "Image|endswith: '.exe'")]]);
  const { pins, subscription } = await pinOfFirst(server.folder, own);
  const before = namesAndBytes(server.folder);
  const difference = async (...words: readonly string[]): Promise<Differences> => {
    const { code, out, err } = await run(
      'replay',
      '--data',
      server.folder,
      ...words,
      '--diff',
      '--format',
      'json',
      '-q',
    );
    assert.equal(code, 0, err);
    return JSON.parse(out) as Differences;
  };
  const byRule = await difference('--rules', join(own, 'rule.yml'));
  assert.ok(byRule.findings.added.length > 0);
  assert.deepEqual(byRule.findings.removed, []);
  const byPin = await difference('--pins', pins);
  assert.deepEqual([byPin.subscriptions.added, byPin.subscriptions.removed, byPin.findings.added], [[], [], []]);
  assert.deepEqual(
    byPin.subscriptions.changed.map(({ id }) => id),
    [subscription],
  );
  assert.deepEqual([...namesAndBytes(server.folder)], [...before]);
  assert.equal((await run('replay', '--data', server.folder, '--diff')).code, 2);
});

/** A pin of a subscription that the archive holds. */
async function pinOfFirst(
  folder: string,
  own: string,
): Promise<{ readonly pins: string; readonly subscription: string }> {
  const told = (await replayed(folder)) as readonly (Told & { readonly subscriptions: readonly Dossier[] })[];
  const dossier = told.flatMap(({ subscriptions }) => subscriptions).find((one) => one.fingerprint !== undefined);
  assert.ok(dossier?.fingerprint !== undefined);
  const pins = join(own, 'pins.yaml');
  const who = ['--hosts', '*', '--owner', 'alice', '--reason', 'agent', '--review', '90d', '--pins', pins, '-q'];
  const added = await run('pin', 'add', '--subscription', dossier.fingerprint, ...who);
  assert.equal(added.code, 0, added.err);
  return { pins, subscription: dossier.id };
}

test('a span of event time is fed alone; without an archive, or with flags of logs, it is refused with what to do', async (context) => {
  const server = await serverWith(context);
  await sendLines(server, linesOf(events));
  await archived(server, server.folder);
  const all = await replayed(server.folder);
  const firsts = all.map(({ incident }) => incident.first).toSorted();
  const some = await replayed(server.folder, '--feed-from', firsts[0] ?? '', '--feed-to', firsts[0] ?? '');
  assert.ok(some.length < all.length, `${some.length} of ${all.length}`);
  const none = await run('replay', '--data', server.folder, '--feed-from', '2100-01-01', '-q');
  assert.deepEqual([none.code, /No event was found/.test(none.err)], [3, true]);
  assert.equal(
    (await run('replay', '--data', server.folder, '--url', 'http://127.0.0.1:1', '--key-file', 'k')).code,
    2,
  );
  assert.equal((await run('replay', 'logs', '--data', server.folder)).code, 2);
  const empty = temporaryFolder(context);
  mkdirSync(join(empty, 'nothing'));
  const missing = await run('replay', '--data', join(empty, 'nothing'));
  assert.deepEqual([missing.code, /--data/.test(missing.err)], [2, true]);
});

test('L18 what a sender said of a host that it is not bound to is worth as little in a replay', async (context) => {
  const server = await serverWith(context);
  const added = await ask(server, 'POST', '/v1/senders', { id: 'other', hosts: ['ELSEWHERE*'] });
  const { secret } = added.json as { readonly secret: string };
  assert.equal((await sendLines({ ...server, key: secret }, linesOf(events))).status, 200);
  await archived(server, server.folder);
  const live = await toldByServer(server);
  assert.ok(Array.isArray(live) && live.length > 0);
  assert.ok(server.log.join('').includes('host not bound'));
  assert.deepEqual(contents(await replayed(server.folder)), live);
});
