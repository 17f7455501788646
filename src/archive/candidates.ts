import { isMissing } from '../disk/index.ts';
import type { ArchiveFiles } from './files.ts';
import { mayHold } from './filter.ts';
import type { BlockRow, IndexFile, SegmentRow } from './index-file.ts';
import { slicesName } from './segment.ts';
import { openSlices, type Slices } from './slices.ts';

type Groups = readonly (readonly number[])[];

/** Up to so many blocks of a sealed segment are fetched one by one, more as a whole. */
const FETCHED_SINGLY = 64;

/** The blocks of a segment that may hold one hash of each group. */
export class Candidates {
  readonly #files: ArchiveFiles;
  readonly #index: IndexFile;
  /** Rows of slices that did not verify. */
  damagedRows = 0;

  constructor(files: ArchiveFiles, index: IndexFile) {
    this.#files = files;
    this.#index = index;
  }

  /** Newest last. For a segment that is not sealed these are all its blocks: `mayHold` tells of each. */
  blocksOf(segment: SegmentRow, groups: Groups): readonly BlockRow[] {
    const bits = groups.length === 0 ? undefined : this.#sealed(segment, groups);
    if (bits === undefined) return this.#index.blocks(segment.id);
    const ordinals = ordinalsOf(bits);
    if (ordinals.length > FETCHED_SINGLY) {
      const wanted = new Set(ordinals);
      return this.#index.blocks(segment.id).filter(({ ordinal }) => wanted.has(ordinal));
    }
    return ordinals.flatMap((ordinal) => this.#index.block(segment.id, ordinal) ?? []);
  }

  /** Whether a block's own filter lets it hold one of each group; yes where it has none. */
  mayHold(block: BlockRow, groups: Groups): boolean {
    if (groups.length === 0) return true;
    const filter = this.#index.filter(block.first);
    return filter === undefined || groups.every((group) => group.some((hash) => mayHold(filter, hash)));
  }

  #sealed(segment: SegmentRow, groups: Groups): Uint8Array | undefined {
    const slices = segment.sealed === 1 ? this.#slices(segment) : undefined;
    if (slices === undefined) return undefined;
    try {
      const found = new Uint8Array(Math.ceil(slices.blocks / 8)).fill(0xff);
      for (const group of groups) {
        const any = new Uint8Array(found.length);
        for (const hash of group) {
          const may = slices.lookUp(hash);
          for (let i = 0; i < any.length; i++) any[i] = (any[i] ?? 0) | (may[i] ?? 0);
        }
        for (let i = 0; i < found.length; i++) found[i] = (found[i] ?? 0) & (any[i] ?? 0);
      }
      this.damagedRows += slices.damagedRows;
      return found;
    } finally {
      slices.close();
    }
  }

  #slices(segment: SegmentRow): Slices | undefined {
    try {
      return openSlices(this.#files, slicesName(segment.name), segment.id);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}

function ordinalsOf(bits: Uint8Array): readonly number[] {
  const found: number[] = [];
  bits.forEach((byte, at) => {
    for (let bit = 0; byte >> bit > 0; bit++) if (((byte >> bit) & 1) === 1) found.push(at * 8 + bit);
  });
  return found;
}
