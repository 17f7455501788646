import { MAX_DEPTH } from './json-scan.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Longer names there are none. */
const MAX_NAME = 32;
/** Bytes of a string that are looked at one by one before `indexOf` looks for its end. */
const SHORT = 40;
/** A name that may not stand where it was met: the line must be parsed. */
const REFUSED = -2;
const NOTHING = -1;
/** Objects and arrays in which no path goes on. */
const ELSEWHERE = -1;

/** Where in a line of JSON the members lie that say what its event is. */
export interface HeaderPaths {
  /** Paths from the top of the line, `Event.System.Channel`; a slot's number is its place in the list. */
  readonly slots: readonly (readonly string[])[];
  /** Paths of members that show that the line is none of these shapes, or a wrapper of another. */
  readonly refused: readonly (readonly string[])[];
  /** Names that may stand nowhere but in a path (SETTLED B17). */
  readonly strict: readonly string[];
  /** Slots after which the walk asks whether it is enough. */
  readonly asks: readonly number[];
}

interface Name {
  readonly bytes: Uint8Array;
  readonly isStrict: boolean;
  /** By node: the slot, `REFUSED` or `NOTHING`. */
  readonly slots: number[];
  /** By node: the node below, or `ELSEWHERE`. */
  readonly below: number[];
}

/**
 * Walks over a line of JSON without parsing it, and notes where the values of some paths stand. It knows the grammar of objects and
 * arrays; what numbers and words are is not looked at.
 */
export class HeaderWalk {
  /** Names by length and first byte: nearly all other keys of a line are told apart by these. */
  readonly #names: (readonly Name[])[];
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #asks: Uint8Array;
  readonly #nodes: Int32Array = new Int32Array(MAX_DEPTH + 1);
  readonly #isObject: Uint8Array = new Uint8Array(MAX_DEPTH + 1);
  /** Objects below the top. */
  objects = 0;

  constructor(paths: HeaderPaths) {
    this.#starts = new Int32Array(paths.slots.length);
    this.#ends = new Int32Array(paths.slots.length);
    this.#asks = Uint8Array.from(paths.slots, (_, slot) => (paths.asks.includes(slot) ? 1 : 0));
    this.#names = Array.from({ length: MAX_NAME << 7 }, () => []);
    const names = new Map<string, { isStrict: boolean; slots: number[]; below: number[] }>();
    const nodes = new Map<string, number>([['', 0]]);
    const nameOf = (text: string): { isStrict: boolean; slots: number[]; below: number[] } => {
      const known = names.get(text) ?? { isStrict: paths.strict.includes(text), slots: [], below: [] };
      names.set(text, known);
      return known;
    };
    const add = (path: readonly string[], slot: number): void => {
      let node = 0;
      for (const [depth, part] of path.entries()) {
        const name = nameOf(part);
        if (depth === path.length - 1) {
          name.slots[node] = slot;
          continue;
        }
        const key = path.slice(0, depth + 1).join('\u0000');
        const below = nodes.get(key) ?? nodes.size;
        nodes.set(key, below);
        name.below[node] = below;
        node = below;
      }
    };
    for (const [slot, path] of paths.slots.entries()) add(path, slot);
    for (const path of paths.refused) add(path, REFUSED);
    for (const text of paths.strict) nameOf(text);
    for (const [text, { isStrict, slots, below }] of names) {
      const filled: Name = {
        bytes: Buffer.from(text, 'latin1'),
        isStrict,
        slots: Array.from({ length: nodes.size }, (_, node) => slots[node] ?? NOTHING),
        below: Array.from({ length: nodes.size }, (_, node) => below[node] ?? ELSEWHERE),
      };
      const bucket = bucketOf(text.length, text.charCodeAt(0));
      this.#names[bucket] = [...(this.#names[bucket] ?? []), filled];
    }
  }

