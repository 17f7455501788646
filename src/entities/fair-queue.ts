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

/**
 * `FairTable` without keys (L15): the same quotas, maxima and counted evictions, for rows that are found by other means and
 * come by the hundred thousand. To come and to leave costs no text and no search.
 */
export class FairQueue<Row extends Queued> {
  readonly #bounds: Omit<TableBounds<Row>, 'bytesOf'>;
  readonly #maxBytes: number;
  readonly #groups = new Map<number | string, QueueGroup>();
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

  /** Rows pushed out by a bound; expiry is not counted. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Puts a row in as the newest of its group. */
  push(key: number | string, row: Row): void {
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { queue: this, key, rows: [], head: 0, live: 0, bytes: 0 };
      this.#groups.set(key, group);
    }
    const { quota, max } = this.#bounds;
    if (group.live >= quota) this.#evict(group, 1, 0);
    if (this.#size >= max) this.#makeRoom(max >> 3, 0);
    const excess = this.#bytes + row.weight - this.#maxBytes;
    if (excess > 0) this.#makeRoom(0, excess + this.#maxBytes / 8);
    if (group.live === 0) this.#groups.set(key, group);
    group.rows.push(row);
    group.live++;
    group.bytes += row.weight;
    row.group = group;
    this.#size++;
    this.#bytes += row.weight;
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
    return true;
  }

  /** Drops what has outlived its use from the front of each group: rows are expected in order of time. */
  expire(isOver: (row: Row) => boolean): void {
    for (const group of this.#groups.values()) {
      for (let row = this.#oldest(group); row !== undefined && isOver(row); row = this.#oldest(group)) this.remove(row);
    }
  }

  #oldest(group: QueueGroup): Row | undefined {
    const { rows } = group;
    while (group.head < rows.length && rows[group.head]?.group !== group) group.head++;
    if (group.head > LEAST_SWEPT && group.head * 2 > rows.length) {
      group.rows = rows.slice(group.head);
      group.head = 0;
    }
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
