import assert from 'node:assert/strict';
import test from 'node:test';
import { crc32 } from 'node:zlib';
import { goldenFile } from './golden-vector.ts';
import { locateSlots } from './header.ts';

function codes(head: Uint8Array, allowScan = false, bytes: number | undefined = head.length): string[] | undefined {
  return locateSlots(head, bytes, allowScan)?.anomalies.map(({ code }) => code.replace('TRIAD-E-EVTX-', ''));
}

/** The golden file with its header edited and its checksum made right again. */
function edited(edit: (file: Buffer) => void): Buffer {
  const file = goldenFile();
  edit(file);
  file.writeUInt32LE(crc32(file.subarray(0, 120)), 124);
  return file;
}

test('a sound header gives its claims and no anomaly', () => {
  assert.deepEqual(locateSlots(goldenFile(), undefined, false), {
    firstSlotOffset: 4096,
    header: {
      majorVersion: 3,
      minorVersion: 1,
      firstChunk: 0,
      lastChunk: 0,
      nextRecordId: 3,
      chunkCount: 1,
      isDirty: false,
      hasChecksums: true,
    },
    anomalies: [],
  });
});

test('versions, block size, checksum and the dirty bit are told and decide nothing', () => {
  assert.deepEqual(codes(edited((file) => file.writeUInt16LE(2, 36))), []);
  assert.deepEqual(codes(edited((file) => file.writeUInt16LE(9, 36))), ['HEADER-VERSION']);
  assert.deepEqual(codes(edited((file) => file.writeUInt16LE(8192, 40))), ['HEADER-BLOCK']);
  assert.deepEqual(codes(edited((file) => file.writeUInt32LE(1, 120))), ['DIRTY']);
  const wrong = goldenFile();
  wrong.writeUInt32LE(1, 124);
  assert.deepEqual(codes(wrong), ['HEADER-CRC']);
  wrong.writeUInt32LE(4, 120);
  assert.deepEqual(codes(wrong), []);
});

test('a file is known by its chunk at 4096 when its header is gone', () => {
  const file = goldenFile().fill(0, 0, 4096);
  assert.equal(locateSlots(file, file.length, false)?.firstSlotOffset, 4096);
  assert.deepEqual(codes(file), ['HEADER-MAGIC']);
});

test('a chunk at any sector is found by a scan only, with the header that stands before it', () => {
  const carved = Buffer.concat([Buffer.alloc(512, 0x55), goldenFile()]);
  assert.equal(locateSlots(carved, carved.length, false), undefined);
  const layout = locateSlots(carved, carved.length, true);
  assert.equal(layout?.firstSlotOffset, 4608);
  assert.equal(layout?.header?.nextRecordId, 3);
  const crooked = Buffer.concat([Buffer.alloc(100, 0x55), goldenFile()]);
  assert.equal(locateSlots(crooked, crooked.length, true), undefined);
});

test('a scan looks at the first MiB and no further', () => {
  const magic = Buffer.from('ElfChnk\0', 'latin1');
  const at = (offset: number): Buffer => Buffer.concat([Buffer.alloc(offset), magic, Buffer.alloc(504)]);
  assert.equal(locateSlots(at(1024 * 1024 - 512), undefined, true)?.firstSlotOffset, 1024 * 1024 - 512);
  assert.equal(locateSlots(at(1024 * 1024), undefined, true), undefined);
});

test('a file too short for anything is an empty log when its name says log, else nothing', () => {
  assert.deepEqual(codes(Buffer.alloc(0), true), ['EMPTY']);
  assert.deepEqual(codes(Buffer.alloc(7), true), ['EMPTY']);
  assert.equal(codes(Buffer.alloc(8), true), undefined);
  assert.equal(codes(Buffer.alloc(0)), undefined);
});

test('a header that is cut is told with its length', () => {
  assert.deepEqual(codes(goldenFile().subarray(0, 100)), ['HEADER-SHORT']);
  assert.deepEqual(codes(goldenFile().subarray(0, 2000)), ['HEADER-SHORT']);
  assert.deepEqual(codes(goldenFile().subarray(0, 4096)), []);
});
