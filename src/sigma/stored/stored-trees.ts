import type { Atom, Ir } from '../compile/ir.ts';
import type { Test } from '../values/test.ts';
import { each, list, Misshapen, oneOf, text, texts, whole } from './shape.ts';
import { readTest, type StoredTest, storeTest } from './stored-test.ts';

/** A tree: the number of an atom, true or false, or a list of a word and what it joins. */
export type StoredTree = number | boolean | readonly unknown[];

/** What the atoms of all rules share, each once, referred to by position. */
export interface StoredTables {
  readonly tests: readonly StoredTest[];
  /** Field (null for keywords), names on the route (0 for the field's own), search, key. */
  readonly items: readonly (readonly [string | null, readonly string[] | 0, string, string])[];
  /** Item, test, value as written, line, column. */
  readonly atoms: readonly (readonly [number, number, string, number, number])[];
}

/** Rules nest conditions to 100 levels of three joins each, and lists of searches to 64. */
export const MAX_TREE_DEPTH = 512;

/** Positions of what was met, by content. */
class Table<T> {
  readonly rows: T[] = [];
  readonly #positions = new Map<string, number>();

  at(row: T, key: string = JSON.stringify(row)): number {
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    this.#positions.set(key, this.rows.length);
    return this.rows.push(row) - 1;
  }
}

/** Takes trees apart into tables. */
export class TreeWriter {
  readonly #tests = new Table<StoredTest>();
  readonly #items = new Table<StoredTables['items'][number]>();
  readonly #atoms = new Table<StoredTables['atoms'][number]>();
  /** Tests of a route are those of the rule, the same objects. */
  readonly #known = new WeakMap<Test, number>();

  get tables(): StoredTables {
    return { tests: this.#tests.rows, items: this.#items.rows, atoms: this.#atoms.rows };
  }

  store(ir: Ir): StoredTree {
    switch (ir.kind) {
      case 'constant':
        return ir.value;
      case 'atom':
        return this.#atom(ir);
      case 'not':
        return ['not', this.store(ir.of)];
      default:
        return [ir.kind, ...ir.of.map((part) => this.store(part))];
    }
  }

  #atom({ field, names, test, origin: { identifier, key, wanted, line, column } }: Atom): number {
    const isOwn = field === undefined ? names.length === 0 : names.length === 1 && names[0] === field;
    const item = this.#items.at([field ?? null, isOwn ? 0 : names, identifier, key]);
    return this.#atoms.at([item, this.#test(test), wanted, line, column]);
  }

  #test(test: Test): number {
    const known = this.#known.get(test) ?? this.#tests.at(storeTest(test));
    this.#known.set(test, known);
    return known;
  }
}

type Item = Pick<Atom, 'field' | 'names'> & { readonly identifier: string; readonly key: string };

/** Puts trees together from tables; an atom is made when a tree first has it. */
export class TreeReader {
  readonly #tests: readonly Test[];
  readonly #items: readonly Item[];
  readonly #stored: readonly unknown[];
  readonly #atoms: (Atom | undefined)[] = [];

  constructor(tests: unknown, items: unknown, atoms: unknown) {
    this.#tests = each(tests, 'tests', readTest);
    this.#items = each(items, 'items', readItem);
    this.#stored = list(atoms);
  }

  get tests(): readonly Test[] {
    return this.#tests;
  }

  read(value: unknown, depth = 0): Ir {
    if (typeof value === 'boolean') return { kind: 'constant', value };
    if (typeof value === 'number') return this.#atoms[value] ?? this.#atom(value);
    if (depth > MAX_TREE_DEPTH) throw new Misshapen(`a condition is nested deeper than ${MAX_TREE_DEPTH} levels`);
    const [word, ...of] = list(value);
    const kind = oneOf(word, ['and', 'or', 'not'] as const);
    const parts = of.map((part) => this.read(part, depth + 1));
    if (kind !== 'not' && parts.length === 0) throw new Misshapen(`"${kind}" has parts`);
    if (kind !== 'not') return { kind, of: parts };
    const [part] = parts;
    if (part === undefined || parts.length > 1) throw new Misshapen('"not" has one part');
    return { kind, of: part };
  }

  #atom(number: number): Atom {
    const stored = list(this.#stored[whole(number, this.#stored.length)]);
    const item = this.#items[whole(stored[0], this.#items.length)];
    const test = this.#tests[whole(stored[1], this.#tests.length)];
    if (item === undefined || test === undefined) throw new Misshapen('an atom refers to nothing');
    const { field, names, identifier, key } = item;
    const origin = { identifier, key, wanted: text(stored[2]), line: whole(stored[3]), column: whole(stored[4]) };
    const atom: Atom = { kind: 'atom', field, names, test, origin };
    this.#atoms[number] = atom;
    return atom;
  }
}

function readItem(value: unknown): Item {
  const [named, names, identifier, key] = list(value);
  const field = named === null ? undefined : text(named);
  const own = field === undefined ? [] : [field];
  return { field, names: names === 0 ? own : texts(names), identifier: text(identifier), key: text(key) };
}
