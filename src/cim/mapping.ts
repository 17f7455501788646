import { type Layout, NO_PAGE } from './format.ts';
import { REPOSITORY_LIMITS } from './limits.ts';
import { type RepositoryFile, readBytes } from './repository-file.ts';

const SIGNATURE = 0xabcd;
const FOOTER = 0xdcba;
const NUMBER_MASK = 0x3fffffff;
/** Physical pages of a file; 4 Mi pages are 32 GiB. */
const MAX_PAGES = 1 << 22;

/** One of the two tables of a mapping file: logical pages to physical ones (CIM 2.1, 2.3). */
export interface MapTable {
  readonly physicalPages: number;
  /** By logical page: the physical one, or `NO_PAGE`. */
  readonly pages: Uint32Array;
  /** By logical page: checksum of its bytes (CIM 2.4). XP keeps none. */
  readonly checksums?: Uint32Array;
  /** By logical page: free bytes in it (CIM 2.2). */
  readonly freeBytes?: Uint32Array;
  /** By logical page: the generation that last wrote it. */
  readonly written?: Uint32Array;
  /** Logical page of the root of the index: the index table of Vista and later only. */
  readonly root?: number;
  readonly mapped: number;
  readonly free: Uint32Array;
  readonly hasFooter: boolean;
}

/** A mapping file: a consistent picture of both page files (CIM 2). */
export interface MapFile {
  readonly file: string;
  readonly layout: Layout;
  /** Counts transactions. */
  readonly version: number;
  /** Rises by one with every mapping file that is written; XP has none, there it is the version. */
  readonly generation: number;
  readonly previous?: number;
  readonly objects: MapTable;
  readonly index: MapTable;
  /** The dword behind the tables, 0 or 1; its meaning is unverified. */
  readonly trailer?: number;
  readonly bytesAfterEnd: number;
}

interface ReadTable {
  readonly version: number;
  readonly generation?: number;
  readonly previous?: number;
  readonly table: MapTable;
  readonly end: number;
}

/** Reads one table, or says why it is none. Nothing is allocated before the counts are known to fit (CIM 11, 45). */
function readTable(bytes: Buffer, at: number, layout: Layout): ReadTable | string {
  const headerBytes = layout === 'vista' ? 24 : 16;
  const entryBytes = layout === 'vista' ? 24 : 4;
  if (at + headerBytes > bytes.length) return 'it ends inside the header of a table';
  if (bytes.readUInt32LE(at) !== SIGNATURE) return 'a table does not begin with its mark';
  const version = bytes.readUInt32LE(at + 4);
  const physicalPages = bytes.readUInt32LE(at + headerBytes - 8);
  const count = bytes.readUInt32LE(at + headerBytes - 4);
  if (physicalPages > MAX_PAGES) return `it claims ${physicalPages} pages`;
  const entries = at + headerBytes;
  if (count > (bytes.length - entries - 4) / entryBytes) return `it claims ${count} entries, more than it can hold`;
  const freeAt = entries + count * entryBytes;
  const freeCount = bytes.readUInt32LE(freeAt);
  if (freeCount > (bytes.length - freeAt - 4) / 4) return `it claims ${freeCount} free pages, more than it can hold`;
  const seen = new Uint8Array(physicalPages);
  const pages = new Uint32Array(count);
  let mapped = 0;
  for (let i = 0; i < count; i++) {
    const raw = bytes.readUInt32LE(entries + i * entryBytes);
    if (raw === NO_PAGE) {
      pages[i] = NO_PAGE;
      continue;
    }
    const physical = raw & NUMBER_MASK;
    if (physical >= physicalPages) return `logical page ${i} lies in page ${physical} of ${physicalPages}`;
    if (seen[physical] === 1) return `two logical pages lie in page ${physical}`;
    seen[physical] = 1;
    pages[i] = physical;
    mapped++;
  }
  const free = new Uint32Array(freeCount);
  for (let i = 0; i < freeCount; i++) {
    const physical = bytes.readUInt32LE(freeAt + 4 + i * 4) & NUMBER_MASK;
    if (physical >= physicalPages || seen[physical] === 1) return `page ${physical} is free and mapped, or not there`;
    seen[physical] = 1;
    free[i] = physical;
  }
  if (mapped + freeCount !== physicalPages) {
    return `${mapped} mapped and ${freeCount} free pages are not the ${physicalPages} that it claims`;
  }
  const end = freeAt + 4 + freeCount * 4;
  const hasFooter = end + 4 <= bytes.length && bytes.readUInt32LE(end) === FOOTER;
  const table: MapTable = { physicalPages, pages, mapped, free, hasFooter };
  const after = hasFooter ? end + 4 : end;
  if (layout === 'xp') return { version, table, end: after };
  const column = (offset: number): Uint32Array => {
    const values = new Uint32Array(count);
    for (let i = 0; i < count; i++) values[i] = bytes.readUInt32LE(entries + i * entryBytes + offset);
    return values;
  };
  return {
    version,
    generation: bytes.readUInt32LE(at + 8),
    previous: bytes.readUInt32LE(at + 12),
    table: {
      ...table,
      checksums: column(4),
      freeBytes: column(8),
      written: column(20),
      ...(count === 0 ? {} : { root: bytes.readUInt32LE(entries + 12) }),
    },
    end: after,
  };
}

