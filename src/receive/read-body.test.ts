import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { Xorshift } from '../../testkit/index.ts';
import { BodySource } from './body-source.ts';
import {
  BODY_LIMITS,
  BodyBudget,
  type BodyLimits,
  type BodyReading,
  type PlainHeaders,
  readBody,
  refusalByHeaders,
} from './index.ts';

const now: BodyReading = { nowMs: () => 0 };
const TEXT = Buffer.from(
  Array.from({ length: 150 }, (_, i) => JSON.stringify({ n: i, host: `WS-${i * 7919}`, text: 'é"\\' })).join('\n'),
);

const CODINGS: readonly (readonly [header: string, encode: (bytes: Buffer) => Buffer])[] = [
  ['identity', (bytes) => bytes],
  ['gzip', (bytes) => gzipSync(bytes)],
  ['x-gzip', (bytes) => gzipSync(bytes)],
  ['GZIP', (bytes) => gzipSync(bytes)],
  ['deflate', (bytes) => deflateSync(bytes)],
  ['deflate', (bytes) => deflateRawSync(bytes)],
  ['zstd', (bytes) => zstdCompressSync(bytes)],
  ['gzip', (bytes) => Buffer.concat([gzipSync(bytes.subarray(0, 999)), gzipSync(bytes.subarray(999))])],
  ['zstd', (bytes) => Buffer.concat([zstdCompressSync(bytes.subarray(0, 999)), zstdCompressSync(bytes.subarray(999))])],
  ['gzip, zstd', (bytes) => zstdCompressSync(gzipSync(bytes))],
  ['zstd, identity, deflate', (bytes) => deflateSync(zstdCompressSync(bytes))],
];

function read(
  pieces: readonly Uint8Array[],
  headers: PlainHeaders = {},
  limits: Partial<BodyLimits> = {},
  reading: BodyReading = now,
): ReturnType<typeof readBody> {
  return readBody(Readable.from(pieces, { objectMode: false }), headers, { ...BODY_LIMITS, ...limits }, reading);
}

function cutAt(bytes: Uint8Array, random: Xorshift): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = random.below(4) === 0 ? 1 : 1 + random.below(700);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

async function refusal(...args: Parameters<typeof read>): Promise<string> {
  const body = await read(...args);
  return body.kind === 'body' ? `${body.bytes.length} bytes` : `${body.status} ${body.code}`;
}

test('a body is the same in every coding, however its bytes come', async () => {
  const random = new Xorshift(16);
  const digest = createHash('sha256').update(TEXT).digest('hex');
  for (const [coding, encode] of CODINGS) {
    const encoded = encode(TEXT);
    for (const pieces of [[encoded], cutAt(encoded, random), [...encoded].map((byte) => Buffer.of(byte))]) {
      const body = await read(pieces, { 'content-encoding': coding });
      assert.ok(body.kind === 'body', `${coding}: ${JSON.stringify(body)}`);
      assert.deepEqual([body.digest, body.encodedBytes], [digest, encoded.length], coding);
      assert.ok(TEXT.equals(body.bytes), coding);
    }
  }
});

test('a coding that is not known, and a third one, are refused with 415', async () => {
  for (const coding of ['br', 'aws-chunked', 'gzip, br', 'gzip, gzip, gzip']) {
    assert.equal(await refusal([TEXT], { 'content-encoding': coding }), '415 unknown_coding', coding);
  }
  assert.equal(await refusal([TEXT], { 'content-encoding': ['br'] }), '415 unknown_coding');
});

test('what is cut off, damaged, or followed by anything else is refused with 400', async () => {
  for (const [coding, encode] of CODINGS) {
    if (coding === 'identity') continue;
    const encoded = encode(TEXT);
    const headers = { 'content-encoding': coding };
    for (const cut of [0, 1, 5, encoded.length >> 1, encoded.length - 1]) {
      assert.equal(await refusal([encoded.subarray(0, cut)], headers), '400 bad_coding', `${coding} cut at ${cut}`);
    }
    for (const tail of ['garbage', '\0', '\0\0garbage', '\x1f']) {
      const bytes = Buffer.from(tail, 'latin1');
      const refused = await Promise.all([
        refusal([Buffer.concat([encoded, bytes])], headers),
        refusal([encoded, bytes], headers),
      ]);
      assert.deepEqual(refused, ['400 bad_coding', '400 bad_coding'], `${coding} with ${JSON.stringify(tail)}`);
    }
    assert.equal(await refusal([TEXT], headers), '400 bad_coding', `${coding} of plain text`);
  }
  const damaged = Buffer.from(gzipSync(TEXT));
  damaged.writeUInt8(damaged.readUInt8(damaged.length - 6) ^ 1, damaged.length - 6);
  assert.equal(await refusal([damaged], { 'content-encoding': 'gzip' }), '400 bad_coding');
});

