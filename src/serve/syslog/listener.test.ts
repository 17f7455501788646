import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type EnvelopeHeader, MAX_ITEM_BYTES, textOf } from '../../receive/index.ts';
import type { Taken } from '../batch-taker.ts';
import { Log } from '../log.ts';
import { Metrics } from '../metrics.ts';
import { SenderTraffic } from '../sender-traffic.ts';
import { listenSyslog, type SyslogListener, type SyslogParts } from './listener.ts';
import { syslogSender } from './senders.ts';

interface Heard {
  readonly header: EnvelopeHeader;
  readonly messages: readonly string[];
}

interface Running {
  readonly listener: SyslogListener;
  readonly heard: Heard[];
  readonly metrics: Metrics;
  readonly nowMs: { value: number };
  /** What the journal answers; taken where it gives nothing. */
  refuse: (() => Taken | undefined) | undefined;
}

async function running(context: TestContext, settings: Partial<SyslogParts['settings']> = {}): Promise<Running> {
  const heard: Heard[] = [];
  const metrics = new Metrics();
  const nowMs = { value: Date.now() };
  const made: { refuse: Running['refuse'] } = { refuse: undefined };
  const listening = await listenSyslog({
    settings: {
      listen: { host: '127.0.0.1', port: 0 },
      listenTls: undefined,
      acceptUnauthenticated: false,
      senders: [],
      connections: 100,
      ...settings,
    },
    tls: undefined,
    messageMs: 10_000,
    log: new Log(
      () => undefined,
      'debug',
      () => 0,
    ),
    metrics,
    traffic: new SenderTraffic({ nowMs: () => 0, steadyMs: () => 0 }),
    nowMs: () => nowMs.value,
    taker: {
      take: (header, body) => {
        const refused = made.refuse?.();
        if (refused !== undefined) return Promise.resolve(refused);
        const text = textOf(header.protocol, body);
        assert.ok(text.kind === 'text');
        const messages = text.framing.items.map(({ start, end }) => Buffer.from(body.subarray(start, end)).toString());
        heard.push({ header, messages });
        return Promise.resolve({ kind: 'taken', position: heard.length });
      },
    },
  });
  assert.ok(listening.kind === 'listening');
  const { listener } = listening;
  context.after(() => listener.close(0));
  return Object.assign(made, { listener, heard, metrics, nowMs });
}

