import { createHash } from 'node:crypto';
import { SLOT_BYTES } from '../evtx/index.ts';

/** What a log begins with, by which it is known again. */
export interface LogStart {
  /** The first id of its first chunk; left out where no chunk stands there. */
  readonly firstId?: number;
  /** SHA-256 of the first record of its first chunk: time of writing and content; left out where none stands there. */
  readonly firstRecord?: string;
}

/** Where a chunk's header has the ids of its records (EVTX 1.2): each 8 bytes, little endian. */
const FIRST_ID = 24;
const LAST_ID = 32;
const CHUNK_MAGIC = Buffer.from('ElfChnk\0', 'latin1');
/** Where its first record begins, and the frame of one (EVTX 1.5): magic, size, id, time of writing. */
const FIRST_RECORD = 512;
const RECORD_MAGIC = 0x00002a2a;
const RECORD_SIZE = 4;
const FRAME_BYTES = 28;

/**
 * What the first slot of a log holds. A record stays as it was written while its log grows: lists of names and templates in a chunk are made longer at their front.
 */
export function logStart(bytes: Uint8Array): LogStart {
  const firstId = idAt(bytes, 0, FIRST_ID);
  if (firstId === undefined) return {};
  const chunk = bufferOf(bytes).subarray(0, SLOT_BYTES);
  const isRecord = chunk.length >= FIRST_RECORD + FRAME_BYTES && chunk.readUInt32LE(FIRST_RECORD) === RECORD_MAGIC;
  const size = isRecord ? chunk.readUInt32LE(FIRST_RECORD + RECORD_SIZE) : 0;
  if (size < FRAME_BYTES || FIRST_RECORD + size > chunk.length) return { firstId };
  const record = chunk.subarray(FIRST_RECORD, FIRST_RECORD + size);
  return { firstId, firstRecord: createHash('sha256').update(record).digest('hex') };
}

/** Whether a log begins as it did before. Marks of earlier versions know the id alone, which every log that was begun anew shares. */
export function isSameStart(before: LogStart, now: LogStart): boolean {
  const isSameRecord = before.firstRecord === undefined || before.firstRecord === now.firstRecord;
  return before.firstId === now.firstId && isSameRecord;
}

/** The last id in the header of a chunk; undefined where no chunk stands. */
export function lastIdOf(bytes: Uint8Array, slot: number): number | undefined {
  return idAt(bytes, slot, LAST_ID);
}

function idAt(bytes: Uint8Array, slot: number, offset: number): number | undefined {
  const at = slot * SLOT_BYTES;
  const view = bufferOf(bytes);
  if (view.length < at + LAST_ID + 8 || !view.subarray(at, at + CHUNK_MAGIC.length).equals(CHUNK_MAGIC))
    return undefined;
  return Number(view.readBigUInt64LE(at + offset));
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