test('sizes are bounded on the wire, after decoding, and by their ratio', async () => {
  assert.equal(await refusal([TEXT], {}, { encodedBytes: TEXT.length }), `${TEXT.length} bytes`);
  assert.equal(await refusal([TEXT], {}, { encodedBytes: TEXT.length - 1 }), '413 encoded_too_large');
  const declared = { 'content-length': String(TEXT.length) };
  assert.equal(await refusal([TEXT], declared, { encodedBytes: TEXT.length }), `${TEXT.length} bytes`);
  assert.equal(await refusal([TEXT], declared, { encodedBytes: TEXT.length - 1 }), '413 encoded_too_large');
  const gzip = { 'content-encoding': 'gzip' };
  assert.equal(await refusal([gzipSync(TEXT)], gzip, { decodedBytes: TEXT.length }), `${TEXT.length} bytes`);
  assert.equal(await refusal([gzipSync(TEXT)], gzip, { decodedBytes: TEXT.length - 1 }), '413 decoded_too_large');
  const blank = gzipSync(Buffer.alloc(100_000, 0x20));
  assert.equal(await refusal([blank], gzip, { ratioFreeBytes: 100_000, ratio: 2 }), '100000 bytes');
  assert.equal(await refusal([blank], gzip, { ratioFreeBytes: 99_999, ratio: 2 }), '413 ratio');
  const ratio = Math.ceil(100_000 / blank.length);
  assert.equal(await refusal([blank], gzip, { ratio }), '100000 bytes');
  assert.equal(await refusal([blank], gzip, { ratio: ratio - 1 }), '413 ratio');
});

test('the length that is declared is the length that comes', async () => {
  assert.equal(await refusal([TEXT], { 'content-length': 'ten' }), '400 bad_length');
  assert.equal(await refusal([TEXT], { 'content-length': '-1' }), '400 bad_length');
  assert.equal(await refusal([TEXT], { 'content-length': String(TEXT.length + 1) }), '400 cut_off');
  assert.equal(await refusal([], { 'content-length': '0' }), '0 bytes');
  assert.equal(await refusal([]), '0 bytes');
});

test('a zstd frame may ask for a window of 8 MiB and no more', async () => {
  const bytes = Buffer.alloc(20 << 20, TEXT);
  for (const [windowLog, expected] of [
    [23, `${bytes.length} bytes`],
    [24, '400 bad_coding'],
  ] as const) {
    const encoded = zstdCompressSync(bytes, { params: { [constants.ZSTD_c_windowLog]: windowLog } });
    assert.equal(await refusal([encoded], { 'content-encoding': 'zstd' }, { ratio: 1e6 }), expected);
  }
});

test('a body of very many zstd frames is refused', async () => {
  const frame = zstdCompressSync(Buffer.from('a'));
  const zstd = { 'content-encoding': 'zstd' };
  assert.equal(await refusal([Buffer.concat(Array<Buffer>(1000).fill(frame))], zstd), '1000 bytes');
  assert.equal(await refusal([Buffer.concat(Array<Buffer>(1100).fill(frame))], zstd), '400 bad_coding');
});

/** A sender that is played by hand, with a clock of its own. */
function played(
  limits: Partial<BodyLimits> = {},
  headers: PlainHeaders = {},
): {
  readonly stream: PassThrough;
  readonly clock: { ms: number };
  readonly body: ReturnType<typeof readBody>;
  readonly stop: AbortController;
} {
  const stream = new PassThrough();
  const clock = { ms: 0 };
  const stop = new AbortController();
  const all = { ...BODY_LIMITS, checkEveryMs: 1, ...limits };
  const body = readBody(stream, headers, all, { nowMs: () => clock.ms, signal: stop.signal });
  return { stream, clock, body, stop };
}

async function ticks(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 8));
}

test('a sender that falls silent is let go after the idle time, not before', async () => {
  const { stream, clock, body } = played({ bytesPerSecond: 0 });
  stream.write('a');
  await ticks();
  clock.ms = BODY_LIMITS.idleMs - 1;
  await ticks();
  stream.write('b');
  await ticks();
  clock.ms += BODY_LIMITS.idleMs;
  const refused = await body;
  assert.deepEqual(refused, {
    kind: 'refused',
    status: 408,
    code: 'idle',
    reason: 'Nothing of the body came for 60 s.',
    closeConnection: true,
  });
});

test('a sender that drips is let go once the grace is over', async () => {
  const { stream, clock, body } = played();
  stream.write(Buffer.alloc(1024));
  await ticks();
  clock.ms = BODY_LIMITS.graceMs + 1000;
  await ticks();
  stream.write('x');
  await ticks();
  clock.ms += 2;
  const refused = await body;
  assert.ok(refused.kind === 'refused');
  assert.deepEqual([refused.status, refused.code, refused.closeConnection], [408, 'too_slow', true]);
});

