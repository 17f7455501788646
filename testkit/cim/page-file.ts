import { crc32 } from 'node:zlib';
import type { Xorshift } from '../evtx/xorshift.ts';
import { PAGE_BYTES } from './object-pages.ts';

/** Where a logical page lies, in one generation (CIM 2.2). */
export interface MapEntry {
  /** Undefined for a logical page that lies nowhere. */
  readonly physical: number | undefined;
  readonly checksum: number;
  readonly freeBytes: number;
  /** Generation that last wrote it. */
  readonly writtenBy: number;
}

/** One table of a mapping file. */
export interface MapTable {
  readonly physicalPages: number;
  readonly entries: readonly MapEntry[];
  readonly free: readonly number[];
}

/** Which of the free pages is taken: any, the first, or the last, so that long records lie backwards (CIM 11, 19). */
export type Placement = 'any' | 'first' | 'last';

/** CRC-32 of the first byte of each sector of 512 (CIM 2.4). */
export function pageChecksum(page: Uint8Array): number {
  const sample = new Uint8Array(16);
  for (let i = 0; i < 16; i++) sample[i] = page[i * 512] ?? 0;
  return crc32(sample);
}

/** Copy-on-write pages of one file (CIM 2.6): a changed page goes to a free place, and its old one stays as it was. */
export class PageFile {
  readonly #random: Xorshift;
  readonly #placement: Placement;
  readonly #pages: Uint8Array[] = [];
  #entries: MapEntry[] = [];
  /** Free pages, and the generation from which each may be written over. */
  #free: { physical: number; since: number }[] = [];

  /** `sparePages` are free from the beginning. */
  constructor(random: Xorshift, sparePages: number, placement: Placement) {
    this.#random = random;
    this.#placement = placement;
    for (let i = 0; i < sparePages; i++) this.#free.push({ physical: this.#extend(), since: 0 });
  }

  /** Writes changed pages as this generation; undefined takes the page out of the map. */
  write(
    changed: readonly (readonly [logical: number, image: Uint8Array | undefined, freeBytes: number])[],
    generation: number,
  ): void {
    const left: number[] = [];
    for (const [logical, image, freeBytes] of changed) {
      const old = this.#entries[logical]?.physical;
      if (old !== undefined) left.push(old);
      this.#fillUpTo(logical, generation);
      if (image === undefined) {
        this.#entries[logical] = { physical: undefined, checksum: 0, freeBytes: 0, writtenBy: generation };
        continue;
      }
      const physical = this.#takeFree(generation);
      this.#pages[physical] = image.slice();
      this.#entries[logical] = { physical, checksum: pageChecksum(image), freeBytes, writtenBy: generation };
    }
    // The two older maps still show what was left now; the third is the one that is written over.
    for (const physical of left) this.#free.push({ physical, since: generation + 2 });
  }

  table(): MapTable {
    const free = this.#free.map(({ physical }) => physical);
    return { physicalPages: this.#pages.length, entries: [...this.#entries], free };
  }

  /** The whole file as it is now. */
  bytes(): Uint8Array {
    const out = new Uint8Array(this.#pages.length * PAGE_BYTES);
    this.#pages.forEach((page, i) => {
      out.set(page, i * PAGE_BYTES);
    });
    return out;
  }

  #fillUpTo(logical: number, generation: number): void {
    while (this.#entries.length < logical) {
      this.#entries.push({ physical: undefined, checksum: 0, freeBytes: 0, writtenBy: generation });
    }
  }

  /** Any of the free pages that no kept map shows, else a new one at the end. */
  #takeFree(generation: number): number {
    const ready = this.#free.filter(({ since }) => since <= generation);
    if (ready.length === 0) return this.#extend();
    // Those that were never written come first, so that old bytes live long.
    const oldest = Math.min(...ready.map(({ since }) => since));
    const first = ready.filter(({ since }) => since === oldest).sort((a, b) => a.physical - b.physical);
    const chosen =
      this.#placement === 'any' ? this.#random.pick(first) : first.at(this.#placement === 'first' ? 0 : -1);
    if (chosen === undefined) return this.#extend();
    this.#free = this.#free.filter((page) => page !== chosen);
    return chosen.physical;
  }

  #extend(): number {
    this.#pages.push(new Uint8Array(PAGE_BYTES));
    return this.#pages.length - 1;
  }
}
