import type { Chunk } from './chunk.ts';
import { FAULT_ARRAY, FAULT_SID } from './faults.ts';

/** SIDs of accounts have five parts below their authority. Longer ones are rare and written anew. */
const MAX_CACHED_SID_BYTES = 28;
const SID_CACHE_SIZE = 1024;
const SID_WORDS = MAX_CACHED_SID_BYTES / 4;
const sidSizes = new Uint8Array(SID_CACHE_SIZE);
const sidWords = new Int32Array(SID_CACHE_SIZE * SID_WORDS);
const sidTexts: string[] = new Array(SID_CACHE_SIZE).fill('');

/**
 * A SID of `size` bytes, at least 8, as `S-revision-authority-sub...`; the authority is big-endian, and hex from 2^32 on
 * (EVTX 5.1). A log names few accounts, and writing a SID costs ten times comparing it: a whole one is kept by its bytes.
 */
export function sidText(chunk: Chunk, at: number, size: number): string {
  const view = chunk.view;
  if (size < 12 || size > MAX_CACHED_SID_BYTES || size !== 8 + 4 * view.getUint8(at + 1)) {
    return writeSid(chunk, at, size);
  }
  const last = view.getInt32(at + size - 4, true);
  const entry = (last ^ (last >>> 10) ^ view.getInt32(at + size - 8, true) ^ size) & (SID_CACHE_SIZE - 1);
  const begin = entry * SID_WORDS;
  if (sidSizes[entry] === size) {
    let i = 0;
    while (4 * i < size && view.getInt32(at + 4 * i, true) === sidWords[begin + i]) i++;
    if (4 * i === size) return sidTexts[entry] as string;
  }
  const text = writeSid(chunk, at, size);
  for (let i = 0; 4 * i < size; i++) sidWords[begin + i] = view.getInt32(at + 4 * i, true);
  sidSizes[entry] = size;
  sidTexts[entry] = text;
  return text;
}

function writeSid(chunk: Chunk, at: number, size: number): string {
  const view = chunk.view;
  const high = view.getUint16(at + 2, false);
  const low = view.getUint32(at + 4, false);
  const authority = high === 0 ? String(low) : `0x${(high * 4294967296 + low).toString(16).padStart(12, '0')}`;
  let text = `S-${view.getUint8(at)}-${authority}`;
  const claimed = view.getUint8(at + 1);
  const count = Math.min(claimed, (size - 8) >> 2);
  if (count < claimed) chunk.faults |= FAULT_SID;
  for (let i = 0; i < count; i++) text += `-${view.getUint32(at + 8 + 4 * i, true)}`;
  return text;
}

/** The SIDs of an array, each as long as its count of parts says. */
export function sidItems(chunk: Chunk, at: number, size: number): string[] {
  const items: string[] = [];
  const end = at + size;
  let p = at;
  while (p + 8 <= end) {
    const bytes = Math.min(8 + 4 * chunk.view.getUint8(p + 1), end - p);
    items.push(sidText(chunk, p, bytes));
    p += bytes;
  }
  if (p !== end) chunk.faults |= FAULT_ARRAY;
  return items;
}
