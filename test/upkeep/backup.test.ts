import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readManifest } from '../../src/upkeep/manifest.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { run } from '../run-main.ts';
import { assertOnce, keptEvents } from '../serve/kept-events.ts';
import { LoadRun } from '../serve/load-run.ts';
import {
  ask,
  runServer,
  sendLines,
  type TestServer,
  temporaryFolder,
  until,
  winlogbeat,
} from '../serve/running-server.ts';
import { startProcess } from '../serve/server-process.ts';
import { toldByServer } from '../serve/told-incidents.ts';

const YAML = 'detection: { lateness: 24h, heldTime: 90d }';

/** All files below a folder but a manifest, with their modes. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => `${path} ${(statSync(join(folder, path)).mode & 0o777).toString(8)}`)
    .sort();
}

async function listsOf(server: TestServer): Promise<unknown> {
  const lists: unknown[] = [];
  for (const path of ['senders', 'keys', 'deadletters?limit=1000', 'incidents?limit=1000']) {
    const { json } = await ask(server, 'GET', `/v1/${path}`);
    // When a key was last used is noted now and then, and what senders bring is counted from each start on.
    lists.push(
      JSON.parse(JSON.stringify(json), (key, value) => (/^(?:lastUsed|traffic)$/.test(key) ? undefined : value)),
    );
  }
  return lists;
}

/** What the doctor counts in the archive; empty where it counts none. */
async function archived(folder: string): Promise<string> {
  return /archive +\d+ segments verify: ([1-9]\d* events)/.exec((await run('doctor', '--data', folder)).out)?.[1] ?? '';
}

/** A server that has found something, with a second sender, a dead letter and an incident that somebody works on. */
async function workedServer(context: TestContext): Promise<TestServer> {
  const server = await runServer(context, { yaml: YAML });
  const { folder } = server;
  writeFileSync(
    join(folder, 'triad.yaml'),
    `# by hand\nlisten: 127.0.0.1:0\njournal: { reserveBytes: 0 B }\n${YAML}\n`,
  );
  mkdirSync(join(folder, 'conf.d'));
  writeFileSync(join(folder, 'conf.d', '10-log.yaml'), 'log: { level: warn }\n');
  assert.equal((await run('sender', 'add', 'ws-07', '--data', folder)).code, 0);
  await sendLines(
    server,
    linesOf(campaign(['a remote process by NTLM', 'a triad that fires and is removed'], { acts: 20 }).events),
  );
  await sendLines(server, ['{"x":1}']);
  await server.server.finish();
  await until(
    async () => (await run('deadletter', 'list', '--data', folder)).out.includes('unknown_shape'),
    'a letter',
  );
  assert.equal((await run('incidents', 'ack', 'INC-1', '--data', folder)).code, 0);
  return server;
}

test('L25 a backup of a running server is restored: incidents, keys, dead letters and events are equal, and the server goes on', async (context) => {
  const server = await workedServer(context);
  const told = await toldByServer(server);
  await until(async () => (await archived(server.folder)).length > 0, 'events are archived');
  const entries = await archived(server.folder);
  const lists = await listsOf(server);
  const target = join(temporaryFolder(context), 'monday');
  const made = await run('backup', target, '--data', server.folder);
  assert.deepEqual([made.code, made.err], [0, '']);
  assert.match(made.out, /is copied to .*monday: \d+ files, .* up to batch 2\./);
  assert.ok(
    filesBelow(target).every((line) => line.endsWith(' 600')),
    filesBelow(target).join('\n'),
  );
  assert.deepEqual(
    filesBelow(target).map((line) => line.split(' ')[0]),
    [
      'archive/seg-0000000000000001-0.blocks',
      'conf.d/10-log.yaml',
      'journal/seg-0000000000000001.log',
      'manifest.json',
      'state.sqlite',
      'triad.yaml',
    ],
  );
  const intact = await run('backup', 'verify', target);
  assert.deepEqual([intact.code, intact.err], [0, '']);
  assert.match(intact.out, /^Intact: /);
  await server.server.stop();

  const folder = join(temporaryFolder(context), 'again');
  const tried = await run('restore', target, '--data', folder, '--dry-run');
  assert.match(tried.out, /^It can be restored: /);
  const restored = await run('restore', target, '--data', folder);
  assert.deepEqual([restored.code, restored.err], [0, '']);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(await archived(folder), entries);
  const again = await runServer(context, { folder, yaml: YAML });
  assert.deepEqual(await listsOf(again), lists);
  await again.server.finish();
  assert.deepEqual(await toldByServer(again), told);
  const known = { url: again.url, key: server.key };
  assert.equal((await sendLines(known, [winlogbeat(77)])).status, 200, 'the old key is good');
  const replayed = await sendLines(known, ['{"x":1}']);
  assert.equal(replayed.headers.get('triad-replay'), 'true', 'what was taken before the backup is known');
  assert.match((await run('incidents', 'show', 'INC-1', '--data', folder)).out, /INC-1 {2}acknowledged/);
  await again.server.stop();
  const kept = await keptEvents(folder);
  assert.equal(kept.positions, 3);
  assert.equal(kept.events.at(-1), winlogbeat(77));
});

