import { CLASS_NAMES } from './char-classes.ts';
import { COMMON_GRAMS } from './common-grams.ts';
import { GRAM_MASK, gramsOf, type Literal } from './literal.ts';

/** How often grams stand in the values of ordinary events: the share of values, by gram. */
export type Frequencies = ReadonlyMap<number, number>;

/** What nobody saw is taken for rarer than this, and the longer it is the rarer. */
const UNSEEN = 2 ** -13;
/** Texts below four characters are in no gram. */
const SHORT = [1, 0.6, 0.3, 0.1] as const;
/** Characters above ASCII, which share a class. */
const FOREIGN = 2 ** -8;

/** Nothing is known: the longer a literal, the rarer it is taken for. */
export const BY_LENGTH: Frequencies = new Map();

/** Learnt from generated and benign events (`bench/sigma/learn.ts`), read from its table when it is first needed. */
export function commonFrequencies(): Frequencies {
  shipped ??= readTable(COMMON_GRAMS);
  return shipped;
}

let shipped: Frequencies | undefined;

/** Reads lists of grams, the first in half of all values, each next one half as often. */
function readTable(levels: readonly string[]): Frequencies {
  const classes = new Map(CLASS_NAMES.map((name, at) => [name, at]));
  const table = new Map<number, number>();
  for (const [level, grams] of levels.entries()) {
    let gram = 0;
    for (const [at, char] of [...grams].entries()) {
      gram = ((gram << 6) | (classes.get(char) ?? 0)) & GRAM_MASK;
      if (at % 4 === 3) table.set(gram, 2 ** -(level + 1));
    }
  }
  return table;
}

/** The estimated share of values that hold a literal: that of its rarest gram; what nobody saw is rarer the longer it is. */
export function shareOf(literal: Literal, frequencies: Frequencies): number {
  const { classes } = literal;
  const grams = gramsOf(literal);
  const most = classes.includes(0) ? FOREIGN : 1;
  if (grams.length === 0) return Math.min(most, SHORT[classes.length] ?? 1);
  let least = most;
  for (const [gram] of grams) {
    const share = frequencies.get(gram) ?? UNSEEN / (1 + classes.length);
    if (share < least) least = share;
  }
  return least;
}

export function gramShare(gram: number, frequencies: Frequencies): number {
  return frequencies.get(gram) ?? UNSEEN;
}
