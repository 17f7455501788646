import { crc32 } from 'node:zlib';

/** Bytes of a segment's header (docs/archive-format.md, Segment). */
export const SEGMENT_HEADER_BYTES = 64;
const MAGIC = Buffer.from('TRIADARC', 'latin1');
export const SEGMENT_VERSION = 1;
const CRC_AT = 60;

export interface SegmentHeader {
  readonly version: number;
  readonly stream: number;
  /** Sequence number that its first entry has, which is its number too. */
  readonly id: number;
  readonly createdMs: number;
  readonly storeId: Uint8Array;
  /** What was archived of the journal when it was made. */
  readonly archived: number;
}

export interface SegmentName {
  readonly name: string;
  readonly id: number;
  readonly stream: number;
}

const NAME = /^seg-(\d{16})-([0-7])\.blocks$/;

/** `seg-0000000000000001-0.blocks` */
export function segmentName(id: number, stream: number): string {
  return `seg-${String(id).padStart(16, '0')}-${stream}.blocks`;
}

/** The sealed filters of a segment: `seg-0000000000000001-0.slices` */
export function slicesName(name: string): string {
  return name.replace(/\.blocks$/, '.slices');
}

/** The segments among names of a folder, oldest first. */
export function segmentsAmong(names: readonly string[]): readonly SegmentName[] {
  const found: SegmentName[] = [];
  for (const name of names) {
    const match = NAME.exec(name);
    if (match !== null) found.push({ name, id: Number(match[1]), stream: Number(match[2]) });
  }
  return found.sort((a, b) => a.id - b.id);
}

export function writeSegmentHeader(header: Omit<SegmentHeader, 'version'>): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt16LE(SEGMENT_VERSION, 8);
  bytes[12] = header.stream;
  bytes.writeBigUInt64LE(BigInt(header.id), 16);
  bytes.writeDoubleLE(header.createdMs, 24);
  bytes.set(header.storeId, 32);
  bytes.writeBigUInt64LE(BigInt(header.archived), 48);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, CRC_AT)), CRC_AT);
  return bytes;
}

/** The header of a segment; nothing if it does not verify. Of a later version only `version` has a meaning. */
export function readSegmentHeader(bytes: Buffer): SegmentHeader | undefined {
  if (bytes.length < SEGMENT_HEADER_BYTES || !bytes.subarray(0, 8).equals(MAGIC)) return undefined;
  if (bytes.readUInt32LE(CRC_AT) !== crc32(bytes.subarray(0, CRC_AT))) return undefined;
  return {
    version: bytes.readUInt16LE(8),
    stream: bytes[12] ?? 0,
    id: Number(bytes.readBigUInt64LE(16)),
    createdMs: bytes.readDoubleLE(24),
    storeId: Uint8Array.from(bytes.subarray(32, 48)),
    archived: Number(bytes.readBigUInt64LE(48)),
  };
}
