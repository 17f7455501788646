import {
  LogDecoder,
  type LogUnit,
  type LostRecord,
  type PortableTemplate,
  type RecordView,
  type UnitResult,
} from '../evtx/index.ts';
import {
  compareRecordIds,
  type EventLayout,
  EventPacker,
  layoutOf,
  type PackedRows,
  type RecordClass,
  type RecordId,
} from '../windows/index.ts';

/** 2000-01-01T00:00:00Z: records dated before it, or after the run, are counted as misdated (SETTLED A33). */
const YEAR_2000_MS = 946684800000;
/** Distinct coverage rows of one unit; what goes beyond is counted under an empty computer and channel. */
const MAX_COVERAGE_ROWS = 4096;

export interface UnitReaderOptions {
  readonly carve: boolean;
  /** True when templates are wanted for the second pass over lost records (SETTLED A17). */
  readonly collectTemplates: boolean;
  /** Start of the run in Unix milliseconds: a record dated later is misdated. */
  readonly runStartMs: number;
  readonly ansiCodePage?: string;
}

/** What a unit holds of one computer, provider, channel, id and class. Times are whole milliseconds plus ticks. */
export interface UnitCoverage {
  readonly computer: string;
  readonly channel: string;
  readonly provider: string;
  readonly eventId: number;
  readonly recordClass: RecordClass;
  count: number;
  misdated: number;
  firstMs: number;
  firstTicks: number;
  lastMs: number;
  lastTicks: number;
  lowestId: RecordId | undefined;
  highestId: RecordId | undefined;
}

/** The one message that answers a unit: packed rows and counters, no object a record (SETTLED A20). */
export interface UnitAnswer extends UnitResult {
  readonly rows: PackedRows;
  readonly coverage: readonly UnitCoverage[];
}

interface ScanSlot {
  readonly layout: EventLayout | undefined;
  /** Coverage by class, valid for the unit whose number is `unit`. */
  readonly byClass: Map<RecordClass, UnitCoverage>;
  unit: number;
}

/** Reads units one after another: walks, counts, matches against the layouts, packs what is kept. */
export class UnitReader {
  readonly #decoder: LogDecoder;
  readonly #options: UnitReaderOptions;
  readonly #packer = new EventPacker();
  /** By the decoder's dense number of (provider, channel, computer, id, version). */
  #slots: (ScanSlot | undefined)[] = [];
  #unit = 0;
  #coverage: UnitCoverage[] = [];
  #overflow: UnitCoverage | undefined;
  #source = 0;

  constructor(options: UnitReaderOptions) {
    this.#options = options;
    this.#decoder = new LogDecoder(options);
  }

  /** Reads one unit of the file that has this number in the run's table. */
  read(unit: LogUnit, source: number): UnitAnswer {
    this.#begin(source);
    const result = this.#decoder.decodeUnit(unit, this);
    return { ...result, rows: this.#packer.take(), coverage: this.#coverage };
  }

  /** Starts counting for a file; `take()` gives what `onRecord` saw since. Used by the second pass over lost records. */
  begin(source: number): void {
    this.#begin(source);
  }

  take(): { readonly rows: PackedRows; readonly coverage: readonly UnitCoverage[] } {
    return { rows: this.#packer.take(), coverage: this.#coverage };
  }

  #begin(source: number): void {
    this.#unit++;
    this.#coverage = [];
    this.#overflow = undefined;
    this.#source = source;
  }

  onRecord(view: RecordView): void {
    const slot = this.#slotOf(view);
    this.#count(view, slot);
    if (slot.layout?.keep(view) === true) this.#packer.add(view, this.#source);
  }

  #slotOf(view: RecordView): ScanSlot {
    const number = view.scanKey.index;
    const known = this.#slots[number];
    if (known !== undefined) return known;
    const made: ScanSlot = {
      layout: layoutOf(view.provider, view.channel, view.eventId),
      byClass: new Map(),
      unit: this.#unit,
    };
    this.#slots[number] = made;
    return made;
  }

  #count(view: RecordView, slot: ScanSlot): void {
    if (slot.unit !== this.#unit) {
      slot.unit = this.#unit;
      slot.byClass.clear();
    }
    const recordClass = view.recordClass;
    let row = slot.byClass.get(recordClass);
    if (row === undefined) {
      row = this.#newRow(view, recordClass);
      slot.byClass.set(recordClass, row);
    }
    row.count++;
    const ms = view.createdMs;
    if (ms < YEAR_2000_MS || ms > this.#options.runStartMs) {
      row.misdated++;
    } else {
      const ticks = view.createdTicks;
      if (ms < row.firstMs || (ms === row.firstMs && ticks < row.firstTicks)) {
        row.firstMs = ms;
        row.firstTicks = ticks;
      }
      if (ms > row.lastMs || (ms === row.lastMs && ticks > row.lastTicks)) {
        row.lastMs = ms;
        row.lastTicks = ticks;
      }
    }
    const id = view.recordId;
    if (id === undefined) return;
    if (row.lowestId === undefined || compareRecordIds(id, row.lowestId) < 0) row.lowestId = id;
    if (row.highestId === undefined || compareRecordIds(id, row.highestId) > 0) row.highestId = id;
  }

  #newRow(view: RecordView, recordClass: RecordClass): UnitCoverage {
    const isFull = this.#coverage.length >= MAX_COVERAGE_ROWS;
    if (isFull && this.#overflow !== undefined) return this.#overflow;
    const row: UnitCoverage = {
      computer: isFull ? '' : view.computer,
      channel: isFull ? '' : view.channel,
      provider: isFull ? '' : view.provider,
      eventId: isFull ? 0 : view.eventId,
      recordClass,
      count: 0,
      misdated: 0,
      firstMs: Number.POSITIVE_INFINITY,
      firstTicks: 0,
      lastMs: Number.NEGATIVE_INFINITY,
      lastTicks: 0,
      lowestId: undefined,
      highestId: undefined,
    };
    this.#coverage.push(row);
    if (isFull) this.#overflow = row;
    return row;
  }
}

export type { LostRecord, PortableTemplate };
