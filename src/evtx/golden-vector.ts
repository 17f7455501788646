/** The byte-exact file of EVTX 14: one chunk, two records, accepted by independent readers. Only tests import this. */
import { Buffer } from 'node:buffer';

const RECORDS = [
  '2a2a00003801000001000000000000000080209bcb82d8010f0101000c01332211002602000000000000332211005544',
  '77668899aabbccddeeffdf0000000f01010001ffffd30000004d02000000000000ba0c05004500760065006e00740000',
  '000201ffff450000006d020000000000006f540600530079007300740065006d00000002010000220000008f02000000',
  '000000f56107004500760065006e007400490044000000020e000006040401ffff66000000b902000000000000448209',
  '004500760065006e00740044006100740061000000024101003d000000e1020000000000008a6f040044006100740061',
  '0000001d00000006fc020000000000004b9504004e0061006d0065000000050101007100020e01000104040400020000',
  '000200060004000100e516680069000000000000380100002a2a00004000000002000000000000000180209bcb82d801',
  '0f0101000c013322110026020000020000000200060004000100e516680069000000000040000000',
];

/** Heads of the bucket lists: offset in the chunk and chunk offset of the first entry. */
const BUCKETS: readonly (readonly [number, number])[] = [
  [128 + 4 * 4, 0x2b9],
  [128 + 4 * 10, 0x2e1],
  [128 + 4 * 11, 0x2fc],
  [128 + 4 * 47, 0x26d],
  [128 + 4 * 53, 0x28f],
  [128 + 4 * 58, 0x24d],
  [384 + 4 * 4, 0x226],
];

/** A fresh copy of the file, 69,632 bytes. */
export function goldenFile(): Buffer {
  const file = Buffer.alloc(4096 + 65536);
  file.write('ElfFile\0', 'latin1');
  file.writeUInt32LE(3, 24);
  file.writeUInt32LE(128, 32);
  file.writeUInt16LE(1, 36);
  file.writeUInt16LE(3, 38);
  file.writeUInt16LE(4096, 40);
  file.writeUInt16LE(1, 42);
  file.writeUInt32LE(0x0ff995d2, 124);
  const chunk = file.subarray(4096);
  chunk.write('ElfChnk\0', 'latin1');
  for (const [offset, id] of [
    [8, 1],
    [16, 2],
    [24, 1],
    [32, 2],
  ] as const) {
    chunk.writeUInt32LE(id, offset);
  }
  chunk.writeUInt32LE(128, 40);
  chunk.writeUInt32LE(824, 44);
  chunk.writeUInt32LE(888, 48);
  chunk.writeUInt32LE(0xbb47170b, 52);
  chunk.writeUInt32LE(1, 120);
  chunk.writeUInt32LE(0x7da8ef65, 124);
  for (const [offset, entry] of BUCKETS) chunk.writeUInt32LE(entry, offset);
  chunk.write(RECORDS.join(''), 512, 'hex');
  return file;
}
