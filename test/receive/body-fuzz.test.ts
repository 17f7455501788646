import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { constants, deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateSync, zstdCompressSync } from 'node:zlib';
import { BODY_LIMITS, type RefusedBody, readBody, type WholeBody } from '../../src/receive/index.ts';
import { Xorshift } from '../../testkit/index.ts';

const LIMITS = { ...BODY_LIMITS, decodedBytes: 1 << 20, ratioFreeBytes: 1 << 16 };
const TEXT = Buffer.from(Array.from({ length: 60 }, (_, i) => `{"n":${i},"host":"WS-${i * 31}"}\n`).join(''));
const SEEDS: readonly (readonly [coding: string, bytes: Buffer])[] = [
  ['gzip', gzipSync(TEXT)],
  ['gzip', Buffer.concat([gzipSync(TEXT), gzipSync(TEXT)])],
  ['deflate', deflateSync(TEXT)],
  ['deflate', deflateRawSync(TEXT)],
  ['zstd', zstdCompressSync(TEXT)],
  ['zstd', Buffer.concat([zstdCompressSync(TEXT), zstdCompressSync(TEXT)])],
  ['gzip, zstd', zstdCompressSync(gzipSync(TEXT))],
  ['gzip', gzipSync(Buffer.alloc(3 << 20))],
];

function mutated(bytes: Buffer, random: Xorshift): Buffer {
  let out = Buffer.from(bytes);
  for (let edits = 1 + random.below(4); edits > 0; edits--) {
    const at = random.below(out.length + 1);
    const what = random.below(4);
    if (what === 0 && at < out.length) out[at] = random.below(256);
    else if (what === 1) out = out.subarray(0, at);
    else if (what === 2) out = Buffer.concat([out.subarray(0, at), out.subarray(at + random.below(8))]);
    else out = Buffer.concat([out.subarray(0, at), random.bytes(1 + random.below(6)), out.subarray(at)]);
  }
  return out;
}

function pieces(bytes: Buffer, random: Xorshift): readonly Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random.below(300);
    found.push(bytes.subarray(at, at + size));
    at += size;
  }
  return found;
}

function read(chunks: readonly Buffer[], coding: string): Promise<WholeBody | RefusedBody> {
  const stream = Readable.from(chunks, { objectMode: false });
  return readBody(stream, { 'content-encoding': coding }, LIMITS, { nowMs: () => 0 });
}

test('L20 damaged bodies are whole or refused, the same however they come, and within their bounds', async () => {
  const random = new Xorshift(20260403);
  const counts = { body: 0, refused: 0 };
  for (let run = 0; run < 1500; run++) {
    const [coding, seed] = random.pick(SEEDS);
    const bytes = mutated(seed, random);
    const [whole, split] = await Promise.all([read([bytes], coding), read(pieces(bytes, random), coding)]);
    counts[whole.kind]++;
    assert.equal(split.kind, whole.kind, `run ${run}, ${coding}`);
    if (whole.kind === 'refused') {
      assert.ok([400, 413].includes(whole.status) && !whole.closeConnection, JSON.stringify(whole));
      continue;
    }
    assert.ok(split.kind === 'body' && split.digest === whole.digest);
    assert.ok(whole.bytes.length <= LIMITS.decodedBytes);
    assert.equal(whole.digest, createHash('sha256').update(whole.bytes).digest('hex'));
    // A decoder that reads all at once finds the same.
    if (coding === 'gzip') assert.ok(gunzipSync(bytes).equals(whole.bytes));
    if (coding === 'deflate' && bytes[0] === 0x78) assert.ok(inflateSync(bytes).equals(whole.bytes));
  }
  assert.ok(counts.body > 20 && counts.refused > 500, JSON.stringify(counts));
});

test('L15 a bomb of each coding never has more in memory than a few of its pieces', async () => {
  const zeros = Buffer.alloc(64 << 20);
  const bombs: readonly (readonly [string, Buffer])[] = [
    ['gzip', Buffer.concat(Array<Buffer>(20).fill(gzipSync(zeros, { level: 9 })))],
    ['deflate', deflateSync(zeros, { level: 9 })],
    [
      'zstd',
      Buffer.concat(Array<Buffer>(20).fill(zstdCompressSync(zeros, { params: { [constants.ZSTD_c_windowLog]: 20 } }))),
    ],
    ['gzip, gzip', gzipSync(gzipSync(zeros))],
  ];
  for (const [coding, bomb] of bombs) {
    const held = (): number => {
      const { external, heapUsed } = process.memoryUsage();
      return external + heapUsed;
    };
    globalThis.gc?.();
    const before = held();
    let most = before;
    const sampling = setInterval(() => {
      most = Math.max(most, held());
    }, 1);
    const stream = Readable.from([bomb], { objectMode: false });
    const body = await readBody(stream, { 'content-encoding': coding }, BODY_LIMITS, { nowMs: () => 0 });
    most = Math.max(most, held());
    clearInterval(sampling);
    assert.equal(body.kind === 'refused' && body.status, 413, coding);
    const mebibytes = (most - before) / 2 ** 20;
    assert.ok(mebibytes < 32, `${coding}: ${mebibytes.toFixed(1)} MiB`);
  }
});
