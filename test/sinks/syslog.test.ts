import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { OutboxMessage } from '../../src/outbox/index.ts';
import { type Sink, SyslogLine } from '../../src/sinks/index.ts';
import { selfSigned } from '../clients/tls.ts';
import { until } from '../serve/running-server.ts';
import { messageOf, nameless, ORIGIN, sinkOf } from './messages.ts';
import { syslogReceiver } from './receivers.ts';

interface Line {
  readonly line: SyslogLine;
  readonly unsure: OutboxMessage[];
  breaks(): number;
}

function lineTo(t: TestContext, port: number, changes: Partial<Sink> = {}): Line {
  const unsure: OutboxMessage[] = [];
  let breaks = 0;
  const address = { host: '127.0.0.1', port };
  const line = new SyslogLine({
    sink: sinkOf({ kind: 'syslog', address, ...changes }),
    origin: () => ORIGIN,
    resolve: nameless,
    unsure: () => Promise.resolve(unsure),
    onBreak: () => breaks++,
  });
  t.after(() => line.close());
  return { line, unsure, breaks: () => breaks };
}

function named(id: string): OutboxMessage {
  return messageOf('x', { id });
}

function idsIn(messages: readonly string[]): readonly string[] {
  return messages.map((text) => / cs3=(\S+) /.exec(text)?.[1] ?? text);
}

test('messages go over one connection, each in a frame', async (t) => {
  const receiver = await syslogReceiver(t);
  const { line } = lineTo(t, receiver.port);
  for (const id of ['a', 'b', 'c']) assert.equal((await line.deliver(named(id))).kind, 'delivered');
  await until(() => receiver.all().length === 3, 'three messages');
  assert.deepEqual(receiver.connections.map(idsIn), [['a', 'b', 'c']]);
  assert.equal(await line.close(), true, 'the other end has taken all of it');
  assert.equal(await line.close(), undefined);
});

test('G24 after a break the messages that may be lost go again, before anything else', async (t) => {
  const receiver = await syslogReceiver(t);
  const { line, unsure, breaks } = lineTo(t, receiver.port);
  await line.deliver(named('a'));
  unsure.push(named('a'));
  await until(() => receiver.all().length === 1, 'a message');
  receiver.breakOff();
  await until(() => breaks() === 1, 'the break');
  assert.equal((await line.deliver(named('b'))).kind, 'delivered');
  await until(() => receiver.all().length === 3, 'three messages');
  assert.deepEqual(receiver.connections.map(idsIn), [['a'], ['a', 'b']]);
});

test('over TLS by an authority of one’s own; without it nothing is sent', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'triad-sinks-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const files = await selfSigned(folder);
  // No certificate is stored with the tests: where none can be made, there is no TLS to try.
  if (files === undefined) return t.skip('there is no openssl that makes a certificate');
  const cert = readFileSync(files.certificate, 'utf8');
  const receiver = await syslogReceiver(t, { cert, key: readFileSync(files.key, 'utf8') });
  const trusting = lineTo(t, receiver.port, { isTls: true, authority: cert });
  assert.equal((await trusting.line.deliver(named('a'))).kind, 'delivered');
  await until(() => receiver.all().length === 1, 'a message');
  const other = lineTo(t, receiver.port, { isTls: true });
  assert.equal((await other.line.deliver(named('b'))).kind, 'later');
  assert.deepEqual(idsIn(receiver.all()), ['a']);
});

test('without TLS nothing goes to a public address that allow does not name', async (t) => {
  const { line } = lineTo(t, 9, { address: { host: '203.0.114.1', port: 9 }, timeoutMs: 300 });
  const sent = await line.deliver(named('a'));
  assert.deepEqual([sent.kind, sent.status], ['later', 'closed']);
});

test('a private receiver needs allow, and one that is not there or takes nothing is tried later', async (t) => {
  const receiver = await syslogReceiver(t);
  const closed = await lineTo(t, receiver.port, { allow: [] }).line.deliver(named('a'));
  assert.deepEqual([closed.kind, closed.status, receiver.connections.length], ['later', 'closed', 0]);
  const missing = await lineTo(t, 1).line.deliver(named('a'));
  assert.deepEqual([missing.kind, missing.status], ['later', 'econnrefused']);
  const sockets: Socket[] = [];
  const deaf = createServer((socket) => sockets.push(socket.pause()));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    deaf.close();
  });
  await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
  const { port } = deaf.address() as { readonly port: number };
  const { line } = lineTo(t, port, { timeoutMs: 300 });
  let last = 'delivered';
  for (let at = 0; at < 20_000 && last === 'delivered'; at++)
    last = (await line.deliver(messageOf('y'.repeat(400)))).status === 'handed' ? 'delivered' : 'later';
  assert.equal(last, 'later');
});
