import { ASCII_CLASSES, END, START, wideClassOf } from './char-classes.ts';
import { type Frequencies, gramShare } from './frequencies.ts';
import { GRAM_MASK, gramsOf, type Literal } from './literal.ts';

/** A literal with who waits for it. */
interface Entry {
  readonly classes: Uint8Array;
  readonly isAtStart: boolean;
  readonly isAtEnd: boolean;
  /** Where the character under the scan stands in the literal; one behind its end for the end itself. */
  readonly lastAt: number;
  readonly ids: Int32Array;
  /** The turn in which it was found. */
  turn: number;
}

interface Draft {
  readonly literal: Literal;
  readonly ids: Set<number>;
}

/** Told of what waits for a literal that was found; the same number may be told more than once a turn. */
export interface Finder {
  found(id: number): void;
}

const MULTIPLIER = 0x9e3779b1;
/** 2^18 bits are 32 KiB: what the first cache of a core holds. */
const MAX_BITS = 18;

/**
 * Finds which of many literals a text holds in one pass. Each literal stands under its rarest four characters; a text is read
 * once, each of its four characters in a row asked for in a table of bits, and what is there compared. No state leads from one
 * character to the next but the last four, so that the processor need not wait for memory as with an automaton (ADR 0015).
 */
export class GramIndex {
  readonly #bits: Uint32Array;
  readonly #shift: number;
  /** Open addressing: a gram, and the number of its bucket. */
  readonly #keys: Int32Array;
  readonly #buckets: readonly (readonly Entry[])[];
  readonly #bucketOf: Int32Array;
  readonly #slotMask: number;
  /** Literals too short for a gram are looked for one by one, when the last two characters of one of their group are there. */
  readonly #short: readonly Entry[];
  readonly #pairs: Uint8Array;

  /** All of them, where there are few. */
  readonly #few: FewLiterals | undefined;

