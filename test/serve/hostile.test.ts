import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ATTACKS } from './attacks.ts';
import { sendRaw } from './raw-socket.ts';
import { ask, runServer, sendLines, until, winlogbeat } from './running-server.ts';
import { metricOf } from './server-process.ts';

test('hostile senders are answered or cut off, one like the other, and nothing of them stays', async (t) => {
  const yaml = 'limits: { headerTime: 1s, idleTime: 1s, bodyBytes: 4 MiB, decodedBytes: 8 MiB, bodiesBytes: 64 MiB }';
  const server = await runServer(t, { yaml });
  const { json } = await ask(server, 'POST', '/v1/senders', { id: 'hostile' });
  const target = { url: server.url, key: (json as { secret: string }).secret, untilMs: 5000 };
  await Promise.all(
    Object.entries(ATTACKS).map(async ([name, { act, answers, perSecond }]) => {
      const told = await Promise.all(Array.from({ length: Math.min(10, perSecond) }, () => act(target)));
      t.diagnostic(`${name}: ${[...new Set(told)].join(' ')}`);
      for (const one of told) assert.match(one, answers, name);
    }),
  );
  const good = await sendLines(server, [winlogbeat(1)]);
  assert.deepEqual([good.status, ((await good.json()) as { accepted: number }).accepted], [200, 1]);
  // Those that this test asked over itself are kept for what it asks next.
  await until(async () => (await metricOf(server, 'triad_connections')) <= 3, 'connections of attackers are gone');
  assert.equal(await metricOf(server, 'triad_ingest_held_bytes'), 0);
});

test('a connection whose answers nobody reads is ended before they fill the memory', async (t) => {
  const server = await runServer(t, { yaml: 'limits: { idleTime: 1s }' });
  const { act } = ATTACKS['answers that nobody reads'] ?? assert.fail();
  assert.equal(await act({ url: server.url, key: '', untilMs: 30_000 }), 'closed');
});

test('sixteen requests may wait for their answers on one connection, and no seventeenth', async (t) => {
  const { url } = await runServer(t);
  const request = 'GET /livez HTTP/1.1\r\nHost: localhost\r\n';
  const told = (count: number): Promise<string> =>
    sendRaw(url, `${`${request}\r\n`.repeat(count - 1)}${request}Connection: close\r\n\r\n`, { untilMs: 10_000 });
  assert.deepEqual([await told(16), await told(17)], ['200', 'closed']);
});
