import { crc32 } from 'node:zlib';
import { anomaly, hex } from './anomalies.ts';
import type { AnomalyList } from './anomaly-list.ts';
import type { Chunk } from './chunk.ts';
import { CHUNK_HEADER_BYTES, SLOT_BYTES } from './format.ts';
import { CHUNK_MAGIC } from './header.ts';
import type { ChunkSummary, LogHeader } from './types.ts';

const FLAG_NO_CRC = 4;

/** The header of a chunk as it claims to be (EVTX 1.2). Ids above 2^53 are rounded: they are only compared. */
export interface ChunkHeader {
  readonly claims: NonNullable<ChunkSummary['claims']>;
  /** Offset in the unit where the live records end, clamped into the chunk. */
  readonly liveEnd: number;
  /** False when the data checksum was checked and differs. */
  readonly hasSoundData: boolean;
}

function u64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 4294967296 + view.getUint32(at, true);
}

export function hasChunkMagic(chunk: Chunk): boolean {
  const { bytes, base } = chunk;
  return base + 8 <= chunk.end && bytes.compare(CHUNK_MAGIC, 0, 8, base, base + 8) === 0;
}

/** True when the header is whole but for its mark: its checksum holds with the mark put back (T26). */
export function isHeaderBesideMagic(chunk: Chunk): boolean {
  const { bytes, base, end } = chunk;
  if (end - base < CHUNK_HEADER_BYTES) return false;
  const head = crc32(bytes.subarray(base + 8, base + 120), crc32(CHUNK_MAGIC));
  return crc32(bytes.subarray(base + 128, base + CHUNK_HEADER_BYTES), head) === chunk.view.getUint32(base + 124, true);
}

/** Reads and checks the header of the chunk under the hand; a wrong checksum drops nothing (EVTX D2). */
export function readChunkHeader(
  chunk: Chunk,
  log: LogHeader | undefined,
  verifies: boolean,
  anomalies: AnomalyList,
): ChunkHeader {
  const { view, bytes, base, end, slot } = chunk;
  const free = view.getUint32(base + 48, true);
  const isFreeSound = free >= CHUNK_HEADER_BYTES && free <= SLOT_BYTES;
  if (!isFreeSound) anomalies.add(anomaly('free', { offset: chunk.fileOffset(base + 48) }, { slot, free: hex(free) }));
  const liveEnd = isFreeSound ? Math.min(base + free, end) : end;
  const hasCrc = (view.getUint32(base + 120, true) & FLAG_NO_CRC) === 0;
  const storedHeader = view.getUint32(base + 124, true);
  const storedData = view.getUint32(base + 52, true);
  // A log without checksums has zeros in their place.
  const isChecked = verifies && hasCrc && !(log?.hasChecksums === false && storedHeader === 0 && storedData === 0);
  let hasSoundData = true;
  if (isChecked) {
    const found = crc32(bytes.subarray(base + 128, base + CHUNK_HEADER_BYTES), crc32(bytes.subarray(base, base + 120)));
    if (found !== storedHeader) {
      const numbers = { slot, found: hex(found), stored: hex(storedHeader) };
      anomalies.add(anomaly('chunkHeaderCrc', { offset: chunk.fileOffset(base + 124) }, numbers));
    }
    // Of a cut chunk the checksum cannot be known.
    if (isFreeSound && base + free <= end) {
      const data = crc32(bytes.subarray(base + CHUNK_HEADER_BYTES, liveEnd));
      hasSoundData = data === storedData;
      if (!hasSoundData) {
        const isClean = log !== undefined && !log.isDirty;
        const numbers = { slot, found: hex(data), stored: hex(storedData) };
        anomalies.add(anomaly(isClean ? 'crcClean' : 'crc', { offset: chunk.fileOffset(base + 52) }, numbers));
      }
    }
  }
  const claims = {
    firstNumber: u64(view, base + 8),
    lastNumber: u64(view, base + 16),
    firstId: u64(view, base + 24),
    lastId: u64(view, base + 32),
  };
  return { claims, liveEnd, hasSoundData };
}
