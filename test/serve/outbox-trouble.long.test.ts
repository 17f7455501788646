import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../run-main.ts';
import { httpReceiver, status, syslogReceiver } from '../sinks/receivers.ts';
import { feed, messagesOf, named, serverWith } from './outbox-server.ts';
import { ask, until } from './running-server.ts';

test('a sink that refuses is a dead letter, told in health and metrics, and sent again when somebody asks', async (t) => {
  let code = 400;
  const receiver = await httpReceiver(t, (response) => status(code)(response));
  const server = await serverWith(t, [named('soc', { url: receiver.url })]);
  await feed(server);
  server.pass(31_000);
  await until(async () => (await messagesOf(server, '?state=dead')).length > 0, 'a dead letter');
  await until(async () => (await messagesOf(server)).every(({ state }) => state === 'dead'), 'all are dead');
  const dead = await messagesOf(server, '?state=dead');
  assert.match(dead[0]?.error ?? '', /refuses it \(400\)/);
  const health = (await ask(server, 'GET', '/v1/health/detail')).json as {
    readonly status: string;
    readonly parts: readonly { readonly part: string; readonly degraded: readonly string[] }[];
  };
  assert.equal(health.status, 'degraded');
  const [sentence] = health.parts.find(({ part }) => part === 'outbox')?.degraded ?? [];
  assert.equal(sentence, `${dead.length} message(s) for sink soc are dead letters (triad outbox list --state dead)`);
  const metrics = await (
    await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${server.token}` } })
  ).text();
  assert.match(metrics, new RegExp(`triad_outbox_dead\\{sink="soc"\\} ${dead.length}\n`));
  assert.match(metrics, /triad_outbox_attempts_total\{sink="soc",result="refused"\} \d/);
  code = 200;
  const retried = await run('outbox', 'retry', '--data', server.folder, '--sink', 'soc');
  assert.deepEqual([retried.code, retried.out], [0, `${dead.length} message(s) wait again.\n`]);
  await until(async () => (await messagesOf(server, '?state=delivered')).length === dead.length, 'all are delivered');
  const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
  assert.deepEqual(new Set(ids), new Set(dead.map(({ id }) => id)), 'with the ids that they had');
});

test('a receiver that says it is gone gives the sink up, until a test is taken', async (t) => {
  let code = 410;
  const receiver = await httpReceiver(t, (response) => status(code)(response));
  const server = await serverWith(t, [named('soc', { url: receiver.url })]);
  await feed(server);
  server.pass(31_000);
  const listed = async (): Promise<string> => (await run('outbox', 'list', '--data', server.folder)).out;
  await until(async () => /given up .*gone for good/.test(await listed()), 'it is given up');
  const before = receiver.requests.length;
  const refused = await run('outbox', 'test', 'soc', '--data', server.folder);
  assert.equal(refused.code, 1);
  assert.match(
    refused.out,
    /^The sink soc did not take the test: the receiver says that it is gone for good \(410\)\. It was signed by v1 \(HMAC-SHA256\)\.\n$/,
  );
  code = 204;
  const taken = await run('outbox', 'test', 'soc', '--data', server.folder);
  assert.equal(taken.code, 0, taken.err);
  assert.match(taken.out, /^The sink soc took the test \(204, \d+ ms\)\. It was signed by v1 \(HMAC-SHA256\)\.\n$/);
  assert.match(receiver.requests.at(-1)?.headers['webhook-id'] as string, /^test_soc_\d+$/);
  assert.equal(receiver.requests.length, before + 2);
  assert.doesNotMatch(await listed(), /given up/);
  const audit = (await ask(server, 'GET', '/v1/audit')).json as {
    readonly items: readonly { readonly action: string; readonly who: string }[];
  };
  const acts = audit.items.map(({ action, who }) => `${action} ${who}`);
  for (const act of ['outbox.test local:tester', 'sink.disable outbox']) assert.ok(acts.includes(act), acts.join());
  assert.equal((await run('outbox', 'test', 'nobody', '--data', server.folder)).code, 2);
});

test('G8 a suppressed incident tells nobody, and is told when its suppression ends', async (t) => {
  const receiver = await httpReceiver(t, status(200));
  const server = await serverWith(t, [named('soc', { url: receiver.url })]);
  await feed(server);
  const [first] = await messagesOf(server);
  const whole = (await ask(server, 'GET', `/v1/incidents/${first?.incident}`)).json as {
    readonly incident: { readonly hosts: readonly string[] };
    readonly findings: readonly { readonly host: string }[];
  };
  const hosts = new Set([...whole.incident.hosts, ...whole.findings.map(({ host }) => host)]);
  for (const host of hosts) {
    const made = await fetch(`${server.url}/v1/suppressions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json', 'idempotency-key': host },
      body: JSON.stringify({ scope: { host }, reason: 'patch day', days: 1 }),
    });
    assert.equal(made.status, 201, await made.text());
  }
  server.pass(31_000);
  await until(async () => (await messagesOf(server, '?state=held')).length === 0, 'nothing is held');
  const told = (): readonly unknown[] => receiver.requests.map(({ body }) => JSON.parse(body).data.incident.id);
  assert.ok(!told().includes(first?.incident));
  server.pass(2 * 86_400_000);
  await until(async () => (await messagesOf(server, '?state=held')).length > 0, 'it is due again');
  server.pass(31_000);
  await until(() => told().includes(first?.incident), 'it is told');
});

test('other sinks are taken at a reload; who may only read sees none of it', async (t) => {
  const [one, two] = [await httpReceiver(t, status(200)), await httpReceiver(t, status(200))];
  const server = await serverWith(t, [named('one', { url: one.url })]);
  await server.server.reload({
    rules: undefined,
    pack: undefined,
    tls: undefined,
    sinks: [named('two', { url: two.url })],
  });
  await feed(server);
  server.pass(31_000);
  await until(() => two.requests.length > 0, 'the second is told');
  assert.equal(one.requests.length, 0);
  for (const [scopes, expected] of [
    [['read'], 403],
    [['analyst'], 403],
    [['engineer'], 200],
  ] as const) {
    const { secret } = (await ask(server, 'POST', '/v1/keys', { scopes })).json as { readonly secret: string };
    const { status: answered } = await ask({ url: server.url, token: secret }, 'GET', '/v1/outbox/sinks');
    assert.equal(answered, expected, scopes.join());
  }
});

test('G24 after a break of syslog what was handed goes again by itself, after a rest that grows with each break', async (t) => {
  const syslog = await syslogReceiver(t);
  const address = { host: '127.0.0.1', port: syslog.port };
  const server = await serverWith(t, [named('siem', { kind: 'syslog', address })]);
  await feed(server);
  const count = (await messagesOf(server)).length;
  server.pass(31_000);
  await until(() => syslog.all().length === count, 'all are handed');
  await until(async () => (await messagesOf(server)).every(({ state }) => state === 'delivered'), 'all are settled');
  for (const [breaks, restMs] of [
    [1, 5000],
    [2, 10_000],
  ] as const) {
    syslog.breakOff();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal(syslog.all().length, breaks * count, 'it rests');
    server.pass(restMs);
    await until(() => syslog.all().length === (breaks + 1) * count, 'they went again');
  }
  assert.deepEqual(syslog.connections[1], syslog.connections[0]);
  await server.server.stop();
  const again = await serverWith(t, [named('siem', { kind: 'syslog', address })], server.folder);
  await again.server.finish();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.equal(syslog.all().length, 3 * count, 'a connection that was ended well has lost nothing');
});
