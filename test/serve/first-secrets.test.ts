import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { writePrivate } from '../../src/serve/data-folder.ts';
import { keepSecrets, type SecretParts } from '../../src/serve/first-secrets.ts';
import { type ServeRequest, startServer } from '../../src/serve/index.ts';
import { Log } from '../../src/serve/log.ts';
import { newState } from '../state/opened-state.ts';
import { ask, runServer, serveRequest, temporaryFolder } from './running-server.ts';
import { startProcess } from './server-process.ts';
import { postSession } from './signed-in.ts';

const HASH = `scrypt$17$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

interface Kept {
  readonly folder: string;
  readonly log: readonly string[];
  keep(
    refused?: 'askChange' | 'addKey' | 'addSender' | 'countPeople',
    code?: 'full' | 'died',
  ): Promise<string | undefined>;
}

/** A first start, without a terminal if none is asked for, over a new state that refuses one thing. */
async function firstStart(
  context: TestContext,
  { isTerminal = false, ...changes }: Partial<SecretParts> & { readonly isTerminal?: boolean } = {},
): Promise<Kept> {
  const folder = temporaryFolder(context);
  const state = await newState(context);
  const log: string[] = [];
  const request: ServeRequest = {
    ...serveRequest(folder, '', log, []),
    makesAdmin: true,
    showSecret: () => isTerminal,
  };
  const keep: Kept['keep'] = (refused, code = 'full') => {
    const call = (...asked: Parameters<typeof state.call>): unknown =>
      asked[0] === refused
        ? Promise.resolve({ kind: 'refused', code, message: 'state.sqlite: the disk is full.' })
        : state.call(...asked);
    return keepSecrets({
      state: { call: call as typeof state.call },
      log: new Log((line) => log.push(line), 'info', request.nowMs),
      request,
      hasher: { make: async () => HASH },
      token: 'token',
      url: 'http://127.0.0.1:1',
      ...changes,
    });
  };
  return { folder, log, keep };
}

test('an account that the state does not take leaves no password that opens nothing, and neither token nor address', async (context) => {
  const { folder, log, keep } = await firstStart(context);
  const why = 'The account admin cannot be made: state.sqlite: the disk is full.';
  assert.deepEqual([await keep('askChange'), await keep('countPeople')], [why, why]);
  assert.deepEqual([readdirSync(folder), log], [[], []]);
  assert.equal(await keep(), undefined);
  assert.deepEqual(readdirSync(folder).sort(), ['address', 'admin-password', 'first-key', 'local-token']);
  assert.match(log.join(''), /admin password written[\s\S]*first key written/);
});

test('a first key that the state does not take is left nowhere either', async (context) => {
  const { folder, keep } = await firstStart(context);
  const why = 'The first key cannot be made: state.sqlite: the disk is full.';
  assert.deepEqual([await keep('addSender'), await keep('addKey')], [why, why]);
  assert.deepEqual(readdirSync(folder).sort(), ['address', 'admin-password', 'local-token']);
});

test('where the account is made and its password would have been shown on a terminal, a start that is refused says how to get another', async (context) => {
  const { folder, keep } = await firstStart(context, { isTerminal: true });
  assert.match(
    (await keep('addKey')) ?? '',
    /^The first key cannot be made: .* triad user reset admin gives it another\.$/,
  );
  assert.deepEqual(readdirSync(folder).sort(), ['address', 'local-token']);
});

test('where it is not known whether a change was kept, the secret stays, and a start says where', async (context) => {
  const { folder, keep } = await firstStart(context);
  const text = (await keep('askChange', 'died')) ?? '';
  assert.match(
    text,
    /^The account admin cannot be made: .* It may be made all the same, by what stands in .*admin-password\.$/,
  );
  assert.deepEqual(readdirSync(folder), ['admin-password']);
  assert.match(
    (await keep('addKey', 'died')) ?? '',
    /^The first key .* It may be made all the same, by what stands in .*first-key\.$/,
  );
  assert.ok(readdirSync(folder).includes('first-key'));
  const onTerminal = await firstStart(context, { isTerminal: true });
  assert.match(
    (await onTerminal.keep('askChange', 'died')) ?? '',
    /all the same: triad user reset admin gives it another password\.$/,
  );
});

test('a thread of hashing that ends is told as why there is no account', async (context) => {
  const make = (): Promise<never> => Promise.reject(new Error('the thread that hashes passwords ended'));
  const { folder, keep } = await firstStart(context, { hasher: { make } });
  assert.equal(await keep(), 'The account admin cannot be made: the thread that hashes passwords ended.');
  assert.deepEqual(readdirSync(folder), []);
});

test('L24 a secret is on stable storage with its name in the folder before the store knows it', async (context) => {
  const folder = temporaryFolder(context);
  const done: string[] = [];
  const { open, rename } = fs;
  fs.open = async (path, ...how) => {
    const file = await open(path, ...how);
    const { sync } = file;
    return Object.assign(file, {
      sync: () => {
        done.push(`sync ${basename(String(path))}`);
        return sync.call(file);
      },
    });
  };
  fs.rename = (from, to) => {
    done.push(`rename ${basename(String(from))} ${basename(String(to))}`);
    return rename(from, to);
  };
  syncBuiltinESMExports();
  try {
    await writePrivate(join(folder, 'admin-password'), 'secret\n');
  } finally {
    Object.assign(fs, { open, rename });
    syncBuiltinESMExports();
  }
  const steps = ['sync admin-password.new', 'rename admin-password.new admin-password', `sync ${basename(folder)}`];
  // Windows has no sync of a folder.
  assert.deepEqual(done, process.platform === 'win32' ? steps.slice(0, 2) : steps);
  assert.equal(readFileSync(join(folder, 'admin-password'), 'utf8'), 'secret\n');
});

test('a start that cannot keep the first password is refused, and leaves no address open: the next one takes it and makes the account', async (context) => {
  const folder = temporaryFolder(context);
  const free = await runServer(context);
  const port = Number(new URL(free.url).port);
  await free.server.stop();
  // What is to be written stands in the way.
  mkdirSync(join(folder, 'admin-password.new'));
  const request = serveRequest(folder, '', [], [], port);
  const refused = await startServer({ ...request, makesAdmin: true, showSecret: () => false });
  assert.equal(refused.kind, 'refused');
  if (refused.kind !== 'refused') return;
  const { code, message, isOfDisk } = refused;
  assert.deepEqual([code, isOfDisk], ['TRIAD-E-SERVE-SECRETS', true]);
  assert.match(message, /^The account admin cannot be made: .*admin-password\.new/);
  assert.equal(existsSync(join(folder, 'address')), false);
  rmdirSync(join(folder, 'admin-password.new'));
  const server = await runServer(context, { folder, port, makesAdmin: true });
  assert.equal((await postSession(server, 'admin', server.adminPassword ?? '')).status, 200);
  assert.equal((await ask(server, 'GET', '/v1/people')).status, 200);
});

test('SERVE 0.1: 17 such a start ends with 4', async (context) => {
  const folder = join(temporaryFolder(context), 'data');
  mkdirSync(join(folder, 'admin-password.new'), { recursive: true, mode: 0o700 });
  const why = /it ended with 4\n[\s\S]*TRIAD-E-SERVE-SECRETS[\s\S]*The account admin cannot be made/;
  await assert.rejects(startProcess(folder), why);
});
