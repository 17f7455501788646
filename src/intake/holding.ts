import type { FilePort, OpenFile, RandomFile } from './file-port.ts';
import type { KeptFile } from './kept-role.ts';

/** Members of archives that are held in memory in one run (SETTLED D9). */
export const HELD_BYTES: number = 256 * 1024 * 1024;
/** Loose files that are open at the same time; a folder of MOF files has hundreds. */
const OPEN_AT_ONCE = 64;
const PAGE_BYTES = 1 << 20;

/** A file without a name that grows at its end: where the bytes go that memory may not hold. */
export interface SpoolFile {
  append(bytes: Uint8Array): void;
  read(into: Uint8Array, position: number): number;
  close(): void;
}

/** A file that was put aside; it is let go of as soon as it is read. */
export interface BorrowedFile extends KeptFile {
  release(): void;
}

export interface HoldingOptions {
  /** Default: `HELD_BYTES`. */
  readonly memoryBytes?: number;
  /** Without it what memory may not hold is not held at all. */
  readonly openSpool?: () => SpoolFile;
}

/** Memory is full and there is nowhere else; a value of trouble, told as one. */
export class HoldingFullError extends Error {}

/**
 * The files of one run that are needed at random places: loose ones where they lie, members of archives in memory up to one
 * budget, and beyond it in files without names. `close` lets go of all of them.
 */
export class Holding {
  readonly #openSpool: (() => SpoolFile) | undefined;
  readonly #spools = new Set<SpoolFile>();
  readonly #loose = new Map<LooseFile, RandomFile>();
  #left: number;
  /** Where all that is kept to the end of the run goes, one behind the other. */
  #shared: { readonly spool: SpoolFile; bytes: number } | undefined;

  constructor(options: HoldingOptions = {}) {
    this.#left = options.memoryBytes ?? HELD_BYTES;
    this.#openSpool = options.openSpool;
  }

