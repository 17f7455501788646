import { type SpoolFile, timeNoteOf } from '../intake/index.ts';
import { type SettledClock, type SettledTime, settleTime, utcTimeOf } from '../shapes/index.ts';
import {
  PackedEvent,
  type PackedRows,
  type PackedTables,
  packedNote,
  packedRowBytes,
  setPackedTimes,
} from '../windows/index.ts';

/** Rows of one source in memory before they wait in a private file. */
const MEMORY_BYTES = 32 * 1024 * 1024;

export interface DeferredOptions {
  /** Makes a private file, when one is needed. */
  readonly openSpool: () => SpoolFile;
}

/**
 * Kept rows of one text source that wait for its end: only then its clock is known (SETTLED B8, B9). Past a bound they wait in
 * a private file that `close()` lets go of (L22).
 */
export class DeferredRows {
  readonly #options: DeferredOptions;
  #parts: PackedRows[] = [];
  #bytes = 0;
  #spool: SpoolFile | undefined;
  /** Bytes of each part in the file, with its count of rows. */
  readonly #spooled: { readonly bytes: number; readonly count: number }[] = [];

  constructor(options: DeferredOptions) {
    this.#options = options;
  }

  /** Takes rows whose layouts are numbered in the run's own table already. */
  add(rows: PackedRows): void {
    if (rows.count === 0) return;
    this.#parts.push(rows);
    this.#bytes += rows.bytes.length;
    if (this.#bytes > MEMORY_BYTES) this.#putAside();
  }

  /** Gives the rows back with settled times, part by part, and forgets them. */
  *settled(clock: SettledClock, tables: PackedTables): Generator<PackedRows, void, undefined> {
    let position = 0;
    for (const { bytes, count } of this.#spooled) {
      const block = new Uint8Array(bytes);
      position += this.#readBack(block, position);
      const rows = { bytes: block, count, layouts: [], firstLayout: 0 };
      settleRows(rows, clock, tables);
      yield rows;
    }
    for (const rows of this.#parts) {
      settleRows(rows, clock, tables);
      yield { ...rows, layouts: [], firstLayout: 0 };
    }
    this.close();
  }

  close(): void {
    this.#spool?.close();
    this.#spool = undefined;
    this.#parts = [];
    this.#spooled.length = 0;
    this.#bytes = 0;
  }

  #putAside(): void {
    this.#spool ??= this.#options.openSpool();
    for (const { bytes, count } of this.#parts) {
      this.#spool.append(bytes);
      this.#spooled.push({ bytes: bytes.length, count });
    }
    this.#parts = [];
    this.#bytes = 0;
  }

  #readBack(into: Uint8Array, position: number): number {
    if (this.#spool === undefined) throw new Error('the temporary file is gone');
    for (let filled = 0; filled < into.length; ) {
      const read = this.#spool.read(into.subarray(filled), position + filled);
      if (read === 0) throw new Error('the temporary file ended early');
      filled += read;
    }
    return into.length;
  }
}

/** Gives every row the times that the clock of its source tells. */
export function settleRows(rows: PackedRows, clock: SettledClock, tables: PackedTables): void {
  const buffer = Buffer.from(rows.bytes.buffer, rows.bytes.byteOffset, rows.bytes.byteLength);
  for (let at = 0; at < buffer.length; at += packedRowBytes(buffer, at)) {
    setPackedTimes(buffer, at, settledTimes(clock, new PackedEvent(buffer, at, tables)));
  }
}

/** The times of a row as its source states them, settled by a clock. */
export function settledTimes(clock: SettledClock, event: PackedEvent): SettledTime {
  return settleTime(clock, {
    computer: event.computer,
    offset: event.offsetBytes,
    stated: { ms: event.createdMs, ticks: event.createdTicks, ...timeNoteOf(packedNote(event.rowBytes(), 0)) },
    utcTime: utcTimeOf(event),
  });
}
