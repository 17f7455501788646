import { compareSameTime, type Event, heldBytesOf } from '../windows/index.ts';
import { FairQueue, type QueueGroup } from './fair-queue.ts';
import { type Bucket, type Indexed, leave, TimedIndex } from './timed-index.ts';

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

/** A row as the tables hold it. */
class Held<Row extends DatedRow> implements Indexed {
  readonly row: Row;
  readonly timeMs: number;
  readonly weight: number;
  group: QueueGroup | undefined = undefined;
  buckets: readonly (Bucket<Indexed> | undefined)[] = [];

  constructor(row: Row) {
    this.row = row;
    this.timeMs = row.timeMs;
    this.weight = heldBytesOf(row.event) + ROW_BYTES;
  }
}

/** The key of a row in each index; undefined where it has none there. */
export type KeysOf<Row, Index extends string> = Readonly<Record<Index, (row: Row) => string | undefined>>;

/** Rows of records that are found by keys and forgotten after their time (L15). */
export class DatedRows<Row extends DatedRow, Index extends string> {
  readonly #rows: FairQueue<Held<Row>>;
  readonly #indexes: ReadonlyMap<string, TimedIndex<Held<Row>>>;
  readonly #keysOf: readonly ((row: Row) => string | undefined)[];
  readonly #lists: readonly TimedIndex<Held<Row>>[];
  readonly #keptMs: number;

  constructor({ keptMs, ...bounds }: DatedBounds, keysOf: KeysOf<Row, Index>) {
    this.#keptMs = keptMs;
    this.#keysOf = Object.values(keysOf);
    this.#lists = this.#keysOf.map(() => new TimedIndex<Held<Row>>());
    this.#indexes = new Map(Object.keys(keysOf).map((name, at) => [name, this.#lists[at] ?? new TimedIndex()]));
    this.#rows = new FairQueue<Held<Row>>({ ...bounds, onEvict: leave });
  }

  get evicted(): number {
    return this.#rows.evicted;
  }

  get size(): number {
    return this.#rows.size;
  }

  /** Adds a row to the group whose quota it takes up: what floods, floods itself. */
  add(group: string, row: Row): void {
    const held = new Held(row);
    held.buckets = this.#lists.map((index, at) => {
      const key = this.#keysOf[at]?.(row);
      return key === undefined ? undefined : index.add(key, held);
    });
    this.#rows.push(group, held);
  }

  /** The rows of a key in this index whose time lies in [from, to], in order of time and place. */
  of(
    index: Index,
    key: string,
    fromMs: number = Number.NEGATIVE_INFINITY,
    toMs: number = Number.POSITIVE_INFINITY,
  ): readonly Row[] {
    const found: Row[] = [];
    for (const { row } of this.#indexes.get(index)?.rowsAround(key, fromMs, toMs) ?? []) {
      if (row.timeMs >= fromMs && row.timeMs <= toMs) found.push(row);
    }
    return found.length > 1 ? found.sort(compareRows) : found;
  }

  expire(nowMs: number): void {
    this.#rows.expire(({ timeMs }) => timeMs + this.#keptMs < nowMs, leave);
  }
}

/** In order of time, then of the record. */
export function compareRows(a: DatedRow, b: DatedRow): number {
  return (
    a.timeMs - b.timeMs || a.timeTicks - b.timeTicks || compareText(a.host, b.host) || compareSameTime(a.event, b.event)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
