import type { TableBounds } from './bounded.ts';

/** What a row must carry for a queue: nobody else writes to these. */
export interface Queued {
  /** Bytes that it weighs, about; fixed. */
  readonly weight: number;
  /** Its group while it is in a queue. */
  group: QueueGroup | undefined;
}

/** The rows of one group, oldest first from `head` on; some of them may have left. */
export interface QueueGroup {
  readonly queue: unknown;
  readonly key: number | string;
  rows: Queued[];
  head: number;
  live: number;
  bytes: number;
}

/** Swept out at the least: what has left the front of a list. */
const LEAST_SWEPT = 32;
/** Rows in the order of arrival that have left: more than this, and than a quarter of those that have not, are swept out. */
const LEAST_GONE = 1024;

/**
 * `FairTable` without keys (L15): the same quotas, maxima and counted evictions, for rows that are found by other means and
 * come by the hundred thousand. To come and to leave costs no text and no search, and what is over is taken from the front
 * of one list ([M] walks over whole tables were 13 % of all time).
 */
export class FairQueue<Row extends Queued> {
  readonly #bounds: Omit<TableBounds<Row>, 'bytesOf'>;
  readonly #maxBytes: number;
  readonly #groups = new Map<number | string, QueueGroup>();
  /** All rows in the order of arrival, from `#head` on; some of them may have left. */
  #order: Row[] = [];
  #head = 0;
  #size = 0;
  #bytes = 0;
  #evicted = 0;

  constructor(bounds: Omit<TableBounds<Row>, 'bytesOf'>) {
    this.#bounds = bounds;
    this.#maxBytes = bounds.maxBytes ?? Number.POSITIVE_INFINITY;
  }

  get size(): number {
    return this.#size;
  }

  /** Rows in the order of arrival, also those that have left and are not swept out yet. */
  get listed(): number {
    return this.#order.length;
  }

  /** Rows pushed out by a bound; expiry is not counted. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Puts a row in as the newest of its group. */
  push(key: number | string, row: Row): void {
    const known = this.#groups.get(key);
    const { quota, max } = this.#bounds;
    if (known !== undefined && known.live >= quota) this.#evict(known, 1, 0);
    if (this.#size >= max) this.#makeRoom(max >> 3, 0);
    const excess = this.#bytes + row.weight - this.#maxBytes;
    if (excess > 0) this.#makeRoom(0, excess + this.#maxBytes / 8);
    row.group = this.#join(key, known, row);
    this.#size++;
    this.#bytes += row.weight;
    this.#order.push(row);
    this.#sweepOrder();
  }

  /** Takes a row out; false where it is not in this queue. */
  remove(row: Row): boolean {
    const { group } = row;
    if (group === undefined || group.queue !== this) return false;
    row.group = undefined;
    group.live--;
    group.bytes -= row.weight;
    this.#size--;
    this.#bytes -= row.weight;
    if (group.live === 0) this.#groups.delete(group.key);
    else sweepGroup(group);
    return true;
  }

  /** True while the row is in this queue. */
  has(row: Row): boolean {
    return row.group !== undefined && row.group.queue === this;
  }

  /** The rows of a group, oldest first. */
  *valuesOf(key: number | string): Generator<Row> {
    const group = this.#groups.get(key);
    if (group === undefined) return;
    for (const row of group.rows.slice(group.head)) if (row.group === group) yield row as Row;
  }

  /** All rows, oldest first. */
  *values(): Generator<Row> {
    for (const row of this.#order.slice(this.#head)) if (this.has(row)) yield row;
  }

  /** True where the group has rows. */
  hasGroup(key: number | string): boolean {
    return this.#groups.has(key);
  }

  /**
   * Drops what has outlived its use from the front, up to the first row that is not old: rows are expected in order of time.
   * An old one that is still used is looked at again next time. `onOver` is told of each that goes.
   */
  expire(isOld: (row: Row) => boolean, onOver: (row: Row) => void, isUsed: (row: Row) => boolean = () => false): void {
    for (let left = this.#order.length - this.#head; left > 0; left--) {
      const row = this.#order[this.#head];
      if (row === undefined) break;
      if (this.has(row)) {
        if (!isOld(row)) break;
        if (isUsed(row)) this.#order.push(row);
        else {
          this.remove(row);
          onOver(row);
        }
      }
      this.#head++;
    }
    this.#sweepOrder();
  }

  /** What has left is held by nothing else: its record would be kept with it. */
  #sweepOrder(): void {
    if (this.#order.length <= this.#size + (this.#size >> 2) + LEAST_GONE) return;
    this.#order = this.#order.slice(this.#head).filter((row) => this.has(row));
    this.#head = 0;
  }

  #join(key: number | string, known: QueueGroup | undefined, row: Row): QueueGroup {
    if (known === undefined) {
      const group = { queue: this, key, rows: [row], head: 0, live: 1, bytes: row.weight };
      this.#groups.set(key, group);
      return group;
    }
    if (known.live === 0) this.#groups.set(key, known);
    known.rows.push(row);
    known.live++;
    known.bytes += row.weight;
    return known;
  }

  #oldest(group: QueueGroup): Row | undefined {
    const { rows } = group;
    while (group.head < rows.length && rows[group.head]?.group !== group) group.head++;
    return group.rows[group.head] as Row | undefined;
  }

  /** Evicts the oldest rows until so many rows and so many bytes are gone. */
  #evict(group: QueueGroup, rows: number, bytes: number): void {
    const before = group.bytes;
    for (let left = rows; left > 0 || before - group.bytes < bytes; left--) {
      const row = this.#oldest(group);
      if (row === undefined) return;
      this.remove(row);
      this.#evicted++;
      this.#bounds.onEvict?.(row);
    }
  }

  /** As `FairTable`: the largest groups give way first, and of equal ones those that came first. */
  #makeRoom(rows: number, bytes: number): void {
    const isByBytes = bytes > 0;
    const sizeOf = (group: QueueGroup): number => (isByBytes ? group.bytes : group.live);
    let wanted = isByBytes ? bytes : Math.max(1, rows);
    const fair = (isByBytes ? this.#bytes : this.#size) / Math.max(1, this.#groups.size);
    // The sort keeps the order of equal ones.
    for (const group of [...this.#groups.values()].sort((a, b) => sizeOf(b) - sizeOf(a))) {
      if (wanted <= 0) return;
      const size = sizeOf(group);
      const count = Math.min(wanted, Math.max(1, size - Math.floor(fair)));
      this.#evict(group, isByBytes ? 0 : count, isByBytes ? count : 0);
      wanted -= size - sizeOf(group);
    }
  }
}

/** Sweeps out what has left a group, wherever it stood, when it is the greater part. */
function sweepGroup(group: QueueGroup): void {
  if (group.rows.length <= 2 * group.live + LEAST_SWEPT) return;
  group.rows = group.rows.filter((row) => row.group === group);
  group.head = 0;
}
