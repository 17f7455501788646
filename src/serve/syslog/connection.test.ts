import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { until } from '../../../test/serve/running-server.ts';
import { BodyBudget, SYSLOG_LARGE_BYTES, SYSLOG_SMALL_BYTES, textOf } from '../../receive/index.ts';
import { Log } from '../log.ts';
import { Metrics } from '../metrics.ts';
import { SenderTraffic } from '../sender-traffic.ts';
import { SyslogConnection } from './connection.ts';

const MESSAGE_MS = 10_000;
const SLOW = /triad_syslog_ended_total\{reason="slow"\}/;

interface Opened {
  readonly connection: SyslogConnection;
  /** The side of the sender, and that of the server. */
  readonly sender: Socket;
  readonly socket: Socket;
  readonly metrics: Metrics;
  readonly heard: string[];
  readonly ending: AbortController;
  /** Messages over the small size have no room until this is called. */
  readonly giveRoom: () => void;
  nowMs: number;
  isRefused: boolean;
}

async function opened(context: TestContext): Promise<Opened> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sender = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  context.after(() => {
    sender.destroy();
    socket.destroy();
    server.close();
  });
  const large = new BodyBudget({ totalBytes: 2 * SYSLOG_LARGE_BYTES, bytesPerBody: SYSLOG_LARGE_BYTES });
  const others = large.open('syslog:other');
  assert.ok(others.kind === 'lease');
  const ending = new AbortController();
  const state = { nowMs: 0, isRefused: false };
  const metrics = new Metrics();
  const heard: string[] = [];
  const connection = new SyslogConnection(socket, 'syslog:one', {
    large,
    metrics,
    traffic: new SenderTraffic({ nowMs: () => 0, steadyMs: () => 0 }),
    signal: ending.signal,
    messageMs: MESSAGE_MS,
    nowMs: () => state.nowMs,
    log: new Log(
      () => undefined,
      'debug',
      () => 0,
    ),
    taker: {
      take: async ({ protocol }, body) => {
        if (state.isRefused) return { kind: 'refused', reason: 'full', retryAfterMs: 10 };
        const text = textOf(protocol, body);
        assert.ok(text.kind === 'text');
        for (const { start, end } of text.framing.items) heard.push(body.subarray(start, end).toString());
        return { kind: 'taken', position: heard.length };
      },
    },
  });
  return Object.assign(state, { connection, sender, socket, metrics, heard, ending, giveRoom: others.release });
}

const LARGE = `{"n":"${'x'.repeat(2 * SYSLOG_SMALL_BYTES)}"}`;
const COUNTED = `${LARGE.length} ${LARGE}`;
/** As much of it as has no room without asking. */
const PART: number = SYSLOG_SMALL_BYTES + 1000;

test('a sender that is not read for want of room is not slow: its time begins anew once there is room', async (context) => {
  const on = await opened(context);
  on.sender.write(COUNTED.slice(0, PART));
  await until(() => on.connection.heldBytes === PART, 'it is held');
  on.nowMs += MESSAGE_MS + 1;
  on.connection.look(on.nowMs);
  assert.doesNotMatch(on.metrics.text(), SLOW);
  on.giveRoom();
  on.sender.write(COUNTED.slice(PART, -1));
  await until(() => on.connection.heldBytes === COUNTED.length - 1, 'it is read on');
  on.connection.look(on.nowMs);
  assert.doesNotMatch(on.metrics.text(), SLOW);
  on.sender.write(COUNTED.slice(-1));
  await until(() => on.heard.length === 1, 'it is taken');
  assert.deepEqual(on.heard, [LARGE]);
});

test('a part that finds room while the journal takes nothing is not slow either', async (context) => {
  const on = await opened(context);
  on.isRefused = true;
  on.sender.write(`<13>a: {"n":1}\n${COUNTED.slice(0, PART)}`);
  await until(() => on.metrics.total('triad_ingest_batches_total') > 0, 'the journal is asked');
  on.giveRoom();
  await until(() => on.connection.heldBytes === PART, 'the part is read');
  // Longer than until it is looked for room again.
  await new Promise((resolve) => setTimeout(resolve, 300));
  on.nowMs += MESSAGE_MS + 1;
  on.isRefused = false;
  await until(() => on.heard.length === 1, 'the message before it is taken');
  on.connection.look(on.nowMs);
  assert.doesNotMatch(on.metrics.text(), SLOW);
  on.sender.write(COUNTED.slice(PART));
  await until(() => on.heard.length === 2, 'it is taken');
});

test('L21 what a full disk lets nobody take when the server ends is counted as lost, to the last message', async (context) => {
  const on = await opened(context);
  on.giveRoom();
  on.isRefused = true;
  const count = 160_000;
  // More messages than three batches have, and a part of one.
  on.socket.emit('data', Buffer.from(`${'a\n'.repeat(count)}half`));
  on.ending.abort();
  on.connection.end();
  await on.connection.done;
  assert.match(on.metrics.text(), new RegExp(`protocol="syslog",result="lost"\\} ${count}`));
  assert.match(on.metrics.text(), /triad_syslog_ended_total\{reason="cut"\} 1/);
});
