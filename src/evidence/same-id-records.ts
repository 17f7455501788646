import { type PackedEvent, trustOfRecord } from '../windows/index.ts';
import { ContentIndex, type IndexedRecord } from './content-index.ts';
import { contentOf } from './record-content.ts';

/** Records of one id within a minute that are held against each other; past it the id is no identity, and only copies are looked up. */
const MAX_COMPARED = 64;

/** Records that claim one host, channel, event id and record id, in order of arrival. */
export class SameIdRecords<Row extends IndexedRecord> {
  readonly rows: Set<Row> = new Set();
  #index: ContentIndex<Row> | undefined;
  /** By class of trust. */
  readonly #byRank = new Map<number, Set<Row>>();

  get isCrowded(): boolean {
    return this.rows.size > MAX_COMPARED;
  }

  add(row: Row): void {
    this.rows.add(row);
    if (this.#index !== undefined) this.#put(this.#index, row);
    else if (this.isCrowded) {
      this.#index = new ContentIndex();
      for (const known of this.rows) this.#put(this.#index, known);
    }
  }

  delete(row: Row): void {
    if (!this.rows.delete(row) || this.#index === undefined) return;
    this.#index.delete(row);
    this.#byRank.get(trustOfRecord(row.event))?.delete(row);
  }

  /** The first of those that agree with a record, once the id is crowded. */
  first(event: PackedEvent): Row | undefined {
    return this.#index?.first(contentOf(event));
  }

  /** Those of lower classes than this, or one of a higher one; once the id is crowded. */
  ofOtherRanks(rank: number): { readonly lower: readonly Row[]; readonly higher: Row | undefined } {
    const lower: Row[] = [];
    let higher: Row | undefined;
    for (const [other, rows] of this.#byRank) {
      if (other > rank) for (const row of rows) lower.push(row);
      else if (other < rank) higher ??= rows.values().next().value;
    }
    return { lower, higher };
  }

  #put(index: ContentIndex<Row>, row: Row): void {
    index.add(row);
    const rank = trustOfRecord(row.event);
    const rows = this.#byRank.get(rank);
    if (rows === undefined) this.#byRank.set(rank, new Set([row]));
    else rows.add(row);
  }
}
