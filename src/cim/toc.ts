import { PAGE_BYTES } from './format.ts';

const ENTRY_BYTES = 16;

/** An entry of the table with which a page of objects begins (CIM 3). */
export interface TocEntry {
  readonly id: number;
  /** From the start of the page. */
  readonly offset: number;
  readonly size: number;
  readonly checksum: number;
}

/**
 * The table of a page of objects; undefined when the page begins with anything else, as the second page of a long record
 * does. Entries must lie behind the table and not upon each other (CIM 3, 11 case 48).
 */
export function readToc(page: Buffer): readonly TocEntry[] | undefined {
  const entries: TocEntry[] = [];
  for (let at = 0; ; at += ENTRY_BYTES) {
    if (at + ENTRY_BYTES > PAGE_BYTES) return undefined;
    const id = page.readUInt32LE(at);
    const offset = page.readUInt32LE(at + 4);
    const size = page.readUInt32LE(at + 8);
    const checksum = page.readUInt32LE(at + 12);
    if (id === 0 && offset === 0 && size === 0 && checksum === 0) break;
    if (id === 0 || size === 0 || offset < 2 * ENTRY_BYTES || offset >= PAGE_BYTES) return undefined;
    if (size > PAGE_BYTES - offset && entries.length > 0) return undefined;
    entries.push({ id, offset, size, checksum });
  }
  if (entries.length === 0) return undefined;
  const tableEnd = ENTRY_BYTES * (entries.length + 1);
  let end = tableEnd;
  const inOrder = isAscending(entries) ? entries : entries.toSorted((a, b) => a.offset - b.offset);
  for (const { offset, size } of inOrder) {
    if (offset < end) return undefined;
    end = offset + size;
  }
  return entries;
}

function isAscending(entries: readonly TocEntry[]): boolean {
  for (let i = 1; i < entries.length; i++) {
    if ((entries[i]?.offset ?? 0) < (entries[i - 1]?.offset ?? 0)) return false;
  }
  return true;
}

/**
 * The entry with a record id, found without judging the rest of the table: a broken neighbour must not cost this record
 * (L21). Undefined when there is none, or none that lies in the page.
 */
export function findTocEntry(page: Buffer, id: number): TocEntry | undefined {
  for (let at = 0; at + ENTRY_BYTES <= PAGE_BYTES; at += ENTRY_BYTES) {
    const found = page.readUInt32LE(at);
    if (found === id) {
      const offset = page.readUInt32LE(at + 4);
      const size = page.readUInt32LE(at + 8);
      if (offset < at + ENTRY_BYTES || offset >= PAGE_BYTES || size === 0) return undefined;
      return { id, offset, size, checksum: page.readUInt32LE(at + 12) };
    }
    if (found === 0 && page.readUInt32LE(at + 4) === 0 && page.readUInt32LE(at + 8) === 0) return undefined;
  }
  return undefined;
}
