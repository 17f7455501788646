import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { SECRET } from '../sinks/messages.ts';
import { type HttpReceiver, httpReceiver, status, syslogReceiver } from '../sinks/receivers.ts';
import { ask, sendLines, temporaryFolder, until } from './running-server.ts';
import { type ServerProcess, startProcess } from './server-process.ts';

interface Listed {
  readonly items: readonly {
    readonly id: string;
    readonly sink: string;
    readonly state: string;
    readonly incident: string;
  }[];
}

async function listed(server: ServerProcess): Promise<Listed['items']> {
  return ((await ask(server, 'GET', '/v1/outbox?limit=1000')).json as Listed).items;
}

test('G24 kill -9 between commit and delivery, and between delivery and its note: delivered with the same id', async (t) => {
  const root = temporaryFolder(t);
  const folder = join(root, 'data');
  mkdirSync(folder);
  let isSilent = true;
  const open = (answer: string | ((sent: string) => string)): Promise<HttpReceiver> =>
    httpReceiver(t, (response, { body }) => {
      if (!isSilent) status(200, {}, typeof answer === 'string' ? answer : answer(body))(response);
    });
  const hook = await open('');
  const chat = await open('ok');
  const cards = await open('');
  const splunk = await open('{"text":"Success","code":0}');
  const elastic = await open((sent) => {
    const items = sent.split('\n').flatMap((_, at) => (at % 2 === 1 ? [{ create: { status: 409 } }] : []));
    return JSON.stringify({ errors: true, items });
  });
  const syslog = await syslogReceiver(t);
  writeFileSync(join(root, 'signing'), SECRET);
  writeFileSync(join(root, 'chat'), chat.url);
  writeFileSync(join(root, 'cards'), cards.url);
  writeFileSync(join(root, 'token'), 'a-token');
  const yaml = `publicUrl: https://triad.example
detection: { lateness: 24h, heldTime: 90d }
sinks:
  hook: { kind: webhook, url: "${hook.url}", secret: "file:${root}/signing", allow: [127.0.0.1], level: low, perMinute: 6000 }
  chat: { kind: slack, url: "file:${root}/chat", allow: [127.0.0.1], level: low, perMinute: 6000 }
  cards: { kind: teams, url: "file:${root}/cards", allow: [127.0.0.1], level: low, perMinute: 6000 }
  splunk: { kind: splunk, url: "${splunk.url}", secret: "file:${root}/token", allow: [127.0.0.1], level: low, perMinute: 6000 }
  elastic: { kind: elasticsearch, url: "${elastic.url}", secret: "file:${root}/token", allow: [127.0.0.1], level: low, perMinute: 6000 }
  siem: { kind: syslog, address: "127.0.0.1:${syslog.port}", tls: false, allow: [127.0.0.1], level: low, perMinute: 6000 }
`;
  const first = await startProcess(folder, { yaml });
  const { events } = campaign(['wmiexec with its three legs'], { acts: 1 });
  await sendLines(first, linesOf(events));
  await until(async () => (await listed(first)).length >= 6, 'messages are due');
  await first.end('SIGKILL');
  const posted = [hook, chat, cards, splunk, elastic];
  assert.equal(posted.reduce((sum, { requests }) => sum + requests.length, 0) + syslog.all().length, 0);

  const second = await startProcess(folder, { yaml });
  await until(() => posted.every(({ requests }) => requests.length > 0) && syslog.all().length > 0, 'all were sent to');
  await until(
    async () => (await listed(second)).some(({ sink, state }) => sink === 'siem' && state === 'delivered'),
    'handed',
  );
  await second.end('SIGKILL');
  const sent = posted.map(({ requests }) => requests.length);
  const handed = syslog.all().length;

  isSilent = false;
  const third = await startProcess(folder, { yaml });
  t.after(() => third.end('SIGKILL'));
  await until(async () => (await listed(third)).every(({ state }) => state === 'delivered'), 'all are delivered');
  const messages = await listed(third);
  await until(() => syslog.all().length >= 2 * handed, 'the last messages went again');
  const idsOf = (sink: string): ReadonlySet<string> =>
    new Set(messages.filter((message) => message.sink === sink).map(({ id }) => id));
  for (const [at, { requests }] of posted.entries()) {
    const [before, after] = [requests.slice(0, sent[at]), requests.slice(sent[at])];
    const one = before[0]?.body;
    assert.ok(
      after.some(({ body }) => body === one),
      `sink ${at} has the same body again`,
    );
  }
  const hooked = hook.requests.map(({ headers }) => String(headers['webhook-id']));
  assert.deepEqual(new Set(hooked), idsOf('hook'));
  assert.equal(hooked[0], hooked[sent[0] ?? 0]);
  const cef = syslog.all().map((text) => / cs3=(\S+) /.exec(text)?.[1] ?? text);
  assert.deepEqual(new Set(cef), idsOf('siem'));
  assert.equal(await third.end('SIGTERM'), 0);
});
