import type { Catalogue } from './catalogue.ts';
import { type Layout, NO_PAGE } from './format.ts';
import { adminRoot, type IndexPage, indexPageNumber, readIndexPage } from './index-page.ts';
import { type IndexPages, type IndexWalk, walkIndex } from './index-walk.ts';
import type { KeyToken } from './key-token.ts';
import type { RepositoryLimits } from './limits.ts';
import type { MapFile } from './mapping.ts';
import { type PageFile, pageChecksum } from './pages.ts';
import type { ScannedRecords } from './records.ts';

/** INDEX.BTR with its pages read once each: generations share most of them. */
export class IndexFile {
  readonly pages: PageFile;
  readonly #read = new Map<number, IndexPage | string>();

  constructor(pages: PageFile) {
    this.pages = pages;
  }

  page(physical: number): IndexPage | string {
    const known = this.#read.get(physical);
    if (known !== undefined) return known;
    const page = this.pageOnce(physical);
    this.#read.set(physical, page);
    return page;
  }

  /** The same of a page that no generation shares and nobody asks for again. */
  pageOnce(physical: number): IndexPage | string {
    const bytes = this.pages.page(physical);
    return bytes === undefined ? `the file ends before page ${physical}` : readIndexPage(bytes);
  }

  /** Walks the index of one generation. Page 0 is a child like any other, but of XP (CIM 4.3). */
  walk(map: MapFile, limits: RepositoryLimits): IndexWalk {
    const { layout, index } = map;
    const physicalOf = (logical: number): number => index.pages[logical] ?? NO_PAGE;
    const admin = layout === 'xp' ? this.pages.page(physicalOf(0)) : undefined;
    const pages: IndexPages = {
      layout,
      root: index.root ?? (admin === undefined ? undefined : adminRoot(admin)) ?? NO_PAGE,
      logicalPages: index.pages.length,
      read: (logical) => {
        const physical = physicalOf(logical);
        return physical === NO_PAGE ? undefined : this.page(physical);
      },
    };
    return walkIndex(pages, limits);
  }

  /** Pages that differ from the checksum that the map keeps of them (CIM 2.4). */
  mismatches(map: MapFile): readonly number[] {
    const { checksums, pages } = map.index;
    const wrong: number[] = [];
    if (checksums === undefined) return wrong;
    for (let logical = 0; logical < pages.length; logical++) {
      const physical = pages[logical] ?? NO_PAGE;
      if (physical === NO_PAGE) continue;
      const page = this.pages.page(physical);
      if (page === undefined || pageChecksum(page) !== checksums[logical]) wrong.push(logical);
    }
    return wrong;
  }

  /** Which of the two layouts the keys are of, by the length of their hashes; undefined without a readable page. */
  layout(): Layout | undefined {
    for (let physical = 0; physical < this.pages.count; physical++) {
      const page = this.page(physical);
      const token = typeof page === 'string' ? undefined : page.keys[0]?.[0];
      if (token?.prefix === 'NS') {
        return token.hash.length === 64 ? 'vista' : token.hash.length === 32 ? 'xp' : undefined;
      }
    }
    return undefined;
  }

  /**
   * The index without a map (CIM 2.5): pages name themselves, the root is the number that is nobody's child. Of several
   * copies of a page the one counts whose keys lead to most records, then the one with most keys, then the last in the file.
   */
  rebuild(layout: Layout, records: ScannedRecords, limits: RepositoryLimits): IndexWalk | undefined {
    const copies = new Map<number, number[]>();
    const children = new Set<number>();
    let logicalPages = 0;
    for (let physical = 0; physical < this.pages.count; physical++) {
      const bytes = this.pages.page(physical);
      const logical = bytes === undefined ? undefined : indexPageNumber(bytes);
      const page = this.page(physical);
      // A number beyond the pages there are, and room for unused ones, is no number.
      if (logical === undefined || typeof page === 'string' || logical > 4 * this.pages.count + 64) continue;
      logicalPages = Math.max(logicalPages, logical + 1);
      const list = copies.get(logical);
      if (list === undefined) copies.set(logical, [physical]);
      else list.push(physical);
      for (const child of page.children) children.add(child);
    }
    const chosen = new Map<number, IndexPage>();
    for (const [logical, list] of copies) {
      const page = this.#bestCopy(list, records);
      if (page !== undefined) chosen.set(logical, page);
    }
    let best: IndexWalk | undefined;
    const roots = [...copies.keys()].filter((logical) => !children.has(logical)).slice(0, MAX_ROOTS);
    for (const root of roots) {
      const walk = walkIndex({ layout, root, logicalPages, read: (logical) => chosen.get(logical) }, limits);
      if (best === undefined || walk.unreached.length < best.unreached.length) best = walk;
    }
    // The other copies add what the chosen ones lack: a deleted key too many is told, a live one too few would be a loss.
    for (const list of best === undefined ? [] : copies.values()) {
      for (const physical of list.length === 1 ? [] : list) {
        const page = this.page(physical);
        for (const key of typeof page === 'string' ? [] : page.keys) {
          if ((best?.catalogue.keys ?? 0) < limits.keys) best?.catalogue.add(key);
        }
      }
    }
    return best;
  }

  #bestCopy(list: readonly number[], records: ScannedRecords): IndexPage | undefined {
    let best: IndexPage | undefined;
    let bestFound = -1;
    for (const physical of list) {
      const page = this.page(physical);
      if (typeof page === 'string') continue;
      const found = list.length === 1 ? 0 : page.keys.filter((key) => leadsSomewhere(key, records)).length;
      if (best === undefined || found > bestFound || (found === bestFound && page.keys.length >= best.keys.length)) {
        best = page;
        bestFound = found;
      }
    }
    return best;
  }
}

/** Pages that are tried as the root of an index without a map. */
const MAX_ROOTS = 8;

function leadsSomewhere(key: readonly KeyToken[], records: ScannedRecords): boolean {
  const locator = key.at(-1)?.locator;
  return locator === undefined || locator === null || records.has(locator);
}

/** Counts of a catalogue as a generation's facts tell them. */
export function catalogueCounts(catalogue: Catalogue): { keys: number; classes: number; instances: number } {
  return { keys: catalogue.keys, classes: catalogue.counts.CD, instances: catalogue.counts['CI\\IL'] };
}
