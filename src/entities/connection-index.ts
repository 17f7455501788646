import type { Connection } from './connection.ts';
import type { Queued } from './fair-queue.ts';

/** A connection as the tables hold it. */
export interface HeldConnection extends Connection, Queued {
  toMs: number;
  readonly operations: string[] | undefined;
  /** Where it is found; empty once it has left the tables. */
  buckets: readonly Bucket[];
}

type BucketKey = number | string;

/** Rows with one key, in order of arrival. Rows that left are counted, and swept out when they are the greater part. */
class Bucket {
  readonly #owner: Map<BucketKey, Bucket>;
  readonly #key: BucketKey;
  #rows: HeldConnection[] = [];
  #live = 0;

  constructor(owner: Map<BucketKey, Bucket>, key: BucketKey) {
    this.#owner = owner;
    this.#key = key;
  }

  /** Also those that have left and are not swept out yet. */
  get rows(): readonly HeldConnection[] {
    return this.#rows;
  }

  add(row: HeldConnection): void {
    this.#rows.push(row);
    this.#live++;
  }

  /** One of its rows has left: to leave a key costs no search for it, and mostly no hashing. */
  left(): void {
    this.#live--;
    if (this.#live === 0) this.#owner.delete(this.#key);
    else if (this.#live * 2 < this.#rows.length) {
      this.#rows = this.#rows.filter(({ buckets }) => buckets.length > 0);
    }
  }
}

export type { Bucket };

/** Records of Sysmon 3 stand by UtcTime among the others: at most this far from where their own time would put them. */
const OUT_OF_ORDER_MS = 300_000;
const NONE: readonly HeldConnection[] = [];

/** Connections by one key. */
export class ConnectionIndex {
  readonly #buckets = new Map<BucketKey, Bucket>();

  /** Puts a row in; gives the bucket by which it leaves. */
  add(key: BucketKey, row: HeldConnection): Bucket {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = new Bucket(this.#buckets, key);
      this.#buckets.set(key, bucket);
    }
    bucket.add(row);
    return bucket;
  }

  /** The rows of a key that are still held, in order of arrival. */
  rowsOf(key: BucketKey): HeldConnection[] {
    return (this.#buckets.get(key)?.rows ?? NONE).filter(({ buckets }) => buckets.length > 0);
  }

  /** Those of them that may have been opened in the window. Arrival is in order of event time, or nearly so. */
  rowsBetween(key: BucketKey, fromMs: number, toMs: number): HeldConnection[] {
    const found: HeldConnection[] = [];
    const rows = this.#buckets.get(key)?.rows;
    if (rows === undefined) return found;
    for (let at = firstAt(rows, fromMs - OUT_OF_ORDER_MS); at < rows.length; at++) {
      const row = rows[at];
      if (row === undefined || row.event.timeMs > toMs + OUT_OF_ORDER_MS) break;
      if (row.buckets.length > 0 && row.fromMs <= toMs && row.toMs >= fromMs) found.push(row);
    }
    return found;
  }
}

/** The first row at or behind the time, by bisection. */
function firstAt(rows: readonly HeldConnection[], ms: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.event.timeMs ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A row leaves all of its buckets. */
export function leave(row: HeldConnection): void {
  const { buckets } = row;
  row.buckets = [];
  for (const bucket of buckets) bucket.left();
}
