import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { crc32, zstdDecompressSync } from 'node:zlib';
import { nodeDisk, openJournal } from '../../src/journal/index.ts';
import { contentOf, opened, STORE_ID } from './opened.ts';

const FIXTURE = join(import.meta.dirname, 'format-1');
const NAME = 'seg-0000000000000001.log';
const PAYLOADS: readonly string[] = ['one', `two, ${'packed '.repeat(100)}`, ''];

/** A copy of the stored folder, with bytes of the segment changed. */
async function withCopy(change: (bytes: Buffer) => void, run: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'triad-format-'));
  try {
    cpSync(FIXTURE, folder, { recursive: true });
    const bytes = readFileSync(join(folder, NAME));
    change(bytes);
    writeFileSync(join(folder, NAME), bytes);
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function resealHeader(bytes: Buffer): void {
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 60)), 60);
}

test('L25 a stored segment of format 1 opens, and goes on counting behind it', () =>
  withCopy(
    () => {},
    async (folder) => {
      const journal = await opened({ folder, disk: nodeDisk });
      assert.deepEqual(await journal.append([Buffer.from('four')]), { kind: 'durable', position: 4 });
      assert.deepEqual(
        (await contentOf(journal)).map(({ position, payload }) => [position, payload.toString()]),
        [...PAYLOADS, 'four'].map((payload, i) => [i + 1, payload]),
      );
      assert.deepEqual(readFileSync(join(folder, NAME)), readFileSync(join(FIXTURE, NAME)));
    },
  ));

test('a stored segment of format 1 is read by hand from the offsets of docs/journal-format.md', () => {
  const bytes = readFileSync(join(FIXTURE, NAME));
  assert.equal(bytes.toString('latin1', 0, 8), 'TRIADSEG');
  assert.deepEqual([bytes.readUInt16LE(8), bytes.readUInt16LE(10)], [1, 0]);
  assert.equal(bytes.readBigUInt64LE(12), 1n);
  assert.equal(bytes.readBigUInt64LE(20), 1_790_000_000_000_000_000n);
  assert.deepEqual(bytes.subarray(28, 44), STORE_ID);
  assert.equal(bytes.readUInt32LE(60), crc32(bytes.subarray(0, 60)));
  const seed = crc32(Buffer.concat([STORE_ID, bytes.subarray(12, 20)]));
  const digests: Buffer[] = [];
  const payloads: string[] = [];
  let at = 64;
  let seal: Buffer | undefined;
  while (at < bytes.length) {
    const length = bytes.readUInt32LE(at + 4);
    const covered = bytes.subarray(at + 12, at + 24 + length);
    assert.equal(bytes.readUInt32LE(at), 0x54524942);
    assert.equal(bytes.readUInt32LE(at + 8), crc32(covered, seed));
    assert.equal(bytes.readUInt32LE(at + 24 + length), length);
    const payload = bytes.subarray(at + 24, at + 24 + length);
    if (bytes.readUInt8(at + 12) === 1) {
      payloads.push((bytes.readUInt8(at + 13) === 1 ? zstdDecompressSync(payload.subarray(4)) : payload).toString());
      assert.equal(bytes.readBigUInt64LE(at + 16), BigInt(payloads.length));
      digests.push(createHash('sha256').update(covered).digest());
    } else {
      assert.equal(bytes.readUInt8(at + 12), 3);
      seal = payload;
    }
    at += 28 + length;
  }
  assert.deepEqual(payloads, PAYLOADS);
  assert.deepEqual([seal?.readUInt32LE(0), seal?.readBigUInt64LE(4), seal?.readBigUInt64LE(12)], [3, 1n, 3n]);
  assert.deepEqual(seal?.subarray(20), createHash('sha256').update(Buffer.concat(digests)).digest());
});

test('L25 a newer format and another store are refused clearly, and nothing is changed', async () => {
  const cases: readonly (readonly [(bytes: Buffer) => void, string, RegExp])[] = [
    [(bytes): unknown => bytes.writeUInt16LE(2, 8), 'newer', /seg-0{15}1\.log has format 2, which a later version/],
    [(bytes): unknown => bytes.writeUInt8(0x7a, 28), 'foreign', /seg-0{15}1\.log belongs to another store/],
  ];
  for (const [change, code, text] of cases) {
    let before = Buffer.alloc(0);
    await withCopy(
      (bytes) => {
        change(bytes);
        resealHeader(bytes);
        before = Buffer.from(bytes);
      },
      async (folder) => {
        const request = { folder, disk: nodeDisk, nowMs: (): number => 0, storeId: STORE_ID };
        const outcome = await openJournal(request);
        assert.ok(outcome.kind === 'problem');
        assert.equal(outcome.problem.code, code);
        assert.match(outcome.problem.text, text);
        assert.deepEqual(readFileSync(join(folder, NAME)), before);
      },
    );
  }
});
