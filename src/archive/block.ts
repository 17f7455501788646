import { hash } from 'node:crypto';
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { MOST_STREAMS } from '../entries/index.ts';
import { MOST_PAYLOAD_BYTES } from './limits.ts';

/** Bytes of a block's header (docs/archive-format.md, Block). */
export const BLOCK_HEADER_BYTES = 128;
const MAGIC = 0x4b4c4254;
const VERSION = 1;
const CODEC_ZSTD = 1;
const LEVEL = 1;
/** Least piece of output that zlib takes. */
const LEAST_PIECE = 64;
const CRC_AT = 124;
const DIGEST_AT = 80;

/** What a block says of itself. */
export interface BlockHeader {
  readonly stream: number;
  /** Bytes behind the header, and what they unpack to. */
  readonly stored: number;
  readonly length: number;
  /** Entries in it. */
  readonly count: number;
  /** Its number in the segment, from 0. */
  readonly ordinal: number;
  /** Sequence number of its first entry. */
  readonly first: number;
  /** Unix milliseconds of the earliest and latest event; where none has a time, infinite, the earliest above the latest. */
  readonly t0: number;
  readonly t1: number;
  /** Wall clock of the writer. */
  readonly writtenMs: number;
  /** Place of its last entry in the journal. */
  readonly position: number;
  readonly item: number;
  /** Blocks before it in the segment that were synced with it. */
  readonly inGroup: number;
  /** All of the journal up to here is archived once this block is; 0 where it does not say. */
  readonly archived: number;
  readonly sha256: Uint8Array;
  readonly crc: number;
}

/** Begins the checksums of headers, and ties them to one segment of one store. */
export function blockSeed(storeId: Uint8Array, segment: number): number {
  const bytes = Buffer.alloc(storeId.length + 8);
  bytes.set(storeId);
  bytes.writeBigUInt64LE(BigInt(segment), storeId.length);
  return crc32(bytes);
}

/** What the writer knows of a block; the rest follows from its payload. */
export type BlockFacts = Omit<BlockHeader, 'stored' | 'length' | 'sha256' | 'crc'>;

/** A payload packed, with its header before it. */
export function makeBlock(payload: Uint8Array, facts: BlockFacts, seed: number): Buffer {
  const params = { [constants.ZSTD_c_compressionLevel]: LEVEL };
  const chunkSize = Math.max(LEAST_PIECE, payload.length >> 1);
  const packed = zstdCompressSync(payload, { params, chunkSize, pledgedSrcSize: payload.length });
  const block = Buffer.alloc(BLOCK_HEADER_BYTES + packed.length);
  packed.copy(block, BLOCK_HEADER_BYTES);
  block.writeUInt32LE(MAGIC, 0);
  block.writeUInt16LE(VERSION, 4);
  block[6] = CODEC_ZSTD;
  block[7] = facts.stream;
  block.writeUInt32LE(packed.length, 8);
  block.writeUInt32LE(payload.length, 12);
  block.writeUInt32LE(facts.count, 16);
  block.writeUInt32LE(facts.ordinal, 20);
  block.writeBigUInt64LE(BigInt(facts.first), 24);
  block.writeDoubleLE(facts.t0, 32);
  block.writeDoubleLE(facts.t1, 40);
  block.writeDoubleLE(facts.writtenMs, 48);
  block.writeBigUInt64LE(BigInt(facts.position), 56);
  block.writeUInt32LE(facts.item, 64);
  block.writeUInt32LE(facts.inGroup, 68);
  block.writeBigUInt64LE(BigInt(facts.archived), 72);
  hash('sha256', payload, 'buffer').copy(block, DIGEST_AT);
  block.writeUInt32LE(crc32(packed), 112);
  block.writeUInt32LE(crc32(block.subarray(0, CRC_AT), seed), CRC_AT);
  return block;
}

/** The header in the first bytes of a block; nothing if it does not verify. */
export function readBlockHeader(bytes: Buffer, seed: number): BlockHeader | undefined {
  if (bytes.length < BLOCK_HEADER_BYTES || bytes.readUInt32LE(0) !== MAGIC) return undefined;
  if (bytes.readUInt32LE(CRC_AT) !== crc32(bytes.subarray(0, CRC_AT), seed)) return undefined;
  if (bytes.readUInt16LE(4) !== VERSION || bytes[6] !== CODEC_ZSTD) return undefined;
  const header: BlockHeader = {
    stream: bytes[7] ?? 0,
    stored: bytes.readUInt32LE(8),
    length: bytes.readUInt32LE(12),
    count: bytes.readUInt32LE(16),
    ordinal: bytes.readUInt32LE(20),
    first: Number(bytes.readBigUInt64LE(24)),
    t0: bytes.readDoubleLE(32),
    t1: bytes.readDoubleLE(40),
    writtenMs: bytes.readDoubleLE(48),
    position: Number(bytes.readBigUInt64LE(56)),
    item: bytes.readUInt32LE(64),
    inGroup: bytes.readUInt32LE(68),
    archived: Number(bytes.readBigUInt64LE(72)),
    sha256: Uint8Array.from(bytes.subarray(DIGEST_AT, DIGEST_AT + 32)),
    crc: bytes.readUInt32LE(112),
  };
  const isSound = header.stream < MOST_STREAMS && header.length <= MOST_PAYLOAD_BYTES;
  return isSound && header.stored <= MOST_PAYLOAD_BYTES ? header : undefined;
}

/** Where the magic of a block may stand next, from an offset on; -1 if nowhere. */
export function findMagic(bytes: Buffer, from: number): number {
  return bytes.indexOf(MAGIC_BYTES, from);
}
const MAGIC_BYTES: Buffer = Buffer.from('TBLK', 'latin1');

/** Whether the packed bytes are those that the header speaks of. */
export function isIntact(packed: Uint8Array, { stored, crc }: BlockHeader): boolean {
  return packed.length === stored && crc32(packed) === crc;
}

/** The payload of a block; nothing if it is damaged. */
export function unpackBlock(packed: Uint8Array, header: BlockHeader): Buffer | undefined {
  if (!isIntact(packed, header)) return undefined;
  try {
    // One piece for all of the output: the usual pieces of 16 KiB cost as much again as unpacking.
    const pieces = { chunkSize: Math.max(LEAST_PIECE, header.length + 1), maxOutputLength: Math.max(1, header.length) };
    const payload = zstdDecompressSync(packed, pieces);
    return payload.length === header.length ? payload : undefined;
  } catch (error) {
    // What is no frame of zstd has a code; anything else is a bug.
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
