/**
 * A table with a maximum, a quota for each group, and counted evictions (L15): a flood in one group pushes out its own
 * oldest rows, and when the whole table is full the largest groups give way first.
 */
export class FairTable<Value> {
  readonly #max: number;
  readonly #quota: number;
  readonly #onEvict: (value: Value) => void;
  readonly #groups = new Map<string, Map<string, Value>>();
  #size = 0;
  #evicted = 0;

  constructor(max: number, quota: number, onEvict: (value: Value) => void = () => undefined) {
    this.#max = max;
    this.#quota = quota;
    this.#onEvict = onEvict;
  }

  get size(): number {
    return this.#size;
  }

  /** Rows pushed out by the maximum or a quota; expiry is not counted. */
  get evicted(): number {
    return this.#evicted;
  }

  get(group: string, key: string): Value | undefined {
    return this.#groups.get(group)?.get(key);
  }

  /** The rows of a group, oldest first. */
  valuesOf(group: string): Iterable<Value> {
    return this.#groups.get(group)?.values() ?? [];
  }

  /** Puts a row in as the newest of its group. */
  set(group: string, key: string, value: Value): void {
    let rows = this.#groups.get(group);
    if (rows === undefined) {
      rows = new Map();
      this.#groups.set(group, rows);
    }
    if (rows.delete(key)) this.#size--;
    if (rows.size >= this.#quota) this.#evictOldest(rows, rows.size - this.#quota + 1);
    if (this.#size >= this.#max) this.#makeRoom(rows);
    rows.set(key, value);
    this.#size++;
  }

  delete(group: string, key: string): Value | undefined {
    const rows = this.#groups.get(group);
    const value = rows?.get(key);
    if (rows === undefined || value === undefined) return undefined;
    rows.delete(key);
    this.#size--;
    if (rows.size === 0) this.#groups.delete(group);
    return value;
  }

  deleteGroup(group: string): void {
    const rows = this.#groups.get(group);
    if (rows === undefined) return;
    this.#size -= rows.size;
    this.#groups.delete(group);
  }

  /** Drops the rows that have outlived their use. Costs a walk over the table: call it now and then. */
  expire(isOver: (value: Value) => boolean): void {
    for (const [group, rows] of this.#groups) {
      for (const [key, value] of rows) {
        if (!isOver(value)) continue;
        rows.delete(key);
        this.#size--;
      }
      if (rows.size === 0) this.#groups.delete(group);
    }
  }

  #evictOldest(rows: Map<string, Value>, count: number): void {
    for (const [key, value] of rows) {
      if (count-- <= 0) return;
      rows.delete(key);
      this.#size--;
      this.#evicted++;
      this.#onEvict(value);
    }
  }

  /** Frees a sixteenth of the table at once, oldest groups of the largest size first: the walk is paid for by many rows. */
  #makeRoom(kept: Map<string, Value>): void {
    let wanted = Math.max(1, this.#max >> 4);
    const bySize = new Map<number, [string, Map<string, Value>][]>();
    for (const entry of this.#groups) {
      const alike = bySize.get(entry[1].size);
      if (alike === undefined) bySize.set(entry[1].size, [entry]);
      else alike.push(entry);
    }
    const floor = Math.floor(this.#size / Math.max(1, this.#groups.size));
    for (const size of [...bySize.keys()].sort((a, b) => b - a)) {
      for (const [group, rows] of bySize.get(size) ?? []) {
        if (wanted <= 0) return;
        const count = Math.min(wanted, Math.max(1, size - floor));
        this.#evictOldest(rows, count);
        wanted -= count;
        if (rows.size === 0 && rows !== kept) this.#groups.delete(group);
      }
    }
  }
}
