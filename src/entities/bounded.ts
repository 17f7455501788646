/** What bounds a table. */
export interface TableBounds<Value> {
  /** Rows. */
  readonly max: number;
  /** Rows of one group. */
  readonly quota: number;
  /** What a row weighs, bytes, about; 0 where it is not given. It must not change while the row is in the table. */
  readonly bytesOf?: (value: Value) => number;
  /** Sum of what all rows weigh. */
  readonly maxBytes?: number;
  /** Told of every row that is pushed out. */
  readonly onEvict?: (value: Value) => void;
}

/** Tables below this are walked whenever asked: it costs nothing. */
const SMALL = 1024;

interface Group<Value> {
  readonly rows: Map<string, Value>;
  bytes: number;
}

/**
 * A table with a maximum, a quota for each group, and counted evictions (L15): a flood in one group pushes out its own
 * oldest rows, and when the whole table is full the largest groups give way first.
 */
export class FairTable<Value> {
  readonly #bounds: TableBounds<Value>;
  readonly #maxBytes: number;
  readonly #groups = new Map<string, Group<Value>>();
  #size = 0;
  #bytes = 0;
  #evicted = 0;
  /** Rows put in since the last walk for what is over. */
  #cameSinceWalk = 0;

  constructor(bounds: TableBounds<Value>) {
    this.#bounds = bounds;
    this.#maxBytes = bounds.maxBytes ?? Number.POSITIVE_INFINITY;
  }

  get size(): number {
    return this.#size;
  }

  /** Bytes that the rows weigh, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Rows pushed out by a bound; expiry is not counted. */
  get evicted(): number {
    return this.#evicted;
  }

  get(group: string, key: string): Value | undefined {
    return this.#groups.get(group)?.rows.get(key);
  }

  /** The rows of a group, oldest first. */
  valuesOf(group: string): Iterable<Value> {
    return this.#groups.get(group)?.rows.values() ?? [];
  }

  /** All rows, group by group. */
  *values(): Generator<Value> {
    for (const { rows } of this.#groups.values()) yield* rows.values();
  }

  /** Names of the groups that hold rows. */
  groups(): Iterable<string> {
    return this.#groups.keys();
  }

  /** Puts a row in as the newest of its group. */
  set(group: string, key: string, value: Value): void {
    let holder = this.#groups.get(group);
    if (holder === undefined) {
      holder = { rows: new Map(), bytes: 0 };
      this.#groups.set(group, holder);
    }
    const known = holder.rows.get(key);
    if (known !== undefined) this.#remove(holder, key, known);
    const bytes = this.#weight(value);
    const { quota, max } = this.#bounds;
    // Several at once: each walk over the oldest rows passes the holes that earlier ones left ([M] quota 8192: 5.9 us a row
    // one by one, 0.5 us so).
    if (holder.rows.size >= quota) this.#evictOldest(holder, holder.rows.size - quota + 1 + ((quota >> 10) << 4), 0);
    if (this.#size >= max) this.#makeRoom(holder, max >> 4, 0);
    if (this.#bytes + bytes > this.#maxBytes) {
      this.#makeRoom(holder, 0, this.#bytes + bytes - this.#maxBytes + this.#maxBytes / 16);
    }
    holder.rows.set(key, value);
    this.#cameSinceWalk++;
    holder.bytes += bytes;
    this.#bytes += bytes;
    this.#size++;
  }

  delete(group: string, key: string): Value | undefined {
    const holder = this.#groups.get(group);
    const value = holder?.rows.get(key);
    if (holder === undefined || value === undefined) return undefined;
    this.#remove(holder, key, value);
    if (holder.rows.size === 0) this.#groups.delete(group);
    return value;
  }

  deleteGroup(group: string): void {
    const holder = this.#groups.get(group);
    if (holder === undefined) return;
    this.#size -= holder.rows.size;
    this.#bytes -= holder.bytes;
    this.#groups.delete(group);
  }

  /**
   * Drops the rows that have outlived their use. It walks over the table, and so only after many new rows: however often it is
   * called, a row costs a few steps of such walks. Look-ups must ask for times themselves.
   */
  expire(isOver: (value: Value) => boolean): void {
    if (this.#size > SMALL && this.#cameSinceWalk * this.#stepsOfRow() < this.#size) return;
    this.#cameSinceWalk = 0;
    for (const [group, holder] of this.#groups) {
      for (const [key, value] of holder.rows) if (isOver(value)) this.#remove(holder, key, value);
      if (holder.rows.size === 0) this.#groups.delete(group);
    }
  }

  /** The same for rows that outlive their use in the order in which they came: a walk ends at the first of each group that has not. */
  expireOldest(isOver: (value: Value) => boolean): void {
    if (this.#groups.size > SMALL && this.#cameSinceWalk * this.#stepsOfRow() < this.#groups.size) return;
    this.#cameSinceWalk = 0;
    for (const [group, holder] of this.#groups) {
      for (const [key, value] of holder.rows) {
        if (!isOver(value)) break;
        this.#remove(holder, key, value);
      }
      if (holder.rows.size === 0) this.#groups.delete(group);
    }
  }

  /** Steps of walks that a new row may cost: more where the bound is near, because what is over must not push others out. */
  #stepsOfRow(): number {
    const { max } = this.#bounds;
    return this.#size * 8 > max * 7 || this.#bytes * 8 > this.#maxBytes * 7 ? 16 : 8;
  }

  #weight(value: Value): number {
    return this.#bounds.bytesOf?.(value) ?? 0;
  }

  #remove(holder: Group<Value>, key: string, value: Value): void {
    const bytes = this.#weight(value);
    holder.rows.delete(key);
    holder.bytes -= bytes;
    this.#bytes -= bytes;
    this.#size--;
  }

  /** Evicts the oldest rows until so many rows and so many bytes are gone. */
  #evictOldest(holder: Group<Value>, rows: number, bytes: number): void {
    const before = holder.bytes;
    for (const [key, value] of holder.rows) {
      if (rows-- <= 0 && before - holder.bytes >= bytes) return;
      this.#remove(holder, key, value);
      this.#evicted++;
      this.#bounds.onEvict?.(value);
    }
  }

  /**
   * Frees a sixteenth of the table at once, oldest groups of the largest size first, so that the walk over the groups is
   * paid for by many rows.
   */
  #makeRoom(kept: Group<Value>, rows: number, bytes: number): void {
    const isByBytes = bytes > 0;
    let wanted = isByBytes ? bytes : Math.max(1, rows);
    const sizeOf = (holder: Group<Value>): number => (isByBytes ? holder.bytes : holder.rows.size);
    const bySize = new Map<number, [string, Group<Value>][]>();
    for (const entry of this.#groups) {
      const alike = bySize.get(sizeOf(entry[1]));
      if (alike === undefined) bySize.set(sizeOf(entry[1]), [entry]);
      else alike.push(entry);
    }
    const fair = (isByBytes ? this.#bytes : this.#size) / Math.max(1, this.#groups.size);
    for (const size of [...bySize.keys()].sort((a, b) => b - a)) {
      for (const [group, holder] of bySize.get(size) ?? []) {
        if (wanted <= 0) return;
        const count = Math.min(wanted, Math.max(1, size - Math.floor(fair)));
        this.#evictOldest(holder, isByBytes ? 0 : count, isByBytes ? count : 0);
        wanted -= size - sizeOf(holder);
        if (holder.rows.size === 0 && holder !== kept) this.#groups.delete(group);
      }
    }
  }
}
