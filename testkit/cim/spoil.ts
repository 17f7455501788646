import { asBuilt, type CaseTruth, smallRepository, subscriptionsOf, updater } from './case.ts';
import { type ClassLayout, layOutClass } from './class-record.ts';
import { changeMap, changePage, physicalOf } from './damage.ts';
import type { Generation, PutOptions, RepositoryFiles, TrueInstance } from './generation.ts';
import { type ClassModel, keyProperty } from './model.ts';
import type { RepositoryWriter } from './repository-writer.ts';
import { SUBSCRIPTION_NAMESPACE } from './subscription.ts';

export interface Built {
  readonly files: RepositoryFiles;
  readonly truth: CaseTruth;
}

/** A repository with a subscription, in which a page of the index is spoilt; the object pages are whole. */
export function withSpoiltIndex(
  spoil: (page: DataView, last: Generation, logical: number) => void,
  choose: (last: Generation) => number,
  isSealed = true,
): Built {
  const repository = smallRepository({ maxKeys: 10 });
  updater(repository);
  const last = repository.checkpoint();
  const files = repository.files();
  const logical = choose(last);
  changePage(
    files,
    'INDEX.BTR',
    physicalOf(last, 'INDEX.BTR', logical),
    (view) => spoil(view, last, logical),
    isSealed,
  );
  return { files, truth: { live: [], found: subscriptionsOf(repository), trouble: ['index'] } };
}

export function innerPage({ nodes, root }: Generation): number {
  const inner = nodes.find(({ logical, children }) => logical !== root && children.length > 0);
  if (inner === undefined) throw new Error('the tree has two levels only');
  return inner.logical;
}

export function leafPage({ nodes }: Generation): number {
  const leaf = nodes.findLast(({ children }) => children.length === 0);
  return leaf?.logical ?? 0;
}

/** A repository with one instance whose record is spoilt before it is stored; all others stay whole. */
export function withSpoiltRecord(
  className: string,
  edit: NonNullable<PutOptions['edit']>,
  truth: Partial<CaseTruth>,
): Built {
  const repository = smallRepository();
  updater(repository);
  const name = className === '__EventFilter' ? { Name: 'spoilt', Query: 'SELECT * FROM A' } : { Name: 'spoilt' };
  const spoilt = repository.put(SUBSCRIPTION_NAMESPACE, className, name, { edit });
  repository.checkpoint();
  return asBuilt(repository, { live: others(repository, spoilt), ...truth });
}

export function others(repository: RepositoryWriter, ...without: readonly TrueInstance[]): TrueInstance[] {
  return subscriptionsOf(repository).filter((one) => !without.includes(one));
}

export function edited(record: Uint8Array, change: (view: DataView, length: number) => void): Uint8Array {
  const out = record.slice();
  change(new DataView(out.buffer), out.length);
  return out;
}

/** Offset of the heap length: behind head, times, length, 5 bytes, state bits and slots of these properties (CIM 6.5). */
export function heapLengthAt(layout: ClassLayout): number {
  return 128 + 16 + 4 + 5 + Math.ceil(layout.slots.length / 4) + layout.tableBytes + 4 + 1;
}

/** Spoils the record of one object page and leaves the rest alone. */
export function withSpoiltPage(spoil: (view: DataView) => void, truth: Partial<CaseTruth>, isSealed = true): Built {
  const repository = smallRepository();
  updater(repository);
  const spoilt = repository.put(
    SUBSCRIPTION_NAMESPACE,
    '__EventFilter',
    { Name: 'spoilt', Query: 'SELECT * FROM A' },
    { isAlone: true },
  );
  const last = repository.checkpoint();
  const files = repository.files();
  changePage(files, 'OBJECTS.DATA', physicalOf(last, 'OBJECTS.DATA', spoilt.address.page), spoil, isSealed);
  return asBuilt(repository, { live: others(repository, spoilt), ...truth }, files);
}

/** Replaces the key of one instance by one that lies about its record. */
export function withLyingKey(lie: (key: string) => string, truth: Partial<CaseTruth>): Built {
  const repository = smallRepository();
  updater(repository);
  const spoilt = repository.put(SUBSCRIPTION_NAMESPACE, '__EventFilter', { Name: 'spoilt', Query: 'SELECT * FROM A' });
  const mark = `.${spoilt.address.page}.${spoilt.address.id}.`;
  for (const key of repository.index.keys().filter((one) => one.includes(mark))) {
    repository.index.remove(key);
    repository.index.insert(lie(key));
  }
  repository.checkpoint();
  return asBuilt(repository, { live: others(repository, spoilt), ...truth });
}

/** Every map of a repository spoilt in the same way. */
export function withSpoiltMaps(change: Parameters<typeof changeMap>[2], truth: Partial<CaseTruth>): Built {
  const repository = smallRepository();
  updater(repository);
  repository.checkpoint();
  const files = repository.files();
  for (const name of files.keys()) if (name.startsWith('MAPPING')) changeMap(files, name, change);
  const { map: _map, generation: _generation, ...rest } = asBuilt(repository, truth, files).truth;
  return { files, truth: rest };
}

/** A class that is its own ancestor by its text, whatever its layout. */
export function defineUnder(repository: RepositoryWriter, namespace: string, name: string, superclass: string): void {
  const model: ClassModel = { name, superclass, properties: [keyProperty('Name')] };
  repository.storeClass(namespace, layOutClass(model, undefined, 1n));
}
