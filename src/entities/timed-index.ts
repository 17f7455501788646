import type { Queued } from './fair-queue.ts';

/** A row of a `FairQueue` that indexes find by keys. */
export interface Indexed extends Queued {
  /** In the order of which it arrives, or nearly so: Unix milliseconds. */
  readonly timeMs: number;
  /** Where it is found; empty once it has left. */
  buckets: readonly (Bucket<Indexed> | undefined)[];
}

type BucketKey = number | string;

/**
 * Rows with one key, in order of arrival. One alone costs no list ([M] of 100 k connections by four keys, lists were half of the
 * memory). Rows that left are counted, and swept out when they are the greater part.
 */
class Bucket<Row extends Indexed> {
  readonly #owner: Map<BucketKey, Bucket<Row>>;
  readonly #key: BucketKey;
  #rows: Row | Row[];
  #live = 1;

  constructor(owner: Map<BucketKey, Bucket<Row>>, key: BucketKey, row: Row) {
    this.#owner = owner;
    this.#key = key;
    this.#rows = row;
  }

  /** Also those that have left and are not swept out yet. */
  get rows(): Row | readonly Row[] {
    return this.#rows;
  }

  add(row: Row): void {
    if (Array.isArray(this.#rows)) this.#rows.push(row);
    else this.#rows = [this.#rows, row];
    this.#live++;
  }

  /** One of its rows has left: to leave a key costs no search for it, and mostly no hashing. */
  left(): void {
    this.#live--;
    if (this.#live === 0) this.#owner.delete(this.#key);
    else if (Array.isArray(this.#rows) && this.#live * 2 < this.#rows.length) this.#rows = this.#rows.filter(isHeld);
  }
}

export type { Bucket };

/** Records of Sysmon 3 stand by UtcTime among the others: at most this far from where their own time would put them. */
const OUT_OF_ORDER_MS = 300_000;
const NONE: readonly never[] = [];

/** Rows by one key: numbers where they are enough, which cost no text. */
export class TimedIndex<Row extends Indexed> {
  readonly #buckets = new Map<BucketKey, Bucket<Row>>();

  /** Puts a row in; gives the bucket by which it leaves. */
  add(key: BucketKey, row: Row): Bucket<Row> {
    const known = this.#buckets.get(key);
    if (known !== undefined) {
      known.add(row);
      return known;
    }
    const bucket = new Bucket(this.#buckets, key, row);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  /** The rows of a key that are still held, in order of arrival. */
  rowsOf(key: BucketKey): Row[] {
    return this.#listOf(key).filter(isHeld);
  }

  /** Those of them that may lie in the window by their time of arrival. */
  rowsAround(key: BucketKey, fromMs: number, toMs: number): readonly Row[] {
    const rows = this.#listOf(key);
    if (rows.length === 0) return rows;
    const found: Row[] = [];
    for (let at = firstAt(rows, fromMs - OUT_OF_ORDER_MS); at < rows.length; at++) {
      const row = rows[at];
      if (row === undefined || row.timeMs > toMs + OUT_OF_ORDER_MS) break;
      if (isHeld(row)) found.push(row);
    }
    return found;
  }

  #listOf(key: BucketKey): readonly Row[] {
    const rows = this.#buckets.get(key)?.rows;
    if (rows === undefined) return NONE;
    return Array.isArray(rows) ? rows : [rows as Row];
  }
}

function isHeld(row: Indexed): boolean {
  return row.buckets.length > 0;
}

/** The first row at or behind the time, by bisection. */
function firstAt(rows: readonly Indexed[], ms: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.timeMs ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A row leaves all of its buckets. */
export function leave(row: Indexed): void {
  const { buckets } = row;
  row.buckets = NONE;
  for (const bucket of buckets) bucket?.left();
}
