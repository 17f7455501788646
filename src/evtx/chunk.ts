import { SLOT_BYTES } from './format.ts';
import type { LogUnit, LostRecord } from './types.ts';

/** Node's own copy of UTF-16 bytes into a string; `toString` costs as much again in checks (EVTX 9.3). */
type SlicingBuffer = Buffer & { ucs2Slice(begin: number, end: number): string };
const ucs2Slice = (Buffer.prototype as SlicingBuffer).ucs2Slice;

const NO_BYTES = Buffer.alloc(0);
const NO_VIEW = new DataView(new ArrayBuffer(0));

/**
 * How many strings of a chunk are read one by one before the whole chunk is turned into text, which costs as much as this
 * many (EVTX 9.3). Where the chunk before was used up to it, the text is made at once.
 */
const SINGLE_READS = 96;

/**
 * The chunk under the reader's hand: bytes of one slot inside a unit. All positions are offsets into the unit's bytes;
 * nothing outside `base`..`end` may be read, because what lies beside it belongs to another chunk.
 */
export class Chunk {
  bytes: Buffer = NO_BYTES;
  view: DataView = NO_VIEW;
  unit: LogUnit | undefined;
  /** First byte of the slot, and one past its last. */
  base = 0;
  end = 0;
  slot = 0;
  /** Counts the slots opened, to tell one from the next. */
  serial = 0;
  /** Bits of `faults.ts` that were met while decoding values of the current record. */
  faults = 0;
  /** While it is set every string is in memory of its own: for copies that outlive the chunk. */
  keepsText = false;
  private reads = 0;
  private singleReads = SINGLE_READS;
  private oddText: string | undefined;
  private evenText: string | undefined;

  openUnit(unit: LogUnit): void {
    this.unit = unit;
    this.bytes = Buffer.from(unit.bytes.buffer, unit.bytes.byteOffset, unit.bytes.byteLength);
    this.view = new DataView(unit.bytes.buffer, unit.bytes.byteOffset, unit.bytes.byteLength);
  }

  /** Moves to the slot that begins at `base`; the last slot of a file may be cut. */
  openSlot(base: number, slot: number): void {
    this.base = base;
    this.end = Math.min(base + SLOT_BYTES, this.bytes.length);
    this.slot = slot;
    this.faults = 0;
    this.serial++;
    this.singleReads = this.reads > 2 * SINGLE_READS ? 0 : SINGLE_READS;
    this.reads = 0;
    this.oddText = undefined;
    this.evenText = undefined;
  }

  /**
   * Takes a record out of its chunk: only its own bytes can be read, while chunk offsets inside it mean what they meant
   * (`base` is then negative).
   */
  openRecord(record: LostRecord): void {
    const { bytes } = record;
    this.openUnit({
      source: record.source,
      layout: { firstSlotOffset: 0, anomalies: [] },
      bytes,
      fileOffset: record.fileOffset,
      firstSlot: record.slot,
    });
    this.openSlot(0, record.slot);
    this.base = -record.chunkOffset;
  }

  /** Lets go of the unit's bytes and of all text made from them. */
  close(): void {
    this.bytes = NO_BYTES;
    this.view = NO_VIEW;
    this.unit = undefined;
    this.oddText = undefined;
    this.evenText = undefined;
  }

  /** Offset in the innermost file. */
  fileOffset(at: number): number {
    return (this.unit?.fileOffset ?? 0) + at;
  }

  /**
   * UTF-16 text of `size` bytes without its trailing NULs. The string may share memory with the text of the whole chunk:
   * cheap to use and throw away, dear to keep (EVTX 9.3); `ownText` gives one that may be kept.
   */
  text(at: number, size: number): string {
    const view = this.view;
    let n = size & ~1;
    while (n >= 2 && view.getUint16(at + n - 2, true) === 0) n -= 2;
    if (n === 0) return '';
    if (this.keepsText || this.reads++ < this.singleReads) {
      return ucs2Slice.call(this.bytes, at, at + n);
    }
    // A record out of its chunk has a negative base; its bytes begin at 0.
    const from = Math.max(this.base, 0);
    const offset = at - from;
    if ((offset & 1) === 1) {
      this.oddText ??= this.wholeText(1);
      return this.oddText.substring((offset - 1) >> 1, (offset - 1 + n) >> 1);
    }
    this.evenText ??= this.wholeText(0);
    return this.evenText.substring(offset >> 1, (offset + n) >> 1);
  }

  /** UTF-16 text of an even number of bytes, NULs and all. */
  rawText(at: number, size: number): string {
    return ucs2Slice.call(this.bytes, at, at + size);
  }

  /** The same text in memory of its own. */
  ownText(at: number, size: number): string {
    let n = size & ~1;
    while (n >= 2 && this.view.getUint16(at + n - 2, true) === 0) n -= 2;
    return n === 0 ? '' : ucs2Slice.call(this.bytes, at, at + n);
  }

  private wholeText(from: 0 | 1): string {
    const begin = Math.max(this.base, 0) + from;
    return ucs2Slice.call(this.bytes, begin, begin + ((this.end - begin) & ~1));
  }
}
