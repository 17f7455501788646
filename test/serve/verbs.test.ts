import assert from 'node:assert/strict';
import { test } from 'node:test';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { type Answer, run } from '../run-main.ts';
import { runServer, sendLines, temporaryFolder, until } from './running-server.ts';

/** A command line of the server's folder. */
function triad(folder: string, ...words: readonly string[]): Promise<Answer> {
  return run(...words, '--data', folder);
}

test('senders, keys and dead letters by their verbs', async (context) => {
  const server = await runServer(context);
  const { folder } = server;
  const added = await triad(folder, 'sender', 'add', 'ws-07', '--host', 'WS-07*');
  assert.equal(added.code, 0);
  const [, id = ''] = /(?:^|\n)triad_([0-9A-Za-z]{12})_/.exec(added.out) ?? [];
  assert.match((await triad(folder, 'sender', 'list')).out, /ws-07 +ws-07 +active +WS-07\*/);
  assert.match((await triad(folder, 'key', 'list')).out, new RegExp(`${id} +ws-07 +ingest:write +active`));
  assert.match((await triad(folder, 'key', 'rotate', id)).out, /triad_/);
  assert.match((await triad(folder, 'key', 'revoke', id)).out, /is revoked/);
  assert.match((await triad(folder, 'key', 'add', '--scope', 'read:health')).out, /read:health/);
  assert.equal((await triad(folder, 'key', 'add', '--days', 'x')).code, 2);
  assert.equal((await triad(folder, 'sender', 'revoke', 'nobody')).code, 2);
  await sendLines(server, ['{"x":1}']);
  await until(
    async () => (await triad(folder, 'deadletter', 'list')).out.includes('unknown_shape'),
    'the dead letter is listed',
  );
  assert.match((await triad(folder, 'deadletter', 'retry')).out, /^1 read again, 0 of them give events now\./);
});

test('an incident is listed, shown, acknowledged, judged, contained and closed by verbs; what is not allowed says why', async (context) => {
  const server = await runServer(context, { yaml: 'detection: { lateness: 24h, heldTime: 90d }' });
  const { folder } = server;
  await sendLines(server, linesOf(campaign(['wmiexec with its three legs'], { acts: 3 }).events));
  await server.server.finish();
  const listed = await triad(folder, 'incidents', 'list', '--min-level', 'high');
  assert.match(listed.out, /^NUMBER +LEVEL +STATE.*\nINC-1 +(?:high|critical) +open/);
  const shown = await triad(folder, 'incidents', 'show', 'INC-1');
  for (const part of ['INC-1  open, version', 'CLOCKS', 't_event', 'NEXT STEPS', 'HISTORY'])
    assert.ok(shown.out.includes(part), part);
  const act = async (...words: readonly string[]): Promise<string> => {
    const { code, out, err } = await triad(folder, 'incidents', ...words);
    return `${code} ${out}${err}`;
  };
  assert.match(await act('close', 'INC-1'), /^2 .*verdict/s);
  assert.match(await act('ack', 'INC-1', '--revision', '7'), /^2 .*Somebody did something since/s);
  assert.match(await act('ack', 'INC-1'), /^0 .*acknowledged, revision 1/);
  assert.match(await act('assign', 'INC-1', 'alice'), /^0 /);
  assert.match(await act('verdict', 'INC-1', 'malicious'), /^2 .*note/s);
  assert.match(
    await act('verdict', 'INC-1', 'malicious', '--code', 'attack', '--note', ' '),
    /^2 .*A verdict needs a reason/s,
  );
  assert.match(await act('verdict', 'INC-1', 'malicious', '--note', 'seen'), /^2 .*code/s);
  const judge = (verdict: string, ...more: readonly string[]): Promise<string> =>
    act('verdict', 'INC-1', verdict, '--note', 'seen', '--code', ...more);
  assert.match(await judge('malicious', 'rule'), /^2 .*"rule" is no reason for malicious; use one of attack, /s);
  assert.match(await judge('authorised', 'change'), /^2 .*names who approved it/s);
  assert.match(await judge('duplicate', 'part'), /^2 .*names the incident that it is one of/s);
  assert.match(await judge('duplicate', 'part', '--of', 'INC-1'), /^2 .*cannot be a duplicate of itself/s);
  assert.match(await judge('duplicate', 'part', '--of', 'INC-999'), /^2 .*There is no incident INC-999/s);
  assert.match(await judge('authorised', 'change', '--approver', 'bob'), /^0 /);
  const judged = (await triad(folder, 'incidents', 'show', 'INC-1')).out;
  assert.match(judged, /verdict authorised, reason change, approved by bob\n/);
  assert.match(await judge('malicious', 'attack'), /^0 /);
  assert.match(await act('note', 'INC-1', 'asked'), /^0 /);
  const { incident } = JSON.parse((await triad(folder, 'incidents', 'show', 'INC-1', '--format', 'json')).out) as {
    readonly incident: { readonly next: readonly { readonly id: string; readonly phase: string }[] };
  };
  for (const { id } of incident.next.filter(({ phase }) => phase === 'contain' || phase === 'verify')) {
    assert.match(await act('step', 'INC-1', id), /^0 /);
  }
  assert.match(await act('close', 'INC-1'), /^2 .*learnt/s);
  assert.match(await act('close', 'INC-1', '--learn', 'block'), /^0 .*closed/);
  assert.match(await act('reopen', 'INC-1', '--note', 'again'), /^0 .*acknowledged/);
  assert.match(await act('show', 'INC-99'), /^2 .*no incident INC-99/s);
});

test('a verb without a server says so and how to start one', async (context) => {
  const { code, err } = await triad(temporaryFolder(context), 'incidents', 'list');
  assert.equal(code, 3);
  assert.match(err, /There is no server in this folder\.\n +Start it with triad serve/);
});

test('config explain names the place of each value, config check counts them', async (context) => {
  const folder = temporaryFolder(context);
  assert.match(
    (await triad(folder, 'config', 'explain', '--listen', '127.0.0.1:1')).out,
    /^listen +127\.0\.0\.1:1 +--listen\n/,
  );
  assert.match((await triad(folder, 'config', 'check')).out, /^The settings are sound: 0 set/);
  const wrong = await triad(folder, 'config', 'check', '--listen', '0.0.0.0:1');
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /there is no TLS/);
});
