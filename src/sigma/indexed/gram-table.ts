import { ASCII_CLASSES, wideClassOf } from './char-classes.ts';

/** A literal with who waits for it. */
export interface Entry {
  readonly classes: Uint8Array;
  readonly isAtStart: boolean;
  readonly isAtEnd: boolean;
  readonly ids: Int32Array;
  /** The turn in which it was found. */
  turn: number;
}

/** An entry under one of its grams. */
export interface Placed {
  readonly entry: Entry;
  /** Where the last character of the gram stands in the literal; one behind its end for the end itself. */
  readonly lastAt: number;
}

/** Told of what waits for a literal that was found; the same number may be told more than once a turn. */
export interface Finder {
  found(id: number): void;
}

export const MULTIPLIER = 0x9e3779b1;
/** 2^18 bits are 32 KiB: what the first cache of a core holds. */
const MAX_BITS = 18;
const MIN_BITS = 10;
/** Bits for each gram: one text in so many asks for nothing. */
const SPARSE = 5;
/** Numbers of a slot: gram, where its entries begin, where they end. */
const SLOT = 4;

/** Grams of literals: a table of bits that says no at once, and behind it what waits for each gram. */
export class GramTable {
  readonly bits: Uint32Array;
  readonly shift: number;
  /** Open addressing: what is told of a gram lies together. */
  readonly #slots: Int32Array;
  readonly #slotMask: number;
  readonly #entries: readonly Entry[];
  readonly #lastAts: Int32Array;

  constructor(grams: ReadonlyMap<number, readonly Placed[]>) {
    const width = Math.min(MAX_BITS, Math.max(MIN_BITS, Math.ceil(Math.log2(grams.size + 1)) + SPARSE));
    this.bits = new Uint32Array(1 << (width - 5));
    this.shift = 32 - width;
    const slots = 1 << Math.ceil(Math.log2(grams.size * 2 + 2));
    this.#slotMask = slots - 1;
    this.#slots = new Int32Array(slots * SLOT).fill(-1);
    const all: Placed[] = [];
    for (const [gram, placed] of grams) {
      const at = this.#slotFor(gram);
      this.#slots[at] = gram;
      this.#slots[at + 1] = all.length;
      all.push(...placed);
      this.#slots[at + 2] = all.length;
    }
    this.#entries = all.map(({ entry }) => entry);
    this.#lastAts = Int32Array.from(all, ({ lastAt }) => lastAt);
  }

  get bytes(): number {
    return this.bits.byteLength + this.#slots.byteLength + this.#lastAts.byteLength;
  }

  /** Tells every literal that stands around a gram of the text whose last character is `at`; `hash` is the gram times `MULTIPLIER`. */
  look(gram: number, hash: number, text: string, at: number, turn: number, finder: Finder): void {
    const slots = this.#slots;
    const mask = this.#slotMask;
    let slot = (hash >>> 8) & mask;
    while (slots[slot * SLOT] !== gram) {
      if (slots[slot * SLOT] === -1) return;
      slot = (slot + 1) & mask;
    }
    const end = slots[slot * SLOT + 2] as number;
    for (let i = slots[slot * SLOT + 1] as number; i < end; i++) {
      const entry = this.#entries[i] as Entry;
      if (entry.turn !== turn && stands(entry, text, at - (this.#lastAts[i] as number))) tell(entry, turn, finder);
    }
  }

  /** Marks the gram, and finds a free slot for it. */
  #slotFor(gram: number): number {
    const hash = Math.imul(gram, MULTIPLIER);
    const bit = hash >>> this.shift;
    this.bits[bit >>> 5] = (this.bits[bit >>> 5] as number) | (1 << (bit & 31));
    let slot = (hash >>> 8) & this.#slotMask;
    while (this.#slots[slot * SLOT] !== -1) slot = (slot + 1) & this.#slotMask;
    return slot * SLOT;
  }
}

function classAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 128 ? (ASCII_CLASSES[code] as number) : wideClassOf(code);
}

export function tell(entry: Entry, turn: number, finder: Finder): void {
  entry.turn = turn;
  const { ids } = entry;
  for (let i = 0; i < ids.length; i++) finder.found(ids[i] as number);
}

/** Whether a literal stands at a place of the text. */
export function stands({ classes, isAtStart, isAtEnd }: Entry, text: string, at: number): boolean {
  const end = at + classes.length;
  if (at < 0 || end > text.length || (isAtStart && at !== 0) || (isAtEnd && end !== text.length)) return false;
  for (let i = 0; i < classes.length; i++) if (classAt(text, at + i) !== classes[i]) return false;
  return true;
}
