import { ONE_PAGE_RECORD, PAGE_BYTES } from './format.ts';
import type { Locator } from './key-token.ts';
import type { MapFile } from './mapping.ts';
import type { Snapshot } from './snapshot.ts';

/** What a map says of a physical page. */
export interface PageUse {
  readonly snapshot: Snapshot;
  readonly logical: number;
}

/** Stands for the class of a record that a snapshot finds by its second key, whatever its first one says. */
export const FILED = '*';

/** Which physical pages of OBJECTS.DATA serve which generation, and which of their records an index leads to. */
export class PageUses {
  readonly #pages: number;
  readonly #uses: (PageUse | undefined)[] = [];
  /** By page and record id: the class under which the index files the record, an empty text for no instance. */
  readonly #keyed: (Map<number, string> | undefined)[] = [];
  readonly #continued = new Set<number>();
  /** Steps along long records that all keys together may cost: hostile ones claim the same pages again and again. */
  #stepsLeft: number;

  /** The current generation first: what it maps is judged by its keys alone. */
  constructor(snapshots: readonly Snapshot[], maps: readonly MapFile[], pages: number) {
    this.#pages = pages;
    this.#stepsLeft = 4 * pages + 65_536;
    for (const snapshot of snapshots) {
      const { id, version } = snapshot.info;
      const map = maps.find((one) => one.generation === id && one.version === version);
      if (map !== undefined) this.#learn(snapshot, map);
    }
  }

  #learn(snapshot: Snapshot, map: MapFile): void {
    for (const [logical, physical] of map.objects.pages.entries()) {
      if (physical < this.#pages) this.#uses[physical] ??= { snapshot, logical };
    }
    const meet = ({ page, id, size }: Locator, classHash: string): void => {
      const physical = snapshot.pageOf(page);
      if (this.#uses[physical]?.snapshot !== snapshot) return;
      const ids = this.#keyed[physical];
      if (ids === undefined) this.#keyed[physical] = new Map([[id, classHash]]);
      else ids.set(id, classHash);
      if (size <= ONE_PAGE_RECORD) return;
      for (let n = 1; n * PAGE_BYTES < size + 32 && page + n < map.objects.pages.length && this.#stepsLeft > 0; n++) {
        this.#stepsLeft--;
        this.#continued.add(snapshot.pageOf(page + n));
      }
    };
    for (const keys of snapshot.catalogue.namespaces.values()) {
      for (const locator of keys.classes.values()) meet(locator, '');
      for (const { locator } of keys.references) meet(locator, '');
      for (const [classHash, list] of keys.instances) for (const locator of list.values()) meet(locator, classHash);
      for (const list of keys.keyed.values()) for (const locator of list.values()) meet(locator, FILED);
    }
  }

  of(physical: number): PageUse | undefined {
    return this.#uses[physical];
  }

  /** The classes of the records of a page by id, as the index files them. */
  keyed(physical: number): ReadonlyMap<number, string> | undefined {
    return this.#keyed[physical];
  }

  /** True for the second or a later page of a long record, which begins with no table. */
  isContinued(physical: number): boolean {
    return this.#continued.has(physical);
  }
}
