import { ByteWriter } from './byte-writer.ts';
import type { RepositoryLayout } from './key-text.ts';
import type { MapTable } from './page-file.ts';

const MAP_SIGNATURE = 0xabcd;
const MAP_END = 0xdcba;
const UNMAPPED = 0xffffffff;

export interface MapFileContent {
  readonly version: number;
  readonly generation: number;
  readonly objects: MapTable;
  readonly index: MapTable;
  /** Logical page of the root of the index. */
  readonly root: number;
  readonly isClean: boolean;
}

/** A mapping file: the table of the objects, then that of the index (CIM 2.1, 2.3). */
export function mappingFile(content: MapFileContent, layout: RepositoryLayout): Uint8Array {
  const { objects, index, root, isClean } = content;
  const out = new ByteWriter();
  if (layout === 'xp') {
    mapTableXp(out, objects, content.version);
    mapTableXp(out, index, content.version);
    return out.finish();
  }
  mapTable(out, objects, content, 0);
  mapTable(out, index, content, root);
  return out.u32(isClean ? 1 : 0).finish();
}

function mapTable(out: ByteWriter, table: MapTable, { version, generation }: MapFileContent, root: number): void {
  out
    .u32(MAP_SIGNATURE)
    .u32(version)
    .u32(generation)
    .u32(generation - 1);
  out.u32(table.physicalPages).u32(table.entries.length);
  table.entries.forEach(({ physical, checksum, freeBytes, writtenBy }, i) => {
    out
      .u32(physical ?? UNMAPPED)
      .u32(checksum)
      .u32(freeBytes);
    out
      .u32(i === 0 ? root : 0)
      .u32(generation)
      .u32(writtenBy);
  });
  freeList(out, table);
}

/** One table in the layout of XP and 2003, which OBJECTS.MAP and INDEX.MAP hold too. */
export function mapTableXp(out: ByteWriter, table: MapTable, version: number): void {
  out.u32(MAP_SIGNATURE).u32(version).u32(table.physicalPages).u32(table.entries.length);
  for (const { physical } of table.entries) out.u32(physical ?? UNMAPPED);
  freeList(out, table);
}

function freeList(out: ByteWriter, { free }: MapTable): void {
  out.u32(free.length);
  for (const physical of free) out.u32(physical);
  out.u32(MAP_END);
}
