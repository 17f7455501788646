import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { mayReach, mayReachPlain, post, postMessage } from '../../src/sinks/index.ts';
import { selfSigned } from '../clients/tls.ts';
import { messageOf, nameless, PARTS, sinkOf } from './messages.ts';
import { type Certificate, httpReceiver, status } from './receivers.ts';

async function certificate(t: TestContext): Promise<Certificate | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'triad-sinks-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const files = await selfSigned(folder);
  return files && { cert: readFileSync(files.certificate, 'utf8'), key: readFileSync(files.key, 'utf8') };
}

test('an address inside is not reached, in whatever form it is written; what allow names is', () => {
  const closed = [
    ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '10.0.0.1', '100.64.0.1', '100.100.100.200', '169.254.169.254'],
    ...['172.16.0.1', '172.31.255.255', '192.168.0.1', '192.0.0.192', '198.18.0.1', '168.63.129.16', '224.0.0.1'],
    ...['240.0.0.1', '255.255.255.255', '::', '::1', '::ffff:127.0.0.1', '::ffff:a9fe:a9fe', '::127.0.0.1'],
    ...[
      'fe80::1',
      'fe80::1%eth0',
      'fc00::1',
      'fd00:ec2::254',
      'ff02::1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '2001::1',
    ],
    ...['2001:db8::1', '100::1', 'localhost', '', '8.8.8.8/0', '0x7f.1', '2130706433'],
  ];
  for (const address of closed) assert.equal(mayReach(address, []), false, address);
  const open = [
    '8.8.8.8',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '223.255.255.255',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
  ];
  for (const address of open) assert.equal(mayReach(address, []), true, address);
  assert.equal(mayReach('10.1.2.3', ['10.1.2.0/24']), true);
  assert.equal(mayReach('::ffff:10.1.2.3', ['10.1.2.0/24']), true);
  assert.equal(mayReach('10.1.3.3', ['10.1.2.0/24']), false);
  assert.equal(mayReach('8.8.8.8', ['10.1.2.0/24']), true, 'allow opens and closes nothing else');
});

test('without TLS only what allow names is reached, public addresses too', async () => {
  const allow = ['10.1.2.0/24', '8.8.4.0/24'];
  for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '8.8.4.4']) assert.equal(mayReachPlain(address, allow), true);
  for (const address of ['8.8.8.8', '2606:4700::1111', '10.1.3.3', 'a.example', ''])
    assert.equal(mayReachPlain(address, allow), false, address);
  assert.equal(mayReachPlain('8.8.8.8', []), false);
  const resolve = (): Promise<readonly string[]> => Promise.resolve(['203.0.114.1']);
  for (const url of ['http://receiver.example:9/', 'http://203.0.114.1:9/']) {
    const delivery = await postMessage(sinkOf({ url, allow, timeoutMs: 300 }), messageOf(), { ...PARTS, resolve });
    assert.deepEqual([delivery.kind, delivery.status], ['later', 'closed'], url);
    assert.match('why' in delivery ? delivery.why : '', /^without TLS/);
  }
});

test('without allow a receiver on loopback sees no connection, by address, by name, or by an odd way to write it', async (t) => {
  const receiver = await httpReceiver(t, status(200));
  const resolve = (): Promise<readonly string[]> => Promise.resolve(['127.0.0.1']);
  for (const host of [
    '127.0.0.1',
    '0x7f.1',
    '2130706433',
    'inside.example',
    '[::ffff:127.0.0.1]',
    '[::1]',
    'localhost',
  ]) {
    const sink = sinkOf({ url: `http://${host}:${receiver.port}/`, allow: [] });
    const delivery = await postMessage(sink, messageOf(), { ...PARTS, resolve });
    assert.deepEqual([delivery.kind, delivery.status], ['later', 'closed'], host);
  }
  assert.equal(receiver.connections(), 0);
});

test('a name is looked up once, and the address that was checked is connected to: rebinding leads nowhere', async (t) => {
  const receiver = await httpReceiver(t, status(200));
  let asked = 0;
  const resolve = (): Promise<readonly string[]> => Promise.resolve(asked++ === 0 ? ['127.0.0.1'] : ['127.0.0.2']);
  const sink = sinkOf({ url: `http://receiver.example:${receiver.port}/hook`, allow: ['127.0.0.1/32'] });
  assert.equal((await postMessage(sink, messageOf(), { ...PARTS, resolve })).kind, 'delivered');
  assert.equal(asked, 1);
  assert.equal(receiver.requests[0]?.headers.host, `receiver.example:${receiver.port}`);
  const inner = await postMessage(sink, messageOf(), { ...PARTS, resolve });
  assert.deepEqual([inner.kind, inner.status, receiver.connections()], ['later', 'closed', 1]);
});

test('of the addresses of a name those inside are left out', async (t) => {
  const receiver = await httpReceiver(t, status(200));
  const sink = sinkOf({ url: `http://receiver.example:${receiver.port}/`, allow: ['127.0.0.1/32'] });
  const resolve = (): Promise<readonly string[]> => Promise.resolve(['169.254.169.254', '10.0.0.1', '127.0.0.1']);
  assert.equal((await postMessage(sink, messageOf(), { ...PARTS, resolve })).kind, 'delivered');
  const missing = await postMessage(sink, messageOf(), {
    ...PARTS,
    resolve: () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })),
  });
  assert.deepEqual([missing.kind, missing.status], ['later', 'dns']);
});

