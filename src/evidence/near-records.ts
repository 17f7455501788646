import type { PackedEvent } from '../windows/index.ts';
import { ContentIndex, heldContent, type IndexedRecord } from './content-index.ts';
import { type Content, contentOf, isAgreed, sharesFields } from './record-content.ts';

/** Records of other sources that are compared one by one; of more those that agree are looked up. */
const MAX_COMPARED = 64;

/** Records of one host, channel and event id. */
class NearKind<Row extends IndexedRecord> {
  readonly #bySource = new Map<number, Set<Row>>();
  #size = 0;
  #index: ContentIndex<Row> | undefined;

  get size(): number {
    return this.#size;
  }

  add(row: Row): void {
    const source = row.event.sourceNumber;
    const rows = this.#bySource.get(source);
    if (rows === undefined) this.#bySource.set(source, new Set([row]));
    else rows.add(row);
    this.#size++;
    this.#index?.add(row);
  }

  delete(row: Row): void {
    const source = row.event.sourceNumber;
    const rows = this.#bySource.get(source);
    if (rows?.delete(row) !== true) return;
    if (rows.size === 0) this.#bySource.delete(source);
    this.#size--;
    this.#index?.delete(row);
  }

  /** How many are of other sources. */
  othersThan(source: number): number {
    return this.#size - (this.#bySource.get(source)?.size ?? 0);
  }

  *rowsOfOthers(source: number): Generator<Row, void, undefined> {
    for (const [number, rows] of this.#bySource) if (number !== source) yield* rows;
  }

  get index(): ContentIndex<Row> {
    if (this.#index !== undefined) return this.#index;
    this.#index = new ContentIndex();
    for (const rows of this.#bySource.values()) for (const row of rows) this.#index.add(row);
    return this.#index;
  }
}

/** What stands near a record and says the same. */
export interface NearCopies<Row> {
  /** Two stand for any number. */
  readonly copies: readonly Row[];
  /** False where so much stands near that not all that may say the same was found. */
  readonly isWhole: boolean;
}

/** Records within a second, by host, channel and event id: what is held is let go of by whoever holds it. */
export class NearRecords<Row extends IndexedRecord> {
  readonly #kinds = new Map<string, NearKind<Row>>();
  #compared = 0;

  /** Pairs of records that were held against each other. */
  get compared(): number {
    return this.#compared;
  }

  add(kind: string, row: Row): void {
    const known = this.#kinds.get(kind) ?? new NearKind<Row>();
    this.#kinds.set(kind, known);
    known.add(row);
  }

  delete(kind: string, row: Row): void {
    const known = this.#kinds.get(kind);
    known?.delete(row);
    if (known?.size === 0) this.#kinds.delete(kind);
  }

  /** Records of other sources that say what `event` says: nothing within one file is folded without a record id (SETTLED B11). */
  copiesOf(kind: string, event: PackedEvent): NearCopies<Row> {
    const known = this.#kinds.get(kind);
    const others = known?.othersThan(event.sourceNumber) ?? 0;
    if (known === undefined || others === 0) return { copies: [], isWhole: true };
    const content = contentOf(event);
    if (others <= MAX_COMPARED) return this.#confirmed(known.rowsOfOthers(event.sourceNumber), event, content, true);
    const { rows, isWhole } = known.index.othersThan(event.sourceNumber, content);
    return this.#confirmed(rows, event, content, isWhole);
  }

  #confirmed(rows: Iterable<Row>, event: PackedEvent, content: Content, isWhole: boolean): NearCopies<Row> {
    const copies: Row[] = [];
    let left = MAX_COMPARED;
    for (const row of rows) {
      if (left-- === 0) return { copies: [], isWhole: false };
      this.#compared++;
      if (isAgreed(heldContent(row), content) && sharesFields(row.event, event)) copies.push(row);
      if (copies.length === 2) break;
    }
    return { copies, isWhole };
  }
}
