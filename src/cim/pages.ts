import { crc32 } from 'node:zlib';
import { PAGE_BYTES } from './format.ts';
import { type RepositoryFile, readBytes } from './repository-file.ts';

/** Pages that are kept; 256 are 2 MiB, and a run over all namespaces touches fewer than 100 (CIM 10). */
const MAX_CACHED = 256;
/** Files up to this size are read at once where all of their pages are needed. */
const MAX_WHOLE = 64 * 1024 * 1024;
/** Pages of one read of a scan through a file: 256 KiB. */
const STRETCH_PAGES = 32;
const SECTOR_BYTES = 512;

/** A file of 8192-byte pages, read on demand. */
export class PageFile {
  readonly file: RepositoryFile;
  /** Whole pages that are there; a mapping may claim more (CIM 1). */
  readonly count: number;
  readonly #cache = new Map<number, Buffer>();
  #stretch: Buffer = Buffer.alloc(0);
  #stretchFrom = 0;
  #isWhole = false;

  constructor(file: RepositoryFile) {
    this.file = file;
    this.count = Math.floor(file.bytes / PAGE_BYTES);
  }

  /** Reads all of the file when it is not too large: where every page is needed this saves a read for each. */
  keepWhole(): void {
    if (this.#isWhole || this.file.bytes > MAX_WHOLE) return;
    this.#stretch = readBytes(this.file, 0, this.file.bytes);
    this.#stretchFrom = 0;
    this.#isWhole = true;
    this.#cache.clear();
  }

  /** Lets go of what `keepWhole` and `scan` read. */
  release(): void {
    this.#stretchFrom = 0;
    this.#stretch = Buffer.alloc(0);
    this.#isWhole = false;
  }

  /** The page at a physical number; undefined when the file ends before its end. */
  page(physical: number): Buffer | undefined {
    if (this.#isWhole) return this.#inStretch(physical);
    const cached = this.#cache.get(physical);
    if (cached !== undefined) return cached;
    if (physical >= this.count) return undefined;
    const page = readBytes(this.file, physical * PAGE_BYTES, PAGE_BYTES);
    if (page.length < PAGE_BYTES) return undefined;
    if (this.#cache.size >= MAX_CACHED) {
      for (const oldest of this.#cache.keys()) {
        this.#cache.delete(oldest);
        break;
      }
    }
    this.#cache.set(physical, page);
    return page;
  }

  /** The page at a physical number for a reader that goes through all of them: read in long stretches; good until the next one. */
  scan(physical: number): Buffer | undefined {
    if (physical >= this.count) return undefined;
    const page = this.#inStretch(physical);
    if (page !== undefined || this.#isWhole) return page;
    // One buffer serves all stretches: what a scan keeps of a page it must copy.
    if (this.#stretch.length < STRETCH_PAGES * PAGE_BYTES) this.#stretch = Buffer.alloc(STRETCH_PAGES * PAGE_BYTES);
    const read = this.file.read(this.#stretch, physical * PAGE_BYTES);
    this.#stretch.fill(0, read);
    this.#stretchFrom = physical;
    return this.#inStretch(physical);
  }

  #inStretch(physical: number): Buffer | undefined {
    const from = (physical - this.#stretchFrom) * PAGE_BYTES;
    if (from < 0 || from + PAGE_BYTES > this.#stretch.length) return undefined;
    return this.#stretch.subarray(from, from + PAGE_BYTES);
  }
}

const sample = Buffer.alloc(PAGE_BYTES / SECTOR_BYTES);

/**
 * The checksum that a mapping keeps of a page: CRC-32 over the first byte of each of its 16 sectors (CIM 2.4). A match
 * is no proof: only torn writes and changes of sampled bytes show.
 */
export function pageChecksum(page: Uint8Array): number {
  for (let i = 0; i < sample.length; i++) sample[i] = page[i * SECTOR_BYTES] ?? 0;
  return crc32(sample);
}