function readLayout(file: RepositoryFile, bytes: Buffer, layout: Layout): MapFile | string {
  const objects = readTable(bytes, 0, layout);
  if (typeof objects === 'string') return objects;
  const index = readTable(bytes, objects.end, layout);
  if (typeof index === 'string') return `behind its objects, ${index}`;
  const trailer = layout === 'vista' && index.end + 4 <= bytes.length ? bytes.readUInt32LE(index.end) : undefined;
  return {
    file: file.name,
    layout,
    version: objects.version,
    generation: objects.generation ?? objects.version,
    ...(objects.previous === undefined ? {} : { previous: objects.previous }),
    objects: objects.table,
    index: index.table,
    ...(trailer === undefined ? {} : { trailer }),
    bytesAfterEnd: bytes.length - index.end - (trailer === undefined ? 0 : 4),
  };
}

function readAll(file: RepositoryFile): Buffer | string {
  return file.bytes > REPOSITORY_LIMITS.mapBytes ? `it has ${file.bytes} bytes` : readBytes(file, 0, file.bytes);
}

/**
 * Reads a mapping file, or says why it is not one. A layout is accepted only when mapped and free pages together are
 * every physical page exactly once, which the wrong layout never fulfils (CIM 2.5). Bytes behind the tables are
 * stale (CIM 2.3).
 */
export function readMapFile(file: RepositoryFile): MapFile | string {
  const bytes = readAll(file);
  if (typeof bytes === 'string') return bytes;
  const vista = readLayout(file, bytes, 'vista');
  if (typeof vista !== 'string') return vista;
  const xp = readLayout(file, bytes, 'xp');
  return typeof xp === 'string' ? vista : xp;
}

/** The pair of files with one table each that XP may write beside its mapping files (CIM 1, 2.3). */
export function readMapPair(objects: RepositoryFile, index: RepositoryFile): MapFile | string {
  const objectBytes = readAll(objects);
  const indexBytes = readAll(index);
  if (typeof objectBytes === 'string') return objectBytes;
  if (typeof indexBytes === 'string') return indexBytes;
  const objectTable = readTable(objectBytes, 0, 'xp');
  if (typeof objectTable === 'string') return objectTable;
  const indexTable = readTable(indexBytes, 0, 'xp');
  if (typeof indexTable === 'string') return indexTable;
  return {
    file: `${objects.name} ${index.name}`,
    layout: 'xp',
    version: objectTable.version,
    generation: objectTable.version,
    objects: objectTable.table,
    index: indexTable.table,
    bytesAfterEnd: objectBytes.length - objectTable.end + indexBytes.length - indexTable.end,
  };
}

/** True when two maps show the same pages with the same checksums, whatever else they say. */
export function isEqualMap(a: MapFile, b: MapFile): boolean {
  return isEqualTable(a.objects, b.objects) && isEqualTable(a.index, b.index);
}

function isEqualTable(a: MapTable, b: MapTable): boolean {
  return isEqualColumn(a.pages, b.pages) && isEqualColumn(a.checksums ?? NO_COLUMN, b.checksums ?? NO_COLUMN);
}

const NO_COLUMN = new Uint32Array(0);

function isEqualColumn(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
