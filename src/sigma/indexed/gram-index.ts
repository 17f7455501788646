import { ASCII_CLASSES, END, START, wideClassOf } from './char-classes.ts';
import { type Frequencies, gramShare } from './frequencies.ts';
import { type Entry, type Finder, GramTable, MULTIPLIER, type Placed, stands, tell } from './gram-table.ts';
import { GRAM_MASK, gramsOf, type Literal } from './literal.ts';
import { LongLiterals } from './long-literals.ts';

interface Draft {
  readonly literal: Literal;
  readonly ids: Set<number>;
}

/**
 * Finds which of many literals a text holds in one pass. Each literal stands under its rarest four characters; a text is read
 * once, each of its four characters in a row asked for in a table of bits, and what is there compared. No state leads from one
 * character to the next but the last four, so that the processor need not wait for memory as with an automaton (ADR 0015).
 */
export class GramIndex {
  readonly #table: GramTable;
  /** Literals too short for a gram are looked for one by one, when the last two characters of one of their group are there. */
  readonly #short: readonly Entry[];
  readonly #pairs: Uint8Array;
  /** All of them, where none is short. */
  readonly #long: LongLiterals | undefined;

  private constructor(grams: ReadonlyMap<number, readonly Placed[]>, short: readonly Entry[], long?: LongLiterals) {
    this.#table = new GramTable(grams);
    this.#short = short;
    this.#pairs = pairsOf(short);
    this.#long = long;
  }

  /** Literals that share their text share an entry; each is put where the fewest ordinary values lead. */
  static of(wanted: Iterable<readonly [Literal, number]>, frequencies: Frequencies): GramIndex {
    const drafts = new Map<string, Draft>();
    for (const [literal, id] of wanted) {
      const key = `${literal.isAtStart ? 1 : 0}${literal.isAtEnd ? 1 : 0}${String.fromCharCode(...literal.classes)}`;
      const known = drafts.get(key);
      if (known === undefined) drafts.set(key, { literal, ids: new Set([id]) });
      else known.ids.add(id);
    }
    const entries = [...drafts.values()].map(({ literal, ids }) => [literal, entryOf(literal, ids)] as const);
    const long = LongLiterals.of(entries.map(([, entry]) => entry));
    if (long !== undefined) return new GramIndex(new Map(), [], long);
    const grams = new Map<number, Placed[]>();
    const short: Entry[] = [];
    for (const [literal, entry] of entries) {
      let best: readonly [gram: number, lastAt: number] | undefined;
      let least = Number.POSITIVE_INFINITY;
      for (const one of gramsOf(literal)) {
        const cost = gramShare(one[0], frequencies) * (1 + (grams.get(one[0])?.length ?? 0) / 64);
        if (cost >= least) continue;
        least = cost;
        best = one;
      }
      if (best === undefined) {
        short.push(entry);
        continue;
      }
      const [gram, lastAt] = best;
      const bucket = grams.get(gram);
      if (bucket === undefined) grams.set(gram, [{ entry, lastAt }]);
      else bucket.push({ entry, lastAt });
    }
    return new GramIndex(grams, short);
  }

  /** Literals that are looked for one by one. */
  get shortCount(): number {
    return this.#short.length;
  }

  get bytes(): number {
    return this.#long?.bytes ?? this.#table.bytes;
  }

  /** Tells every literal in a text, as it is written: classes fold. `turn` is another for every event. */
  scan(text: string, turn: number, finder: Finder): void {
    if (this.#long !== undefined) {
      this.#long.scan(text, turn, finder);
      return;
    }
    const last = this.#short.length === 0 ? this.#pass(text, turn, finder) : this.#passWithPairs(text, turn, finder);
    const gram = ((last << 6) | END) & GRAM_MASK;
    const hash = Math.imul(gram, MULTIPLIER);
    const { bits, shift } = this.#table;
    const bit = hash >>> shift;
    if (((bits[bit >>> 5] as number) & (1 << (bit & 31))) !== 0)
      this.#table.look(gram, hash, text, text.length, turn, finder);
  }

  /** Reads a text once; gives the last gram. */
  #pass(text: string, turn: number, finder: Finder): number {
    const table = this.#table;
    const { bits, shift } = table;
    let gram = START;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      gram = ((gram << 6) | (code < 128 ? (ASCII_CLASSES[code] as number) : wideClassOf(code))) & GRAM_MASK;
      const hash = Math.imul(gram, MULTIPLIER);
      const bit = hash >>> shift;
      if (((bits[bit >>> 5] as number) & (1 << (bit & 31))) !== 0) table.look(gram, hash, text, at, turn, finder);
    }
    return gram;
  }

  /** The same, with an eye on the pairs of short texts. */
  #passWithPairs(text: string, turn: number, finder: Finder): number {
    const table = this.#table;
    const { bits, shift } = table;
    const pairs = this.#pairs;
    let gram = START;
    let groups = text.length === 0 ? 0xff : 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      gram = ((gram << 6) | (code < 128 ? (ASCII_CLASSES[code] as number) : wideClassOf(code))) & GRAM_MASK;
      groups |= pairs[gram & PAIR_MASK] as number;
      const hash = Math.imul(gram, MULTIPLIER);
      const bit = hash >>> shift;
      if (((bits[bit >>> 5] as number) & (1 << (bit & 31))) !== 0) table.look(gram, hash, text, at, turn, finder);
    }
    if (groups === 0) return gram;
    for (let i = 0; i < this.#short.length; i++) {
      if ((groups & (1 << groupOf(i, this.#short))) !== 0) lookShort(this.#short[i] as Entry, text, turn, finder);
    }
    return gram;
  }
}

function entryOf({ classes, isAtStart, isAtEnd }: Literal, ids: ReadonlySet<number>): Entry {
  return { classes: Uint8Array.from(classes), isAtStart, isAtEnd, ids: Int32Array.from(ids), turn: 0 };
}

function lookShort(entry: Entry, text: string, turn: number, finder: Finder): void {
  if (entry.turn === turn) return;
  const last = text.length - entry.classes.length;
  const from = entry.isAtEnd ? last : 0;
  for (let at = Math.max(0, from); at <= last; at++) {
    if (stands(entry, text, at)) {
      tell(entry, turn, finder);
      return;
    }
    if (entry.isAtStart) return;
  }
}

const PAIR_MASK = 0xfff;
const GROUPS = 8;

/** What is made of characters above ASCII is a group of its own, since most texts have none. */
function groupOf(at: number, short: readonly Entry[]): number {
  return short[at]?.classes.includes(0) ? 0 : 1 + (at % (GROUPS - 1));
}

/** For the last two classes of each short literal the bit of its group. */
function pairsOf(short: readonly Entry[]): Uint8Array {
  const pairs = new Uint8Array(1 << 12);
  for (const [at, { classes }] of short.entries()) {
    const bit = 1 << groupOf(at, short);
    const last = classes.at(-1);
    const before = classes.at(-2);
    if (last === undefined) continue;
    for (let one = 0; one < 64; one++) {
      const pair = ((before ?? one) << 6) | last;
      pairs[pair] = (pairs[pair] as number) | bit;
    }
  }
  return pairs;
}
