import {
  LogDecoder,
  type LogUnit,
  type LostRecord,
  type PortableTemplate,
  type RecordView,
  type UnitResult,
} from '../evtx/index.ts';
import { type EventLayout, EventPacker, layoutOf, type PackedRows, type RecordClass } from '../windows/index.ts';
import {
  countRecord,
  MAX_COVERAGE_ROWS,
  newCoverage,
  noteHalfHour,
  OVERFLOW_KEY,
  type UnitCoverage,
} from './coverage-rows.ts';
import { RuleKeeper, type RuleSets } from './rule-keeper.ts';

export interface UnitReaderOptions {
  readonly carve: boolean;
  /** True when templates are wanted for the second pass over lost records (SETTLED A17). */
  readonly collectTemplates: boolean;
  /** Start of the run in Unix milliseconds: a record dated later is misdated. */
  readonly runStartMs: number;
  readonly ansiCodePage?: string;
  /** Records that these rules match are kept too. */
  readonly rules?: RuleSets;
}

/** The one message that answers a unit: packed rows and counters, no object a record (SETTLED A20). */
export interface UnitAnswer extends UnitResult {
  readonly rows: PackedRows;
  readonly coverage: readonly UnitCoverage[];
}

interface ScanSlot {
  readonly layout: EventLayout | undefined;
  /** True where rules speak of such records. */
  readonly isRuled: boolean;
  /** Coverage by class, valid for the unit whose number is `unit`. */
  readonly byClass: Map<RecordClass, UnitCoverage>;
  unit: number;
}

/** Reads units one after another: walks, counts, matches against the layouts, packs what is kept. */
export class UnitReader {
  readonly #decoder: LogDecoder;
  readonly #options: UnitReaderOptions;
  readonly #packer = new EventPacker();
  readonly #keeper: RuleKeeper | undefined;
  /** By the decoder's dense number of (provider, channel, computer, id, version). */
  #slots: (ScanSlot | undefined)[] = [];
  #unit = 0;
  #coverage: UnitCoverage[] = [];
  #overflow: UnitCoverage | undefined;
  #source = 0;

  constructor(options: UnitReaderOptions, keeper?: RuleKeeper) {
    this.#options = options;
    this.#keeper = keeper ?? (options.rules === undefined ? undefined : new RuleKeeper(options.rules));
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
    if (slot.layout?.keep(view) === true || (slot.isRuled && this.#keeper?.keeps(view) === true))
      this.#packer.add(view, this.#source);
  }

  #slotOf(view: RecordView): ScanSlot {
    const number = view.scanKey.index;
    const known = this.#slots[number];
    if (known !== undefined) return known;
    const made: ScanSlot = {
      layout: layoutOf(view.provider, view.channel, view.eventId),
      isRuled: this.#keeper?.asksFor(view.channel, view.eventId) === true,
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
    countRecord(row, view.createdMs, view.createdTicks, view.recordId, this.#options.runStartMs);
    if (row.halfHours !== undefined) noteHalfHour(row.halfHours, view.createdMs);
  }

  #newRow(view: RecordView, recordClass: RecordClass): UnitCoverage {
    const isFull = this.#coverage.length >= MAX_COVERAGE_ROWS;
    if (isFull && this.#overflow !== undefined) return this.#overflow;
    const row = newCoverage(isFull ? OVERFLOW_KEY : view, recordClass);
    // An export renumbers its records, and leaves out what it pleases (SETTLED C13).
    if (recordClass === 'live' && !isFull && view.headerRecordId === view.recordId) row.halfHours = [];
    this.#coverage.push(row);
    if (isFull) this.#overflow = row;
    return row;
  }
}

export type { LostRecord, PortableTemplate };
