import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** `TRIB`, read as a little-endian number. */
export const FRAME_MAGIC = 0x54524942;
export const FRAME_HEAD_BYTES = 24;
/** Bytes of a frame besides its payload: head, and the length once more. */
export const FRAME_EXTRA_BYTES: number = FRAME_HEAD_BYTES + 4;
/** Frames of one group, bounded by the field that counts them. */
export const MAX_GROUP_FRAMES = 65_536;

const LENGTH_AT = 4;
const CRC_AT = 8;
const TYPE_AT = 12;
const FLAGS_AT = 13;
const INDEX_AT = 14;
const POSITION_AT = 16;

/** 2 is kept for a commit marker, which this version does not write. */
export const FRAME_TYPES = { batch: 1, seal: 3, note: 4 } as const;
/** The payload is a number of bytes (u32) and a zstd frame of so many. */
export const FLAG_ZSTD = 1;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  /** Frames before this one in the same synced group: what tells a torn group from a broken segment. */
  readonly index: number;
  /** Of a batch its own, of other frames that of the last batch before them. */
  readonly position: number;
  readonly payload: Uint8Array;
}

export interface PlacedFrame extends Frame {
  readonly at: number;
  /** With head and tail. */
  readonly bytes: number;
  /** What the checksum covers, from the type to the payload's end. */
  readonly covered: Buffer;
}

export function frameBytes(payload: Uint8Array): number {
  return FRAME_EXTRA_BYTES + payload.length;
}

/** Writes a frame at a place of a buffer; gives what its checksum covers. */
export function encodeFrame(into: Buffer, at: number, frame: Frame, seed: number): Buffer {
  const { payload } = frame;
  const end = at + FRAME_HEAD_BYTES + payload.length;
  into.writeUInt32LE(FRAME_MAGIC, at);
  into.writeUInt32LE(payload.length, at + LENGTH_AT);
  into.writeUInt8(frame.type, at + TYPE_AT);
  into.writeUInt8(frame.flags, at + FLAGS_AT);
  into.writeUInt16LE(frame.index, at + INDEX_AT);
  into.writeBigUInt64LE(BigInt(frame.position), at + POSITION_AT);
  into.set(payload, at + FRAME_HEAD_BYTES);
  into.writeUInt32LE(payload.length, end);
  const covered = into.subarray(at + TYPE_AT, end);
  into.writeUInt32LE(crc32(covered, seed), at + CRC_AT);
  return covered;
}

/** One frame in bytes of its own. */
export function frameOf(frame: Frame, seed: number): Buffer {
  const bytes = Buffer.allocUnsafe(frameBytes(frame.payload));
  encodeFrame(bytes, 0, frame, seed);
  return bytes;
}

/** Length of the payload that a head claims, or nothing where no frame begins. */
export function claimedLength(head: Buffer): number | undefined {
  return head.readUInt32LE(0) === FRAME_MAGIC ? head.readUInt32LE(LENGTH_AT) : undefined;
}

/** The frame that fills `bytes` from end to end, or nothing if it does not verify. */
export function decodeFrame(bytes: Buffer, at: number, seed: number): PlacedFrame | undefined {
  const end = bytes.length - 4;
  if (bytes.readUInt32LE(end) !== end - FRAME_HEAD_BYTES) return undefined;
  const covered = bytes.subarray(TYPE_AT, end);
  if (crc32(covered, seed) !== bytes.readUInt32LE(CRC_AT)) return undefined;
  return {
    type: bytes.readUInt8(TYPE_AT),
    flags: bytes.readUInt8(FLAGS_AT),
    index: bytes.readUInt16LE(INDEX_AT),
    position: Number(bytes.readBigUInt64LE(POSITION_AT)),
    payload: bytes.subarray(FRAME_HEAD_BYTES, end),
    at,
    bytes: bytes.length,
    covered,
  };
}

/** SHA-256 of what a frame's checksum covers: what a seal sums up. */
export function frameDigest(covered: Buffer): Buffer {
  return hash('sha256', covered, 'buffer');
}
