import type { SpoolFile } from '../intake/index.ts';
import {
  clearPackedMarks,
  hasPackedMark,
  PackedEvent,
  type PackedLayout,
  type PackedRows,
  type PackedTables,
  type PackedTimes,
  type Place,
  packedRowBytes,
  packedSource,
  putPackedMark,
  renumberLayout,
  type Source,
  setPackedSource,
  setPackedTimes,
} from '../windows/index.ts';
import { Arrivals } from './arrivals.ts';
import { compareEvents, EventHeap } from './event-order.ts';
import { withoutCopies } from './record-copies.ts';
import { RowOrder, type RowPlace, type RowSpan } from './row-order.ts';
import { type Run, readRun, within } from './sorted-run.ts';

/** Bytes of a block of rows in memory. */
const BLOCK_BYTES = 8 * 1024 * 1024;

export interface StoreOptions {
  /** Bytes of packed events held in memory before a sorted run is written (SETTLED A21: 128 MB). */
  readonly memoryBytes: number;
  /** Makes the private file of a run, when one is needed. */
  readonly openSpool: () => SpoolFile;
  /**
   * Events are used only while no row is moved or changed: they need not be copied to be kept. Who keeps one longer copies it. [M] A tenth of judging a window was the copying of rows that it holds itself.
   */
  readonly areLasting?: boolean;
}

/** Rows of a store in memory, and their layouts by number. */
export interface StoreImage {
  /** Each in a buffer of its own. */
  readonly rows: readonly Uint8Array<ArrayBuffer>[];
  readonly layouts: readonly PackedLayout[];
}

/** Rows back to back in a buffer that is used again. */
interface Block {
  readonly bytes: Buffer;
  used: number;
}

const ALL_TIMES: RowSpan = { fromMs: Number.NEGATIVE_INFINITY, beforeMs: Number.POSITIVE_INFINITY };
const NO_SOURCES: ReadonlySet<number> = new Set();
const NO_PLACES: readonly Place[] = [];

/**
 * Holds the kept events of a hunt and gives them back in the order of their time, with copies of one record folded (L6).
 * Memory is bounded: past `memoryBytes` sorted runs go to private files that `close()` lets go of (L22).
 */
export class EventStore {
  readonly #options: StoreOptions;
  readonly #layouts: PackedLayout[] = [];
  readonly #layoutNumbers = new Map<string, number>();
  readonly #inOrder: RowOrder;
  readonly #areLasting: boolean;
  readonly #arrivals = new Arrivals();
  #tables: PackedTables;
  /**
   * Blocks that are filled one after another and used again after a run was written: fresh buffers for each run would wait for
   * the collector and double what is held ([M] 448 MB for 3 GB of logs).
   */
  readonly #blocks: Block[] = [];
  #filled = 0;
  #bytes = 0;
  #count = 0;
  #runs: Run[] = [];
  #folded = 0;