test('L24 a backup under load holds each event that was acknowledged before it began, and none twice', async (context) => {
  const base = temporaryFolder(context);
  const server = await startProcess(join(base, 'data'), {
    yaml: 'journal: { segmentBytes: 1 MiB, reserveBytes: 0 B }',
  });
  context.after(() => server.end('SIGKILL'));
  const load = new LoadRun(4);
  const running = load.run(server);
  await until(() => load.acknowledged.length > 150, 'some batches are taken');
  const before = [...load.acknowledged];
  const made = await run('backup', join(base, 'copy'), '--data', server.folder);
  assert.deepEqual([made.code, made.err], [0, '']);
  // A server that is killed leaves its logs as they are: it is copied like one that runs.
  await server.end('SIGKILL');
  load.stop();
  await running;
  const killed = await run('backup', join(base, 'killed'), '--data', server.folder);
  assert.deepEqual([killed.code, killed.err], [0, '']);
  for (const [name, batches] of [
    ['copy', before],
    ['killed', load.acknowledged],
  ] as const) {
    const folder = join(base, `${name}-restored`);
    assert.equal((await run('restore', join(base, name), '--data', folder)).code, 0);
    const kept = await keptEvents(folder);
    assertOnce(kept, batches);
    assert.ok(kept.judged <= kept.positions);
    context.diagnostic(
      `${name}: ${batches.length} batches acknowledged, ${kept.positions} kept, ${kept.judged} judged`,
    );
  }
});

test('a backup that was changed is told and not restored; nothing is restored over another store or from a later version', async (context) => {
  const server = await runServer(context, {});
  await sendLines(server, [winlogbeat(1)]);
  const base = temporaryFolder(context);
  const target = join(base, 'b');
  assert.equal((await run('backup', target, '--data', server.folder)).code, 0);
  const folder = join(base, 'restored');
  const attempt = async (): Promise<string> => {
    const verified = await run('backup', 'verify', target);
    const restored = await run('restore', target, '--data', folder);
    assert.ok(!readdirSync(base).some((name) => name.startsWith('restored')), 'nothing is left');
    return `${verified.code} ${verified.out}${verified.err}| ${restored.code} ${restored.err}`;
  };
  const path = join(target, 'journal', 'seg-0000000000000001.log');
  const bytes = readFileSync(path);
  writeFileSync(path, Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1) === 0 ? 1 : 0])]));
  assert.match(
    await attempt(),
    /^1 Not what was written:\n {2}journal\/seg-\S+ is not what was written\.\n\| 1 .*DIFFERS/,
  );
  writeFileSync(path, bytes.subarray(1));
  assert.match(await attempt(), /^1 .*\n {2}journal\/seg-\S+ has \d+ bytes and not \d+\.\n\| 1 /);
  writeFileSync(path, bytes);
  writeFileSync(join(target, 'more.yaml'), '');
  assert.match((await run('backup', 'verify', target)).out, /more\.yaml is not in the manifest/);
  const manifest = readFileSync(join(target, 'manifest.json'), 'utf8');
  writeFileSync(join(target, 'manifest.json'), manifest.replace('"journal": 1', '"journal": 2'));
  assert.match(await attempt(), /^3 .*NEWER.*[\s\S]*\| 2 .*NEWER.*\n.*journal in it has format 2/);
  writeFileSync(join(target, 'manifest.json'), manifest);
  mkdirSync(folder);
  writeFileSync(join(folder, 'x'), '');
  const over = await run('restore', target, '--data', folder);
  assert.equal(over.code, 2);
  assert.match(over.err, /is not empty: a store is never restored over another/);
  assert.equal((await run('restore', base, '--data', join(base, 'y'))).code, 3);
  assert.equal((await run('backup', target, '--data', server.folder)).code, 2, 'a place that is not empty');
  assert.equal((await run('backup', join(server.folder, 'x'), '--data', server.folder)).code, 2, 'a place within');
  assert.match((await run('backup', join(base, 'z'), '--data', join(base, 'none'))).err, /There is no store in/);
});

test('L20 a manifest leads nowhere but into its folder, and a broken one is refused with why', () => {
  const made = (changes: object): string =>
    JSON.stringify({
      schema: 'triad.backup/1',
      version: '1',
      created: '2026-01-01T00:00:00.0000000Z',
      formats: { state: 1, journal: 1, archive: 1 },
      positions: { judged: 0, durable: 0 },
      files: [{ path: 'a/b.c', bytes: 1, sha256: 'a'.repeat(64) }],
      ...changes,
    });
  assert.equal(readManifest(made({})).kind, 'manifest');
  const file = (path: string): object => ({ files: [{ path, bytes: 1, sha256: 'a'.repeat(64) }] });
  for (const path of ['../a', '/a', 'a/../b', 'a//b', '.ssh/a', 'a\\b', '']) {
    assert.equal(readManifest(made(file(path))).kind, 'problem', path);
  }
  for (const changes of [
    { schema: 'x' },
    { files: {} },
    { positions: {} },
    { formats: { state: -1 } },
    { version: 1 },
  ]) {
    const reading = readManifest(made(changes));
    assert.deepEqual([reading.kind, reading.kind === 'problem' && reading.code], ['problem', 'unreadable']);
  }
  const newer = readManifest(made({ schema: 'triad.backup/2' }));
  assert.deepEqual([newer.kind, newer.kind === 'problem' && newer.code], ['problem', 'newer']);
  assert.equal(readManifest('{').kind, 'problem');
  const twice = { files: [...JSON.parse(made({})).files, ...JSON.parse(made({})).files] };
  assert.equal(readManifest(made(twice)).kind, 'problem');
});

test('a place where nothing can be written ends a backup and leaves nothing', async (context) => {
  const server = await runServer(context, {});
  const base = temporaryFolder(context);
  chmodSync(base, 0o755);
  writeFileSync(join(base, 'file'), '');
  const { code, err } = await run('backup', join(base, 'file', 'below'), '--data', server.folder);
  assert.notEqual(code, 0);
  assert.match(err, /TRIAD-E-BACKUP-/);
});