test('a connection that ends in the middle is no body', async () => {
  const { stream, body } = played();
  stream.write('{"a":1}\n');
  await ticks();
  stream.destroy();
  const refused = await body;
  assert.ok(refused.kind === 'refused');
  assert.deepEqual([refused.status, refused.code, refused.closeConnection], [400, 'cut_off', true]);
  const gone = new PassThrough();
  gone.destroy(new Error('reset'));
  gone.on('error', () => undefined);
  await ticks();
  const late = await readBody(gone, {}, BODY_LIMITS, now);
  assert.equal(late.kind === 'refused' && late.code, 'cut_off');
});

test('a server that stops refuses with 503 and says when to come again', async () => {
  const { stream, body, stop } = played();
  stream.write('a');
  await ticks();
  stop.abort();
  const refused = await body;
  assert.ok(refused.kind === 'refused');
  assert.deepEqual([refused.status, refused.retryAfterMs, refused.closeConnection], [503, 5000, true]);
});

test('the rest of what is refused is read where that is cheap, so that the connection can go on', async () => {
  const body = await read([Buffer.alloc(4096), Buffer.alloc(4096)], {}, { encodedBytes: 5000 });
  assert.ok(body.kind === 'refused' && !body.closeConnection);
  const long = await read(
    [Buffer.alloc(4096), Buffer.alloc(4096), Buffer.alloc(4096)],
    {},
    { encodedBytes: 5, drainBytes: 100 },
  );
  assert.ok(long.kind === 'refused' && long.closeConnection);
  const { stream, clock, body: slow } = played({ encodedBytes: 5 });
  stream.write(Buffer.alloc(6));
  await ticks();
  clock.ms = BODY_LIMITS.drainMs;
  const refused = await slow;
  assert.ok(refused.kind === 'refused' && refused.status === 413 && refused.closeConnection);
});

test('of a body that does not say how long it is no more is read for nothing than a fourth of what one may have', async () => {
  const limits = { encodedBytes: 1000, drainBytes: 10_000 };
  const drained = async (pieces: number, headers: PlainHeaders): Promise<boolean> => {
    const { stream, body } = played(limits, headers);
    for (let piece = 0; piece < pieces; piece++) {
      stream.write(Buffer.alloc(400));
      await ticks();
    }
    stream.end();
    const refused = await body;
    assert.ok(refused.kind === 'refused' && refused.status === 413);
    return !refused.closeConnection;
  };
  // It is refused at 1,200 bytes, and given up behind 1,450.
  assert.deepEqual([await drained(3, {}), await drained(4, {})], [true, false]);
  const short = { 'content-length': '1000' };
  assert.equal(await drained(6, short), true);
});

test('what headers alone refuse is told before the body is asked for', async () => {
  assert.equal(refusalByHeaders({ 'content-length': '16777216', 'content-encoding': 'gzip' }), undefined);
  assert.equal(refusalByHeaders({ 'content-length': '16777217' })?.status, 413);
  assert.equal(refusalByHeaders({ 'content-encoding': 'br' })?.status, 415);
  // Nobody waits for a body that was not asked for.
  const stream = new PassThrough();
  const refused = await readBody(stream, { 'content-encoding': 'br', expect: '100-continue' }, BODY_LIMITS, now);
  assert.ok(refused.kind === 'refused' && refused.closeConnection);
});

test('a body that the budget has no room for is refused with 429', async () => {
  const budget = new BodyBudget({ totalBytes: 40_000, bytesPerBody: 1000 });
  const lease = budget.open('a');
  assert.ok(lease.kind === 'lease');
  const body = await read([Buffer.alloc(30_000)], {}, {}, { ...now, lease });
  assert.ok(body.kind === 'refused');
  assert.deepEqual([body.status, body.code, body.retryAfterMs, body.closeConnection], [429, 'busy', 1000, false]);
  lease.release();
  assert.equal(budget.usedBytes, 0);
});

test('a body is hashed whole, in one go or in slices, and coded bytes are given to a decoder in pieces that grow', async () => {
  const limits = { encodedBytes: 8 << 20, bytesPerSecond: 0 };
  for (const length of [0, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20]) {
    const bytes = Buffer.alloc(length, 'triad ');
    const { stream, body } = played(limits, {});
    stream.end(bytes);
    const whole = await body;
    assert.ok(whole.kind === 'body');
    assert.equal(whole.digest, createHash('sha256').update(bytes).digest('hex'), `${length}`);
  }
  const stream = new PassThrough({ highWaterMark: 1 << 20 });
  const source = new BodySource(stream, BODY_LIMITS, () => 0, undefined);
  source.growPieces(2048, 16_384);
  stream.end(Buffer.alloc(50_000));
  const lengths: number[] = [];
  for await (const piece of source) lengths.push(piece.length);
  source.close();
  assert.deepEqual(lengths, [2048, 4096, 8192, 16_384, 16_384, 2896]);
});
