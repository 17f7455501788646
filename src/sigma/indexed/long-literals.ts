import { ASCII_CLASSES, wideClassOf } from './char-classes.ts';
import { type Entry, type Finder, GramTable, MULTIPLIER, type Placed, stands, tell } from './gram-table.ts';
import { LeapSearch } from './leap-search.ts';
import { GRAM_CHARS } from './literal.ts';

/** With more than these at fixed ends, or free ones, a table of all grams is better; and free ones must be this long. */
const MAX_FIXED = 8;
const MAX_FREE = 64;
/** So few are found faster by leaps. */
const MAX_LEAPS = 2;
const MIN_FREE_CHARS = 7;
const MAX_STRIDE = 16;
/** Where more literals than these share four characters, such as the name before a hash, the rarest of each are better. */
const MAX_SHARED = 4;

type Grams = ReadonlyMap<number, readonly Placed[]>;

/**
 * Literals of which none is short: those with a fixed end are compared there, and for the others only every n-th four characters of a
 * text are asked for, since each literal is put under so many of its grams that one of them stands at such a place.
 */
export class LongLiterals {
  readonly #fixed: readonly Entry[];
  readonly #stride: number;
  readonly #table: GramTable | undefined;
  readonly #leaps: LeapSearch | undefined;

  private constructor(fixed: readonly Entry[], stride: number, grams: Grams, leaps: LeapSearch | undefined) {
    this.#fixed = fixed;
    this.#stride = stride;
    this.#leaps = leaps;
    this.#table = grams.size === 0 ? undefined : new GramTable(grams);
  }

  /** Undefined where one of them is too short, there are too many, or they are too much alike. */
  static of(entries: readonly Entry[]): LongLiterals | undefined {
    const fixed = entries.filter(({ isAtStart, isAtEnd }) => isAtStart || isAtEnd);
    const free = entries.filter(({ isAtStart, isAtEnd }) => !isAtStart && !isAtEnd);
    const shortest = free.reduce((least, { classes }) => Math.min(least, classes.length), Number.POSITIVE_INFINITY);
    const isShort = shortest < MIN_FREE_CHARS && free.length > MAX_LEAPS;
    if (fixed.length > MAX_FIXED || free.length > MAX_FREE || isShort) return undefined;
    if (free.length <= MAX_LEAPS) {
      return new LongLiterals(fixed, 1, new Map(), free.length === 0 ? undefined : new LeapSearch(free));
    }
    const stride = Math.min(MAX_STRIDE, shortest - GRAM_CHARS + 1);
    const grams = placesOf(free, stride);
    if ([...grams.values()].some((placed) => placed.length > MAX_SHARED)) return undefined;
    return new LongLiterals(fixed, stride, grams, undefined);
  }

  get bytes(): number {
    return this.#table?.bytes ?? 0;
  }

  scan(text: string, turn: number, finder: Finder): void {
    const { length } = text;
    for (let i = 0; i < this.#fixed.length; i++) {
      const entry = this.#fixed[i] as Entry;
      const at = entry.isAtStart ? 0 : length - entry.classes.length;
      if (entry.turn !== turn && stands(entry, text, at)) tell(entry, turn, finder);
    }
    this.#leaps?.scan(text, turn, finder);
    const table = this.#table;
    if (table === undefined) return;
    const { bits, shift } = table;
    const stride = this.#stride;
    for (let last = GRAM_CHARS - 1; last < length; last += stride) {
      const gram =
        (classOf(text, last - 3) << 18) |
        (classOf(text, last - 2) << 12) |
        (classOf(text, last - 1) << 6) |
        classOf(text, last);
      const hash = Math.imul(gram, MULTIPLIER);
      const bit = hash >>> shift;
      if (((bits[bit >>> 5] as number) & (1 << (bit & 31))) !== 0) table.look(gram, hash, text, last, turn, finder);
    }
  }
}

function placesOf(free: readonly Entry[], stride: number): Grams {
  const grams = new Map<number, Placed[]>();
  for (const entry of free) {
    for (let from = 0; from < stride; from++) {
      const lastAt = from + GRAM_CHARS - 1;
      const gram = entry.classes.subarray(from, lastAt + 1).reduce((all, one) => (all << 6) | one, 0);
      const bucket = grams.get(gram);
      if (bucket === undefined) grams.set(gram, [{ entry, lastAt }]);
      else bucket.push({ entry, lastAt });
    }
  }
  return grams;
}

function classOf(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 128 ? (ASCII_CLASSES[code] as number) : wideClassOf(code);
}
