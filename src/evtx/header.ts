import { crc32 } from 'node:zlib';
import type { PlacedAnomaly } from '../windows/index.ts';
import { anomaly, hex } from './anomalies.ts';
import { FILE_HEADER_BYTES } from './format.ts';
import type { LogHeader, SlotLayout } from './types.ts';

const FILE_MAGIC = Buffer.from('ElfFile\0', 'latin1');
export const CHUNK_MAGIC: Buffer = Buffer.from('ElfChnk\0', 'latin1');
/** Chunks begin at a sector of a carved image (EVTX 1.1, 7.3). */
const SECTOR_BYTES = 512;
const SCAN_BYTES = 1024 * 1024;
const FLAG_DIRTY = 1;
const FLAG_NO_CRC = 4;

function hasMagic(bytes: Buffer, offset: number, magic: Buffer): boolean {
  return offset >= 0 && offset + magic.length <= bytes.length && bytes.compare(magic, 0, 8, offset, offset + 8) === 0;
}

function u64(bytes: Buffer, offset: number): number {
  return bytes.readUInt32LE(offset + 4) * 4294967296 + bytes.readUInt32LE(offset);
}

/** EVTX 1.1. Ids above 2^53 lose their last digits here: the header decides nothing. */
function readHeader(bytes: Buffer, offset: number): LogHeader {
  const flags = bytes.readUInt32LE(offset + 120);
  return {
    majorVersion: bytes.readUInt16LE(offset + 38),
    minorVersion: bytes.readUInt16LE(offset + 36),
    firstChunk: u64(bytes, offset + 8),
    lastChunk: u64(bytes, offset + 16),
    nextRecordId: u64(bytes, offset + 24),
    chunkCount: bytes.readUInt16LE(offset + 42),
    isDirty: (flags & FLAG_DIRTY) !== 0,
    hasChecksums: (flags & FLAG_NO_CRC) === 0,
  };
}

function headerAnomalies(bytes: Buffer, offset: number, header: LogHeader, firstSlotOffset: number): PlacedAnomaly[] {
  const found: PlacedAnomaly[] = [];
  const { majorVersion: major, minorVersion: minor } = header;
  if (major !== 3 || minor < 1 || minor > 2) found.push(anomaly('version', { offset: offset + 36 }, { major, minor }));
  const claimed = bytes.readUInt16LE(offset + 40);
  if (claimed !== firstSlotOffset - offset) {
    found.push(anomaly('headerBlock', { offset: offset + 40 }, { claimed, offset: firstSlotOffset }));
  }
  const stored = bytes.readUInt32LE(offset + 124);
  const computed = crc32(bytes.subarray(offset, offset + 120));
  if (header.hasChecksums && stored !== computed) {
    found.push(anomaly('headerCrc', { offset: offset + 124 }, { found: hex(computed), stored: hex(stored) }));
  }
  if (header.isDirty) found.push(anomaly('dirty', { offset: offset + 120 }));
  return found;
}

/**
 * Where the chunk slots begin, recognised by content (EVTX 1.1, SETTLED A29); undefined when `head` is not the beginning
 * of an event log.
 *
 * @param head the first bytes of the file: all of a short file, else at least 4104 bytes; up to 1 MiB when scanning
 * @param fileBytes size of the whole file when it is known
 * @param allowScan look for a chunk at every 512 bytes of the first MiB, and take a file of a few bytes for an empty log
 */
export function locateSlots(
  head: Uint8Array,
  fileBytes: number | undefined,
  allowScan: boolean,
): SlotLayout | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const size = fileBytes ?? bytes.length;
  if (hasMagic(bytes, 0, FILE_MAGIC)) {
    if (bytes.length < 128) {
      return {
        firstSlotOffset: FILE_HEADER_BYTES,
        anomalies: [anomaly('shortHeader', { offset: 0 }, { bytes: size })],
      };
    }
    const header = readHeader(bytes, 0);
    const claimed = bytes.readUInt16LE(40);
    const isElsewhere =
      claimed % SECTOR_BYTES === 0 &&
      !hasMagic(bytes, FILE_HEADER_BYTES, CHUNK_MAGIC) &&
      claimed >= SECTOR_BYTES &&
      hasMagic(bytes, claimed, CHUNK_MAGIC);
    const firstSlotOffset = isElsewhere ? claimed : FILE_HEADER_BYTES;
    const anomalies = headerAnomalies(bytes, 0, header, firstSlotOffset);
    if (size < FILE_HEADER_BYTES) anomalies.push(anomaly('shortHeader', { offset: 0 }, { bytes: size }));
    return { firstSlotOffset, header, anomalies };
  }
  if (hasMagic(bytes, FILE_HEADER_BYTES, CHUNK_MAGIC)) return headerless(bytes, FILE_HEADER_BYTES);
  if (!allowScan) return undefined;
  if (bytes.length < 8) {
    return { firstSlotOffset: FILE_HEADER_BYTES, anomalies: [anomaly('empty', { offset: 0 }, { bytes: size })] };
  }
  const limit = Math.min(bytes.length, SCAN_BYTES);
  for (let offset = 0; offset + 8 <= limit; offset += SECTOR_BYTES) {
    if (hasMagic(bytes, offset, CHUNK_MAGIC)) return headerless(bytes, offset);
  }
  return undefined;
}

/** A log whose header is not at offset 0: it may stand one block before the first chunk, as in a carved file. */
function headerless(bytes: Buffer, firstSlotOffset: number): SlotLayout {
  const missing = anomaly('headerMagic', { offset: 0 }, { offset: firstSlotOffset });
  const at = firstSlotOffset - FILE_HEADER_BYTES;
  if (!hasMagic(bytes, at, FILE_MAGIC)) return { firstSlotOffset, anomalies: [missing] };
  const header = readHeader(bytes, at);
  return { firstSlotOffset, header, anomalies: [missing, ...headerAnomalies(bytes, at, header, firstSlotOffset)] };
}
