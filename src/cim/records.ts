import { NO_PAGE, PAGE_BYTES } from './format.ts';
import type { Locator } from './key-token.ts';
import type { RepositoryLimits } from './limits.ts';
import type { MapTable } from './mapping.ts';
import { type PageFile, pageChecksum } from './pages.ts';
import { findTocEntry, readToc, type TocEntry } from './toc.ts';

/** Whether the pages of a record agree with the checksums of their mapping; XP and pages without a map have none. */
export type ChecksumState = 'match' | 'mismatch' | 'none';

/** A record and where it was found. */
export interface FoundRecord {
  readonly bytes: Buffer;
  /** Undefined where no map says it. */
  readonly logicalPage: number | undefined;
  readonly physicalPage: number;
  readonly recordId: number;
  /** Bytes that the table of its page claims. */
  readonly size: number;
  /** Of its first byte in OBJECTS.DATA. */
  readonly offset: number;
  readonly checksum: ChecksumState;
  /** True when later pages of it were not found: the bytes are a part. */
  readonly isCut: boolean;
}

/** Finds the record that a key means; a text says why it is not there. */
export interface Records {
  /** By the size that the table of its page states, unless another is given. */
  find(locator: Locator, bytes?: number): FoundRecord | string;
}

/** Records of one generation, through its map (CIM 3). */
export class MappedRecords implements Records {
  readonly #pages: PageFile;
  readonly #table: MapTable;
  readonly #limits: RepositoryLimits;
  readonly #states = new Map<number, ChecksumState>();

  constructor(pages: PageFile, table: MapTable, limits: RepositoryLimits) {
    this.#pages = pages;
    this.#table = table;
    this.#limits = limits;
  }

  get logicalPages(): number {
    return this.#table.pages.length;
  }

  physicalOf(logical: number): number {
    return this.#table.pages[logical] ?? NO_PAGE;
  }

  /** Whether a logical page is the one that the map was written for. */
  checksumOf(logical: number): ChecksumState {
    const known = this.#states.get(logical);
    if (known !== undefined) return known;
    const expected = this.#table.checksums?.[logical];
    const page = this.#pages.page(this.physicalOf(logical));
    const state: ChecksumState =
      expected === undefined || page === undefined ? 'none' : pageChecksum(page) === expected ? 'match' : 'mismatch';
    this.#states.set(logical, state);
    return state;
  }

  find(locator: Locator, size?: number): FoundRecord | string {
    const physical = this.physicalOf(locator.page);
    if (physical === NO_PAGE) return 'its page is not mapped';
    const page = this.#pages.page(physical);
    if (page === undefined) return `the file ends before its page, ${physical}`;
    const listed = findTocEntry(page, locator.id);
    if (listed === undefined) return 'its page has no such record';
    const entry = size === undefined ? listed : { ...listed, size };
    const next = (n: number): Buffer | undefined => this.#pages.page(this.physicalOf(locator.page + n));
    const bytes = recordBytes(page, entry, next, this.#limits.recordBytes);
    if (bytes === undefined) return `it claims ${entry.size} bytes`;
    let checksum = this.checksumOf(locator.page);
    for (let n = 1; entry.offset + bytes.length > n * PAGE_BYTES; n++) {
      if (this.checksumOf(locator.page + n) === 'mismatch') checksum = 'mismatch';
    }
    return {
      bytes,
      logicalPage: locator.page,
      physicalPage: physical,
      recordId: locator.id,
      size: entry.size,
      offset: physical * PAGE_BYTES + entry.offset,
      checksum,
      isCut: bytes.length < entry.size,
    };
  }
}

/** The bytes of a record, its later pages added; undefined beyond the bound. */
export function recordBytes(
  page: Buffer,
  entry: TocEntry,
  next: (n: number) => Buffer | undefined,
  most: number,
): Buffer | undefined {
  if (entry.size > most) return undefined;
  const first = page.subarray(entry.offset, Math.min(PAGE_BYTES, entry.offset + entry.size));
  if (first.length === entry.size) return first;
  const parts = [first];
  let left = entry.size - first.length;
  for (let n = 1; left > 0; n++) {
    const more = next(n);
    if (more === undefined) break;
    const part = more.subarray(0, Math.min(left, PAGE_BYTES));
    parts.push(part);
    left -= part.length;
  }
  return Buffer.concat(parts);
}

interface ScannedRecord {
  readonly physicalPage: number;
  readonly entry: TocEntry;
}

/**
 * Records without a map: every table of every physical page, by id and size. Equal pairs are copies of one record in all
 * that was seen (CIM 2.5). Later pages of a long record are guessed to be the next physical ones.
 */
export class ScannedRecords implements Records {
  readonly #pages: PageFile;
  readonly #limits: RepositoryLimits;
  readonly #byId = new Map<number, ScannedRecord[]>();

  constructor(pages: PageFile, limits: RepositoryLimits) {
    this.#pages = pages;
    this.#limits = limits;
    for (let physicalPage = 0; physicalPage < pages.count; physicalPage++) {
      const page = pages.page(physicalPage);
      for (const entry of page === undefined ? [] : (readToc(page) ?? [])) {
        // Id 1 marks every long record, so that its size must tell them apart.
        const key = entry.id === 1 ? -entry.size : entry.id;
        const list = this.#byId.get(key);
        if (list === undefined) this.#byId.set(key, [{ physicalPage, entry }]);
        else if (list.length < 64) list.push({ physicalPage, entry });
      }
    }
  }

  has(locator: Locator): boolean {
    return this.#candidates(locator).length > 0;
  }

  #candidates(locator: Locator): readonly ScannedRecord[] {
    const list = this.#byId.get(locator.id === 1 ? -locator.size : locator.id) ?? [];
    return list.filter(({ entry }) => entry.size === locator.size);
  }

  find(locator: Locator): FoundRecord | string {
    const found = this.#candidates(locator).at(-1);
    return found === undefined ? 'no page has a record of this id and size' : this.#read(found, locator.page);
  }

  /** Every record of every page, in order of their places. */
  *all(): Generator<FoundRecord> {
    for (let physicalPage = 0; physicalPage < this.#pages.count; physicalPage++) {
      const page = this.#pages.page(physicalPage);
      for (const entry of page === undefined ? [] : (readToc(page) ?? [])) {
        const record = this.#read({ physicalPage, entry }, undefined);
        if (typeof record !== 'string') yield record;
      }
    }
  }

  #read({ physicalPage, entry }: ScannedRecord, logicalPage: number | undefined): FoundRecord | string {
    const page = this.#pages.page(physicalPage);
    if (page === undefined) return 'its page is gone';
    const bytes = recordBytes(page, entry, (n) => this.#pages.page(physicalPage + n), this.#limits.recordBytes);
    if (bytes === undefined) return `it claims ${entry.size} bytes`;
    return {
      bytes,
      logicalPage,
      physicalPage,
      recordId: entry.id,
      size: entry.size,
      offset: physicalPage * PAGE_BYTES + entry.offset,
      checksum: 'none',
      isCut: bytes.length < entry.size,
    };
  }
}
