import { isMissing } from '../disk/index.ts';
import { BLOCK_HEADER_BYTES, readBlockHeader } from './block.ts';
import type { ArchiveFiles } from './files.ts';
import type { BlockRow, IndexFile, SegmentRow } from './index-file.ts';

/** Where the journal holds an event: number of the batch, number of the event in it. */
export interface JournalPlace {
  readonly position: number;
  readonly item: number;
}

export interface PlacedBlock {
  readonly segment: SegmentRow;
  readonly block: BlockRow;
}

export interface FindParts {
  readonly files: ArchiveFiles;
  readonly index: IndexFile;
  readonly seedOf: (segment: number) => number;
}

/**
 * The blocks that may hold an event by its place in the journal, one a stream at most: streams are in the order of the journal, and each block says where it
 * ends, so both the segment and the block are found by halving.
 */
export function blocksAround(parts: FindParts, place: JournalPlace): readonly PlacedBlock[] {
  const { index } = parts;
  const segments = index.segments().filter(({ leaving, blocks }) => leaving === 0 && blocks > 0);
  const streams = [...new Set(segments.map(({ stream }) => stream))];
  return streams.flatMap((stream) => {
    const own = segments.filter((segment) => segment.stream === stream);
    const segment = firstFrom(own, (one) => reaches(parts, one, index.block(one.id, one.blocks - 1), place));
    if (segment === undefined) return [];
    const block = firstFrom(index.blocks(segment.id), (one) => reaches(parts, segment, one, place));
    return block === undefined ? [] : { segment, block };
  });
}

/** The first of which something holds that holds of all behind it. */
function firstFrom<One>(all: readonly One[], holds: (one: One) => boolean): One | undefined {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = all[middle];
    if (one !== undefined && holds(one)) high = middle;
    else low = middle + 1;
  }
  return all[low];
}

/** Whether a block ends at or behind a place; no where its header does not verify. */
function reaches(parts: FindParts, segment: SegmentRow, block: BlockRow | undefined, place: JournalPlace): boolean {
  if (block === undefined) return false;
  const bytes = headerBytes(parts.files, segment.name, block.offset);
  const header = bytes === undefined ? undefined : readBlockHeader(bytes, parts.seedOf(segment.id));
  if (header === undefined) return false;
  return header.position > place.position || (header.position === place.position && header.item >= place.item);
}

function headerBytes(files: ArchiveFiles, name: string, offset: number): Buffer | undefined {
  try {
    const file = files.open(name, 'read');
    try {
      return file.read(offset, BLOCK_HEADER_BYTES);
    } finally {
      file.close();
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
