import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { LimitSettings } from '../../src/config/index.ts';
import { listen } from '../../src/serve/listener.ts';
import { Log } from '../../src/serve/log.ts';
import { Metrics } from '../../src/serve/metrics.ts';

test('a request that is under way while the listener closes is answered, and is told where it listened', async () => {
  const begun = Promise.withResolvers<void>();
  const closing = Promise.withResolvers<void>();
  const listening = await listen({
    address: { host: '127.0.0.1', port: 0 },
    log: new Log(
      () => undefined,
      'error',
      () => 0,
    ),
    tls: undefined,
    metrics: new Metrics(),
    nowMs: () => Date.now(),
    limits: { connections: 8, headerTime: 30_000, idleTime: 30_000 } as LimitSettings,
    trustedProxies: () => false,
    random: (bytes) => randomBytes(bytes),
    answer: async () => {
      begun.resolve();
      await closing.promise;
      return { kind: 'answer', status: 200, headers: {}, route: 'none', body: listener.url };
    },
  });
  assert.ok(listening.kind === 'listening');
  const { listener } = listening;
  const { url } = listener;
  const asked = fetch(url);
  await begun.promise;
  const closed = listener.close(30_000);
  closing.resolve();
  assert.equal(await (await asked).text(), url);
  await closed;
  assert.equal(listener.url, url);
});
