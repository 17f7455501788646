import { HEAD_BYTES, packedComputerEnd } from '../windows/index.ts';

/** FNV-1a, 32 bits. */
const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Names of one hash that are told apart: whoever makes up more of them has a number for each of their rows. */
const MOST_ALIKE = 16;

interface Known {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  readonly number: number;
}

/**
 * Numbers of the computers of rows, from 0 in the order in which they were met. Told by their bytes: making the text of each name was nine tenths of a walk over
 * all rows for those of some computers.
 */
export class ComputerNumbers {
  #byHash = new Map<number, Known[]>();
  #last: Known | undefined;
  #count = 0;

  /** Forgets every name. */
  reset(): void {
    this.#byHash = new Map();
    this.#last = undefined;
    this.#count = 0;
  }

  /** The number of the computer of the row at `start`; rows of one number are of one computer. The bytes must stay as they are until `reset`. */
  of(bytes: Buffer, start: number): number {
    const from = start + HEAD_BYTES;
    const to = packedComputerEnd(bytes, start);
    // A batch is mostly of one computer.
    if (this.#last !== undefined && isSame(this.#last, bytes, from, to)) return this.#last.number;
    let hash = FNV_BASIS;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), FNV_PRIME);
    const alike = this.#byHash.get(hash);
    const known = alike?.find((one) => isSame(one, bytes, from, to)) ?? { bytes, from, to, number: this.#count };
    if (known.number === this.#count) {
      this.#count++;
      if (alike === undefined) this.#byHash.set(hash, [known]);
      else if (alike.length < MOST_ALIKE) alike.push(known);
    }
    this.#last = known;
    return known.number;
  }
}

function isSame(known: Known, bytes: Buffer, from: number, to: number): boolean {
  if (known.to - known.from !== to - from) return false;
  for (let at = from, other = known.from; at < to; at++, other++) if (bytes[at] !== known.bytes[other]) return false;
  return true;
}
