import { rowSpans } from '../entries/index.ts';
import { BLOCK_HEADER_BYTES, blockSeed, readBlockHeader, unpackBlock } from './block.ts';
import { filterOf } from './cut-blocks.ts';
import type { ArchiveFiles, OpenFile } from './files.ts';
import { FilterBuilder } from './filter.ts';
import type { BlockRow, IndexFile, SegmentRow } from './index-file.ts';
import { slicesName } from './segment.ts';
import { makeSlices } from './slices.ts';

export interface SealRequest {
  readonly files: ArchiveFiles;
  readonly index: IndexFile;
  readonly storeId: Uint8Array;
}

/** Makes the slices of a finished segment from the filters of its blocks, and from the blocks where those are missing. */
export function sealSegment({ files, index, storeId }: SealRequest, row: SegmentRow): void {
  const builder = new FilterBuilder();
  const filters: (Uint8Array | undefined)[] = Array.from({ length: row.blocks });
  const file = files.open(row.name, 'read');
  try {
    const seed = blockSeed(storeId, row.id);
    for (const block of index.blocks(row.id)) {
      filters[block.ordinal] = index.filter(block.first) ?? readFilter(file, block, seed, builder);
    }
  } finally {
    file.close();
  }
  writeSlices(files, slicesName(row.name), makeSlices(row.id, filters));
}

function readFilter(file: OpenFile, block: BlockRow, seed: number, builder: FilterBuilder): Uint8Array | undefined {
  const bytes = file.read(block.offset, BLOCK_HEADER_BYTES + block.stored);
  const header = readBlockHeader(bytes, seed);
  const payload = header?.first === block.first ? unpackBlock(bytes.subarray(BLOCK_HEADER_BYTES), header) : undefined;
  const spans = payload === undefined ? undefined : rowSpans(payload);
  return payload === undefined || spans === undefined ? undefined : filterOf(payload, spans, builder);
}

function writeSlices(files: ArchiveFiles, name: string, bytes: Buffer): void {
  const temporary = `${name}.tmp`;
  if (files.sizeOf(temporary) !== undefined) files.unlink(temporary);
  const made = files.open(temporary, 'create');
  try {
    made.write(bytes, 0);
    made.datasync();
  } finally {
    made.close();
  }
  files.rename(temporary, name);
  files.syncFolder();
}
