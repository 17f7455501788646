import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFirstAdmin } from '../../src/serve/people/first-admin.ts';
import { root } from '../house/tree.ts';
import { run } from '../run-main.ts';
import { newState } from '../state/opened-state.ts';
import { ask, runServer, type TestServer, temporaryFolder, until } from './running-server.ts';
import { startProcess } from './server-process.ts';
import { addPerson, postSession, signIn, type Visitor } from './signed-in.ts';

type Json = Readonly<Record<string, unknown>>;
const NEXT = 'a long password of admin';
const HASH = `scrypt$17$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

async function itemsOf(server: TestServer, path: string): Promise<readonly Json[]> {
  return ((await ask(server, 'GET', path)).json as { readonly items: readonly Json[] }).items;
}

/** Signs in with the one-time password and changes it. */
async function takeUp(server: TestServer): Promise<Visitor> {
  const given = server.adminPassword ?? assert.fail('no account was made');
  const admin = await signIn(server, 'admin', given);
  assert.equal((await admin.ask('POST', '/v1/session/password', { current: given, next: NEXT })).status, 200);
  return await signIn(server, 'admin', NEXT);
}

test('the first start makes the account admin, with a password that is good for nothing but to be changed', async (context) => {
  const folder = temporaryFolder(context);
  const first = await runServer(context, { folder, makesAdmin: true });
  const given = first.adminPassword ?? assert.fail('no account was made');
  assert.equal(first.log.join('').includes(given), false, 'L22');
  const early = await signIn(first, 'admin', given);
  assert.equal((await early.ask('GET', '/v1/incidents')).json['code'], 'password_change_required');
  const admin = await takeUp(first);
  assert.equal((await admin.ask('GET', '/v1/people')).status, 200);
  const made = (await itemsOf(first, '/v1/audit?limit=1000')).find(({ action }) => action === 'person.add');
  assert.deepEqual([made?.['who'], made?.['object']], ['server', 'person/admin']);
  await first.server.stop();
  const second = await runServer(context, { folder, makesAdmin: true });
  assert.equal(second.adminPassword, undefined);
  assert.equal((await postSession(second, 'admin', NEXT)).status, 200);
  const again = await run('user', 'add', 'admin', '--role', 'admin', '--data', folder);
  assert.deepEqual([again.code, /There is a person admin already: triad user reset admin /.test(again.err)], [2, true]);
  assert.match(
    (await run('user', 'reset', 'admin', '--data', folder)).out,
    /^admin: admin\.\nPassword, shown this once/,
  );
});

test('a store that is there, or has people, gets none; a start that is killed before it is made makes it again', async (context) => {
  const folder = temporaryFolder(context);
  const old = await runServer(context, { folder });
  await old.server.stop();
  const server = await runServer(context, { folder, makesAdmin: true });
  assert.deepEqual([server.adminPassword, await itemsOf(server, '/v1/people')], [undefined, []]);

  const state = await newState(context);
  const told: string[] = [];
  const parts = { hasher: { make: async () => HASH }, nowMs: () => 5, random: randomBytes };
  const killed = makeFirstAdmin(state, { ...parts, keep: () => Promise.reject(new Error('killed')) });
  await assert.rejects(killed, /killed/);
  const keep = async (password: string): Promise<void> => void told.push(password);
  const made = await makeFirstAdmin(state, { ...parts, keep });
  const again = await makeFirstAdmin(state, { ...parts, keep });
  const done = (value: boolean) => ({ kind: 'done', value });
  assert.deepEqual([made, again, told.length], [done(true), done(false), 1]);
});

test('who never took up the first password is no second person, and confirms nothing; from then on changes wait', async (context) => {
  const server = await runServer(context, { makesAdmin: true });
  const ada = await signIn(server, 'ada', await addPerson(server, 'ada', 'admin'));
  const role = (to: string): ReturnType<Visitor['ask']> => ada.ask('POST', '/v1/people/bob/role', { role: to });
  assert.equal((await ada.ask('POST', '/v1/people', { name: 'bob', role: 'viewer' })).status, 200);
  assert.equal((await role('analyst')).status, 200, 'nobody is waited for who may never come');
  const early = await signIn(server, 'admin', server.adminPassword ?? '');
  assert.equal((await role('viewer')).status, 200, 'who signed in and did not change it is none either');
  await addPerson(server, 'erik', 'engineer');
  assert.equal((await role('analyst')).status, 202);
  const refused = await early.ask('POST', '/v1/requests/1/confirm');
  assert.equal(refused.json['code'], 'password_change_required');
  const admin = await takeUp(server);
  assert.equal((await admin.ask('POST', '/v1/requests/1/confirm')).status, 200);
  // Who is reset was there before, and comes again.
  assert.equal((await ada.ask('POST', '/v1/people/erik/role', { role: 'none' })).status, 202);
  assert.equal((await admin.ask('POST', '/v1/requests/2/confirm')).status, 200);
  assert.equal((await ada.ask('POST', '/v1/people/admin/reset')).status, 202);
  assert.equal((await ask(server, 'POST', '/v1/requests/3/confirm')).status, 200);
  assert.equal((await role('viewer')).status, 202);
});

test('without a terminal the password lies in a file for this user alone, which is logged and in no backup', async (context) => {
  const parent = temporaryFolder(context);
  const server = await startProcess(join(parent, 'data'));
  const path = join(server.folder, 'admin-password');
  const password = readFileSync(path, 'utf8').trim();
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.match(server.log(), /"event":"admin password written","path":".*admin-password"/);
  assert.equal(server.log().includes(password), false, 'L22');
  assert.equal((await postSession(server, 'admin', password)).status, 200);
  const [backup, restored] = [join(parent, 'monday'), join(parent, 'restored')];
  assert.equal((await run('backup', backup, '--data', server.folder)).code, 0);
  assert.equal(await server.end('SIGTERM'), 0);
  assert.equal((await run('restore', backup, '--data', restored)).code, 0);
  assert.equal(existsSync(join(restored, 'admin-password')), false);
  const next = await runServer(context, { folder: restored, makesAdmin: true });
  assert.equal(next.adminPassword, undefined);
  assert.equal((await postSession(next, 'admin', password)).status, 200, 'the people of the store are in its backup');
});

test('on a terminal the password is shown once, and lies in no file', async (context) => {
  const folder = join(temporaryFolder(context), 'data');
  const words = [process.execPath, join(root, 'bin', 'triad.js'), 'serve', '--data', folder, '--listen', '127.0.0.1:0'];
  const line = words.map((word) => `'${word}'`).join(' ');
  const terminal = spawn('script', ['-qefc', `exec ${line}`, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  context.after(() => terminal.kill('SIGKILL'));
  const hasNone = await new Promise((resolve) => {
    terminal.once('error', () => resolve(true));
    terminal.once('spawn', () => resolve(false));
  });
  // Reason: a password is shown on a terminal alone, and Node can make none without this program.
  if (hasNone === true) return context.skip('there is no `script` (util-linux) to make a terminal');
  let shown = '';
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  const form = /Sign in at (http:\S+)\/ as admin, with ((?:[a-z2-9]{5}-){4}[a-z2-9]{5}); it must be changed then\./;
  await until(() => form.test(shown), 'it says how to sign in');
  const [, url = '', password = ''] = form.exec(shown) ?? [];
  assert.equal((await postSession({ url }, 'admin', password)).status, 200);
  assert.equal(shown.split(password).length, 2);
  assert.equal(existsSync(join(folder, 'admin-password')), false);
  const ended = new Promise((resolve) => terminal.once('exit', resolve));
  terminal.stdin.write('\u0003');
  assert.equal(await ended, 0);
});
