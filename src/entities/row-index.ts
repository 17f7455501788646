/** Rows by a key that few of them share: one alone costs no set. */
export class RowIndex<Row extends object, Key extends string | number = string> {
  readonly #rows = new Map<Key, Row | Set<Row>>();

  add(key: Key, row: Row): void {
    const known = this.#rows.get(key);
    if (known === undefined) this.#rows.set(key, row);
    else if (known instanceof Set) known.add(row);
    else this.#rows.set(key, new Set([known, row]));
  }

  remove(key: Key, row: Row): void {
    const known = this.#rows.get(key);
    if (known === row) this.#rows.delete(key);
    else if (known instanceof Set && known.delete(row) && known.size === 0) this.#rows.delete(key);
  }

  /** The rows of a key, in order of arrival. */
  rowsOf(key: Key): Iterable<Row> {
    const known = this.#rows.get(key);
    if (known === undefined) return [];
    return known instanceof Set ? known : [known];
  }
}
