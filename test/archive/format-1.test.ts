import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { crc32, zstdDecompressSync } from 'node:zlib';
import { openArchive } from '../../src/archive/index.ts';
import { entry, found, inFolder, NOW_MS, opened, places, STORE_ID, value } from './opened.ts';

const FIXTURE = join(import.meta.dirname, 'format-1');
const FIRST = 'seg-0000000000000001-0.blocks';
const SECOND = 'seg-0000000000000005-0.blocks';

/** A copy of the stored folder. */
function withCopy(run: (folder: string) => Promise<void>): Promise<void> {
  return inFolder((folder) => {
    cpSync(FIXTURE, folder, { recursive: true });
    return run(folder);
  });
}

test('L25 a stored archive of format 1 opens, is searched, and goes on', () =>
  withCopy(async (folder) => {
    const archive = await opened(folder);
    assert.equal(archive.archivedPosition, 5);
    const health = value(await archive.health());
    assert.deepEqual([health.segments, health.degraded], [{ count: 2, finished: 1, sealed: 1, blocks: 3 }, []]);
    assert.deepEqual(value(await archive.holds()), [{ id: 'h', kind: 'host', host: 'WS-07.corp.example' }]);
    value(await archive.append([entry(6)]));
    assert.deepEqual(places(await found(archive, { words: [{ text: 'cmd.exe', match: 'whole' }] })), [
      '6.0',
      '5.0',
      '4.0',
      '3.0',
      '2.0',
      '1.0',
    ]);
    assert.deepEqual(places(await found(archive, { words: [{ text: 'run2', match: 'whole' }], eventIds: [4624] })), [
      '2.0',
    ]);
    const { texts: _, ...expected } = entry(3);
    const { sequence, place, ...facts } = value(await archive.read({ segment: 1, block: 1, item: 0 }));
    assert.deepEqual([sequence, place], [3, { segment: 1, block: 1, item: 0 }]);
    assert.deepEqual({ ...facts, raw: Buffer.from(facts.raw), identity: Buffer.from(facts.identity) }, expected);
    await archive.close();
  }));

test('L25 its segments alone are enough', () =>
  withCopy(async (folder) => {
    rmSync(join(folder, 'index.sqlite'));
    rmSync(join(folder, FIRST.replace('.blocks', '.slices')));
    const archive = await opened(folder);
    await archive.sealed();
    assert.deepEqual(places(await found(archive)), ['5.0', '4.0', '3.0', '2.0', '1.0']);
    assert.deepEqual(
      readFileSync(join(folder, FIRST.replace('.blocks', '.slices'))),
      readFileSync(join(FIXTURE, FIRST.replace('.blocks', '.slices'))),
    );
    await archive.close();
  }));

test('a stored segment of format 1 is read by hand from the offsets of docs/archive-format.md', () => {
  const bytes = readFileSync(join(FIXTURE, FIRST));
  assert.equal(bytes.toString('latin1', 0, 8), 'TRIADARC');
  assert.deepEqual([bytes.readUInt16LE(8), bytes[12], bytes.readBigUInt64LE(16)], [1, 0, 1n]);
  assert.deepEqual([bytes.readDoubleLE(24), bytes.readBigUInt64LE(48)], [NOW_MS, 0n]);
  assert.deepEqual(bytes.subarray(32, 48), STORE_ID);
  assert.equal(bytes.readUInt32LE(60), crc32(bytes.subarray(0, 60)));
  const seed = crc32(Buffer.concat([STORE_ID, bytes.subarray(16, 24)]));
  const raws: string[] = [];
  let blocks = 0;
  for (let at = 64; at < bytes.length; blocks++) {
    const header = bytes.subarray(at, at + 128);
    assert.equal(header.toString('latin1', 0, 4), 'TBLK');
    assert.deepEqual([header.readUInt16LE(4), header[6], header[7]], [1, 1, 0]);
    assert.equal(header.readUInt32LE(124), crc32(header.subarray(0, 124), seed));
    const stored = bytes.subarray(at + 128, at + 128 + header.readUInt32LE(8));
    assert.equal(header.readUInt32LE(112), crc32(stored));
    const payload = zstdDecompressSync(stored);
    assert.equal(header.readUInt32LE(12), payload.length);
    assert.deepEqual(header.subarray(80, 112), createHash('sha256').update(payload).digest());
    assert.deepEqual([header.readUInt32LE(16), header.readUInt32LE(20)], [2, blocks]);
    assert.equal(header.readBigUInt64LE(24), BigInt(1 + 2 * blocks));
    assert.deepEqual(
      [header.readDoubleLE(32), header.readDoubleLE(40)],
      [NOW_MS + 1 + 2 * blocks, NOW_MS + 2 + 2 * blocks],
    );
    assert.deepEqual([header.readBigUInt64LE(56), header.readUInt32LE(64)], [BigInt(2 + 2 * blocks), 0]);
    assert.equal(header.readUInt32LE(68), blocks);
    for (let row = 0; row < payload.length; row += payload.readUInt32LE(row)) {
      const strings = [0, 1, 2, 3, 4].reduce((sum, i) => sum + payload.readUInt32LE(row + 52 + 4 * i), 0);
      const rawAt = row + 72 + strings;
      raws.push(payload.toString('utf8', rawAt, rawAt + payload.readUInt32LE(row + 4)));
      assert.equal(payload.readDoubleLE(row + 8), NOW_MS + raws.length);
      assert.deepEqual([payload.readUInt16LE(row + 16), payload.readUInt32LE(row + 20)], [7, 4624]);
    }
    at += 128 + stored.length;
  }
  assert.deepEqual(
    raws,
    [1, 2, 3, 4].map((n) => Buffer.from(entry(n).raw).toString()),
  );
});

test('L25 a newer format, a newer index and another store are refused clearly, and nothing is changed', async () => {
  const reseal = (bytes: Buffer): Buffer => {
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 60)), 60);
    return bytes;
  };
  const changed = (change: (bytes: Buffer) => unknown) => (folder: string) => {
    const bytes = readFileSync(join(folder, SECOND));
    change(bytes);
    writeFileSync(join(folder, SECOND), reseal(bytes));
  };
  const cases: readonly (readonly [(folder: string) => void, string, RegExp])[] = [
    [
      changed((bytes) => bytes.writeUInt16LE(2, 8)),
      'newer',
      /seg-0{15}5-0\.blocks has format 2, which a later version made/,
    ],
    [changed((bytes) => bytes.writeUInt8(0x7a, 32)), 'foreign', /seg-0{15}5-0\.blocks belongs to another store/],
    [
      (folder): void => {
        const database = new DatabaseSync(join(folder, 'index.sqlite'));
        database.exec('PRAGMA user_version = 2');
        database.close();
      },
      'newer',
      /index\.sqlite is of a later version/,
    ],
  ];
  for (const [change, code, text] of cases) {
    await withCopy(async (folder) => {
      change(folder);
      const before = readFileSync(join(folder, SECOND));
      const outcome = await openArchive({ folder, storeId: STORE_ID, nowMs: () => NOW_MS });
      assert.ok(outcome.kind === 'problem');
      assert.equal(outcome.code, code);
      assert.match(outcome.message, text);
      assert.deepEqual(readFileSync(join(folder, SECOND)), before);
    });
  }
});
