import { keyHash, type Marks } from '../entries/index.ts';

/** Widest and narrowest filter, in bits (DEPENDENCIES 5.1: 65,536 bits and 5 probes for the 4,630 tokens of a full block). */
export const MOST_BITS = 65_536;
export const LEAST_BITS = 1024;
const PROBES = 5;
/** Bits a token that keep wrong hits at about 0.25 %; a filter is folded to the narrowest width that has them. */
const BITS_A_TOKEN = 14;
const RECENT = 8192;

/** The bit of a probe, in a filter of the widest form; narrower ones take it modulo their width. */
function probe(hash: number, number: number): number {
  return ((hash & 0xffff) + number * ((hash >>> 16) | 1)) & (MOST_BITS - 1);
}

/** The five bits of a token in the widest form. */
export function probesOf(hash: number): readonly number[] {
  return Array.from({ length: PROBES }, (_, number) => probe(hash, number));
}

/** Whether a filter may hold a token. */
export function mayHold(filter: Uint8Array, hash: number): boolean {
  const mask = filter.length * 8 - 1;
  for (let number = 0; number < PROBES; number++) {
    const bit = probe(hash, number) & mask;
    if (((filter[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
  }
  return true;
}

/** Gathers the tokens of one block after another. */
export class FilterBuilder implements Marks {
  readonly #bits = new Uint8Array(MOST_BITS / 8);
  /** Hashes that were set lately, by their lowest bits: most tokens of a block are repetitions. */
  readonly #recent = new Uint32Array(RECENT);
  /** Event ids of the block. */
  readonly #eventIds = new Set<number>();

  mark(hash: number): void {
    const slot = hash & (RECENT - 1);
    if (this.#recent[slot] === hash && hash !== 0) return;
    this.#recent[slot] = hash;
    const bits = this.#bits;
    const step = (hash >>> 16) | 1;
    let bit = hash & 0xffff;
    for (let number = 0; number < PROBES; number++) {
      const at = (bit & 0xffff) >> 3;
      bits[at] = (bits[at] ?? 0) | (1 << (bit & 7));
      bit += step;
    }
  }

  /** Marks an event id, of which a block has few. */
  markEventId(eventId: number): void {
    if (this.#eventIds.has(eventId)) return;
    this.#eventIds.add(eventId);
    this.mark(keyHash('event', String(eventId)));
  }

  /** The filter of what was marked, folded as far as that keeps it selective; begins anew. */
  take(): Uint8Array {
    const bits = this.#bits;
    let width = MOST_BITS;
    const tokens = estimatedTokens(bits);
    while (width > LEAST_BITS && width / 2 >= tokens * BITS_A_TOKEN) width /= 2;
    const filter = fold(bits, width);
    bits.fill(0);
    this.#recent.fill(0);
    this.#eventIds.clear();
    return filter;
  }
}

/** How many tokens set that many bits, by the share that stayed clear. */
function estimatedTokens(bits: Uint8Array): number {
  const words = new Uint32Array(bits.buffer, bits.byteOffset, bits.length / 4);
  let set = 0;
  for (let word of words) {
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    set += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return -(MOST_BITS / PROBES) * Math.log(Math.max(1, MOST_BITS - set) / MOST_BITS);
}

/** A filter of `width` bits that holds what a wider one does: each bit is one of those that are equal modulo the width. */
function fold(bits: Uint8Array, width: number): Uint8Array {
  const filter = bits.slice(0, width / 8);
  // Four bytes at a time: this was a twentieth of what writing costs.
  const from = new Uint32Array(bits.buffer, bits.byteOffset, bits.length / 4);
  const into = new Uint32Array(filter.buffer);
  for (let at = into.length; at < from.length; at++) {
    const slot = at & (into.length - 1);
    into[slot] = (into[slot] ?? 0) | (from[at] ?? 0);
  }
  return filter;
}

/** Whether bytes have the length of a filter. */
export function isFilter(bytes: Uint8Array): boolean {
  const bits = bytes.length * 8;
  return bits >= LEAST_BITS && bits <= MOST_BITS && (bits & (bits - 1)) === 0;
}
