/**
 * Packed events: how a kept event travels between threads, sorts, spills to disk and lives on (ADR 0002).
 *
 * A row is a fixed head of 72 bytes and then the values as text. What rows share (provider, channel, id, version, shape, field
 * names) stands in a layout that the row refers to by number. Rows know nothing of the reader that made them.
 *
 * head: 0 u32 row bytes · 4 u32 layout · 8 f64 event time · 16 f64 TimeCreated · 24 f64 offset · 32 u32 length ·
 *       36 u32 source · 40 u64 EventRecordID · 48 u64 frame id · 56 u16 ticks · 58 u16 created ticks · 60 u8 class ·
 *       61 u8 flags · 62 u16 number of values · 64 u32 line, 0 for none · 68 u8 time quality · 69 u8 note · 70 u8 marks: of the holder, and `KEPT_MARK`
 * value: u32 (bytes << 2 | encoding), bytes. Encoding 0 absent, 1 Latin-1, 2 UTF-16LE. First the computer, then the
 *        System fields of `SYSTEM_FIELDS`, then one value for each name of the layout.
 */
import { type RecordClass, type RecordId, type Source, SYSTEM_FIELDS, type TimeQuality } from './event.ts';

export const HEAD_BYTES = 72;
export const MARKS_AT = 70;
export const CLASSES: readonly RecordClass[] = ['live', 'afterDamage', 'swallowed', 'carved'];
export const TIME_QUALITIES: readonly TimeQuality[] = ['exact', 'ms', 's', 'corrected', 'local-assumed', 'receive'];
export const FIRST_FIELD: number = 1 + SYSTEM_FIELDS.length;
export const FLAG_FOREIGN = 1;
export const FLAG_RECORD_ID = 2;
export const FLAG_HEADER_ID = 4;
/** A name stands twice in an object of what the row was read of. */
export const FLAG_REPEATS = 8;
export const TWO_32 = 4294967296;
/** A row whose layout number is this carries its layout as JSON in its last value: bounds the layout tables. */
export const INLINE_LAYOUT = 0xffffffff;
/** Layouts a packer numbers before it writes them inline: an honest hunt has some hundreds, a forged log millions. */
export const MAX_LAYOUTS = 4096;
export const MAX_VALUES = 65535;

export interface PackedLayout {
  readonly provider: string;
  readonly channel: string;
  readonly eventId: number;
  readonly version: number;
  /** Absent for EVTX. */
  readonly shape?: string;
  readonly names: readonly string[];
}

/** What a packer hands over: rows back to back in a buffer of their own, and the layouts not handed over before. */
export interface PackedRows {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly count: number;
  /** Layouts numbered from `firstLayout` on. */
  readonly layouts: readonly PackedLayout[];
  readonly firstLayout: number;
}

export function readId(buffer: Buffer, at: number): RecordId {
  const high = buffer.readUInt32LE(at + 4);
  if (high < 0x200000) return high * TWO_32 + buffer.readUInt32LE(at);
  return buffer.readBigUInt64LE(at).toString();
}

/** What the numbers in rows mean: layouts by number and sources by number. */
export interface PackedTables {
  readonly layouts: readonly PackedLayout[];
  readonly sources: readonly Source[];
}

/** Bytes of the row that begins at `start`; at least the head, else the bytes are not rows. */
export function packedRowBytes(buffer: Buffer, start: number): number {
  const bytes = buffer.readUInt32LE(start);
  if (bytes < HEAD_BYTES || start + bytes > buffer.length) throw new RangeError(`not a packed row at ${start}`);
  return bytes;
}

/** Gives a row the number that its layout has in another table (rows of two packers meet in one store). */
export function renumberLayout(buffer: Buffer, start: number, numbers: readonly number[]): void {
  const layout = buffer.readUInt32LE(start + 4);
  if (layout === INLINE_LAYOUT) return;
  const number = numbers[layout];
  if (number === undefined) throw new RangeError(`layout ${layout} of a packed row is not known`);
  buffer.writeUInt32LE(number, start + 4);
}

/** Number of the source of the row at `start`. */
export function packedSource(buffer: Buffer, start: number): number {
  return buffer.readUInt32LE(start + 36);
}

/** Gives the row at `start` another number of its source. */
export function setPackedSource(buffer: Buffer, start: number, source: number): void {
  buffer.writeUInt32LE(source, start + 36);
}

/** Moves the place of the row at `start` by so many bytes; gives where it ends then. */
export function movePackedPlace(buffer: Buffer, start: number, bytes: number): number {
  const offset = buffer.readDoubleLE(start + 24) + bytes;
  buffer.writeDoubleLE(offset, start + 24);
  return offset + buffer.readUInt32LE(start + 32);
}

/** Event time of the row at `start` in Unix milliseconds. */
export function packedTimeMs(buffer: Buffer, start: number): number {
  return buffer.readDoubleLE(start + 8);
}

/** 0..9999 units of 100 ns below the millisecond. */
export function packedTimeTicks(buffer: Buffer, start: number): number {
  return buffer.readUInt16LE(start + 56);
}

/** Where the value of the computer ends in the row at `start`; it begins behind the head. Rows of one computer have the same bytes there. */
export function packedComputerEnd(buffer: Buffer, start: number): number {
  const at = start + HEAD_BYTES;
  return at + 4 + (buffer.readUInt32LE(at) >>> 2);
}

/** Times of a row that are settled after it was packed, and the quality that they have then. */
export interface PackedTimes {
  readonly timeMs: number;
  readonly timeTicks: number;
  readonly createdMs: number;
  readonly createdTicks: number;
  readonly quality: TimeQuality;
}

/** Gives the row at `start` other times: the clock of its source is known now. Marks stay: none may rest on a time. */
export function setPackedTimes(buffer: Buffer, start: number, times: PackedTimes): void {
  buffer.writeDoubleLE(times.timeMs, start + 8);
  buffer.writeDoubleLE(times.createdMs, start + 16);
  buffer.writeUInt16LE(times.timeTicks, start + 56);
  buffer.writeUInt16LE(times.createdTicks, start + 58);
  buffer[start + 68] = TIME_QUALITIES.indexOf(times.quality);
}

/** The mark of a row that is known to be kept by a layout (`isKept`); the other bits are the holder's. */
export const KEPT_MARK = 0x80;

/** Puts a mark of its holder, a bit of a byte, on the row at `start`. */
export function putPackedMark(buffer: Buffer, start: number, mark: number): void {
  buffer[start + MARKS_AT] = (buffer[start + MARKS_AT] ?? 0) | mark;
}

/** True where the row at `start` has one of these marks. */
export function hasPackedMark(buffer: Buffer, start: number, marks: number): boolean {
  return ((buffer[start + MARKS_AT] ?? 0) & marks) !== 0;
}

/** Takes marks off the row at `start`: what its holder knew of it holds no longer. */
export function clearPackedMarks(buffer: Buffer, start: number, marks: number): void {
  buffer[start + MARKS_AT] = (buffer[start + MARKS_AT] ?? 0) & ~marks;
}

/** The byte that the packing side gave the row at `start` for the side that unpacks; 0 when it gave none. */
export function packedNote(buffer: Buffer, start: number): number {
  return buffer[start + 69] ?? 0;
}

/** Line of the row at `start` in its file, from 1; 0 where it has none. */
export function packedLine(buffer: Buffer, start: number): number {
  return buffer.readUInt32LE(start + 64);
}
