import type { HostTable } from '../entities/index.ts';
import { windowsPathOf } from '../intake/index.ts';
import type { CoverageCount, Source } from '../windows/index.ts';

/** One host among the logs of a folder. */
export interface LoggedHost {
  /** Name as its records write it. */
  readonly computer: string;
  /** Its latest record there, Unix milliseconds. */
  latestMs: number;
}

/** Which hosts the logs in and below each folder are of, containers included: what lies beside them is of the same machine. */
export class HostsOfFolders {
  readonly table: HostTable;
  readonly #byFolder = new Map<string, Map<string, LoggedHost>>();
  readonly #latest = new Map<string, number>();

  constructor(coverage: readonly CoverageCount[], table: HostTable) {
    this.table = table;
    for (const { source, computer, last } of coverage) {
      if (computer === '') continue;
      const key = table.keyOf(computer);
      const lastMs = last?.ms ?? 0;
      this.#latest.set(key, Math.max(this.#latest.get(key) ?? 0, lastMs));
      for (const { key: folder } of foldersOf(source)) {
        const ofFolder = this.#byFolder.get(folder) ?? new Map<string, LoggedHost>();
        this.#byFolder.set(folder, ofFolder);
        const known = ofFolder.get(key);
        if (known === undefined) ofFolder.set(key, { computer, latestMs: lastMs });
        else known.latestMs = Math.max(known.latestMs, lastMs);
      }
    }
  }

  /**
   * The only host of the nearest folder around a file that holds logs; undefined where there are several, or none. `isInside`: that
   * it is the same collection, or in the archive that the file is in.
   */
  around(source: Source): { readonly host: LoggedHost; readonly isInside: boolean } | undefined {
    for (const { key, isInside } of foldersOf(source)) {
      const [only, ...others] = this.#byFolder.get(key)?.values() ?? [];
      if (only === undefined) continue;
      return others.length > 0 ? undefined : { host: only, isInside };
    }
    return undefined;
  }

  /** Latest record of a host key, Unix milliseconds; 0 where it has none. */
  latestMs(host: string): number {
    return this.#latest.get(host) ?? 0;
  }
}

/**
 * The folders around a file, nearest first. Of a collection, which its path tells (SETTLED D2), those that it is made of; else those
 * inside its containers, then those around them.
 */
function foldersOf(source: Source): readonly { readonly key: string; readonly isInside: boolean }[] {
  const { file, container = [] } = source;
  const collection = windowsPathOf(source)?.root;
  const folders: { key: string; isInside: boolean }[] = [];
  const levels = [file, ...container];
  for (let depth = levels.length - 1; depth >= 0; depth--) {
    const outer = levels.slice(0, depth);
    const parts = (levels[depth] ?? '').split(/[\\/]/).slice(0, -1);
    for (let length = parts.length; length >= 0; length--) {
      const folder = parts.slice(0, length).join('/');
      folders.push({
        key: [...outer, folder].join('\u0000'),
        isInside: depth > 0 || collection !== undefined,
      });
      if (collection !== undefined && [...outer, ...(folder === '' ? [] : [folder])].join('!/') === collection)
        return folders;
    }
  }
  return folders;
}