  /** A loose file, opened when it is first read. */
  loose(port: FilePort, path: string, bytes: number): KeptFile {
    return new LooseFile(port, path, bytes, this.#loose);
  }

  /** All that the pieces give, until the run ends. */
  async keep(pieces: AsyncIterable<Uint8Array>): Promise<KeptFile> {
    const shared = (): { readonly spool: SpoolFile; bytes: number } => {
      this.#shared ??= { spool: this.#open(), bytes: 0 };
      return this.#shared;
    };
    return this.#gather(pieces, shared);
  }

  /** All that the pieces give, until it is released. */
  async borrow(pieces: AsyncIterable<Uint8Array>): Promise<BorrowedFile> {
    let own: { readonly spool: SpoolFile; bytes: number } | undefined;
    const ownSpool = (): { readonly spool: SpoolFile; bytes: number } => {
      own ??= { spool: this.#open(), bytes: 0 };
      return own;
    };
    try {
      const { bytes, read, inMemory } = await this.#gather(pieces, ownSpool);
      let isReleased = false;
      const release = (): void => {
        if (isReleased) return;
        isReleased = true;
        this.#left += inMemory;
        if (own !== undefined) this.#drop(own.spool);
      };
      return { bytes, read, release };
    } catch (error) {
      if (own !== undefined) this.#drop(own.spool);
      throw error;
    }
  }

  close(): void {
    for (const file of this.#loose.values()) file.close();
    this.#loose.clear();
    for (const spool of this.#spools) spool.close();
    this.#spools.clear();
    this.#shared = undefined;
  }

  async #gather(
    pieces: AsyncIterable<Uint8Array>,
    spoolOf: () => { readonly spool: SpoolFile; bytes: number },
  ): Promise<KeptFile & { readonly inMemory: number }> {
    const pages = new Pages();
    let spooled: { readonly target: { readonly spool: SpoolFile; bytes: number }; readonly start: number } | undefined;
    try {
      for await (const piece of pieces) {
        if (spooled === undefined && piece.length <= this.#left) {
          pages.append(piece);
          this.#left -= piece.length;
          continue;
        }
        if (spooled === undefined) {
          const target = spoolOf();
          spooled = { target, start: target.bytes };
          for (const page of pages.drain()) {
            target.spool.append(page);
            target.bytes += page.length;
            this.#left += page.length;
          }
        }
        spooled.target.spool.append(piece);
        spooled.target.bytes += piece.length;
      }
    } catch (error) {
      this.#left += pages.bytes;
      throw error;
    }
    if (spooled === undefined) {
      pages.trim();
      return { bytes: pages.bytes, inMemory: pages.bytes, read: (into, position) => pages.read(into, position) };
    }
    const { target, start } = spooled;
    const bytes = target.bytes - start;
    const read = (into: Uint8Array, position: number): number => {
      const wanted = into.subarray(0, Math.max(0, Math.min(into.length, bytes - position)));
      return wanted.length === 0 ? 0 : target.spool.read(wanted, start + position);
    };
    return { bytes, inMemory: 0, read };
  }

  #open(): SpoolFile {
    if (this.#openSpool === undefined) throw new HoldingFullError('the memory for members of archives is full');
    const spool = this.#openSpool();
    this.#spools.add(spool);
    return spool;
  }

  #drop(spool: SpoolFile): void {
    this.#spools.delete(spool);
    spool.close();
  }
}

/** The face that archive readers read, of a file that is held. */
export function openHeld(held: KeptFile): OpenFile {
  return {
    read: async (into, position) => held.read(into, position),
    stat: async () => ({ kind: 'file', bytes: held.bytes, modified: { ms: 0, ticks: 0 }, identity: '' }),
    close: async () => undefined,
  };
}

/** Bytes in pages of one size, so that nothing is copied when more come. */
class Pages {
  #pages: Buffer[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  append(piece: Uint8Array): void {
    for (let at = 0; at < piece.length; ) {
      const inPage = this.#bytes % PAGE_BYTES;
      if (inPage === 0) this.#pages.push(Buffer.allocUnsafeSlow(PAGE_BYTES));
      const part = piece.subarray(at, at + PAGE_BYTES - inPage);
      this.#pages.at(-1)?.set(part, inPage);
      this.#bytes += part.length;
      at += part.length;
    }
  }

  /** Lets go of the room behind the last byte: many files are small. */
  trim(): void {
    const used = this.#bytes % PAGE_BYTES;
    const last = this.#pages.at(-1);
    if (used === 0 || last === undefined) return;
    this.#pages[this.#pages.length - 1] = Buffer.from(last.subarray(0, used));
  }

  /** Gives the pages away, one by one. */
  *drain(): Generator<Uint8Array, void> {
    let left = this.#bytes;
    for (const page of this.#pages) {
      const part = page.subarray(0, left);
      left -= part.length;
      yield part;
    }
    this.#pages = [];
    this.#bytes = 0;
  }

  read(into: Uint8Array, position: number): number {
    const wanted = Math.max(0, Math.min(into.length, this.#bytes - position));
    for (let done = 0; done < wanted; ) {
      const at = position + done;
      const page = this.#pages[Math.floor(at / PAGE_BYTES)];
      const part = page?.subarray(at % PAGE_BYTES, (at % PAGE_BYTES) + wanted - done);
      if (part === undefined || part.length === 0) return done;
      into.set(part, done);
      done += part.length;
    }
    return wanted;
  }
}

/** A loose file among others of which only so many are open. */
class LooseFile implements KeptFile {
  readonly bytes: number;
  readonly #port: FilePort;
  readonly #path: string;
  /** Those that are open, the one that was used last at the end. */
  readonly #open: Map<LooseFile, RandomFile>;

  constructor(port: FilePort, path: string, bytes: number, open: Map<LooseFile, RandomFile>) {
    this.#port = port;
    this.#path = path;
    this.bytes = bytes;
    this.#open = open;
  }

  read(into: Uint8Array, position: number): number {
    const file = this.#open.get(this) ?? this.#port.openAtRandom(this.#path);
    this.#open.delete(this);
    this.#open.set(this, file);
    for (const [longest, other] of this.#open) {
      if (this.#open.size <= OPEN_AT_ONCE) break;
      other.close();
      this.#open.delete(longest);
    }
    return file.read(into, position);
  }
}
