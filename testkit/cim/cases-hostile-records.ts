import { asBuilt, type CimCase, smallRepository, updater } from './case.ts';
import { changePage, physicalOf } from './damage.ts';
import { edited, heapLengthAt, others, withLyingKey, withSpoiltPage, withSpoiltRecord } from './spoil.ts';
import { SUBSCRIPTION_NAMESPACE } from './subscription.ts';

/** Cases 48 to 52, 59 and 60: records and keys that lie. */
export const RECORD_CASES: readonly CimCase[] = [
  {
    number: 48,
    name: 'a record of 2,147,483,647 bytes in the list of a page costs itself',
    build: () => withSpoiltPage((view) => view.setUint32(8, 0x7fffffff, true), { trouble: ['record'] }),
  },
  {
    number: 48,
    name: 'a record that begins inside of the list costs itself',
    build: () => withSpoiltPage((view) => view.setUint32(4, 4, true), { trouble: ['record'] }),
  },
  {
    number: 48,
    name: 'a record that overlaps another costs itself',
    build() {
      const repository = smallRepository();
      updater(repository);
      const [first, second] = ['first', 'second'].map((Name, i) =>
        repository.put(
          SUBSCRIPTION_NAMESPACE,
          '__EventFilter',
          { Name, Query: 'SELECT * FROM A' },
          { isAlone: i === 0 },
        ),
      );
      if (first === undefined || second === undefined) throw new Error('nothing was put');
      const last = repository.checkpoint();
      const files = repository.files();
      changePage(files, 'OBJECTS.DATA', physicalOf(last, 'OBJECTS.DATA', first.address.page), (view) => {
        view.setUint32(4, view.getUint32(4, true) + 24, true);
      });
      return asBuilt(repository, { live: others(repository, first, second), trouble: ['record'] }, files);
    },
  },
  {
    number: 49,
    name: 'a key with a size above 64 MiB costs its record',
    build: () => withLyingKey((key) => key.replace(/\d+$/, '67108865'), { trouble: ['record'] }),
  },
  {
    number: 49,
    name: 'a key whose record runs past the last page costs its record',
    build: () =>
      withLyingKey((key) => key.replace(/\d+\.\d+\.\d+$/, '4294967295.1.4294967295'), { trouble: ['record'] }),
  },
  {
    number: 51,
    name: 'a list of 2,147,483,648 items costs its value',
    build() {
      const repository = smallRepository();
      updater(repository);
      const layout = repository.classLayout(SUBSCRIPTION_NAMESPACE, '__EventFilter');
      const heapAt = heapLengthAt(layout) + 4;
      const spoilt = repository.put(
        SUBSCRIPTION_NAMESPACE,
        '__EventFilter',
        { Name: 'spoilt', CreatorSID: Uint8Array.of(1, 2, 3, 4) },
        // The list is the first value of the heap, behind the name of the class.
        {
          edit: (record) =>
            edited(record, (view) => view.setUint32(heapAt + '\0__EventFilter\0'.length, 0x80000000, true)),
        },
      );
      repository.checkpoint();
      return asBuilt(repository, { live: others(repository, spoilt), trouble: ['value'] });
    },
  },
  {
    number: 52,
    name: 'a heap that is longer than its record costs the record',
    build() {
      const layout = smallRepository().classLayout(SUBSCRIPTION_NAMESPACE, '__EventFilter');
      return withSpoiltRecord(
        '__EventFilter',
        (record) => edited(record, (view) => view.setUint32(heapLengthAt(layout), 0xfffffff0, true)),
        { trouble: ['instance'] },
      );
    },
  },
  {
    number: 52,
    name: 'a string without an end costs its value',
    build: () =>
      withSpoiltRecord(
        'CommandLineEventConsumer',
        (record) => edited(record, (view, length) => view.setUint8(length - 1, 0x41)),
        { trouble: ['value'] },
      ),
  },
  {
    number: 52,
    name: 'a string of the unknown kind 7 costs its value',
    build: () =>
      withSpoiltRecord(
        'CommandLineEventConsumer',
        (record) => edited(record, (view, length) => view.setUint8(length - 'spoilt'.length - 2, 7)),
        { trouble: ['value'] },
      ),
  },
  {
    number: 59,
    name: 'times of 0 and of 2 to the 64th less 1 are read as they are',
    build() {
      const repository = smallRepository();
      updater(repository, { filterOptions: { ts1: 0n }, consumerOptions: { ts1: 2n ** 64n - 1n } });
      repository.checkpoint();
      return asBuilt(repository);
    },
  },
  {
    number: 60,
    name: 'the hash of the keys in the index is not that of the record',
    build() {
      const repository = smallRepository();
      updater(repository, { filterOptions: { keyHash: 'A'.repeat(64) } });
      repository.checkpoint();
      return asBuilt(repository, { trouble: ['keyHash'] });
    },
  },
  {
    number: 60,
    name: 'an instance with one of its two keys is told',
    build() {
      const repository = smallRepository();
      updater(repository, { consumerOptions: { without: ['KI'] } });
      repository.checkpoint();
      return asBuilt(repository, { trouble: ['keyPair'] });
    },
  },
  {
    number: 60,
    name: 'an instance that no key leads to is found in its current page',
    build() {
      const repository = smallRepository();
      const { binding } = updater(repository, { bindingOptions: { without: ['CI', 'KI', 'IR'] } });
      repository.checkpoint();
      return asBuilt(repository, {
        live: others(repository, binding),
        remains: [{ instance: binding, label: 'unindexed' }],
        trouble: ['unindexed'],
      });
    },
  },
];