  private constructor(
    grams: ReadonlyMap<number, readonly Entry[]>,
    short: readonly Entry[],
    few: FewLiterals | undefined,
  ) {
    this.#few = few;
    const width = Math.min(MAX_BITS, Math.max(6, Math.ceil(Math.log2(grams.size + 1)) + 5));
    this.#bits = new Uint32Array(1 << (width - 5));
    this.#shift = 32 - width;
    const slots = 1 << Math.ceil(Math.log2(grams.size * 2 + 2));
    this.#slotMask = slots - 1;
    this.#keys = new Int32Array(slots).fill(-1);
    this.#bucketOf = new Int32Array(slots);
    const buckets: (readonly Entry[])[] = [];
    for (const [gram, entries] of grams) {
      const hash = Math.imul(gram, MULTIPLIER);
      const bit = hash >>> this.#shift;
      this.#bits[bit >>> 5] = (this.#bits[bit >>> 5] as number) | (1 << (bit & 31));
      let slot = (hash >>> 8) & this.#slotMask;
      while (this.#keys[slot] !== -1) slot = (slot + 1) & this.#slotMask;
      this.#keys[slot] = gram;
      this.#bucketOf[slot] = buckets.push(entries) - 1;
    }
    this.#buckets = buckets;
    this.#short = short;
    this.#pairs = pairsOf(short);
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
    const grams = new Map<number, Entry[]>();
    const short: Entry[] = [];
    for (const { literal, ids } of drafts.values()) {
      let best: readonly [gram: number, lastAt: number] | undefined;
      let least = Number.POSITIVE_INFINITY;
      for (const one of gramsOf(literal)) {
        const cost = gramShare(one[0], frequencies) * (1 + (grams.get(one[0])?.length ?? 0) / 64);
        if (cost >= least) continue;
        least = cost;
        best = one;
      }
      const { isAtStart, isAtEnd } = literal;
      const classes = Uint8Array.from(literal.classes);
      const lastAt = best?.[1] ?? 0;
      const entry = { classes, isAtStart, isAtEnd, lastAt, ids: Int32Array.from(ids), turn: 0 };
      if (best === undefined) short.push(entry);
      else {
        const bucket = grams.get(best[0]);
        if (bucket === undefined) grams.set(best[0], [entry]);
        else bucket.push(entry);
      }
    }
    const all = [...short, ...[...grams.values()].flat()];
    if (all.length <= FEW) return new GramIndex(new Map(), [], new FewLiterals(all));
    return new GramIndex(grams, short, undefined);
  }

  /** Literals that are looked for one by one. */
  get shortCount(): number {
    return this.#short.length;
  }

  get bytes(): number {
    return this.#bits.byteLength + this.#keys.byteLength + this.#bucketOf.byteLength;
  }

  /** Tells every literal in a text, as it is written: classes fold. `turn` is another for every event. */
  scan(text: string, turn: number, finder: Finder): void {
    if (this.#few !== undefined) {
      this.#few.scan(text, turn, finder);
      return;
    }
    const { length } = text;
    const gram =
      ((this.#short.length === 0 ? this.#pass(text, turn, finder) : this.#passWithPairs(text, turn, finder)) << 6) |
      END;
    this.#look(gram & GRAM_MASK, Math.imul(gram & GRAM_MASK, MULTIPLIER), text, length, turn, finder);
  }

  /** Reads a text once; gives the last gram. */
  #pass(text: string, turn: number, finder: Finder): number {
    const bits = this.#bits;
    const shift = this.#shift;
    let gram = START;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      gram = ((gram << 6) | (code < 128 ? (ASCII_CLASSES[code] as number) : wideClassOf(code))) & GRAM_MASK;
      const hash = Math.imul(gram, MULTIPLIER);
      const bit = hash >>> shift;
      if (((bits[bit >>> 5] as number) & (1 << (bit & 31))) !== 0) this.#look(gram, hash, text, at, turn, finder);
    }
    return gram;
  }

  /** The same, with an eye on the pairs of short texts. */
  #passWithPairs(text: string, turn: number, finder: Finder): number {
    const bits = this.#bits;
    const pairs = this.#pairs;
    const shift = this.#shift;
    let gram = START;
    let groups = text.length === 0 ? 0xff : 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      gram = ((gram << 6) | (code < 128 ? (ASCII_CLASSES[code] as number) : wideClassOf(code))) & GRAM_MASK;
      groups |= pairs[gram & PAIR_MASK] as number;
      const hash = Math.imul(gram, MULTIPLIER);
      const bit = hash >>> shift;
      if (((bits[bit >>> 5] as number) & (1 << (bit & 31))) !== 0) this.#look(gram, hash, text, at, turn, finder);
    }
    if (groups === 0) return gram;
    for (let i = 0; i < this.#short.length; i++) {
      if ((groups & (1 << groupOf(i, this.#short))) !== 0) this.#lookShort(this.#short[i] as Entry, text, turn, finder);
    }
    return gram;
  }

  #look(gram: number, hash: number, text: string, at: number, turn: number, finder: Finder): void {
    const keys = this.#keys;
    for (let slot = (hash >>> 8) & this.#slotMask; keys[slot] !== -1; slot = (slot + 1) & this.#slotMask) {
      if (keys[slot] !== gram) continue;
      const bucket = this.#buckets[this.#bucketOf[slot] as number] as readonly Entry[];
      for (let i = 0; i < bucket.length; i++) {
        const entry = bucket[i] as Entry;
        if (entry.turn !== turn && stands(entry, text, at - entry.lastAt)) tell(entry, turn, finder);
      }
      return;
    }
  }

  #lookShort(entry: Entry, text: string, turn: number, finder: Finder): void {
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
}

const FEW = 8;

/** A few literals: those with a fixed end are compared there, for the others the text is read by leaps (Horspool). */
class FewLiterals {
  readonly #fixed: readonly Entry[];
  readonly #free: readonly Entry[];
  /** The shortest free one; the window under which the text is read. */
  readonly #width: number;
  /** How far the window may go on, by the class of its last character. */
  readonly #leaps: Uint8Array;

  constructor(entries: readonly Entry[]) {
    this.#fixed = entries.filter(({ isAtStart, isAtEnd }) => isAtStart || isAtEnd);
    this.#free = entries.filter(({ isAtStart, isAtEnd }) => !isAtStart && !isAtEnd);
    this.#width = this.#free.reduce((least, { classes }) => Math.min(least, classes.length), 200);
    this.#leaps = new Uint8Array(64).fill(this.#width);
    for (const { classes } of this.#free) {
      for (let at = 0; at < this.#width; at++) {
        const one = classes[at] as number;
        this.#leaps[one] = Math.min(this.#leaps[one] as number, this.#width - 1 - at);
      }
    }
  }

  scan(text: string, turn: number, finder: Finder): void {
    const { length } = text;
    for (let i = 0; i < this.#fixed.length; i++) {
      const entry = this.#fixed[i] as Entry;
      const at = entry.isAtStart ? 0 : length - entry.classes.length;
      if (entry.turn !== turn && stands(entry, text, at)) tell(entry, turn, finder);
    }
    if (this.#free.length === 0) return;
    const leaps = this.#leaps;
    for (let at = this.#width - 1; at < length; ) {
      const code = text.charCodeAt(at);
      const leap = leaps[code < 128 ? (ASCII_CLASSES[code] as number) : wideClassOf(code)] as number;
      if (leap === 0) this.#look(text, at - this.#width + 1, turn, finder);
      at += leap === 0 ? 1 : leap;
    }
  }

  #look(text: string, at: number, turn: number, finder: Finder): void {
    for (let i = 0; i < this.#free.length; i++) {
      const entry = this.#free[i] as Entry;
      if (entry.turn !== turn && stands(entry, text, at)) tell(entry, turn, finder);
    }
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

function tell(entry: Entry, turn: number, finder: Finder): void {
  entry.turn = turn;
  const { ids } = entry;
  for (let i = 0; i < ids.length; i++) finder.found(ids[i] as number);
}

/** Whether a literal stands at a place of the text. */
function stands({ classes, isAtStart, isAtEnd }: Entry, text: string, at: number): boolean {
  const end = at + classes.length;
  if (at < 0 || end > text.length || (isAtStart && at !== 0) || (isAtEnd && end !== text.length)) return false;
  for (let i = 0; i < classes.length; i++) {
    const code = text.charCodeAt(at + i);
    if ((code < 128 ? ASCII_CLASSES[code] : wideClassOf(code)) !== classes[i]) return false;
  }
  return true;
}
