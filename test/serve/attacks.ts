import { randomBytes } from 'node:crypto';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { makeKey } from '../../src/accounts/index.ts';
import { type RawOptions, sendRaw } from './raw-socket.ts';

/** Whom an attack is aimed at, and with what key. */
export interface AttackTarget {
  readonly url: string;
  /** A good key of a sender that is not bound to hosts. */
  readonly key: string;
  /** How long an attack holds on, milliseconds. */
  readonly untilMs: number;
}

export interface Attack {
  /** How often it is begun, a second. */
  readonly perSecond: number;
  /** What a server may answer, besides ending the connection: a pattern of what `act` gives. */
  readonly answers: RegExp;
  act(target: AttackTarget): Promise<string>;
}

const MIB = 1 << 20;
const HOST = 'Host: localhost\r\n';

function post({ key }: AttackTarget, length: number | 'chunked', more = '', path = '/v1/ingest'): string {
  const size = length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`;
  const type = 'Content-Type: application/x-ndjson';
  return `POST ${path} HTTP/1.1\r\n${HOST}Authorization: Bearer ${key}\r\n${type}\r\n${size}\r\n${more}\r\n`;
}

function withBody(target: AttackTarget, body: string | Uint8Array, more = '', path = '/v1/ingest'): Buffer {
  return Buffer.concat([Buffer.from(post(target, Buffer.byteLength(body), more, path)), Buffer.from(body)]);
}

/** One more piece every so often. */
function every(ms: number, piece: string | Uint8Array): NonNullable<RawOptions['more']> {
  return (socket) => {
    const timer = setInterval(() => socket.write(piece), ms);
    return () => clearInterval(timer);
  };
}

/** As much as the other end takes. */
const flooding: NonNullable<RawOptions['more']> = (socket) => {
  const piece = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(0x10000, 'x'), Buffer.from('\r\n')]);
  const pump = (): void => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', pump);
  pump();
  return () => socket.off('drain', pump);
};

const zeros = Buffer.alloc(32 * MIB);
const BOMBS = [
  ['gzip', gzipSync(zeros)],
  ['zstd', zstdCompressSync(zeros)],
  ['deflate', deflateSync(zeros)],
  ['gzip, gzip', gzipSync(gzipSync(zeros))],
] as const;

const FRAMES: readonly (readonly [path: string, body: string | Buffer])[] = [
  ['/elastic/_bulk', '{"create":{}}\n'],
  ['/elastic/_bulk', '{"create":{\n{}\n'],
  ['/elastic/_bulk', 'no action\n{}\n'],
  ['/elastic/_bulk', `{"create":{"_index":"${'x'.repeat(20_000)}"}}\n{}\n`],
  ['/v1/ingest', `${'['.repeat(200_000)}`],
  ['/v1/ingest', `[${'{"a":'.repeat(100)}`],
  ['/v1/ingest', '<Events><Event><System></Events>'],
  ['/v1/ingest', Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00])],
  ['/v1/ingest', '\n'.repeat(MIB)],
  ['/v1/ingest', `{"a":"${'x'.repeat(2 * MIB)}"}`],
];

const BROKEN_HTTP: readonly string[] = [
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  `GET / HTTP/9.9\r\n${HOST}\r\n`,
  `GET\x00/ HTTP/1.1\r\n${HOST}\r\n`,
  `POST /v1/ingest HTTP/1.1\r\n${HOST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  `POST /v1/ingest HTTP/1.1\r\n${HOST}Content-Length: -1\r\n\r\n`,
  `POST /v1/ingest HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\nZZ\r\n`,
  `GET /livez HTTP/1.1\r\n${HOST}${HOST}\r\n`,
  'GET /livez HTTP/1.1\r\n\r\n',
  `GET /livez HTTP/1.1\n${HOST}\n`,
];

/** The longest answer that is open to everybody. */
const READ_LONG = `GET /v1/openapi.json HTTP/1.1\r\n${HOST}\r\n`;

let turn = 0;
function inTurn<T>(of: readonly T[]): T {
  const one = of[turn++ % of.length];
  if (one === undefined) throw new RangeError('nothing to take in turn');
  return one;
}

/** What senders do that mean harm, each at a rate of its own (SERVE 0.1: 31). */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  'idle connections': {
    perSecond: 400,
    answers: /^(?:open|closed|408)$/,
    act: ({ url, untilMs }) => sendRaw(url, '', { untilMs }),
  },
  'slow headers': {
    perSecond: 50,
    answers: /^(?:open|408)$/,
    act: ({ url, untilMs }) => sendRaw(url, `GET / HTTP/1.1\r\n${HOST}X: `, { untilMs, more: every(200, 'x') }),
  },
  'slow bodies': {
    perSecond: 50,
    answers: /^(?:open|408|429)$/,
    act: (target) => sendRaw(target.url, post(target, MIB), { untilMs: target.untilMs, more: every(200, 'x') }),
  },
  'half-closed sockets': {
    perSecond: 50,
    answers: /^(?:closed|400)$/,
    act: (target) =>
      sendRaw(target.url, `${post(target, 1000)}{"a":1}`, { untilMs: target.untilMs, isHalfClosed: true }),
  },
  'answers that nobody reads': {
    perSecond: 20,
    answers: /^(?:open|closed)$/,
    act: ({ url, untilMs }) => sendRaw(url, READ_LONG, { untilMs, isDeaf: true, more: every(5, READ_LONG) }),
  },
  bombs: {
    perSecond: 10,
    answers: /^(?:413|429)$/,
    act: (target) => {
      const [coding, bytes] = inTurn(BOMBS);
      return sendRaw(
        target.url,
        withBody(target, bytes, `Content-Encoding: ${coding}\r\nConnection: close\r\n`),
        target,
      );
    },
  },
  'malformed frames': {
    perSecond: 50,
    answers: /^(?:200|400|413|429)$/,
    act: (target) => {
      const [path, body] = inTurn(FRAMES);
      return sendRaw(target.url, withBody(target, body, 'Connection: close\r\n', path), target);
    },
  },
  'one key from many connections': {
    perSecond: 100,
    answers: /^(?:200|429)$/,
    act: (target) =>
      sendRaw(
        target.url,
        withBody(target, `{"id":"${randomBytes(8).toString('hex')}"}`, 'Connection: close\r\n'),
        target,
      ),
  },
  'endless chunks': {
    perSecond: 2,
    answers: /^(?:413|429|open|closed)$/,
    act: (target) => sendRaw(target.url, post(target, 'chunked'), { untilMs: target.untilMs, more: flooding }),
  },
  'wrong keys': {
    perSecond: 200,
    answers: /^401$/,
    act: (target) => {
      const key = makeKey((bytes) => randomBytes(bytes)).text;
      return sendRaw(target.url, withBody({ ...target, key }, '{}', 'Connection: close\r\n'), target);
    },
  },
  'sign-ins': {
    perSecond: 100,
    // The first of them cost a hash each; then this address is told to wait.
    answers: /^(?:401|429|503)$/,
    act: ({ url, untilMs }) => {
      const body = JSON.stringify({ name: `user-${turn++ % 50}`, password: randomBytes(12).toString('hex') });
      const head = `POST /v1/session HTTP/1.1\r\n${HOST}Origin: http://localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
      return sendRaw(url, `${head}Connection: close\r\n\r\n${body}`, { untilMs });
    },
  },
  'no HTTP': {
    perSecond: 100,
    answers: /^(?:200|400|closed)$/,
    act: ({ url, untilMs }) => sendRaw(url, inTurn(BROKEN_HTTP), { untilMs, isHalfClosed: true }),
  },
  'garbage behind requests': {
    perSecond: 50,
    answers: /^closed$/,
    act: ({ url, untilMs }) =>
      sendRaw(url, `${`GET /livez HTTP/1.1\r\n${HOST}\r\n`.repeat(10)}\x00garbage\r\n\r\n`, { untilMs }),
  },
  'requests that wait for no answer': {
    perSecond: 20,
    answers: /^closed$/,
    act: ({ url, untilMs }) => sendRaw(url, READ_LONG.repeat(1000), { untilMs }),
  },
  'huge headers': {
    perSecond: 50,
    answers: /^431$/,
    act: ({ url, untilMs }) => sendRaw(url, `GET / HTTP/1.1\r\n${HOST}X: ${'x'.repeat(100_000)}\r\n\r\n`, { untilMs }),
  },
};