test('a redirect is followed nowhere', async (t) => {
  const inner = await httpReceiver(t, status(200));
  for (const code of [301, 302, 303, 307, 308]) {
    const receiver = await httpReceiver(t, status(code, { location: inner.url }));
    const delivery = await postMessage(sinkOf({ url: receiver.url }), messageOf(), PARTS);
    assert.deepEqual([delivery.kind, delivery.status], ['refused', String(code)]);
  }
  assert.equal(inner.connections(), 0);
});

test('TLS goes by the name: a certificate of another name, or of nobody known, is not trusted', async (t) => {
  const own = await certificate(t);
  // No certificate is stored with the tests: where none can be made, there is no TLS to try.
  if (own === undefined) return t.skip('there is no openssl that makes a certificate');
  const receiver = await httpReceiver(t, status(200), own);
  const resolve = (): Promise<readonly string[]> => Promise.resolve(['127.0.0.1']);
  const to = async (host: string, authority: string | undefined): Promise<string> => {
    const sink = sinkOf({ url: `https://${host}:${receiver.port}/`, authority });
    const delivery = await postMessage(sink, messageOf(), { ...PARTS, resolve });
    return delivery.kind === 'delivered' ? 'delivered' : delivery.why;
  };
  assert.equal(await to('localhost', own.cert), 'delivered');
  assert.equal(await to('127.0.0.1', own.cert), 'delivered');
  assert.match(await to('other.example', own.cert), /certificate is not trusted/);
  assert.match(await to('localhost', undefined), /certificate is not trusted/);
  assert.equal(receiver.requests.length, 2);
});

test('a receiver that is slow at any point is given up in time', async (t) => {
  const sockets: Socket[] = [];
  const drips: NodeJS.Timeout[] = [];
  const silent = createServer((socket) => sockets.push(socket));
  const dripping = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
    drips.push(setInterval(() => socket.write('x'), 20));
  });
  t.after(() => {
    for (const drip of drips) clearInterval(drip);
    for (const socket of sockets) socket.destroy();
    silent.close();
    dripping.close();
  });
  for (const server of [silent, dripping]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { readonly port: number };
    const startMs = performance.now();
    const delivery = await postMessage(
      sinkOf({ url: `http://127.0.0.1:${port}/`, timeoutMs: 300 }),
      messageOf(),
      PARTS,
    );
    assert.deepEqual([delivery.kind, delivery.status], ['later', 'timeout']);
    assert.ok(performance.now() - startMs < 3000);
  }
  const late = await postMessage(sinkOf({ url: 'http://receiver.example/', timeoutMs: 100 }), messageOf(), {
    ...PARTS,
    resolve: () => new Promise(() => undefined),
  });
  assert.deepEqual([late.kind, late.status], ['later', 'timeout']);
});

test('a hostile answer costs no memory and no crash: endless, cut short, no HTTP, huge headers', async (t) => {
  const answers = [
    (socket: Socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const fill = (): boolean => {
        while (!socket.destroyed && socket.write(Buffer.alloc(65_536, 0x20)));
        return true;
      };
      socket.on('drain', fill);
      fill();
    },
    (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nshort'),
    (socket: Socket) => socket.end('220 mail.example ESMTP\r\n'),
    (socket: Socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`),
    (socket: Socket) => socket.destroy(),
  ];
  const kinds: string[] = [];
  for (const answer of answers) {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', () => answer(socket));
    });
    t.after(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { readonly port: number };
    const url = new URL(`http://127.0.0.1:${port}/`);
    const options = { allow: ['127.0.0.1'], authority: undefined, timeoutMs: 5000, resolve: nameless };
    const result = await post({ url, headers: {}, body: 'x' }, options);
    kinds.push(result.kind === 'answer' ? `${result.status} ${result.body.length} ${result.isCut}` : result.kind);
  }
  assert.deepEqual(kinds, ['200 262144 true', 'none', 'none', 'none', 'none']);
});

test('no proxy of the environment is used', async (t) => {
  const receiver = await httpReceiver(t, status(200));
  const proxy = await httpReceiver(t, status(200));
  const door = new URL('../../src/sinks/index.ts', import.meta.url).href;
  const program = `import { post } from ${JSON.stringify(door)};
    const options = { allow: ['127.0.0.1'], authority: undefined, timeoutMs: 5000, resolve: () => Promise.resolve(['127.0.0.1']) };
    const url = new URL('http://receiver.example:${receiver.port}/');
    console.log((await post({ url, headers: {}, body: 'x' }, options)).status);`;
  const variables = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, NODE_USE_ENV_PROXY: '1' };
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (part: Buffer) => {
    out += part.toString();
  });
  await new Promise((resolve) => child.on('close', resolve));
  assert.deepEqual([out.trim(), receiver.connections(), proxy.connections()], ['200', 1, 0]);
});