  /** True when the walk met the slot's member. */
  has(slot: number): boolean {
    return (this.#starts[slot] ?? -1) >= 0;
  }

  /** Index of the first byte of the slot's value; -1 when the walk did not meet it. */
  start(slot: number): number {
    return this.#starts[slot] ?? -1;
  }

  /** Index after the last byte of the slot's value. */
  end(slot: number): number {
    return this.#ends[slot] ?? -1;
  }

  /**
   * Walks over the line between two indexes. False when it is not one object, when a slot is met twice, when a strict name stands
   * elsewhere, when a member is refused, or when a key has an escape, and so might be any name. `isEnough` is asked after some
   * slots and may end the walk: then the answer is false, too.
   */
  walk(bytes: Buffer, from: number, to: number, isEnough: (slot: number) => boolean): boolean {
    this.#starts.fill(-1);
    this.objects = 0;
    const nodes = this.#nodes;
    const isObject = this.#isObject;
    let depth = 0;
    nodes[0] = 0;
    isObject[0] = 1;
    if (bytes[from] !== 0x7b || bytes[to - 1] !== 0x7d) return false;
    let at = skipSpace(bytes, from + 1);
    // One plain loop over bytes; past the line's closing brace nothing is taken for a part of it.
    while (at < to) {
      let slot = NOTHING;
      let below = ELSEWHERE;
      if (isObject[depth] === 1) {
        if (bytes[at] !== QUOTE) return false;
        const key = ++at;
        for (let byte = bytes[at] ?? BACKSLASH; byte !== QUOTE; byte = bytes[++at] ?? BACKSLASH) {
          if (byte === BACKSLASH) return false;
        }
        const length = at - key;
        if (depth === 0 && isPath(bytes, key, at)) return false;
        const names = length < MAX_NAME ? this.#names[bucketOf(length, bytes[key] ?? 0)] : undefined;
        const name = names === undefined || names.length === 0 ? undefined : nameAt(names, bytes, key, length);
        if (name !== undefined) {
          const node = nodes[depth] ?? ELSEWHERE;
          slot = node < 0 ? NOTHING : (name.slots[node] ?? NOTHING);
          below = node < 0 ? ELSEWHERE : (name.below[node] ?? ELSEWHERE);
          if (slot === REFUSED || (slot >= 0 && this.has(slot))) return false;
          if (name.isStrict && slot < 0 && below < 0) return false;
        }
        at = bytes[at + 1] === 0x3a ? at + 2 : afterColon(bytes, at + 1);
        if (at < 0) return false;
        if ((bytes[at] ?? 0) <= 0x20) at = skipSpace(bytes, at);
      }
      const first = bytes[at] ?? 0;
      if (first === 0x7b || first === 0x5b) {
        if (depth === MAX_DEPTH - 1) return false;
        // That an object or a list is there can be asked; it has no text.
        if (slot >= 0 && below < 0) {
          this.#starts[slot] = at;
          this.#ends[slot] = at + 1;
        }
        depth++;
        nodes[depth] = first === 0x7b ? below : ELSEWHERE;
        isObject[depth] = first === 0x7b ? 1 : 0;
        if (first === 0x7b) this.objects++;
        at = skipSpace(bytes, at + 1);
        if (bytes[at] !== (first === 0x7b ? 0x7d : 0x5d)) continue;
      } else {
        const start = at;
        at = first === QUOTE ? afterString(bytes, at, to) : afterWord(bytes, at);
        if (at < 0) return false;
        if (slot >= 0) {
          this.#starts[slot] = start;
          this.#ends[slot] = at;
          if (this.#asks[slot] === 1 && isEnough(slot)) return false;
        }
        if ((bytes[at] ?? 0) <= 0x20) at = skipSpace(bytes, at);
      }
      while (bytes[at] !== 0x2c) {
        if (bytes[at] !== (isObject[depth] === 1 ? 0x7d : 0x5d)) return false;
        at++;
        if (depth === 0) return at === to;
        depth--;
        if ((bytes[at] ?? 0x7d) <= 0x20) at = skipSpace(bytes, at);
      }
      at++;
      if ((bytes[at] ?? 0x7d) <= 0x20) at = skipSpace(bytes, at);
    }
    return false;
  }
}

/** True for `winlog.channel` and the like, which exports write at the top (`WRAPPERS`): they begin with one of these letters. */
function isPath(bytes: Buffer, key: number, end: number): boolean {
  const first = bytes[key];
  if (first !== 0x65 && first !== 0x69 && first !== 0x75 && first !== 0x77 && first !== 0x7a) return false;
  for (let at = key; at < end; at++) if (bytes[at] === 0x2e) return true;
  return false;
}

function bucketOf(length: number, first: number): number {
  return (length << 7) | (first & 0x7f);
}

function nameAt(names: readonly Name[], bytes: Buffer, key: number, length: number): Name | undefined {
  for (const name of names) {
    let i = 0;
    while (i < length && name.bytes[i] === bytes[key + i]) i++;
    if (i === length) return name;
  }
  return undefined;
}

/** Index of the first byte that is no white space; the brace at the end of the line stops it. */
function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while ((bytes[at] ?? 0x7d) <= 0x20) at++;
  return at;
}

function afterColon(bytes: Buffer, from: number): number {
  const at = skipSpace(bytes, from);
  return bytes[at] === 0x3a ? at + 1 : -1;
}

/** Index after the string whose opening quote stands at `from`; -1 when it does not end in the line. */
function afterString(bytes: Buffer, from: number, to: number): number {
  let at = from + 1;
  while (at < to) {
    // A call of `indexOf` costs as much as a loop over some fifty bytes; in JSON inside a string quotes are nearer.
    const short = Math.min(to, at + SHORT);
    while (at < short) {
      const byte = bytes[at];
      if (byte === QUOTE) return at + 1;
      at += byte === BACKSLASH ? 2 : 1;
    }
    const quote = bytes.indexOf(QUOTE, at);
    if (quote < 0 || quote >= to) return -1;
    let slash = quote;
    while (slash > at && bytes[slash - 1] === BACKSLASH) slash--;
    if (((quote - slash) & 1) === 0) return quote + 1;
    at = quote + 1;
  }
  return -1;
}

/** Index after a number or a word: letters, digits, `+`, `-` and `.`; -1 when there is none. */
function afterWord(bytes: Buffer, from: number): number {
  let at = from;
  for (let byte = bytes[at] ?? 0; isWord(byte); byte = bytes[++at] ?? 0);
  return at === from ? -1 : at;
}

function isWord(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e
  );
}