async function dial({ listener }: Running): Promise<Socket> {
  const { port } = new URL(listener.addresses[0]?.replace('tcp:', 'http:') ?? '');
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function until(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 10_000;
  while (!holds()) {
    assert.ok(performance.now() < endMs, 'not in time');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const all = ({ heard }: Running): readonly string[] => heard.flatMap(({ messages }) => messages);

test('what a sender wrote before it ended its side is taken, the line without an end too', async (context) => {
  const server = await running(context);
  const socket = await dial(server);
  const lines = Array.from({ length: 5000 }, (_, at) => `<13>a: {"n":${at}}`);
  socket.end(lines.join('\n'));
  await once(socket, 'close');
  assert.deepEqual(
    all(server),
    lines.map((line) => line.slice(7)),
  );
  const { trust, protocol, sender, key } = server.heard[0]?.header ?? {};
  assert.deepEqual([trust, protocol, sender, key], ['unauthenticated', 'syslog', 'syslog:local', 'none']);
  assert.equal(server.metrics.total('triad_ingest_events_total'), 5000);
  assert.ok(server.heard.length < 50, 'many lines are one batch');
});

test('while the journal takes nothing the sender is not read; then everything is there once', async (context) => {
  const server = await running(context);
  let refusals = 0;
  server.refuse = () => (refusals++ < 3 ? { kind: 'refused', reason: 'full', retryAfterMs: 20 } : undefined);
  const socket = await dial(server);
  const line = `<13>a: {"n":"${'x'.repeat(1000)}"}\n`;
  const count = 8000;
  let most = 0;
  const watching = setInterval(() => {
    most = Math.max(most, server.listener.heldBytes);
  }, 1);
  socket.end(line.repeat(count));
  await once(socket, 'close');
  clearInterval(watching);
  assert.equal(all(server).length, count);
  assert.equal(refusals > 3, true);
  assert.ok(most < 1 << 20, `${most} bytes were held`);
});

test('a broken length ends the connection; an endless line and binary nonsense cost themselves', async (context) => {
  const server = await running(context);
  const broken = await dial(server);
  broken.write('<1>a: {"n":1}\n99999999 x');
  await once(broken, 'close');
  const endless = await dial(server);
  endless.write(`<1>b: {"n":2}\n${'x'.repeat(3 * MAX_ITEM_BYTES)}`);
  endless.end('\n<1>c: {"n":3}\n');
  await once(endless, 'close');
  const nonsense = await dial(server);
  nonsense.end(Buffer.concat([Buffer.from([0, 0xff, 0xfe, 0, 0xc0, 0x80, 0x0a]), Buffer.from('<1>d: {"n":4}\n')]));
  await once(nonsense, 'close');
  assert.deepEqual(
    all(server).filter((text) => text.startsWith('{')),
    ['{"n":1}', '{"n":2}', '{"n":3}', '{"n":4}'],
  );
  assert.match(server.metrics.text(), /triad_syslog_ended_total\{reason="broken_framing"\} 1/);
  assert.match(server.metrics.text(), /result="rejected"\} 1/);
});

test('half a message is waited for so long, an idle connection for ever', async (context) => {
  const server = await running(context);
  const idle = await dial(server);
  const slow = await dial(server);
  slow.write('9 <1>');
  idle.write('<1>a: {"n":1}\n');
  await until(() => all(server).length === 1 && server.listener.connections === 2);
  server.nowMs.value += 10_000;
  await new Promise((resolve) => setTimeout(resolve, 1200));
  assert.equal(server.listener.connections, 2);
  server.nowMs.value += 1;
  await once(slow, 'close');
  await until(() => server.listener.connections === 1);
  idle.end('<1>b: {"n":2}\n');
  await once(idle, 'close');
  assert.equal(all(server).length, 2);
  assert.match(server.metrics.text(), /triad_syslog_ended_total\{reason="slow"\} 1/);
});

test('large messages share a budget: whoever finds no room waits, and gets it', async (context) => {
  const server = await running(context);
  const message = `{"n":"${'x'.repeat(MAX_ITEM_BYTES - 100)}"}`;
  const sockets = await Promise.all(Array.from({ length: 20 }, () => dial(server)));
  for (const socket of sockets) socket.end(`${message.length} ${message}`);
  await Promise.all(sockets.map((socket) => once(socket, 'close')));
  assert.equal(all(server).length, 20);
});

test('an address has a quarter of the connections, and who is not named has none', async (context) => {
  const server = await running(context, { connections: 8 });
  const two = [await dial(server), await dial(server)];
  await until(() => server.listener.connections === 2);
  const third = await dial(server);
  await once(third, 'close');
  assert.match(server.metrics.text(), /triad_syslog_refused_total\{reason="too_many"\} 1/);
  for (const socket of two) socket.destroy();
  const named = await running(context, { senders: ['relay=10.1.2.3'] });
  await once(await dial(named), 'close');
  assert.match(named.metrics.text(), /triad_syslog_refused_total\{reason="unknown_sender"\} 1/);
});

test('senders are named by the first network that their address lies in', () => {
  const senders = ['relay=10.1.2.3', 'servers=10.1.0.0/16', 'six=2001:db8::/32'];
  assert.equal(syslogSender(senders, '10.1.2.3'), 'syslog:relay');
  assert.equal(syslogSender(senders, '::ffff:10.1.2.4'), 'syslog:servers');
  assert.equal(syslogSender(senders, '2001:db8::1'), 'syslog:six');
  assert.equal(syslogSender(senders, '10.2.0.1'), undefined);
  assert.equal(syslogSender(senders, '127.0.0.1'), undefined);
  assert.equal(syslogSender([], '::ffff:127.0.0.1'), 'syslog:local');
  assert.equal(syslogSender([], '10.1.2.3'), undefined);
});
