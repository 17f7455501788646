import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { Check } from '../../src/upkeep/index.ts';
import { selfSigned, tlsSettings } from '../clients/tls.ts';
import { processRule, run, runAt } from '../run-main.ts';
import { runServer, sendLines, temporaryFolder, until, winlogbeat } from '../serve/running-server.ts';

interface Told {
  readonly code: number;
  readonly verdict: string;
  readonly checks: readonly Check[];
}

async function doctor(folder: string, ...more: readonly string[]): Promise<Told> {
  const { code, out, err } = await run('doctor', '--data', folder, '--format', 'json', ...more);
  assert.equal(err, '');
  return { code, ...(JSON.parse(out) as Omit<Told, 'code'>) };
}

/** What one check says, as `level text action`. */
function lineOf({ checks }: Told, name: string): string {
  return checks
    .filter((check) => check.name === name)
    .map(({ level, text, action }) => `${level} ${text} ${action}`)
    .join('\n');
}

test('beside a running server the doctor asks it, and finds a store that is well; without it, the port', async (context) => {
  const server = await runServer(context);
  const { folder } = server;
  await sendLines(server, [winlogbeat(1)]);
  await server.server.finish();
  const running = await doctor(folder);
  assert.deepEqual([running.code, running.verdict], [0, 'ok'], JSON.stringify(running.checks));
  assert.match(lineOf(running, 'server'), /^ok Version 0\.0\.0 answers at http:\/\/127\.0\.0\.1:\d+: ok\./);
  assert.match(lineOf(running, 'state'), /^ok The state is whole \(format \d+\)\./);
  assert.match(lineOf(running, 'journal'), /^ok 1 segments verify: batches 1 to 1\./);
  assert.match(lineOf(running, 'disk'), /^ok A write lasts after [\d.]+ ms/);
  assert.deepEqual(
    running.checks.map(({ name }) => name),
    [
      'program',
      'settings',
      'rules',
      'memory',
      'server',
      'folder',
      'permissions',
      'space',
      'disk',
      'state',
      'journal',
      'archive',
      'clock',
      'people',
      'keys',
      'senders',
      'dead letters',
    ],
  );
  assert.ok(
    readdirSync(folder).every((name) => !name.startsWith('doctor-')),
    'nothing is left',
  );
  assert.equal((await sendLines(server, [winlogbeat(2)])).status, 200, 'the server goes on');
  await server.server.stop();
  writeFileSync(join(folder, 'triad.yaml'), 'listen: 127.0.0.1:0\n');
  const stopped = await doctor(folder, '--quick');
  assert.equal(stopped.code, 0);
  assert.match(lineOf(stopped, 'port'), /^ok No server runs here; 127\.0\.0\.1:0 is free/);
  assert.equal(lineOf(stopped, 'journal'), '', 'quick reads no journal');
});

test('what is wrong with a store is told with what to do, and is exit 1', async (context) => {
  const server = await runServer(context);
  const { folder } = server;
  for (let id = 1; id <= 3; id++) await sendLines(server, [winlogbeat(id)]);
  await sendLines(server, ['{"x":1}']);
  await until(
    async () => (await run('deadletter', 'list', '--data', folder)).out.includes('unknown_shape'),
    'a letter',
  );
  assert.equal((await run('key', 'add', '--days', '7', '--data', folder)).code, 0);
  assert.match(
    lineOf(await doctor(folder), 'dead letters'),
    /^warn 1 events could not be read \(newest: unknown_shape, of first\)\. triad deadletter list/,
  );
  assert.match(
    lineOf(await doctor(folder), 'keys'),
    /^warn Ended or ending within 14 days: \S+ \(reading, .* triad key rotate/,
  );
  await server.server.stop();
  const [segment = ''] = readdirSync(join(folder, 'journal')).filter((name) => name.endsWith('.log'));
  const path = join(folder, 'journal', segment);
  const bytes = readFileSync(path);
  const spoiled = Buffer.from(bytes);
  spoiled[100] = (spoiled[100] ?? 0) ^ 1;
  writeFileSync(path, spoiled);
  assert.match(
    lineOf(await doctor(folder), 'journal'),
    /^fail .*seg-0000000000000001\.log does not verify throughout\. /,
  );
  writeFileSync(path, bytes);
  chmodSync(path, 0o644);
  chmodSync(folder, 0o777);
  const open = await doctor(folder);
  assert.equal(open.code, 1);
  assert.match(
    lineOf(open, 'permissions'),
    /^fail Others may use journal\/seg-0000000000000001\.log, .* chmod -R go-rwx /,
  );
  assert.match(lineOf(open, 'folder'), /^fail Others may write to .*mode 777\)\. chmod 700 /);
  chmodSync(folder, 0o700);
  const state = new DatabaseSync(join(folder, 'state.sqlite'));
  state.exec('PRAGMA user_version = 999');
  state.close();
  assert.match(lineOf(await doctor(folder), 'state'), /^fail .*format 999, made by a later version/);
  writeFileSync(join(folder, 'state.sqlite'), 'no SQLite file at all, but long enough to be looked at'.repeat(40));
  assert.match(lineOf(await doctor(folder), 'state'), /^fail .*damaged, or no SQLite file/);
});

