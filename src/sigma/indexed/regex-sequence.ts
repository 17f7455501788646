import type { SigmaRegex } from '../values/regex.ts';

/** One of a set of ASCII characters, so many times. */
interface Item {
  readonly set: Uint8Array;
  readonly least: number;
  readonly most: number;
}

/** An expression that is a row of sets of ASCII characters: searched without an engine, and with no way back. */
export interface Sequence {
  readonly items: readonly Item[];
  /** The only character that it can begin with, where there is one. */
  readonly first: string | undefined;
}

/** RE2's classes (\s has no vertical tab). */
const CLASSES: ReadonlyMap<string, readonly (readonly [number, number])[]> = new Map([
  ['d', [[48, 57]]],
  [
    's',
    [
      [9, 10],
      [12, 13],
      [32, 32],
    ],
  ],
  [
    'w',
    [
      [48, 57],
      [65, 90],
      [95, 95],
      [97, 122],
    ],
  ],
]);
/** Work at one place is bounded by it. */
const MAX_COUNT = 256;
const UNBOUNDED = Number.POSITIVE_INFINITY;

/**
 * Reads an expression of plain characters, sets and repeats in which what repeats never meets what follows it: taking as many as there
 * are is then right, and each place is tried once. Undefined for any other. What repeats without bound holds no character that the
 * expression can begin with, so that no two tries cross the same run (L20).
 */
export function sequenceOf({ source, flags, shape }: SigmaRegex): Sequence | undefined {
  if (flags.i || shape.isFolded) return undefined;
  const items: Item[] = [];
  for (let at = 0; at < source.length; ) {
    const read = readSet(source, at);
    if (read === undefined) return undefined;
    const repeat = /^(?:\{(\d{1,3})(?:(,)(\d{1,3})?)?\}|[+])?/.exec(source.slice(read.end, read.end + 12));
    const [text = '', low, comma, high] = repeat ?? [];
    at = read.end + text.length;
    if (/^[?*+{]/.test(source.slice(at))) return undefined;
    const least = text === '' || text === '+' ? 1 : Number(low);
    const most = text === '+' || (comma !== undefined && high === undefined) ? UNBOUNDED : Number(high ?? least);
    if (least < 1 || least > MAX_COUNT || most < least || (most > MAX_COUNT && most !== UNBOUNDED)) return undefined;
    items.push({ set: read.set, least, most });
  }
  const [head] = items;
  if (head === undefined || !items.every((item, at) => isPlain(item, items[at + 1], at === 0 ? undefined : head)))
    return undefined;
  const codes = [...head.set.keys()].filter((code) => head.set[code] === 1);
  const first = codes.length === 1 ? String.fromCharCode(codes[0] as number) : undefined;
  return { items, first };
}

/** Whether taking as many as there are is right, and cheap. */
function isPlain({ set, least, most }: Item, next: Item | undefined, head: Item | undefined): boolean {
  if (least === most) return true;
  // Of the last one the least is enough.
  if (next === undefined) return true;
  if (meets(set, next.set)) return false;
  return most !== UNBOUNDED || (head !== undefined && !meets(set, head.set));
}

function meets(a: Uint8Array, b: Uint8Array): boolean {
  return a.some((has, code) => has === 1 && b[code] === 1);
}

function readSet(source: string, at: number): { readonly set: Uint8Array; readonly end: number } | undefined {
  const set = new Uint8Array(128);
  const char = source[at] as string;
  if (char !== '[') {
    const one = readOne(source, at, /[\\^$.*+?()[\]{}|]/);
    if (one === undefined) return undefined;
    for (const [from, to] of one.ranges) set.fill(1, from, to + 1);
    return { set, end: one.end };
  }
  let next = at + 1;
  if (source[next] === '^' || source[next] === ']' || source[next] === '-') return undefined;
  while (source[next] !== ']') {
    const one = readOne(source, next, /[[&]/);
    if (one === undefined) return undefined;
    next = one.end;
    const [range] = one.ranges;
    if (source[next] === '-' && source[next + 1] !== ']') {
      const to = readOne(source, next + 1, /[[&]/);
      const upper = to?.ranges[0]?.[0];
      if (
        to === undefined ||
        upper === undefined ||
        range === undefined ||
        one.ranges.length > 1 ||
        to.ranges.length > 1
      )
        return undefined;
      if (range[0] !== range[1] || to.ranges[0]?.[1] !== upper || upper < range[0]) return undefined;
      set.fill(1, range[0], upper + 1);
      next = to.end;
    } else for (const [from, to] of one.ranges) set.fill(1, from, to + 1);
  }
  return { set, end: next + 1 };
}

/** A character, or a class by its letter; undefined for what means something else. */
function readOne(
  source: string,
  at: number,
  special: RegExp,
): { readonly ranges: readonly (readonly [number, number])[]; readonly end: number } | undefined {
  const char = source[at];
  if (char === undefined) return undefined;
  if (char !== '\\') {
    const code = char.charCodeAt(0);
    return special.test(char) || code > 127 ? undefined : { ranges: [[code, code]], end: at + 1 };
  }
  const next = source[at + 1];
  if (next === undefined) return undefined;
  const ranges = CLASSES.get(next);
  if (ranges !== undefined) return { ranges, end: at + 2 };
  const code = next.charCodeAt(0);
  if (next === 'n') return { ranges: [[10, 10]], end: at + 2 };
  if (next === 't') return { ranges: [[9, 9]], end: at + 2 };
  return /[A-Za-z0-9]/.test(next) || code > 127 ? undefined : { ranges: [[code, code]], end: at + 2 };
}

export function findsSequence({ items, first }: Sequence, text: string): boolean {
  const head = (items[0] as Item).set;
  for (let from = 0; from < text.length; from++) {
    if (first !== undefined) {
      from = text.indexOf(first, from);
      if (from < 0) return false;
    } else if (!isIn(head, text.charCodeAt(from))) continue;
    if (standsAt(items, text, from)) return true;
  }
  return false;
}

function standsAt(items: readonly Item[], text: string, from: number): boolean {
  let at = from;
  for (let i = 0; i < items.length; i++) {
    const { set, least, most } = items[i] as Item;
    const limit = i === items.length - 1 ? least : most;
    let count = 0;
    while (count < limit && at < text.length && isIn(set, text.charCodeAt(at))) {
      at++;
      count++;
    }
    if (count < least) return false;
  }
  return true;
}

function isIn(set: Uint8Array, code: number): boolean {
  return code < 128 && set[code] === 1;
}

/** The least length of `.{1000,}`, which asks for one line of so many characters; undefined for any other expression. */
export function lineLengthOf({ source, flags }: SigmaRegex): number | undefined {
  const least = /^\.\{(\d{1,4}),\}$/.exec(source)?.[1];
  return least === undefined || flags.s ? undefined : Number(least);
}

/** Whether some line has so many characters, each pair of surrogates counted as one. */
export function hasLongLine(text: string, least: number): boolean {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at) as number;
    if (code > 0xffff) at++;
    count = code === 10 ? 0 : count + 1;
    if (count >= least) return true;
  }
  return least === 0;
}