  constructor(sources: readonly Source[], options: StoreOptions) {
    this.#options = options;
    this.#areLasting = options.areLasting === true;
    this.#tables = { layouts: this.#layouts, sources };
    this.#inOrder = new RowOrder((a, b) =>
      compareEvents(new PackedEvent(a.bytes, a.at, this.#tables), new PackedEvent(b.bytes, b.at, this.#tables)),
    );
  }

  /** Bytes of the rows in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Events added and not let go of. */
  get count(): number {
    return this.#count;
  }

  /** Copies folded into another event by `sorted()` so far. */
  get folded(): number {
    return this.#folded;
  }

  /** What the numbers in rows mean. */
  get tables(): PackedTables {
    return this.#tables;
  }

  /** Takes the rows of one packer; `numbers` is that packer's table and grows with each call. */
  add(rows: PackedRows, numbers: number[]): void {
    this.renumber(rows, numbers);
    this.addNumbered(rows);
  }

  /** Gives rows the layout numbers of this store, so that its tables read them. */
  renumber(rows: PackedRows, numbers: number[]): void {
    rows.layouts.forEach((layout, i) => {
      numbers[rows.firstLayout + i] = this.#numberOf(layout);
    });
    const buffer = Buffer.from(rows.bytes.buffer, rows.bytes.byteOffset, rows.bytes.byteLength);
    for (let at = 0; at < buffer.length; at += packedRowBytes(buffer, at)) renumberLayout(buffer, at, numbers);
  }

  /** Takes rows that `renumber` went over. */
  addNumbered(rows: PackedRows): void {
    this.#append(Buffer.from(rows.bytes.buffer, rows.bytes.byteOffset, rows.bytes.byteLength));
    this.#count += rows.count;
  }

  #append(buffer: Buffer): void {
    for (let at = 0; at < buffer.length; ) {
      const block = this.#blockFor(packedRowBytes(buffer, at));
      // As many rows as the block has room for are copied in one go.
      const from = at;
      const room = block.bytes.length - block.used;
      while (at < buffer.length && at + packedRowBytes(buffer, at) - from <= room) at += packedRowBytes(buffer, at);
      buffer.copy(block.bytes, block.used, from, at);
      block.used += at - from;
    }
    this.#bytes += buffer.length;
    if (this.#bytes > this.#options.memoryBytes) this.#spill();
  }

  /** The block that is being filled, when it has room for a row; else the next one. */
  #blockFor(rowBytes: number): Block {
    const current = this.#blocks[this.#filled];
    if (current !== undefined && current.bytes.length - current.used >= rowBytes) return current;
    if (current !== undefined && current.used > 0) this.#filled++;
    const next = this.#blocks[this.#filled];
    if (next !== undefined && next.bytes.length >= rowBytes) return next;
    const made = { bytes: Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, rowBytes)), used: 0 };
    // A row larger than the block that stands here gets one of its own in its place; the other is forgotten.
    this.#blocks[this.#filled] = made;
    return made;
  }

  /** Every event of a span of time once, in order; each is valid until the next is asked for. Copies of EVTX have one time. */
  sorted(span: RowSpan = ALL_TIMES): Generator<PackedEvent, void, undefined> {
    return withoutCopies(this.#merged(span), () => {
      this.#folded++;
    });
  }

  /**
   * Of the rows in memory that came since this was asked the last time, in order of arrival, the next ones with this mark, at most so many: in the order of their
   * time, copies too. Each is given once; after rows were let go of the mark alone tells which were.
   */
  arrivals(mark: number, most: number): readonly PackedEvent[] {
    const places = this.#arrivals.next(this.#blocks, mark, most);
    return places.map((place) => this.#eventAt(place)).sort(compareEvents);
  }

  /** True where `arrivals` has not come to the end of the rows in memory. */
  get hasArrivals(): boolean {
    return this.#arrivals.hasMore(this.#blocks);
  }

  /** Every row of a span of time in order, copies too; each is valid until the next is asked for. */
  rows(span: RowSpan = ALL_TIMES): Generator<PackedEvent, void, undefined> {
    return this.#merged(span);
  }

  /** The newest rows, at most so many, of computers of which `isOne` is true, in order, copies too. */
  newestOf(isOne: (computer: string) => boolean, most: number): readonly PackedEvent[] {
    if (this.#runs.length > 0) return [...this.rows().filter(({ computer }) => isOne(computer))].slice(-most);
    const places = this.#inOrder.newestOf(this.#blocks, (place) => isOne(this.#eventAt(place).computer), most);
    return places.map((place) => this.#eventAt(place));
  }

  /** Every row in no order of time, copies too; each is valid until the next is asked for. */
  *unsorted(): Generator<PackedEvent, void, undefined> {
    for (const { bytes, used } of this.#blocks) {
      for (let at = 0; at < used; at += packedRowBytes(bytes, at)) yield new PackedEvent(bytes, at, this.#tables);
    }
    for (const run of this.#runs) yield* readRun(run, this.#tables);
  }

  /** Gives the rows of these sources other times, where there are any to give. What lies on disk is written anew. */
  retime(sources: ReadonlySet<number>, settle: (event: PackedEvent) => PackedTimes | undefined): void {
    this.#inOrder.reset();
    for (const { bytes, used } of this.#blocks) {
      for (let at = 0; at < used; at += packedRowBytes(bytes, at)) {
        if (!sources.has(packedSource(bytes, at))) continue;
        const times = settle(new PackedEvent(bytes, at, this.#tables));
        if (times !== undefined) setPackedTimes(bytes, at, times);
      }
    }
    const runs = this.#runs.length;
    for (let i = 0; i < runs; i++) {
      const run = this.#runs[i];
      if (run === undefined) continue;
      for (const event of readRun(run, this.#tables)) {
        if (!sources.has(event.sourceNumber)) continue;
        const times = settle(event);
        const row = event.rowBytes();
        if (times !== undefined) setPackedTimes(row, 0, times);
        this.#append(row);
      }
      this.#runs[i] = { ...run, without: new Set([...run.without, ...sources]) };
    }
  }

  /** Lets go of rows in memory: of all that `isKept` is not true of, asked in the order of `unsorted`. */
  retain(isKept: (event: PackedEvent) => boolean): void {
    const blocks = this.#blocks.splice(0);
    this.#inOrder.reset();
    this.#arrivals.reset();
    this.#filled = 0;
    this.#bytes = 0;
    this.#count = 0;
    // Block by block, so that what was copied can be collected while the rest is.
    for (let block = blocks.shift(); block !== undefined; block = blocks.shift()) {
      for (let at = 0; at < block.used; at += packedRowBytes(block.bytes, at)) {
        const event = new PackedEvent(block.bytes, at, this.#tables);
        if (!isKept(event)) continue;
        this.#append(event.rowBytes());
        this.#count++;
      }
    }
  }

  /**
   * Gives the rows in memory other numbers of their sources: `numbers` by the one that they have. Events that were detached before
   * keep the table that they were made with.
   */
  renumberSources(numbers: readonly number[], sources: readonly Source[]): void {
    this.#inOrder.reset();
    for (const { bytes, used } of this.#blocks) {
      for (let at = 0; at < used; at += packedRowBytes(bytes, at)) {
        const number = numbers[packedSource(bytes, at)];
        if (number === undefined) throw new RangeError('a row is of a source without a number');
        setPackedSource(bytes, at, number);
      }
    }
    this.#tables = { layouts: this.#layouts, sources };
  }

  /** Takes these marks off all rows in memory that have this one, or off all (`PackedEvent.putMark`), and puts another on them. */
  clearMarks(marks: number, { of = 0, put = 0 }: { readonly of?: number; readonly put?: number } = {}): void {
    for (const { bytes, used } of this.#blocks) {
      for (let at = 0; at < used; at += packedRowBytes(bytes, at)) {
        if (of !== 0 && !hasPackedMark(bytes, at, of)) continue;
        clearPackedMarks(bytes, at, marks);
        if (put !== 0) putPackedMark(bytes, at, put);
      }
    }
  }

  /** Copies of the rows in memory, as they lie, and what their layout numbers mean: for a store of the same sources (`adopt`). */
  image(): StoreImage {
    const rows = this.#blocks
      .filter(({ used }) => used > 0)
      .map(({ bytes, used }) => {
        const copy = Buffer.allocUnsafeSlow(used);
        bytes.copy(copy, 0, 0, used);
        return copy;
      });
    return { rows, layouts: [...this.#layouts] };
  }

  /** Takes the rows of an image, whose buffers are the store's from now on, where it holds nothing yet; each is given to `prepare` first. */
  adopt({ rows, layouts }: StoreImage, prepare: (buffer: Buffer, at: number) => void): void {
    for (const layout of layouts) this.#numberOf(layout);
    for (const { buffer, byteOffset, byteLength } of rows) {
      const bytes = Buffer.from(buffer, byteOffset, byteLength);
      let count = 0;
      for (let at = 0; at < bytes.length; at += packedRowBytes(bytes, at), count++) prepare(bytes, at);
      this.#blocks.push({ bytes, used: bytes.length });
      this.#filled = this.#blocks.length - 1;
      this.#bytes += bytes.length;
      this.#count += count;
    }
  }

  /** Removes what was written to disk. May be called at any time and more than once. */
  close(): void {
    for (const run of this.#runs) run.spool.close();
    this.#runs = [];
    this.#inOrder.reset();
    this.#arrivals.reset();
    this.#blocks.length = 0;
    this.#filled = 0;
  }

  #numberOf(layout: PackedLayout): number {
    const key = JSON.stringify(layout);
    const known = this.#layoutNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.#layouts.length;
    this.#layouts.push(layout);
    this.#layoutNumbers.set(key, number);
    return number;
  }

  /** The rows in memory in order: those that are there when it is asked for. */
  #inMemory(span: RowSpan): Generator<PackedEvent, void, undefined> {
    return this.#eventsAt(this.#inOrder.of(this.#blocks, span));
  }

  *#eventsAt(places: Iterable<RowPlace>): Generator<PackedEvent, void, undefined> {
    for (const place of places) yield this.#eventAt(place);
  }

  #eventAt({ bytes, at }: RowPlace): PackedEvent {
    return new PackedEvent(bytes, at, this.#tables, NO_PLACES, this.#areLasting);
  }

  #spill(): void {
    const spool = this.#options.openSpool();
    let bytes = 0;
    const block = Buffer.allocUnsafe(1 << 20);
    let used = 0;
    const flush = (): void => {
      spool.append(block.subarray(0, used));
      used = 0;
    };
    this.#runs.push({ spool, bytes: 0, without: NO_SOURCES });
    for (const event of this.#inMemory(ALL_TIMES)) {
      const row = event.rowBytes();
      if (used + row.length > block.length) flush();
      if (row.length > block.length) spool.append(row);
      else {
        row.copy(block, used);
        used += row.length;
      }
      bytes += row.length;
    }
    flush();
    this.#runs[this.#runs.length - 1] = { spool, bytes, without: NO_SOURCES };
    this.#inOrder.reset();
    this.#arrivals.reset();
    for (const block of this.#blocks) block.used = 0;
    this.#filled = 0;
    this.#bytes = 0;
  }

  #merged(span: RowSpan): Generator<PackedEvent, void, undefined> {
    const inMemory = this.#inMemory(span);
    return this.#runs.length === 0 ? inMemory : this.#mergedWith(inMemory, span);
  }

  *#mergedWith(
    inMemory: Generator<PackedEvent, void, undefined>,
    span: RowSpan,
  ): Generator<PackedEvent, void, undefined> {
    const streams = [...this.#runs.map((run) => within(readRun(run, this.#tables), span)), inMemory];
    const heap = new EventHeap();
    for (const stream of streams) heap.push(stream);
    for (;;) {
      const event = heap.next();
      if (event === undefined) return;
      yield event;
    }
  }
}
