import type { Generation, RepositoryFiles } from './generation.ts';
import type { RecordAddress, RepositoryLayout } from './key-text.ts';
import { PAGE_BYTES } from './object-pages.ts';
import { pageChecksum } from './page-file.ts';

export type PagedFile = 'OBJECTS.DATA' | 'INDEX.BTR';

/** The bytes of a file, to be changed in place. */
export function fileBytes(files: RepositoryFiles, name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes === undefined) throw new Error(`no file ${name}`);
  return bytes;
}

/** A physical page, to be changed in place. */
export function physicalPage(files: RepositoryFiles, name: PagedFile, physical: number): Uint8Array {
  return fileBytes(files, name).subarray(physical * PAGE_BYTES, (physical + 1) * PAGE_BYTES);
}

/** Where a logical page of a generation lies. */
export function physicalOf(generation: Generation, name: PagedFile, logical: number): number {
  const table = name === 'OBJECTS.DATA' ? generation.objects : generation.index;
  const physical = table.entries[logical]?.physical;
  if (physical === undefined) throw new Error(`logical page ${logical} of ${name} lies nowhere`);
  return physical;
}

/** Bytes from the start of OBJECTS.DATA at which a record begins, as this generation maps it. */
export function recordOffset(files: RepositoryFiles, generation: Generation, { page, id }: RecordAddress): number {
  const physical = physicalOf(generation, 'OBJECTS.DATA', page);
  const bytes = physicalPage(files, 'OBJECTS.DATA', physical);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 16 <= PAGE_BYTES && view.getUint32(at, true) !== 0; at += 16) {
    if (view.getUint32(at, true) === id) return physical * PAGE_BYTES + view.getUint32(at + 4, true);
  }
  throw new Error(`page ${page} lists no record ${id}`);
}

/** Changes a page and, where `isSealed`, states its new checksum in every map that shows it. */
export function changePage(
  files: RepositoryFiles,
  name: PagedFile,
  physical: number,
  change: (view: DataView, bytes: Uint8Array) => void,
  isSealed = true,
): void {
  const bytes = physicalPage(files, name, physical);
  change(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), bytes);
  if (!isSealed) return;
  const checksum = pageChecksum(bytes);
  for (const [map, content] of files) {
    if (!/^MAPPING\d\.MAP$/i.test(map)) continue;
    const view = new DataView(content.buffer, content.byteOffset, content.length);
    const table = mapTables(content)[name === 'OBJECTS.DATA' ? 0 : 1];
    for (let i = 0; i < (table?.entries ?? 0); i++) {
      const at = (table?.firstEntry ?? 0) + 24 * i;
      if (view.getUint32(at, true) === physical) view.setUint32(at + 4, checksum, true);
    }
  }
}

/** Where the tables of a map of Vista and later stand (CIM 2.1). */
export interface TablePlace {
  readonly start: number;
  readonly entries: number;
  readonly firstEntry: number;
  /** Of the count of free pages. */
  readonly freeCount: number;
}

export function mapTables(content: Uint8Array): TablePlace[] {
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const out: TablePlace[] = [];
  let at = 0;
  for (let i = 0; i < 2; i++) {
    const entries = view.getUint32(at + 20, true);
    const firstEntry = at + 24;
    const freeCount = firstEntry + 24 * entries;
    out.push({ start: at, entries, firstEntry, freeCount });
    at = freeCount + 4 + 4 * view.getUint32(freeCount, true) + 4;
  }
  return out;
}

/** Changes a map in place. */
export function changeMap(
  files: RepositoryFiles,
  map: string,
  change: (view: DataView, tables: readonly TablePlace[]) => void,
): void {
  const content = fileBytes(files, map);
  change(new DataView(content.buffer, content.byteOffset, content.length), mapTables(content));
}

/** Offsets inside a page of the index (CIM 4.1). */
export function indexFields(view: DataView): {
  readonly count: number;
  readonly children: number;
  readonly keyOffsets: number;
  readonly keyTable: number;
} {
  const count = view.getUint32(16, true);
  const children = 20 + 4 * count;
  const keyOffsets = children + 4 * (count + 1);
  return { count, children, keyOffsets, keyTable: keyOffsets + 2 * count };
}

/** Zeroes every page that no map shows, so that nothing is left but slack. */
export function wipeFreePages(files: RepositoryFiles, generations: readonly Generation[], name: PagedFile): void {
  const shown = new Set<number>();
  for (const { objects, index } of generations) {
    for (const { physical } of (name === 'OBJECTS.DATA' ? objects : index).entries) {
      if (physical !== undefined) shown.add(physical);
    }
  }
  const pages = fileBytes(files, name).length / PAGE_BYTES;
  for (let i = 0; i < pages; i++) if (!shown.has(i)) physicalPage(files, name, i).fill(0);
}

/** The files under other names, as a collection may have them. */
export function renamed(files: RepositoryFiles, rename: (name: string) => string): RepositoryFiles {
  return new Map([...files].map(([name, bytes]) => [rename(name), bytes]));
}

/** Only these files. */
export function only(files: RepositoryFiles, ...names: readonly string[]): RepositoryFiles {
  return new Map([...files].filter(([name]) => names.includes(name)));
}

/** Hash text at the head of an instance, in the bytes that a carver meets. */
export function headBytes(classHash: string): Uint8Array {
  return Buffer.from(classHash, 'utf16le');
}

export function hashDigits(layout: RepositoryLayout): number {
  return layout === 'xp' ? 32 : 64;
}
