import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import type { LimitSettings } from '../../src/config/index.ts';
import { listen } from '../../src/serve/listener.ts';
import { Log } from '../../src/serve/log.ts';
import { Metrics } from '../../src/serve/metrics.ts';
import { RawConnections } from '../../src/serve/raw-connections.ts';
import { SenderTraffic } from '../../src/serve/sender-traffic.ts';
import { listenSyslog } from '../../src/serve/syslog/listener.ts';
import { NO_OPENSSL, selfSigned } from '../clients/tls.ts';
import { temporaryFolder, until } from './running-server.ts';

const LOG = new Log(
  () => undefined,
  'error',
  () => 0,
);
const HANDSHAKE_MS = 300;

interface Door {
  readonly port: number;
  readonly metrics: Metrics;
  close(withinMs: number): Promise<void>;
}

/** A connection that says nothing. */
async function silent(port: number, from: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function greeted(port: number, from: string): Promise<Socket> {
  const socket = connectTls({
    socket: connect({ port, host: '127.0.0.1', localAddress: from }),
    rejectUnauthorized: false,
  });
  await once(socket, 'secureConnect');
  return socket;
}

async function doors(context: TestContext): Promise<readonly Door[]> {
  const files = await selfSigned(temporaryFolder(context));
  assert.ok(files);
  const tls = { certificate: readFileSync(files.certificate, 'utf8'), key: readFileSync(files.key, 'utf8') };
  const http = new Metrics();
  const listening = await listen({
    ...{ address: { host: '127.0.0.1', port: 0 }, tls, log: LOG, metrics: http, nowMs: () => Date.now() },
    limits: { connections: 8, headerTime: HANDSHAKE_MS, idleTime: 30_000 } as LimitSettings,
    trustedProxies: () => false,
    random: (bytes) => randomBytes(bytes),
    answer: async () => ({ kind: 'answer', status: 200, headers: {}, route: 'none', body: 'well' }),
  });
  assert.ok(listening.kind === 'listening');
  const { listener } = listening;
  const syslog = new Metrics();
  const second = await listenSyslog({
    settings: {
      listen: undefined,
      listenTls: { host: '127.0.0.1', port: 0 },
      acceptUnauthenticated: false,
      senders: ['relay=127.0.0.2'],
      connections: 8,
    },
    ...{ tls, messageMs: HANDSHAKE_MS, log: LOG, metrics: syslog, nowMs: () => Date.now() },
    traffic: new SenderTraffic({ nowMs: () => 0, steadyMs: () => 0 }),
    taker: { take: () => Promise.resolve({ kind: 'taken', position: 1 }) },
  });
  assert.ok(second.kind === 'listening');
  const address = second.listener.addresses[0] ?? '';
  context.after(() => Promise.all([listener.close(0), second.listener.close(0)]));
  return [
    { port: Number(new URL(listener.url).port), metrics: http, close: (ms) => listener.close(ms) },
    {
      port: Number(address.slice(address.lastIndexOf(':') + 1)),
      metrics: syslog,
      close: (ms) => second.listener.close(ms),
    },
  ];
}

test('a connection of TLS that says nothing is let go of after the time of a handshake, and others are taken again', {
  skip: NO_OPENSSL,
}, async (context) => {
  const both = await doors(context);
  for (const { port } of both) {
    const sockets = await Promise.all(Array.from({ length: 8 }, () => silent(port, '127.0.0.2')));
    await Promise.all(sockets.map((socket) => (socket.closed ? undefined : once(socket, 'close'))));
    // One whose end went away without a word is forgotten too.
    (await silent(port, '127.0.0.2')).destroy();
    (await greeted(port, '127.0.0.2')).destroy();
  }
});

test('a listener of TLS ends at once, whatever connections say nothing', { skip: NO_OPENSSL }, async (context) => {
  const both = await doors(context);
  for (const { port, close } of both) {
    const held = await Promise.all([silent(port, '127.0.0.2'), greeted(port, '127.0.0.2')]);
    const begunMs = performance.now();
    await close(200);
    assert.ok(performance.now() - begunMs < 5000);
    for (const socket of held) socket.destroy();
  }
});

test('strangers of syslog over TLS get no handshake, and shut nobody out', { skip: NO_OPENSSL }, async (context) => {
  const [, syslog] = await doors(context);
  assert.ok(syslog);
  const { port, metrics } = syslog;
  for (let at = 0; at < 20; at++) await once(await silent(port, '127.0.0.5'), 'close');
  assert.match(metrics.text(), /triad_syslog_refused_total\{reason="unknown_sender"\} 20/);
  const relay = [await greeted(port, '127.0.0.2'), await greeted(port, '127.0.0.2')];
  await once(await silent(port, '127.0.0.2'), 'close');
  assert.match(metrics.text(), /triad_syslog_refused_total\{reason="too_many"\} 1/);
  for (const socket of relay) socket.destroy();
});

test('an address has its share of the connections, and gets it back as they end', async (context) => {
  const refused: string[] = [];
  const server = createServer();
  const raw = new RawConnections(server, {
    mostOf: (peer) => (peer === '127.0.0.9' ? 0 : 2),
    onRefused: (peer, reason) => refused.push(`${peer} ${reason}`),
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const own = [await silent(port, '127.0.0.3'), await silent(port, '127.0.0.3')];
  await once(await silent(port, '127.0.0.3'), 'close');
  await once(await silent(port, '127.0.0.9'), 'close');
  const other = await silent(port, '127.0.0.4');
  assert.deepEqual(refused, ['127.0.0.3 too_many', '127.0.0.9 not_taken']);
  await until(async () => raw.size === 3, 'three are held');
  own[0]?.destroy();
  await until(async () => raw.size === 2, 'one has gone');
  const next = await silent(port, '127.0.0.3');
  await until(async () => raw.size === 3, 'and its place is free');
  for (const socket of [...own, other, next]) socket.destroy();
  assert.equal(refused.length, 2);
});
