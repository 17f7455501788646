import {
  asBuilt,
  type CimCase,
  partsOf,
  removeSubscription,
  smallRepository,
  subscriptionsOf,
  touch,
  updater,
} from './case.ts';
import { changePage, fileBytes, only, physicalOf, wipeFreePages } from './damage.ts';
import { PAGE_BYTES } from './object-pages.ts';

/** Cases 33 to 43: what was deleted or changed, and repositories of which parts are missing. */
export const REMAINS_CASES: readonly CimCase[] = [
  {
    number: 33,
    name: 'a triad that only an older generation has is a proven deletion',
    build() {
      const repository = smallRepository();
      const gone = updater(repository);
      repository.checkpoint();
      removeSubscription(repository, gone);
      repository.checkpoint();
      return asBuilt(repository, {
        absent: partsOf(gone),
        remains: partsOf(gone).map((instance) => ({ instance, label: 'superseded' })),
        isHealthy: true,
      });
    },
  },
  {
    number: 34,
    name: 'a command that changed between generations is told in both values',
    build() {
      const repository = smallRepository();
      const { consumer } = updater(repository);
      repository.checkpoint();
      updater(repository, {
        consumer: {
          className: 'CommandLineEventConsumer',
          values: { CommandLineTemplate: 'powershell.exe -enc AAAA' },
        },
      });
      repository.checkpoint();
      return asBuilt(repository, { remains: [{ instance: consumer, label: 'superseded-version' }], isHealthy: true });
    },
  },
  {
    number: 35,
    name: 'a deleted triad that no map shows any more is found in a free page',
    build() {
      const repository = smallRepository();
      const gone = updater(repository, {
        filterOptions: { isAlone: true },
        consumer: { className: 'CommandLineEventConsumer', values: { CommandLineTemplate: 'long gone.exe' } },
      });
      repository.checkpoint();
      removeSubscription(repository, gone);
      for (const name of ['a', 'b', 'c']) {
        touch(repository, name);
        repository.checkpoint();
      }
      return asBuilt(repository, {
        absent: partsOf(gone),
        remains: partsOf(gone).map((instance) => ({ instance, label: 'free-page record' })),
        isHealthy: true,
      });
    },
  },
  {
    number: 36,
    name: 'a record in the slack of a current page is found',
    build() {
      const repository = smallRepository();
      const gone = updater(repository);
      repository.checkpoint();
      removeSubscription(repository, gone);
      for (const name of ['a', 'b', 'c']) {
        touch(repository, name);
        repository.checkpoint();
      }
      const files = repository.files();
      wipeFreePages(files, repository.generations.slice(-3), 'OBJECTS.DATA');
      return asBuilt(
        repository,
        {
          absent: partsOf(gone),
          remains: partsOf(gone).map((instance) => ({ instance, label: 'slack' })),
          isHealthy: true,
        },
        files,
      );
    },
  },
  {
    number: 37,
    name: 'stale copies of what is live are no findings',
    build() {
      const repository = smallRepository();
      updater(repository);
      for (let i = 0; i < 5; i++) {
        repository.put('root\\subscription', '__EventFilter', { Name: `other ${i}`, Query: 'SELECT * FROM A' });
        repository.checkpoint();
      }
      return asBuilt(repository, { isHealthy: true, hasNoRemains: true });
    },
  },
  {
    number: 38,
    name: 'OBJECTS.DATA alone gives every subscription, without namespaces',
    build() {
      const repository = smallRepository();
      updater(repository);
      repository.checkpoint();
      return {
        files: only(repository.files(), 'OBJECTS.DATA'),
        truth: { live: subscriptionsOf(repository), trouble: ['noIndex'], isWithoutNamespaces: true },
      };
    },
  },
  {
    number: 39,
    name: 'OBJECTS.DATA and INDEX.BTR give everything without a map',
    build() {
      const repository = smallRepository();
      updater(repository);
      repository.checkpoint();
      return {
        files: only(repository.files(), 'OBJECTS.DATA', 'INDEX.BTR'),
        truth: { live: subscriptionsOf(repository), trouble: ['noMap'] },
      };
    },
  },
  {
    number: 40,
    name: 'a map that is newer than the pages is known by its checksums, and the generation before is read',
    build() {
      const repository = smallRepository();
      updater(repository);
      const before = repository.checkpoint();
      const files = repository.files();
      const live = subscriptionsOf(repository);
      for (let i = 0; i < 12; i++) updater(repository, { name: `later ${i}` });
      const { mapFile } = repository.checkpoint();
      files.set(mapFile, fileBytes(repository.files(), mapFile));
      return {
        files,
        truth: { live, map: before.mapFile, generation: before.generation, trouble: ['fallback'] },
      };
    },
  },
  {
    number: 41,
    name: 'an older whole copy beside the live one is a repository of its own',
    build() {
      const older = smallRepository();
      const gone = updater(older, { name: 'only before the rebuild' });
      older.checkpoint();
      const live = smallRepository({ seed: 12 });
      const files = live.files();
      for (const [name, bytes] of older.files()) files.set(`Repository.001/${name}`, bytes);
      return asBuilt(live, { isHealthy: true, absent: partsOf(gone) }, files);
    },
  },
  {
    number: 43,
    name: 'reference records that lost their binding still tell the edge',
    build() {
      const repository = smallRepository();
      const { binding, filter, consumer } = updater(repository);
      const { names, index } = repository;
      repository.objects.remove(binding.address);
      index.remove(names.classInstance(binding.namespace, binding.className, binding.keyHash, binding.address));
      index.remove(names.keyInstance(binding.namespace, binding.keyedClass, binding.keyHash, binding.address));
      repository.checkpoint();
      const live = subscriptionsOf(repository).filter((one) => one !== binding);
      if (!live.includes(filter) || !live.includes(consumer)) throw new Error('its ends are gone');
      return asBuilt(repository, { live, absent: [binding], edgesWithoutObject: 2 });
    },
  },
  {
    number: 61,
    name: 'a query that was edited in place is read as it stands, and claims no proof of being whole',
    build() {
      const repository = smallRepository();
      const { filter } = updater(repository, { query: 'SELECT * FROM Win32_ProcessStartTrace' });
      const last = repository.checkpoint();
      const files = repository.files();
      const physical = physicalOf(last, 'OBJECTS.DATA', filter.address.page);
      changePage(
        files,
        'OBJECTS.DATA',
        physical,
        (_, bytes) => {
          const at = Buffer.from(bytes.buffer, bytes.byteOffset, PAGE_BYTES).indexOf('Win32_ProcessStartTrace');
          // Beside the first bytes of the sectors, of which alone the checksum is made.
          const place = [0, 1].map((i) => at + 6 + i).find((one) => one % 512 !== 0);
          bytes[place ?? 0] = 0x78;
        },
        false,
      );
      const old = String(filter.values['Query']);
      const found = Buffer.from(fileBytes(files, 'OBJECTS.DATA')).indexOf('SELECT * FROM Win32_');
      const edited = Buffer.from(fileBytes(files, 'OBJECTS.DATA').subarray(found, found + old.length)).toString(
        'latin1',
      );
      const live = subscriptionsOf(repository).map((one) =>
        one === filter ? { ...one, values: { ...one.values, Query: edited } } : one,
      );
      return asBuilt(repository, { live }, files);
    },
  },
];
