import { asBuilt, type CimCase, smallRepository, subscriptionsOf, updater } from './case.ts';
import { changeMap, fileBytes, indexFields, physicalOf, physicalPage } from './damage.ts';
import { PAGE_BYTES } from './object-pages.ts';
import { innerPage, leafPage, others, withSpoiltIndex, withSpoiltMaps } from './spoil.ts';
import { SUBSCRIPTION_NAMESPACE } from './subscription.ts';

const INDEX_CASES: readonly CimCase[] = [
  {
    number: 44,
    name: 'a page of the index that is its own child ends there',
    build: () =>
      withSpoiltIndex((view, _, logical) => {
        view.setUint32(indexFields(view).children, logical, true);
      }, innerPage),
  },
  {
    number: 44,
    name: 'a child that leads back to the root ends there',
    build: () =>
      withSpoiltIndex((view, { root }) => {
        view.setUint32(indexFields(view).children + 4, root, true);
      }, innerPage),
  },
  {
    number: 44,
    name: 'a leaf with the root for a child ends there',
    build: () =>
      withSpoiltIndex((view, { root }) => {
        view.setUint32(indexFields(view).children, root, true);
      }, leafPage),
  },
  {
    number: 47,
    name: 'a page of 65,535 keys is refused',
    build: () => withSpoiltIndex((view) => view.setUint32(16, 65535, true), leafPage),
  },
  {
    number: 47,
    name: 'a page of 4,294,967,295 keys is refused',
    build: () => withSpoiltIndex((view) => view.setUint32(16, 0xffffffff, true), leafPage),
  },
  {
    number: 47,
    name: 'a token that is not there costs its page at most',
    build: () =>
      withSpoiltIndex((view) => {
        view.setUint16(indexFields(view).keyTable + 4, 60000, true);
      }, leafPage),
  },
  {
    number: 47,
    name: 'a key table that passes the page is refused',
    build: () =>
      withSpoiltIndex((view) => {
        view.setUint16(indexFields(view).keyTable, 0xffff, true);
      }, leafPage),
  },
  {
    number: 47,
    name: 'a token whose text begins outside of the page costs its page at most',
    build: () =>
      withSpoiltIndex((view) => {
        const { keyTable } = indexFields(view);
        const tokens = keyTable + 2 + 2 * view.getUint16(keyTable, true);
        view.setUint16(tokens + 2, 0xfff0, true);
      }, leafPage),
  },
];

const MAP_CASES: readonly CimCase[] = [
  {
    number: 45,
    name: 'a map with 4,294,967,295 entries is refused before anything is taken for it',
    build: () =>
      withSpoiltMaps((view, [objects]) => view.setUint32((objects?.start ?? 0) + 20, 0xffffffff, true), {
        trouble: ['map', 'noMap'],
      }),
  },
  {
    number: 45,
    name: 'a map with 4,294,967,295 free pages is refused before anything is taken for it',
    build: () =>
      withSpoiltMaps((view, [, index]) => view.setUint32(index?.freeCount ?? 0, 0xffffffff, true), {
        trouble: ['map', 'noMap'],
      }),
  },
  {
    number: 46,
    name: 'a physical page beyond the file costs what lies in it',
    build() {
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
      // The last page of the file becomes the one that is missing, in the map and on disk.
      const end = last.objects.physicalPages - 1;
      const old = physicalOf(last, 'OBJECTS.DATA', spoilt.address.page);
      changeMap(files, last.mapFile, (view, [objects]) => {
        const { entries = 0, firstEntry = 0, freeCount = 0 } = objects ?? {};
        for (let i = 0; i < entries; i++) swap(view, firstEntry + 24 * i, old, end);
        for (let i = 0; i < view.getUint32(freeCount, true); i++) swap(view, freeCount + 4 + 4 * i, old, end);
      });
      const page = physicalPage(files, 'OBJECTS.DATA', end).slice();
      physicalPage(files, 'OBJECTS.DATA', end).set(physicalPage(files, 'OBJECTS.DATA', old));
      physicalPage(files, 'OBJECTS.DATA', old).set(page);
      files.set('OBJECTS.DATA', fileBytes(files, 'OBJECTS.DATA').slice(0, -PAGE_BYTES));
      return asBuilt(repository, { live: others(repository, spoilt), trouble: ['record'] }, files);
    },
  },
  {
    number: 55,
    name: 'two maps of one version and generation with different tables are told',
    build() {
      const repository = smallRepository();
      const first = repository.generations.at(-1);
      updater(repository);
      const last = repository.checkpoint();
      const files = repository.files();
      changeMap(files, first?.mapFile ?? '', (view, tables) => {
        for (const { start } of tables) {
          view.setUint32(start + 4, last.version, true);
          view.setUint32(start + 8, last.generation, true);
        }
      });
      const { map: _map, ...truth } = asBuilt(repository, { live: [], trouble: ['tie'] }, files).truth;
      return { files, truth };
    },
  },
  {
    number: 56,
    name: 'a map that shows one physical page twice is refused',
    build() {
      const repository = smallRepository();
      const live = subscriptionsOf(repository);
      const before = repository.generations.at(-1);
      updater(repository);
      const last = repository.checkpoint();
      const files = repository.files();
      changeMap(files, last.mapFile, (view, [objects]) => {
        const at = objects?.firstEntry ?? 0;
        view.setUint32(at + 24, view.getUint32(at, true), true);
      });
      return {
        files,
        truth: { live, map: before?.mapFile ?? '', generation: before?.generation ?? 0, trouble: ['map'] },
      };
    },
  },
];

function swap(view: DataView, at: number, a: number, b: number): void {
  const found = view.getUint32(at, true);
  if (found === a) view.setUint32(at, b, true);
  else if (found === b) view.setUint32(at, a, true);
}

/** Cases 44 to 47, 55 and 56: trees and maps that lead astray. */
export const TREE_CASES: readonly CimCase[] = [...INDEX_CASES, ...MAP_CASES];
