import { crc32 } from 'node:zlib';

/** Format of SERVE 3.1; docs/journal-format.md has every field. Numbers are little-endian. */
export const FORMAT_VERSION = 1;
export const HEADER_BYTES = 64;
export const STORE_ID_BYTES = 16;

const MAGIC = Buffer.from('TRIADSEG', 'latin1');
const VERSION_AT = 8;
const FIRST_AT = 12;
const CREATED_AT = 20;
const STORE_ID_AT = 28;
const CRC_AT = 60;

export interface SegmentHeader {
  /** Position of the first batch in the segment. */
  readonly first: number;
  readonly createdMs: number;
  readonly storeId: Uint8Array;
}

export type HeaderLook =
  | { readonly kind: 'header'; readonly header: SegmentHeader }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'bad' };

export function encodeHeader({ first, createdMs, storeId }: SegmentHeader): Buffer {
  if (storeId.length !== STORE_ID_BYTES) throw new RangeError(`a store id has ${STORE_ID_BYTES} bytes`);
  const bytes = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt16LE(FORMAT_VERSION, VERSION_AT);
  bytes.writeBigUInt64LE(BigInt(first), FIRST_AT);
  bytes.writeBigUInt64LE(BigInt(Math.trunc(createdMs)) * 1_000_000n, CREATED_AT);
  bytes.set(storeId, STORE_ID_AT);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, CRC_AT)), CRC_AT);
  return bytes;
}

/** Every later format keeps magic, version and checksum where they are, so that a newer file is known from a broken one (L25). */
export function decodeHeader(bytes: Buffer): HeaderLook {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return { kind: 'bad' };
  if (crc32(bytes.subarray(0, CRC_AT)) !== bytes.readUInt32LE(CRC_AT)) return { kind: 'bad' };
  const version = bytes.readUInt16LE(VERSION_AT);
  if (version > FORMAT_VERSION) return { kind: 'newer', version };
  const first = Number(bytes.readBigUInt64LE(FIRST_AT));
  const createdMs = Number(bytes.readBigUInt64LE(CREATED_AT) / 1_000_000n);
  const storeId = Uint8Array.from(bytes.subarray(STORE_ID_AT, STORE_ID_AT + STORE_ID_BYTES));
  return { kind: 'header', header: { first, createdMs, storeId } };
}

/**
 * What the checksums of a segment's frames start from. It ties a frame to its store and segment, so that a sender cannot put bytes into a
 * batch that a recovery would take for a frame (L20); and it needs no header, so that frames behind a broken one still verify.
 */
export function frameSeed(storeId: Uint8Array, first: number): number {
  const bytes = Buffer.alloc(STORE_ID_BYTES + 8);
  bytes.set(storeId);
  bytes.writeBigUInt64LE(BigInt(first), STORE_ID_BYTES);
  return crc32(bytes);
}
