import type { FieldValue } from '../sigma/index.ts';

/** What a matcher asks an event, or any other thing that a rule speaks of. Names compare exactly (SIGMA 2.1). */
export interface FieldReader {
  /**
   * All values of a field, any of which may match; undefined where the field is absent. An empty value is `''`, a `-` stays.
   * The list is the reader's own and holds until it is moved to the next event.
   */
  values(field: string): readonly FieldValue[] | undefined;
  /** The same, texts folded. */
  foldedValues(field: string): readonly FieldValue[] | undefined;
  /** Every value that keywords look into, with its field; of an event also those of its frame. */
  entries(): Iterable<readonly [field: string, value: FieldValue]>;
  /** What keywords are looked for in: the text of every value, without the names (SIGMA 2.4). */
  keywordValues(): readonly string[];
  foldedKeywordValues(): readonly string[];
}

/** A list that is filled anew for each event without being made anew. */
export class ValueList {
  readonly items: FieldValue[] = [];
  #count = 0;

  begin(): void {
    this.#count = 0;
  }

  add(value: FieldValue): void {
    if (this.#count < this.items.length) this.items[this.#count] = value;
    else this.items.push(value);
    this.#count++;
  }

  /** Adds a value that is not there yet. */
  addNew(value: FieldValue): void {
    for (let at = 0; at < this.#count; at++) if (this.items[at] === value) return;
    this.add(value);
  }

  /** True when something was added since `begin`. */
  end(): boolean {
    if (this.items.length !== this.#count) this.items.length = this.#count;
    return this.#count > 0;
  }
}
