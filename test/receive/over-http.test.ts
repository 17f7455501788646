import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BODY_LIMITS, type BodyLimits, elasticError, readBody } from '../../src/receive/index.ts';

/** A server that answers each body with its length, or with what was wrong. Its connections are counted. */
async function serverWith(
  t: TestContext,
  limits: Partial<BodyLimits>,
): Promise<{ readonly port: number; readonly outcomes: string[] }> {
  const outcomes: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await readBody(request, request.headers, { ...BODY_LIMITS, ...limits }, { nowMs: Date.now });
    if (body.kind === 'body') {
      outcomes.push(`${body.bytes.length} bytes`);
      response.end(String(body.bytes.length));
      return;
    }
    outcomes.push(`${body.status} ${body.code}${body.closeConnection ? ' close' : ''}`);
    const answer = elasticError(body.status, body.reason, body.retryAfterMs);
    response.writeHead(answer.status, { ...answer.headers, ...(body.closeConnection ? { connection: 'close' } : {}) });
    response.end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, outcomes };
}

/** A client that writes bytes as they are. */
async function client(
  t: TestContext,
  port: number,
): Promise<{ readonly socket: Socket; statuses(count: number): Promise<readonly string[]> }> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  t.after(() => socket.destroy());
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
  });
  socket.on('error', () => {
    text += 'HTTP/1.1 reset';
  });
  const statuses = async (count: number): Promise<readonly string[]> => {
    for (let wait = 0; wait < 500; wait++) {
      const found = [...text.matchAll(/HTTP\/1\.1 (\w+)/g)].map(([, status]) => status ?? '');
      if (found.length >= count) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return [text];
  };
  return { socket, statuses };
}

const head = (...headers: readonly string[]): string => `POST / HTTP/1.1\r\nHost: a\r\n${headers.join('\r\n')}\r\n\r\n`;

test('a body of a known length and one in chunks are read, one after another on one connection', async (t) => {
  const { port, outcomes } = await serverWith(t, {});
  const { socket, statuses } = await client(t, port);
  socket.write(`${head('Content-Length: 5')}hello`);
  assert.deepEqual(await statuses(1), ['200']);
  const packed = gzipSync(Buffer.alloc(1000, 'abc'));
  socket.write(head('Transfer-Encoding: chunked', 'Content-Encoding: gzip'));
  for (const byte of packed) socket.write(Buffer.from([0x31, 0x0d, 0x0a, byte, 0x0d, 0x0a]));
  socket.write('0\r\n\r\n');
  assert.deepEqual(await statuses(2), ['200', '200']);
  socket.write(head('Content-Length: 0'));
  assert.deepEqual(await statuses(3), ['200', '200', '200']);
  assert.deepEqual(outcomes, ['5 bytes', '1000 bytes', '0 bytes']);
});

test('what is refused is read to its end, and the next request on the connection is answered', async (t) => {
  const { port, outcomes } = await serverWith(t, { encodedBytes: 100_000 });
  const { socket, statuses } = await client(t, port);
  socket.write(head('Content-Length: 1000000'));
  socket.write(Buffer.alloc(1_000_000));
  assert.deepEqual(await statuses(1), ['413']);
  socket.write(`${head('Content-Length: 9', 'Content-Encoding: gzip')}plaintext`);
  assert.deepEqual(await statuses(2), ['413', '400']);
  socket.write(`${head('Content-Length: 2', 'Content-Encoding: br')}xx`);
  assert.deepEqual(await statuses(3), ['413', '400', '415']);
  socket.write(`${head('Content-Length: 2')}ok`);
  assert.deepEqual(await statuses(4), ['413', '400', '415', '200']);
  assert.deepEqual(outcomes, ['413 encoded_too_large', '400 bad_coding', '415 unknown_coding', '2 bytes']);
});

test('what is too long to be read for nothing ends the connection, after the answer', async (t) => {
  const { port, outcomes } = await serverWith(t, { encodedBytes: 1000, drainBytes: 1000 });
  const { socket, statuses } = await client(t, port);
  socket.write(head('Content-Length: 100000'));
  socket.write(Buffer.alloc(100_000));
  await once(socket, 'close');
  assert.equal((await statuses(1))[0], '413');
  assert.deepEqual(outcomes, ['413 encoded_too_large close']);
});

test('a body in chunks of a byte is held as tightly as any other', async (t) => {
  const { port, outcomes } = await serverWith(t, {});
  const { socket, statuses } = await client(t, port);
  const before = process.memoryUsage();
  const chunks = 200_000;
  socket.write(head('Transfer-Encoding: chunked'));
  socket.write(Buffer.concat([Buffer.alloc(6 * chunks, '1\r\na\r\n'), Buffer.from('0\r\n\r\n')]));
  assert.deepEqual(await statuses(1), ['200']);
  assert.deepEqual(outcomes, [`${chunks} bytes`]);
  globalThis.gc?.();
  const after = process.memoryUsage();
  assert.ok(after.external - before.external < 16 << 20);
});

test('a sender that drips and one that leaves are let go', async (t) => {
  const { port, outcomes } = await serverWith(t, { graceMs: 30, checkEveryMs: 5 });
  const drips = await client(t, port);
  drips.socket.write(`${head('Content-Length: 100')}a`);
  await once(drips.socket, 'close');
  assert.deepEqual(await drips.statuses(1), ['408']);
  const leaves = await client(t, port);
  leaves.socket.write(`${head('Content-Length: 100')}a`);
  await new Promise((resolve) => setTimeout(resolve, 10));
  leaves.socket.destroy();
  for (let wait = 0; wait < 200 && outcomes.length < 2; wait++) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(outcomes, ['408 too_slow close', '400 cut_off close']);
});
