import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { root } from '../house/tree.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { type Answer, run } from '../run-main.ts';
import { idsOf } from './found-by-server.ts';
import { runServer, sendLines, temporaryFolder, until } from './running-server.ts';

const HELD = 'detection: { lateness: 24h, heldTime: 90d }';
const LINES = linesOf(campaign(['a triad that fires and is removed'], { acts: 3 }).events);

function triad(folder: string, ...words: readonly string[]): Promise<Answer> {
  return run(...words, '--data', folder);
}

test('findings, subscriptions and hosts are listed and shown by verbs, in words and as JSON', async (context) => {
  const server = await runServer(context, { yaml: HELD });
  const { folder } = server;
  await sendLines(server, LINES);
  await server.server.finish();
  const [subscription = ''] = await idsOf(server, '/v1/subscriptions');
  const [finding = ''] = await idsOf(server, '/v1/findings');
  assert.match((await triad(folder, 'subscriptions', 'list')).out, new RegExp(`^ID +LEVEL +STATE.*\n${subscription}`));
  const dossier = await triad(folder, 'subscriptions', 'show', subscription);
  assert.match(dossier.out, new RegExp(`^told, version \\d+, of incident [^\n]+\n\n.*${subscription}.*verdict`, 's'));
  const { subscription: whole } = JSON.parse(
    (await triad(folder, 'subscriptions', 'show', subscription, '--format', 'json')).out,
  ) as { readonly subscription: { readonly id: string; readonly host: string } };
  assert.equal(whole.id, subscription);
  assert.match((await triad(folder, 'findings', 'list', '--min-level', 'low')).out, /^ID +LEVEL +TIME/);
  assert.match((await triad(folder, 'findings', 'show', finding)).out, new RegExp(`${finding}.*when`, 's'));
  assert.match((await triad(folder, 'hosts', 'list', '--named', whole.host)).out, /^HOST +RECORDS.*\n\S+ +\d/);
  const host = await triad(folder, 'hosts', 'show', whole.host.toUpperCase());
  for (const part of ['LOGS', 'Sysmon/Operational', 'SENDERS', '  first  ', 'BLIND'])
    assert.ok(host.out.includes(part), part);
  assert.match((await triad(folder, 'hosts', 'list', '--named', 'nothing-like-it')).out, /There are no such hosts/);
  for (const [words, said] of [
    [['findings', 'show', 'none'], /There is no finding none/],
    [['subscriptions', 'show', 'none'], /There is no subscription none/],
    [['hosts', 'show', 'none'], /Nothing came of a host none/],
    [['findings', 'list', '--standing', 'gone'], /standing is one or more of told, final, withdrawn/],
    [['watch', '--types', 'all'], /types is one or more of/],
    [['watch', '--after', 'x'], /Last-Event-ID is the id of an event/],
  ] as const) {
    const { code, err } = await triad(folder, ...words);
    assert.equal(code, 2, words.join(' '));
    assert.match(err, said);
  }
  assert.equal((await triad(temporaryFolder(context), 'watch')).code, 3);
});

function watching(
  context: TestContext,
  folder: string,
  ...more: readonly string[]
): { child: ChildProcess; out(): string; err(): string } {
  const words = [join(root, 'bin', 'triad.js'), 'watch', '--data', folder, ...more];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  context.after(() => child.kill('SIGKILL'));
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return { child, out: () => out, err: () => err };
}

test('watch prints a line for each change, comes back when the server was started again, and ends on a signal with 0', async (context) => {
  const folder = temporaryFolder(context);
  const first = await runServer(context, { folder, yaml: HELD });
  const watch = watching(context, folder);
  await until(() => watch.out().includes('connected'), 'it is connected');
  await sendLines(first, LINES);
  await first.server.finish();
  const [incident = ''] = await idsOf(first, '/v1/incidents');
  await until(() => /\d\d:\d\d:\d\d {2}incident +INC-1 {2}new/.test(watch.out()), `${incident} is told`);
  await until(
    () => /subscription \S+ {2}new/.test(watch.out()) && /host +\S+ {2}new/.test(watch.out()),
    'and the rest',
  );
  await first.server.stop();
  await until(() => watch.err().includes('Trying again.'), 'it says that the connection is lost');
  const second = await runServer(context, { folder, yaml: HELD });
  await until(() => watch.out().includes('the server was started again'), 'it is there again');
  assert.equal((await triad(folder, 'incidents', 'ack', 'INC-1')).code, 0);
  await until(() => /INC-1 {2}acted .*acknowledged/.test(watch.out()), 'what a person did is told');
  const ended = new Promise((resolve) => watch.child.on('exit', resolve));
  watch.child.kill('SIGTERM');
  assert.equal(await ended, 0);
  await second.server.stop();
});
