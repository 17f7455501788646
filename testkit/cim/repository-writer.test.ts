import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { instanceKeyHash, nameHash } from './key-text.ts';
import { PAGE_BYTES } from './object-pages.ts';
import { ordinaryRepository } from './ordinary.ts';
import { RepositoryWriter } from './repository-writer.ts';
import { plantSubscription, stockSubscription } from './subscription.ts';
import { readTargetPath, targetPath } from './target-path.ts';

const SCM_KEYS = ['2797AA05', '77E8F3E5', '8E80D456'];

function small(seed: number, layout: 'vista' | 'xp' = 'vista'): RepositoryWriter {
  const repository = ordinaryRepository({ seed, layout, plainClasses: 60, maxKeys: 12 });
  repository.checkpoint();
  const planted = plantSubscription(repository, {
    name: 'Updater',
    consumer: { className: 'CommandLineEventConsumer', values: { CommandLineTemplate: 'calc.exe' } },
  });
  repository.checkpoint();
  for (const part of [planted.binding, planted.filter, planted.consumer]) repository.remove(part);
  repository.checkpoint({ isClean: false });
  return repository;
}

test('the hashes of the stock triad and of known names are those of every Windows (CIM 5, 8.1)', () => {
  const repository = new RepositoryWriter();
  repository.createNamespace('root\\subscription');
  assert.equal(nameHash('__thisNAMESPACE', 'vista').slice(0, 16), '41C53E6DB1ACF245');
  assert.equal(instanceKeyHash([], 'vista').slice(0, 16), 'EEC4121F2A07B61A');
  assert.equal(nameHash('', 'vista').slice(0, 16), 'E3B0C44298FC1C14');
  assert.equal(nameHash('__SystemClass', 'vista').slice(0, 16), 'FCBAF5A1255D45B1');
  const ordinary = small(1);
  const { filter, consumer, binding } = stockSubscription(ordinary);
  assert.deepEqual(
    [filter, consumer, binding].map(({ keyHash }) => keyHash.slice(0, 8)),
    SCM_KEYS,
  );
});

test('L7 the same calls with the same seed write the same bytes, another seed others', () => {
  for (const layout of ['vista', 'xp'] as const) {
    assert.deepEqual(small(4, layout).files(), small(4, layout).files());
    assert.notDeepEqual(small(4, layout).files(), small(5, layout).files());
  }
});

test('keys stand in strict order, each once, and every page of the tree is reached once', () => {
  for (const layout of ['vista', 'xp'] as const) {
    for (const { keys, nodes, root } of small(6, layout).generations) {
      assert.ok(keys.every((key, i) => i === 0 || (keys[i - 1] ?? '') < key));
      assert.equal(nodes.flatMap((node) => node.keys).length, keys.length);
      assert.equal(new Set(nodes.map(({ logical }) => logical)).size, nodes.length);
      assert.equal(nodes[0]?.logical, root);
      assert.equal(
        nodes.some(({ logical }) => logical === 0),
        layout === 'vista',
      );
    }
  }
});

test('CIM 2.5 mapped and free pages of each table are all pages, each once', () => {
  for (const layout of ['vista', 'xp'] as const) {
    for (const { objects, index } of small(7, layout).generations) {
      for (const { physicalPages, entries, free } of [objects, index]) {
        const pages = [...entries.flatMap(({ physical }) => (physical === undefined ? [] : [physical])), ...free];
        assert.deepEqual(
          pages.sort((a, b) => a - b),
          Array.from({ length: physicalPages }, (_, i) => i),
        );
      }
    }
  }
});

test('CIM 2.6 the pages of all three generations are still whole, by the checksum that each map states', () => {
  const repository = small(8);
  const files = repository.files();
  for (const { objects, index } of repository.generations) {
    for (const [table, name] of [
      [objects, 'OBJECTS.DATA'],
      [index, 'INDEX.BTR'],
    ] as const) {
      const bytes = files.get(name) ?? new Uint8Array(0);
      for (const { physical, checksum } of table.entries) {
        if (physical === undefined) continue;
        const sample = Uint8Array.from({ length: 16 }, (_, i) => bytes[physical * PAGE_BYTES + i * 512] ?? 0);
        assert.equal(crc32(sample), checksum);
      }
    }
  }
  const [first, second] = repository.generations;
  assert.ok((second?.objects.entries.filter(({ writtenBy }) => writtenBy === second.generation).length ?? 0) < 6);
  assert.equal(first?.mapFile, 'MAPPING1.MAP');
});

test('what is taken out leaves the tree, and the generation before still shows it', () => {
  const [before, planted, after] = small(9).generations;
  const names = (generation: typeof before): string[] =>
    (generation?.instances ?? [])
      .filter(({ className }) => className === '__EventFilter')
      .map(({ values }) => String(values['Name']));
  assert.deepEqual([before, planted, after].map(names), [
    ['SCM Event Log Filter'],
    ['SCM Event Log Filter', 'Updater'],
    ['SCM Event Log Filter'],
  ]);
  assert.deepEqual(
    after?.keys.map((key) => key.replace(/\..*/, '')),
    before?.keys.map((key) => key.replace(/\..*/, '')),
  );
  assert.equal((planted?.keys.length ?? 0) - (before?.keys.length ?? 0), 8);
});

test('an ordinary repository has some 200 pages and a tree of three levels', () => {
  const repository = ordinaryRepository({ seed: 1, maxKeys: 40 });
  const { objects, index, nodes } = repository.checkpoint();
  const pages = objects.entries.length + index.entries.length;
  assert.ok(pages > 170 && pages < 260, `${pages} pages`);
  const inner = new Set(nodes.filter(({ children }) => children.length > 0).map(({ logical }) => logical));
  assert.ok(nodes.some(({ children }) => children.some((child) => inner.has(child))));
});

test('CIM 11, 22: a reference is read back whole, whatever the name holds', () => {
  const name = 'a"b\\c,d.e=f:g\nh\'i';
  for (const place of [{}, { namespace: 'root\\x' }, { host: '.', namespace: 'root\\x' }]) {
    const read = readTargetPath(targetPath('__EventFilter', { Name: name, Other: 'x' }, place));
    assert.deepEqual(read, {
      namespace: place.namespace,
      className: '__EventFilter',
      keys: [
        ['Name', name],
        ['Other', 'x'],
      ],
    });
  }
  assert.equal(readTargetPath('//./root/x:C=@')?.namespace, 'root\\x');
  assert.deepEqual(readTargetPath('__Win32Provider="a\\"b"'), {
    namespace: undefined,
    className: '__Win32Provider',
    keys: [['_', 'a"b']],
  });
  assert.equal(readTargetPath('no = path'), undefined);
});