test('a clock that was set back, a sender that is silent and one whose key ended are told', async (context) => {
  const server = await runServer(context);
  await sendLines(server, [winlogbeat(1)]);
  await server.server.finish();
  await server.server.stop();
  const state = new DatabaseSync(join(server.folder, 'state.sqlite'));
  state.exec('UPDATE api_key SET used_hour_ms = 1767225600000');
  state.close();
  assert.match(lineOf(await doctor(server.folder), 'senders'), /^warn Silent: first since 2026-01-01T00h\. /);
  const argv = ['doctor', '--data', server.folder, '--format', 'json'];
  for (const [wallMs, name, told] of [
    [Date.now() - 3_600_000, 'clock', /and what was stored last is of/],
    [Date.now() + 400 * 86_400_000, 'keys', /^warn Ended or ending within 14 days: \S+ \(first, /],
  ] as const) {
    const { code, out } = await runAt({ wallMs: () => wallMs }, ...argv);
    assert.match(lineOf({ code, ...JSON.parse(out) }, name), told);
  }
});

test('memory that a full window would not leave is told, with the window that fits', async (context) => {
  const folder = temporaryFolder(context);
  const told = async (gib: number) => {
    const argv = ['doctor', '--data', folder, '--format', 'json'];
    const { code, out } = await runAt({ memoryBytes: () => gib * 2 ** 30 }, ...argv);
    return lineOf({ code, ...JSON.parse(out) }, 'memory');
  };
  assert.equal(await told(8), 'ok A window of 256 MiB can take 6.1 GiB when it is full; 8.0 GiB are there. ');
  const less =
    'warn A window of 256 MiB can take 6.1 GiB when it is full; 4.0 GiB are there. Set detection.heldBytes to ';
  assert.equal(await told(4), `${less}137 MiB, or give it more: a server that finds none left ends.`);
  assert.match(await told(1), / Give it more: a server that finds none left ends\.$/);
});

test('settings, rules, certificates and a port that is taken are told before a start would', async (context) => {
  const folder = temporaryFolder(context);
  mkdirSync(join(folder, 'rules'));
  writeFileSync(join(folder, 'triad.yaml'), 'listn: 127.0.0.1:1\n');
  const wrong = await doctor(folder);
  assert.equal(wrong.code, 1);
  assert.match(lineOf(wrong, 'settings'), /^fail .*triad\.yaml:1/);
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  context.after(() => taken.close());
  const { port } = taken.address() as { readonly port: number };
  writeFileSync(join(folder, 'rules', 'a.yml'), processRule('A', 'no-id', 'CommandLine|nonsense: x'));
  writeFileSync(
    join(folder, 'triad.yaml'),
    `listen: 127.0.0.1:${port}\ndetection: { rules: ['${join(folder, 'rules')}'] }\n`,
  );
  const found = await doctor(folder);
  assert.match(
    lineOf(found, 'port'),
    new RegExp(`^fail No server runs here, and 127\\.0\\.0\\.1:${port} is not free \\(EADDRINUSE\\)`),
  );
  assert.match(lineOf(found, 'rules'), /^fail \d+ errors in rules; the first: .*a\.yml:\d+ /);
  writeFileSync(join(folder, 'triad.yaml'), 'tls: { certificate: /none/cert.pem, key: /none/key.pem }\n');
  assert.match(lineOf(await doctor(folder), 'certificate'), /^fail \/none\/cert\.pem: .*ENOENT/);
  const { code, out } = await run('doctor', '--data', folder);
  assert.equal(code, 1);
  assert.match(
    out,
    /^ok {4}program {7}Triad .*\n[\s\S]*\nfail {2}certificate {3}\/none[\s\S]*\n {20}Name a PEM[\s\S]* checks: [12] fail, \d warn\.\n$/,
  );
});

test('a certificate that ends soon is told, and a key that is not its own', async (context) => {
  const folder = temporaryFolder(context);
  const [one, two] = [await selfSigned(join(folder, 'one')), await selfSigned(join(folder, 'two'))];
  if (one === undefined || two === undefined) return context.skip('there is no openssl that makes a certificate');
  writeFileSync(join(folder, 'triad.yaml'), tlsSettings(one));
  assert.match(lineOf(await doctor(folder), 'certificate'), /^warn CN=localhost: good from .* SIGHUP/);
  writeFileSync(join(folder, 'triad.yaml'), tlsSettings({ ...one, key: two.key }));
  assert.match(lineOf(await doctor(folder), 'certificate'), /^fail .*mismatch/);
});
