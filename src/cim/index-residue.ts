import type { IndexFile } from './index-source.ts';
import type { Locator } from './key-token.ts';
import type { RepositoryLimits } from './limits.ts';
import type { MapFile } from './mapping.ts';
import type { Snapshot } from './snapshot.ts';

/** A stale key (CIM 7.5, 6): an instance with this key hash was in this namespace, and is in none of the generations. */
export interface IndexResidue {
  readonly namespaceHash: string;
  readonly namespacePath: string | undefined;
  readonly classHash: string;
  /** As far as a definition tells it. */
  readonly className: string | undefined;
  readonly keyHash: string;
  readonly locator: Locator;
  readonly physicalPage: number;
}

/** Stale keys of instances in every physical page of the index, each once. */
export function indexResidue(
  index: IndexFile,
  maps: readonly MapFile[],
  current: Snapshot,
  older: readonly Snapshot[],
  limits: RepositoryLimits,
): readonly IndexResidue[] {
  const found = new Map<string, IndexResidue>();
  const all = [current, ...older];
  const paths = new Map(current.namespaces().map(({ hash, path }) => [hash, path]));
  // What a map leads to has been read into the catalogue of its generation.
  const mapped = new Set(maps.flatMap((map) => [...map.index.pages]));
  for (let physicalPage = 0; physicalPage < index.pages.count; physicalPage++) {
    if (mapped.has(physicalPage)) continue;
    const page = index.pageOnce(physicalPage);
    if (typeof page === 'string') continue;
    for (const [space, byClass, last] of page.keys) {
      if (space?.prefix !== 'NS' || byClass?.prefix !== 'CI' || last?.prefix !== 'IL') continue;
      if (last.locator === undefined || last.locator === null) continue;
      const namespaceHash = space.hash;
      const classHash = byClass.hash;
      const keyHash = last.hash;
      const isKnown = all.some(
        ({ catalogue }) => catalogue.namespaces.get(namespaceHash)?.instances.get(classHash)?.has(keyHash) === true,
      );
      const identity = `${namespaceHash} ${classHash} ${keyHash}`;
      if (isKnown || found.has(identity) || found.size >= limits.carved) continue;
      const definition = current.definitions.seen(namespaceHash, classHash);
      found.set(identity, {
        namespaceHash,
        namespacePath: paths.get(namespaceHash),
        classHash,
        className: definition === undefined || typeof definition === 'string' ? undefined : definition.definition.name,
        keyHash,
        locator: last.locator,
        physicalPage,
      });
    }
  }
  return [...found.values()];
}
