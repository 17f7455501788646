import { crc32 } from 'node:zlib';
import type { Xorshift } from '../evtx/xorshift.ts';
import type { RecordAddress, RepositoryLayout } from './key-text.ts';

export const PAGE_BYTES = 8192;
const TOC_ENTRY_BYTES = 16;
/** The largest record that fits a page beside its entry and the end of the list (CIM 3). */
export const SINGLE_PAGE_BYTES: number = PAGE_BYTES - 2 * TOC_ENTRY_BYTES;
/** Pages at the end of the file in which room is looked for. */
const OPEN_PAGES = 3;

interface StoredRecord {
  readonly id: number;
  readonly content: Uint8Array;
}

interface ObjectPage {
  kind: 'records' | 'head' | 'tail';
  image: Uint8Array;
  records: StoredRecord[];
}

/** The logical pages of OBJECTS.DATA (CIM 3). */
export class ObjectPages {
  readonly #layout: RepositoryLayout;
  readonly #random: Xorshift;
  readonly #pages: ObjectPage[] = [];
  readonly #changed = new Set<number>();

  constructor(layout: RepositoryLayout, random: Xorshift) {
    this.#layout = layout;
    this.#random = random;
  }

  get count(): number {
    return this.#pages.length;
  }

  image(logical: number): Uint8Array {
    return this.#page(logical).image;
  }

  /** Bytes that no record and no entry takes, as the maps state them (CIM 2.2); 0 of a part of a longer record. */
  freeBytes(logical: number): number {
    const { kind, records } = this.#page(logical);
    if (kind !== 'records') return 0;
    return room(records);
  }

  /** Pages that changed since the last call. */
  takeChanged(): number[] {
    const changed = [...this.#changed].sort((a, b) => a - b);
    this.#changed.clear();
    return changed;
  }

  /** Stores a record; `isAlone` begins a new page for it. */
  insert(content: Uint8Array, isAlone = false): RecordAddress {
    if (content.length > SINGLE_PAGE_BYTES) return this.#insertLong(content);
    let logical = isAlone ? -1 : this.#pageWithRoom(content.length);
    if (logical < 0) {
      logical = this.#pages.length;
      this.#pages.push({ kind: 'records', image: new Uint8Array(PAGE_BYTES), records: [] });
    }
    const page = this.#page(logical);
    const id = this.#newId(page);
    page.records.push({ id, content });
    this.#settle(logical);
    return { page: logical, id, size: content.length };
  }

  /** Takes a record out. Its bytes stay where nothing else comes to lie: that is the slack. */
  remove({ page: logical, id, size }: RecordAddress): void {
    const page = this.#page(logical);
    if (page.kind === 'head') {
      const tails = Math.ceil((size - SINGLE_PAGE_BYTES) / PAGE_BYTES);
      for (let i = 0; i <= tails; i++) {
        const part = this.#page(logical + i);
        part.kind = 'records';
        part.records = [];
        part.image = part.image.slice();
        // An empty list of records; the rest of the old record stays behind it.
        part.image.fill(0, 0, TOC_ENTRY_BYTES);
        this.#changed.add(logical + i);
      }
      return;
    }
    const at = page.records.findIndex((record) => record.id === id);
    if (at < 0) throw new Error(`page ${logical} has no record ${id}`);
    page.records.splice(at, 1);
    this.#settle(logical);
  }

  /** Gives a page other bytes, as they are: for what no writer would write. */
  overwrite(logical: number, image: Uint8Array): void {
    this.#page(logical).image = image.slice();
    this.#changed.add(logical);
  }

  #page(logical: number): ObjectPage {
    const page = this.#pages[logical];
    if (page === undefined) throw new Error(`no logical page ${logical}`);
    return page;
  }

  #pageWithRoom(size: number): number {
    const last = this.#pages.length - 1;
    for (let logical = last; logical >= 0 && logical > last - OPEN_PAGES; logical--) {
      const { kind, records } = this.#page(logical);
      if (kind === 'records' && room(records) >= size + TOC_ENTRY_BYTES) return logical;
    }
    return -1;
  }

  #newId(page: ObjectPage): number {
    for (;;) {
      const id = this.#random.next();
      // 1 marks a record of several pages.
      if (id > 1 && !page.records.some((record) => record.id === id)) return id;
    }
  }

  /** Writes list and records over the old bytes of the page, packed from the front. */
  #settle(logical: number): void {
    const page = this.#page(logical);
    const image = page.image.slice();
    const view = new DataView(image.buffer);
    let at = TOC_ENTRY_BYTES * (page.records.length + 1);
    page.records.forEach(({ id, content }, i) => {
      view.setUint32(i * TOC_ENTRY_BYTES, id, true);
      view.setUint32(i * TOC_ENTRY_BYTES + 4, at, true);
      view.setUint32(i * TOC_ENTRY_BYTES + 8, content.length, true);
      view.setUint32(i * TOC_ENTRY_BYTES + 12, this.#checksum(content), true);
      image.set(content, at);
      at += content.length;
    });
    image.fill(0, page.records.length * TOC_ENTRY_BYTES, (page.records.length + 1) * TOC_ENTRY_BYTES);
    page.image = image;
    this.#changed.add(logical);
  }

  #insertLong(content: Uint8Array): RecordAddress {
    const logical = this.#pages.length;
    const head = new Uint8Array(PAGE_BYTES);
    const view = new DataView(head.buffer);
    view.setUint32(0, 1, true);
    view.setUint32(4, 2 * TOC_ENTRY_BYTES, true);
    view.setUint32(8, content.length, true);
    view.setUint32(12, this.#checksum(content), true);
    head.set(content.subarray(0, SINGLE_PAGE_BYTES), 2 * TOC_ENTRY_BYTES);
    this.#append({ kind: 'head', image: head, records: [{ id: 1, content }] });
    for (let at = SINGLE_PAGE_BYTES; at < content.length; at += PAGE_BYTES) {
      const image = new Uint8Array(PAGE_BYTES);
      image.set(content.subarray(at, at + PAGE_BYTES));
      this.#append({ kind: 'tail', image, records: [] });
    }
    return { page: logical, id: 1, size: content.length };
  }

  #append(page: ObjectPage): void {
    this.#changed.add(this.#pages.length);
    this.#pages.push(page);
  }

  /** 0 since Vista; on XP the CRC-32 that begins with 0 and is not inverted (CIM 3). */
  #checksum(content: Uint8Array): number {
    return this.#layout === 'xp' ? ~crc32(content, 0xffffffff) >>> 0 : 0;
  }
}

function room(records: readonly StoredRecord[]): number {
  const used = records.reduce((sum, { content }) => sum + content.length, 0);
  return PAGE_BYTES - used - TOC_ENTRY_BYTES * (records.length + 1);
}
