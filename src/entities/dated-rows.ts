import type { Event } from '../windows/index.ts';
import { FairTable } from './bounded.ts';
import { RowIndex } from './row-index.ts';

/** A row of one record, with its time and the record, detached. */
export interface DatedRow {
  /** Host key of the machine whose record it is. */
  readonly host: string;
  /** Unix milliseconds. */
  readonly timeMs: number;
  /** 0..9999 units of 100 ns. */
  readonly timeTicks: number;
  readonly event: Event;
}

export interface DatedBounds {
  readonly max: number;
  /** Rows of one group. */
  readonly quota: number;
  readonly maxBytes: number;
  /** How long a row is asked for after its time: the window of its joins, and as far as two clocks may be apart. */
  readonly keptMs: number;
}

/** What a row weighs beside its record. */
const ROW_BYTES = 384;

/** Rows of records that are found by keys and forgotten after their time (L15). */
export class DatedRows<Row extends DatedRow> {
  readonly #rows: FairTable<Row>;
  readonly #index = new RowIndex<Row>();
  readonly #keysOf: (row: Row) => readonly string[];
  readonly #keptMs: number;
  #count = 0;

  constructor({ keptMs, ...bounds }: DatedBounds, keysOf: (row: Row) => readonly string[]) {
    this.#keptMs = keptMs;
    this.#keysOf = keysOf;
    this.#rows = new FairTable<Row>({
      ...bounds,
      bytesOf: (row) => row.event.place.length + ROW_BYTES,
      onEvict: (row) => this.#unlink(row),
    });
  }

  get evicted(): number {
    return this.#rows.evicted;
  }

  get size(): number {
    return this.#rows.size;
  }

  /** Adds a row to the group whose quota it takes up: what floods, floods itself. */
  add(group: string, row: Row): void {
    this.#rows.set(group, String(this.#count++), row);
    for (const key of this.#keysOf(row)) this.#index.add(key, row);
  }

  /** The rows of a key whose time lies in [from, to], in order of time and place. */
  of(key: string, fromMs: number = Number.NEGATIVE_INFINITY, toMs: number = Number.POSITIVE_INFINITY): readonly Row[] {
    const found: Row[] = [];
    for (const row of this.#index.rowsOf(key)) if (row.timeMs >= fromMs && row.timeMs <= toMs) found.push(row);
    return found.length > 1 ? found.sort(compareRows) : found;
  }

  expire(nowMs: number): void {
    this.#rows.expire((row) => {
      if (row.timeMs + this.#keptMs >= nowMs) return false;
      this.#unlink(row);
      return true;
    });
  }

  #unlink(row: Row): void {
    for (const key of this.#keysOf(row)) this.#index.remove(key, row);
  }
}

/** In order of time, then of where the record lies. */
export function compareRows(a: DatedRow, b: DatedRow): number {
  return (
    a.timeMs - b.timeMs ||
    a.timeTicks - b.timeTicks ||
    compareText(a.host, b.host) ||
    compareText(a.event.place.source.file, b.event.place.source.file) ||
    compareText(
      (a.event.place.source.container ?? []).join('\u0000'),
      (b.event.place.source.container ?? []).join('\u0000'),
    ) ||
    a.event.place.offset - b.event.place.offset
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
