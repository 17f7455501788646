import { CHUNK_BYTES } from './chunk-writer.ts';
import { FILE_HEADER_BYTES, type Placement, sealChunk } from './log-writer.ts';

/** What editors of logs do, on finished files: each gives a changed copy with right checksums (EVTX 7.4, 7.5). */

function copyOf(file: Uint8Array): { bytes: Uint8Array; view: DataView } {
  const bytes = file.slice();
  return { bytes, view: new DataView(bytes.buffer) };
}

export function chunkStart(slot: number): number {
  return FILE_HEADER_BYTES + slot * CHUNK_BYTES;
}

/** Sets the last record id (and number) in a chunk's header: readers that stop there lose the rest. */
export function setLastRecordId(file: Uint8Array, slot: number, id: bigint): Uint8Array {
  const { bytes, view } = copyOf(file);
  view.setBigUint64(chunkStart(slot) + 32, id, true);
  sealChunk(bytes, chunkStart(slot));
  return bytes;
}

/** Ends the live part of a chunk before `first`, its numbers with it: what follows looks like slack. */
export function endBefore(file: Uint8Array, first: Placement): Uint8Array {
  const { bytes, view } = copyOf(file);
  const chunk = chunkStart(first.slot);
  view.setUint32(chunk + 48, first.chunkOffset, true);
  if (first.chunkOffset > 512) {
    view.setBigUint64(chunk + 16, first.id - 1n, true);
    view.setBigUint64(chunk + 32, first.id - 1n, true);
  }
  sealChunk(bytes, chunk);
  return bytes;
}

/**
 * Hides the record `hidden` in the padding of the record before it, as eventlogedit does: the size grows over it. With
 * `renumber` the ids of the later records of the chunk move down by one.
 */
export function swallow(
  file: Uint8Array,
  before: Placement,
  hidden: Placement,
  renumber: readonly Placement[] = [],
): Uint8Array {
  if (before.fileOffset + before.size !== hidden.fileOffset) throw new Error('the records are not neighbours');
  const { bytes, view } = copyOf(file);
  const size = before.size + hidden.size;
  view.setUint32(before.fileOffset + 4, size, true);
  view.setUint32(before.fileOffset + size - 4, size, true);
  for (const later of renumber) view.setBigUint64(later.fileOffset + 8, later.id - 1n, true);
  sealChunk(bytes, chunkStart(before.slot));
  return bytes;
}

/** Writes bytes anywhere and makes the sums of that slot's chunk right again. */
export function overwrite(file: Uint8Array, offset: number, replacement: Uint8Array): Uint8Array {
  const { bytes } = copyOf(file);
  bytes.set(replacement, offset);
  if (offset >= FILE_HEADER_BYTES) {
    const slot = Math.floor((offset - FILE_HEADER_BYTES) / CHUNK_BYTES);
    sealChunk(bytes, chunkStart(slot));
  }
  return bytes;
}

/** Four bytes, little-endian. */
export function dword(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value >>> 0, true);
  return bytes;
}
