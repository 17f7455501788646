import { crc32 } from 'node:zlib';
import { PAGE_BYTES } from './format.ts';
import type { RepositoryFile } from './repository-file.ts';

/** Pages that are kept; 512 are 4 MiB, and a run over all namespaces touches fewer than 100 (CIM 10). */
const MAX_CACHED = 512;
/** Pages of one read of a scan: 1 MiB. */
const STRETCH_PAGES = 128;
const SECTOR_BYTES = 512;

/** Files up to this size are read at once where every page of them is needed anyway. */
const MAX_WHOLE = 64 * 1024 * 1024;

/** A file of 8192-byte pages, read on demand, or at once where all of it is needed. */
export class PageFile {
  readonly file: RepositoryFile;
  /** Whole pages that are there; a mapping may claim more (CIM 1). */
  readonly count: number;
  readonly #cache = new Map<number, Buffer>();
  #stretch: Buffer = Buffer.alloc(0);
  #stretchFrom = 0;
  readonly #isWhole: boolean;

  constructor(file: RepositoryFile, isReadWhole = false) {
    this.file = file;
    this.count = Math.floor(file.bytes / PAGE_BYTES);
    // A stretch that covers every page serves them all.
    if (isReadWhole && file.bytes <= MAX_WHOLE) this.#stretch = bufferOf(file.read(0, file.bytes));
    this.#isWhole = this.#stretch.length > 0;
  }

  /** The page at a physical number for a reader that goes through all of them: read in long stretches, and not kept. */
  scan(physical: number): Buffer | undefined {
    if (physical >= this.count) return undefined;
    const at = physical - this.#stretchFrom;
    if (at < 0 || (at + 1) * PAGE_BYTES > this.#stretch.length) {
      this.#stretchFrom = physical;
      this.#stretch = bufferOf(this.file.read(physical * PAGE_BYTES, STRETCH_PAGES * PAGE_BYTES));
    }
    const from = (physical - this.#stretchFrom) * PAGE_BYTES;
    const page = this.#stretch.subarray(from, from + PAGE_BYTES);
    return page.length < PAGE_BYTES ? undefined : page;
  }

  /** The page at a physical number; undefined when the file ends before its end. */
  page(physical: number): Buffer | undefined {
    if (this.#isWhole) return this.scan(physical);
    const cached = this.#cache.get(physical);
    if (cached !== undefined) return cached;
    if (physical >= this.count) return undefined;
    const bytes = this.file.read(physical * PAGE_BYTES, PAGE_BYTES);
    if (bytes.length < PAGE_BYTES) return undefined;
    const page = bufferOf(bytes);
    if (this.#cache.size >= MAX_CACHED) {
      for (const oldest of this.#cache.keys()) {
        this.#cache.delete(oldest);
        break;
      }
    }
    this.#cache.set(physical, page);
    return page;
  }
}

/** The same bytes as a Buffer, whose readers and slicers of text are the fastest ones there are. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
