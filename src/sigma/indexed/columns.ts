import { type FieldReader, isSlotReader, type SlotReader } from '../match/field-reader.ts';
import { type Address, parseAddress } from '../values/cidr.ts';
import { fold } from '../values/fold.ts';
import { type FieldValue, renderValue } from '../values/number.ts';

const NO_VALUES: readonly FieldValue[] = [];

/** What of the event under the hand is asked of: one reader, and a turn that counts events. */
export class Sight {
  turn = 0;
  #fields: FieldReader | undefined;
  /** Set when the reader has slots. */
  slots: SlotReader | undefined;
  /** Counts readers: numbers of slots belong to one. */
  reader = 0;

  get fields(): FieldReader {
    if (this.#fields === undefined) throw new RangeError('no event was shown yet');
    return this.#fields;
  }

  moveTo(fields: FieldReader): void {
    this.turn++;
    if (fields === this.#fields) return;
    this.#fields = fields;
    this.slots = isSlotReader(fields) ? fields : undefined;
    this.reader++;
  }
}

/** The values of one field, or of all fields for keywords; read once an event, rendered and folded when first asked for. */
export class Column {
  /** What the route calls the field; undefined for keywords. */
  readonly names: readonly string[] | undefined;
  readonly #sight: Sight;
  readonly #texts: string[] = [];
  readonly #folded: string[] = [];
  #slot = -1;
  #reader = -1;
  #turn = 0;
  #foldedTurn = 0;
  #textsTurn = 0;
  #addresses: readonly Address[] = [];
  #addressesTurn = 0;
  #values: readonly FieldValue[] | undefined;

  constructor(sight: Sight, names: readonly string[] | undefined) {
    this.#sight = sight;
    this.names = names;
  }

  /** Undefined when the field is absent. */
  values(): readonly FieldValue[] | undefined {
    if (this.#turn !== this.#sight.turn) {
      this.#turn = this.#sight.turn;
      this.#values = this.#read();
    }
    return this.#values;
  }

  /** Every value as text, without nulls. The list is reused. */
  texts(): readonly string[] {
    // Keywords are texts already.
    if (this.names === undefined) return (this.values() ?? NO_VALUES) as readonly string[];
    if (this.#textsTurn !== this.#sight.turn) {
      this.#textsTurn = this.#sight.turn;
      const values = this.values() ?? NO_VALUES;
      let count = 0;
      for (let i = 0; i < values.length; i++) {
        const value = values[i] as FieldValue;
        const text = typeof value === 'string' ? value : renderValue(value);
        if (text !== undefined) this.#texts[count++] = text;
      }
      this.#texts.length = count;
    }
    return this.#texts;
  }

  /** The same, folded. */
  folded(): readonly string[] {
    if (this.#foldedTurn !== this.#sight.turn) {
      const texts = this.texts();
      this.#foldedTurn = this.#sight.turn;
      for (let i = 0; i < texts.length; i++) this.#folded[i] = fold(texts[i] as string);
      this.#folded.length = texts.length;
    }
    return this.#folded;
  }

  /** Those of the values that are addresses: a rule asks for them by many networks. */
  addresses(): readonly Address[] {
    if (this.#addressesTurn !== this.#sight.turn) {
      this.#addressesTurn = this.#sight.turn;
      this.#addresses = (this.values() ?? NO_VALUES).flatMap((value) =>
        typeof value === 'string' ? (parseAddress(value) ?? []) : [],
      );
    }
    return this.#addresses;
  }

  #read(): readonly FieldValue[] | undefined {
    const { slots, fields, reader } = this.#sight;
    const { names } = this;
    if (names === undefined) return fields.keywordValues();
    const only = names[0];
    if (names.length === 1 && only !== undefined) {
      if (slots === undefined) return fields.values(only);
      if (this.#reader !== reader) {
        this.#reader = reader;
        this.#slot = slots.slot(only);
      }
      return slots.valuesAt(this.#slot);
    }
    const found = names.map((name) => fields.values(name)).filter((values) => values !== undefined);
    return found.length === 0 ? undefined : found.flat();
  }
}

/** Columns by what the route calls their fields: rules that read the same field share one. */
export class Columns {
  readonly sight: Sight = new Sight();
  readonly #known = new Map<string, Column>();

  of(field: string | undefined, names: readonly string[]): Column {
    const key = field === undefined ? 'keywords' : JSON.stringify(names);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const column = new Column(this.sight, field === undefined ? undefined : names);
    this.#known.set(key, column);
    return column;
  }
}
