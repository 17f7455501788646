import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Sink } from '../../src/sinks/index.ts';
import { type Answer, run, runAt } from '../run-main.ts';
import { SECRET } from '../sinks/messages.ts';
import { httpReceiver, status, syslogReceiver } from '../sinks/receivers.ts';
import { feed, messagesOf, named, serverWith } from './outbox-server.ts';
import { ask, temporaryFolder, until } from './running-server.ts';

test('G22 incidents reach every sink once, 30 seconds after they were due; a receiver that hangs holds up no other', async (t) => {
  const hook = await httpReceiver(t, status(200));
  const slack = await httpReceiver(t, status(200, {}, 'ok'));
  const hanging = await httpReceiver(t, () => undefined);
  const syslog = await syslogReceiver(t);
  const server = await serverWith(t, [
    named('hanging', { url: hanging.url, timeoutMs: 500 }),
    named('hook', { url: hook.url }),
    named('chat', { kind: 'slack', url: slack.url }),
    named('siem', { kind: 'syslog', address: { host: '127.0.0.1', port: syslog.port } }),
  ]);
  await feed(server);
  const held = await messagesOf(server);
  const due = held.filter(({ sink }) => sink === 'hook');
  assert.ok(due.length >= 1 && held.every(({ state }) => state === 'held'), JSON.stringify(held));
  assert.equal(hook.requests.length + slack.requests.length, 0);
  server.pass(31_000);
  const count = due.length;
  await until(() => hook.requests.length === count && slack.requests.length === count, 'all are told');
  await until(() => syslog.all().length === count && hanging.requests.length >= 1, 'the others too');
  assert.deepEqual(
    hook.requests.map(({ headers }) => headers['webhook-id']).toSorted(),
    due.map(({ id }) => id).toSorted(),
  );
  assert.match(slack.requests[0]?.body ?? '', /https:\/\/triad\.example\/incidents\//);
  await feed(server);
  server.pass(31_000);
  await until(async () => (await messagesOf(server, '?state=held')).length === 0, 'nothing is held');
  assert.equal((await messagesOf(server, '?sink=hook')).length, count, 'the same events again tell nothing');
});

test('L22 secrets of sinks come from files and variables, are told to nobody, and what is wrong names their place', async (t) => {
  const folder = temporaryFolder(t);
  const receiver = await httpReceiver(t, status(200));
  const hidden = `${receiver.url}services/T0/B0/verysecret`;
  const config = join(folder, 'sinks.yaml');
  writeFileSync(join(folder, 'signing'), `${SECRET}\n`);
  const yaml = (chat: string, hook: string): string => `sinks:
  chat: { kind: slack, url: "${chat}", allow: [127.0.0.1] }
  hook: { kind: webhook, url: "${receiver.url}", secret: "${hook}", allow: [127.0.0.1], scope: wmi }
`;
  const variables = { ...process.env, CHAT_URL: hidden };
  const explain = async (text: string): Promise<string> => {
    writeFileSync(config, text);
    const { out, err } = await runAt({ variables }, 'config', 'explain', '--data', folder, '--config', config);
    return out + err;
  };
  const doctor = async (): Promise<string> =>
    (await runAt({ variables }, 'doctor', '--data', folder, '--config', config)).out;
  const sound = await explain(yaml('env:CHAT_URL', `file:${join(folder, 'signing')}`));
  assert.match(sound, /sinks\.chat\.url +env:CHAT_URL/);
  assert.match(sound, /sinks\.hook\.scope +wmi/);
  assert.doesNotMatch(sound, /verysecret|MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw/);
  assert.match(await doctor(), /ok +sinks +hook signs by v1 \(HMAC-SHA256\)\./);
  assert.match(await explain(yaml(hidden, 'env:X')), /sinks\.yaml:2:29[\s\S]*Whoever knows the address of slack/);
  writeFileSync(join(folder, 'signing'), 'whsec_tooshort\n');
  await explain(yaml('env:MISSING_URL', `file:${join(folder, 'signing')}`));
  const told = await doctor();
  assert.match(told, /MISSING_URL is empty or not set/);
  assert.match(
    told,
    /fail +sinks +sinks\.hook\.secret: Key 1 of 1 in \S+signing is no signing key: whsec_ has 24 to 64/,
  );
  assert.doesNotMatch(told, /tooshort/);
});

test('triad outbox list says in which zone its times are, and of a sink that is none which there are', async (t) => {
  const hook = await httpReceiver(t, status(200));
  const server = await serverWith(t, [named('hook', { url: hook.url }), named('chat', { url: hook.url })]);
  await feed(server);
  const list = (...words: readonly string[]): Promise<Answer> =>
    run('outbox', 'list', ...words, '--data', server.folder);
  const known = await list('--sink', 'hook');
  assert.deepEqual([known.code, /\nchat /.test(known.out)], [0, false], known.err);
  assert.match(known.out, /\nDUE \(UTC\) +SINK +STATE/);
  const none = await list('--sink', 'nope');
  assert.deepEqual([none.code, none.out], [2, '']);
  assert.match(none.err, /There is no sink nope\..*\n.*Name one of hook, chat\./);
  server.pass(31_000);
  await until(async () => (await messagesOf(server, '?state=held')).length === 0, 'all are told');
  assert.match((await list()).out, /took one 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC\n/);
});

test('triad outbox tells the public key of a webhook, and by which keys a test was signed', async (t) => {
  const hook = await httpReceiver(t, status(204));
  const signing = `whsk_${Buffer.alloc(32, 9).toString('base64')}`;
  const sink = named('hook', { url: hook.url, secrets: [signing, SECRET] });
  const server = await serverWith(t, [sink, named('chat', { kind: 'slack', url: hook.url, secrets: [] })]);
  const at = ['--data', server.folder];
  const listed = await run('outbox', 'list', ...at);
  const [, publicKey = ''] =
    /\nSINK +PUBLIC KEY FOR ITS RECEIVER\nhook +(whpk_[A-Za-z0-9+/]{43}=)\n\n/.exec(listed.out) ?? [];
  assert.notEqual(publicKey, '', listed.out);
  const tested = await run('outbox', 'test', 'hook', ...at);
  assert.deepEqual([tested.code, tested.err], [0, '']);
  assert.ok(tested.out.includes(`It was signed by v1a (${publicKey}) and v1 (HMAC-SHA256).`), tested.out);
  const { json } = await ask(server, 'GET', '/v1/outbox/sinks');
  const { items } = json as { readonly items: readonly { readonly name: string; readonly signers?: unknown }[] };
  assert.deepEqual(
    items.map(({ name, signers }) => [name, signers]),
    [
      ['hook', [{ scheme: 'v1a', publicKey }, { scheme: 'v1' }]],
      ['chat', undefined],
    ],
  );
  const told = listed.out + tested.out + JSON.stringify(json) + server.log.join('');
  assert.ok(!told.includes(signing.slice(5, 30)) && !told.includes(SECRET.slice(6, 30)));
});

test('a test says by which keys it was signed, also where the sink gets others before it is answered', async (t) => {
  const hookBy = (url: string, secret: string): Sink => named('hook', { url, secrets: [secret] });
  const other = `whsk_${Buffer.alloc(32, 9).toString('base64')}`;
  const hook = await httpReceiver(t, (response) => {
    const kept = { rules: undefined, pack: undefined, tls: undefined };
    const reloaded = server.server.reload({ ...kept, sinks: [hookBy(hook.url, other)] });
    void reloaded.then(() => status(204)(response));
  });
  const server = await serverWith(t, [hookBy(hook.url, SECRET)]);
  const { json } = await ask(server, 'POST', '/v1/outbox/sinks/hook/test');
  assert.match(String(hook.requests[0]?.headers['webhook-signature']), /^v1,/);
  assert.deepEqual((json as { readonly signers?: unknown }).signers, [{ scheme: 'v1' }]);
});
