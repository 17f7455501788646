import { crc32 } from 'node:zlib';
import type { ArchiveFiles, OpenFile } from './files.ts';
import { LEAST_BITS, MOST_BITS, probesOf } from './filter.ts';

/**
 * The filters of a finished segment, turned: one row a bit, in which each block has its bit (DEPENDENCIES 5.1, docs/archive-format.md). Looking a token up
 * reads five rows, however many blocks there are.
 */
const HEADER_BYTES = 64;
const MAGIC = Buffer.from('TRIADSLI', 'latin1');
const VERSION = 1;
const CRC_AT = 60;
const CRC_BYTES = 4;

/** Filters of blocks by their number in the segment; a block without one may hold anything. */
export function makeSlices(segment: number, filters: readonly (Uint8Array | undefined)[]): Buffer {
  const bits = Math.max(LEAST_BITS, ...filters.map((filter) => (filter?.length ?? 0) * 8));
  const rowBytes = Math.ceil(filters.length / 8);
  const stride = rowBytes + CRC_BYTES;
  const bytes = Buffer.alloc(HEADER_BYTES + bits * stride);
  MAGIC.copy(bytes);
  bytes.writeUInt16LE(VERSION, 8);
  bytes.writeUInt32LE(filters.length, 12);
  bytes.writeUInt32LE(bits, 16);
  bytes.writeBigUInt64LE(BigInt(segment), 24);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, CRC_AT)), CRC_AT);
  for (let group = 0; group < rowBytes; group++) {
    const eight = filters.slice(group * 8, group * 8 + 8).map((filter) => filter ?? ANYTHING);
    turn(eight, bits, bytes, HEADER_BYTES + group, stride);
  }
  for (let row = 0; row < bits; row++) {
    const at = HEADER_BYTES + row * stride;
    bytes.writeUInt32LE(crc32(bytes.subarray(at, at + rowBytes)), at + rowBytes);
  }
  return bytes;
}

const ANYTHING: Uint8Array = new Uint8Array(LEAST_BITS / 8).fill(0xff);

/** Writes one byte a row: the bits that up to eight filters have there. A narrow filter stands for a wide one that repeats it. */
function turn(filters: readonly Uint8Array[], bits: number, into: Buffer, at: number, stride: number): void {
  for (let byte = 0; byte < bits / 8; byte++) {
    // Bytes of two times four filters side by side; then bit `b` of all eight makes one byte of the row.
    const of = (i: number): number => {
      const filter = filters[i];
      return filter === undefined ? 0 : (filter[byte & (filter.length - 1)] ?? 0);
    };
    const [b0, b1, b2, b3, b4, b5, b6, b7] = [of(0), of(1), of(2), of(3), of(4), of(5), of(6), of(7)];
    if ((b0 | b1 | b2 | b3 | b4 | b5 | b6 | b7) === 0) continue;
    for (let bit = 0; bit < 8; bit++) {
      into[at + (byte * 8 + bit) * stride] =
        ((b0 >> bit) & 1) |
        (((b1 >> bit) & 1) << 1) |
        (((b2 >> bit) & 1) << 2) |
        (((b3 >> bit) & 1) << 3) |
        (((b4 >> bit) & 1) << 4) |
        (((b5 >> bit) & 1) << 5) |
        (((b6 >> bit) & 1) << 6) |
        (((b7 >> bit) & 1) << 7);
    }
  }
}

/** A file of slices that is open. */
export class Slices {
  readonly blocks: number;
  readonly #file: OpenFile;
  readonly #bits: number;
  readonly #rowBytes: number;
  /** Rows that did not verify; they rule nothing out. */
  damagedRows = 0;

  constructor(file: OpenFile, blocks: number, bits: number) {
    this.#file = file;
    this.blocks = blocks;
    this.#bits = bits;
    this.#rowBytes = Math.ceil(blocks / 8);
  }

  /** Bit by bit, the blocks that may hold a token. */
  lookUp(hash: number): Uint8Array {
    const found = new Uint8Array(this.#rowBytes).fill(0xff);
    for (const bit of probesOf(hash)) {
      const at = HEADER_BYTES + (bit & (this.#bits - 1)) * (this.#rowBytes + CRC_BYTES);
      const row = this.#file.read(at, this.#rowBytes + CRC_BYTES);
      const isSound = row.length === this.#rowBytes + CRC_BYTES;
      if (!isSound || crc32(row.subarray(0, this.#rowBytes)) !== row.readUInt32LE(this.#rowBytes)) {
        this.damagedRows += 1;
        continue;
      }
      for (let i = 0; i < found.length; i++) found[i] = (found[i] ?? 0) & (row[i] ?? 0);
    }
    return found;
  }

  close(): void {
    this.#file.close();
  }
}

/** Opens the slices of a segment; nothing if the file is not what it should be. */
export function openSlices(files: ArchiveFiles, name: string, segment: number): Slices | undefined {
  const file = files.open(name, 'read');
  const header = file.read(0, HEADER_BYTES);
  const isSound =
    header.length === HEADER_BYTES &&
    header.subarray(0, 8).equals(MAGIC) &&
    header.readUInt32LE(CRC_AT) === crc32(header.subarray(0, CRC_AT)) &&
    header.readUInt16LE(8) === VERSION &&
    header.readBigUInt64LE(24) === BigInt(segment);
  const bits = isSound ? header.readUInt32LE(16) : 0;
  if (bits >= LEAST_BITS && bits <= MOST_BITS && (bits & (bits - 1)) === 0) {
    return new Slices(file, header.readUInt32LE(12), bits);
  }
  file.close();
  return undefined;
}
