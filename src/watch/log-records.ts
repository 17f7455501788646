import { LogDecoder, type LogUnit, type RecordView, SLOT_BYTES } from '../evtx/index.ts';
import { isSameStart, type LogStart, lastIdOf, logStart } from './log-start.ts';
import type { Mark } from './mark.ts';

/** What was not read of the records of a log. */
export interface RecordLosses {
  /** Records that could not be decoded. */
  readonly rejected: number;
}

/**
 * The records of one log as Event XML, those alone that are new since a mark: a log grows within its last chunk, and begins to write over its first ones when
 * it is full.
 */
export class LogRecords {
  readonly #decoder = new LogDecoder({ carve: false, collectTemplates: false });
  /** Of the log when it was read before; undefined where it is another log. */
  #before: Mark | undefined;
  readonly #isSameSize: boolean;
  #above = Number.NEGATIVE_INFINITY;
  #highest: number;
  #start: LogStart = {};
  #slots = 0;
  #hasBegun = false;
  #rejected = 0;

  constructor(before: Mark | undefined, bytes: number) {
    this.#before = before?.above === undefined ? undefined : before;
    this.#isSameSize = before?.bytes === bytes;
    this.#highest = Number.NEGATIVE_INFINITY;
  }

  get losses(): RecordLosses {
    return { rejected: this.#rejected };
  }

  /** What it begins with, as far as that was read. */
  get start(): LogStart {
    return this.#start;
  }

  /** What a mark has of this log once it is read to its end. */
  get read(): Pick<Mark, 'above' | 'slots'> & LogStart {
    const highest = Math.max(this.#highest, this.#above);
    return {
      ...(Number.isFinite(highest) ? { above: highest } : {}),
      ...this.#start,
      slots: this.#slots,
    };
  }

  /** The new records of a unit, one Event a text; a line in front of it has the id of the record's frame, as XML has no other place for it. */
  recordsOf(unit: LogUnit): readonly string[] {
    if (unit.firstSlot === 0) this.begin(unit.bytes);
    this.#slots = unit.firstSlot + Math.ceil(unit.bytes.length / SLOT_BYTES);
    const texts: string[] = [];
    const onRecord = (view: RecordView): void => {
      const id = Number(view.headerRecordId ?? Number.NaN);
      if (id <= this.#above) return;
      if (id > this.#highest) this.#highest = id;
      const text = view.toXml();
      if (text === '') this.#rejected++;
      else texts.push(view.headerRecordId === undefined ? text : `Record ${view.headerRecordId}\n${text}`);
    };
    for (const part of this.#partsOf(unit)) {
      const { rejected, lost } = this.#decoder.decodeUnit(part, { onRecord });
      this.#rejected += rejected + lost.length;
    }
    return texts;
  }

  /**
   * Other ids in the first chunk: where they lie behind all that was read, the log went on and was written over; else it is another one (SERVE 0.1: 12). So it is
   * where the ids are the same and the first record is another: each log begins with the same id.
   */
  begin(bytes: Uint8Array): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#start = logStart(bytes);
    const before = this.#before;
    if (before?.above === undefined) return;
    const isSame = isSameStart(before, this.#start);
    const wentOn = this.#start.firstId !== undefined && this.#start.firstId > before.above;
    if (isSame || wentOn) this.#above = before.above;
    // A log that was written over may be new anywhere.
    if (!isSame) this.#before = undefined;
  }

  /** Stretches of slots that may hold something new; chunks that were full before and stand there still are passed over. */
  #partsOf(unit: LogUnit): readonly LogUnit[] {
    const before = this.#before;
    if (before?.slots === undefined || this.#isSameSize) return [unit];
    const known = before.slots - 1 - unit.firstSlot;
    if (known <= 0) return [unit];
    const { bytes } = unit;
    let from = 0;
    while (from < known && from * SLOT_BYTES < bytes.length && this.#isKnown(bytes, from)) from++;
    if (from === 0) return [unit];
    const rest = bytes.subarray(from * SLOT_BYTES);
    if (rest.length === 0) return [];
    return [
      { ...unit, bytes: rest, fileOffset: unit.fileOffset + from * SLOT_BYTES, firstSlot: unit.firstSlot + from },
    ];
  }

  #isKnown(bytes: Uint8Array, slot: number): boolean {
    const last = lastIdOf(bytes, slot);
    return last !== undefined && last <= this.#above;
  }
}
