import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ordinaryRepository, plantSubscription, type RepositoryFiles } from '../../testkit/cim/index.ts';
import { RepositoryAnomalies } from './anomalies.ts';
import { hashStarts } from './hex-runs.ts';
import { bufferFile, openRepository, REPOSITORY_LIMITS, type Repository, type RepositoryLimits } from './index.ts';
import { readIndexPage } from './index-page.ts';
import { walkIndex } from './index-walk.ts';
import { readToken } from './key-token.ts';
import { readMapFile } from './mapping.ts';
import { mofName, mofQuoted } from './mof.ts';
import { NameHasher, simpleUpper } from './names.ts';
import { readDescriptor } from './security.ts';
import { readToc } from './toc.ts';
import { cimType, Heap } from './values.ts';

function written(): RepositoryFiles {
  const repository = ordinaryRepository({ seed: 3, plainClasses: 20, maxKeys: 12 });
  repository.checkpoint();
  plantSubscription(repository, {
    name: 'Updater',
    consumer: { className: 'CommandLineEventConsumer', values: { CommandLineTemplate: 'calc.exe' } },
  });
  repository.checkpoint();
  return repository.files();
}

/** A subscription that went four checkpoints ago, so that only free pages hold it. */
function removed(): RepositoryFiles {
  const repository = ordinaryRepository({ seed: 4, plainClasses: 20, maxKeys: 12, spareObjectPages: 60 });
  repository.checkpoint();
  const planted = plantSubscription(repository, {
    name: 'Gone',
    consumer: { className: 'CommandLineEventConsumer', values: { CommandLineTemplate: 'calc.exe' } },
  });
  repository.checkpoint();
  for (const part of [planted.binding, planted.consumer, planted.filter]) repository.remove(part);
  for (const name of ['a', 'b', 'c', 'd']) {
    repository.put('root\\subscription', '__EventFilter', { Name: name, Query: 'SELECT * FROM A' });
    repository.checkpoint();
  }
  return repository.files();
}

const FILES = written();

function open(
  limits: Partial<RepositoryLimits> = {},
  change: (files: Map<string, Uint8Array>) => void = () => {},
): Repository {
  const files = new Map([...FILES].map(([name, bytes]) => [name, Uint8Array.from(bytes)]));
  change(files);
  return openRepository(
    [...files].map(([name, bytes]) => bufferFile(name, bytes)),
    { ...REPOSITORY_LIMITS, ...limits },
  );
}

const codes = (repository: Repository): string[] => repository.anomalies().map(({ code }) => code);

test('L20 as many keys as are allowed are read, and one fewer is told', () => {
  const { keys } = open().current.info;
  assert.deepEqual(codes(open({ keys })), []);
  const cut = open({ keys: keys - 1 });
  assert.equal(cut.current.info.keys, keys - 1);
  assert.ok(codes(cut).includes('TRIAD-E-REPO-INDEX-BOUND'));
});

test('L20 an index may be as deep as is allowed; what lies deeper is told and still taken', () => {
  const leaf = (logical: number, children: number[]) => ({
    logical,
    children: Uint32Array.from(children),
    keys: [[`NS_${'A'.repeat(64)}`, `CD_${String(logical).padStart(64, '0')}.1.2.3`].map(readToken)],
  });
  const chain = (length: number) =>
    walkIndex(
      {
        layout: 'vista',
        root: 1,
        logicalPages: length + 1,
        read: (logical) => (logical === 0 ? undefined : leaf(logical, logical === length ? [] : [logical + 1])),
      },
      REPOSITORY_LIMITS,
    );
  const sound = chain(REPOSITORY_LIMITS.indexDepth);
  assert.deepEqual([sound.troubles, sound.unreached], [[], []]);
  const deep = chain(REPOSITORY_LIMITS.indexDepth + 1);
  assert.equal(deep.troubles.length, 1);
  assert.equal(deep.catalogue.keys, REPOSITORY_LIMITS.indexDepth + 1);
});

test('L20 a chain of as many classes as are allowed is merged, and one more is told', () => {
  const { current } = open();
  const three = current.classOf('root\\subscription', 'CommandLineEventConsumer');
  const depth = three?.layout?.chain.length ?? 0;
  assert.ok(depth > 1);
  assert.notEqual(
    open({ classChain: depth }).classOf('root\\subscription', 'CommandLineEventConsumer')?.layout,
    undefined,
  );
  const cut = open({ classChain: depth - 1 }).classOf('root\\subscription', 'CommandLineEventConsumer');
  assert.equal(cut?.layout, undefined);
  assert.match(cut?.trouble ?? '', /superclasses/);
});

test('L20 namespaces and their paths are bounded on both sides', () => {
  const named = (repository: Repository) => repository.namespaces().filter(({ path }) => path !== undefined);
  const all = named(open()).filter(({ path }) => path !== '__SystemClass').length;
  assert.deepEqual(codes(open({ namespaces: all })), []);
  const cut = open({ namespaces: all - 1 });
  assert.ok(cut.namespaces().some(({ path }) => path === undefined) || named(cut).length < all + 1);
  assert.ok(codes(cut).includes('TRIAD-E-REPO-NAMESPACE-BOUND'));
  const longest = Math.max(...named(open()).map(({ path }) => path?.length ?? 0));
  const fits = open({ namespaceLength: longest });
  fits.namespaces();
  assert.deepEqual(codes(fits), []);
  const short = open({ namespaceLength: longest - 1 });
  short.namespaces();
  assert.ok(codes(short).includes('TRIAD-E-REPO-NAMESPACE-BOUND'));
});

test('L20 a record of as many bytes as are allowed is read, and one more is told', () => {
  const all = open();
  const sizes = all
    .namespaces()
    .flatMap((namespace) => [
      ...all.classes(namespace).map(({ place }) => place.size),
      ...[...all.current.allInstances(namespace)].map(({ place }) => place.size),
    ]);
  const readAll = (recordBytes: number): string[] => {
    const repository = open({ recordBytes });
    for (const namespace of repository.namespaces()) {
      repository.classes(namespace);
      for (const instance of repository.current.allInstances(namespace)) assert.ok(instance.path !== '');
    }
    return codes(repository);
  };
  assert.deepEqual(readAll(Math.max(...sizes)), []);
  assert.notDeepEqual(readAll(Math.max(...sizes) - 1), []);
});

test('L15 as many remains as are allowed are given, and one more is told', () => {
  const remains = removed();
  const carve = (carved: number) => {
    const repository = openRepository(
      [...remains].map(([name, bytes]) => bufferFile(name, bytes)),
      { ...REPOSITORY_LIMITS, carved },
    );
    return { found: repository.carve().instances.length, codes: codes(repository) };
  };
  const { found } = carve(REPOSITORY_LIMITS.carved);
  assert.ok(found > 1);
  assert.deepEqual(carve(found), { found, codes: [] });
  assert.deepEqual(carve(found - 1), { found: found - 1, codes: ['TRIAD-E-REPO-CARVE-BOUND'] });
});

test('L15 anomalies beyond the bound are summed by code, and equal ones are told once', () => {
  const list = new RepositoryAnomalies(2);
  for (let page = 0; page < 5; page++) list.add('indexKey', 'INDEX.BTR', { page });
  list.add('indexKey', 'INDEX.BTR', { page: 0 });
  assert.deepEqual(
    list.list().map(({ count }) => count),
    [1, 1, 3],
  );
});

test('CIM 11, 45: a count is believed only when so much fits the file', () => {
  const map = Buffer.from(FILES.get('MAPPING1.MAP') ?? []);
  assert.equal(typeof readMapFile(bufferFile('MAPPING1.MAP', map)), 'object');
  for (const value of [0xffffffff, map.readUInt32LE(20) + 1]) {
    const bad = Buffer.from(map);
    bad.writeUInt32LE(value, 20);
    assert.equal(typeof readMapFile(bufferFile('MAPPING1.MAP', bad)), 'string');
  }
  assert.match(String(readMapFile({ name: 'x', bytes: REPOSITORY_LIMITS.mapBytes + 1, read: () => 0 })), /bytes/);
  assert.doesNotMatch(String(readMapFile({ name: 'x', bytes: REPOSITORY_LIMITS.mapBytes, read: () => 0 })), /it has/);
});

test('CIM 11, 48: records that lie upon each other or upon their table make no table', () => {
  const page = (...entries: readonly (readonly [number, number, number])[]): Buffer => {
    const bytes = Buffer.alloc(8192);
    for (const [i, [id, offset, size]] of entries.entries()) {
      bytes.writeUInt32LE(id, 16 * i);
      bytes.writeUInt32LE(offset, 16 * i + 4);
      bytes.writeUInt32LE(size, 16 * i + 8);
    }
    return bytes;
  };
  assert.equal(readToc(page([5, 48, 100], [6, 148, 8192 - 148]))?.length, 2);
  assert.equal(readToc(page([5, 48, 101], [6, 148, 10])), undefined);
  assert.equal(readToc(page([5, 47, 10], [6, 148, 10])), undefined);
  assert.equal(readToc(page([5, 48, 100], [6, 148, 8192 - 147])), undefined);
  assert.equal(readToc(page([1, 32, 70_000]))?.[0]?.size, 70_000);
});

test('CIM 11, 51 and 52: counts and texts that leave the heap are corrupt, and those that just fit are not', () => {
  const array = cimType(0x2008);
  const text = cimType(0x08);
  assert.ok(array !== undefined && text !== undefined);
  const heap = Buffer.from('\x02\0\0\0\x0c\0\0\0\xff\xff\xff\xff\0ab\0', 'latin1');
  const slot = Buffer.alloc(4);
  assert.deepEqual(new Heap(heap).value(array, slot, 0), ['ab', null]);
  assert.equal(new Heap(heap.subarray(0, 11)).value(array, slot, 0), undefined);
  heap.writeUInt32LE(0x80000000, 0);
  assert.equal(new Heap(heap).value(array, slot, 0), undefined);
  assert.equal(new Heap(Buffer.from('\0ab', 'latin1')).value(text, slot, 0), undefined);
  assert.equal(new Heap(Buffer.from('\x07ab\0', 'latin1')).value(text, slot, 0), undefined);
  assert.equal(new Heap(Buffer.from('\x01\x18\x04\0\0', 'latin1')).value(text, slot, 0), '\u0418');
});

test('CIM 5: upper case goes letter by letter, and letters without a pair stay', () => {
  assert.equal(simpleUpper('aßéŉµж'), 'AßÉŉµЖ');
  assert.equal(new NameHasher('vista').of('__thisNAMESPACE').slice(0, 16), '41C53E6DB1ACF245');
  assert.equal(new NameHasher('vista').of('@').slice(0, 16), 'EEC4121F2A07B61A');
  assert.equal(new NameHasher('xp').of('').length, 32);
});

test('CIM 11, 57: a page full of one hash gives a few starts, and a hash behind an underscore none', () => {
  const hash = Buffer.from('A'.repeat(64), 'utf16le');
  const full = Buffer.alloc(8192);
  for (let at = 0; at < 8192; at += hash.length) full.set(hash, at);
  assert.ok(hashStarts(full, 'vista').length <= 5);
  const one = Buffer.alloc(8192);
  one.set(hash, 1001);
  assert.ok(hashStarts(one, 'vista').includes(1001));
  one.set(Buffer.from('_', 'utf16le'), 999);
  assert.deepEqual(hashStarts(one, 'vista'), []);
});

test('L20 MOF holds nothing that moves a terminal or leaves its quotes', () => {
  assert.equal(mofQuoted('a"b\\c\n\u001b[2J\u202e\u{e0001}'), '"a\\"b\\\\c\\n\\x001B[2J\\x202E\\xDB40\\xDC01"');
  assert.equal(mofName('Win32_Process'), 'Win32_Process');
  assert.equal(mofName('x { };\nclass y'), '"x { };\\nclass y"');
});

test('CIM 7.1: a security descriptor tells who may come from elsewhere and who may write', () => {
  const bytes = Buffer.alloc(20 + 8 + 20 + 20);
  bytes[0] = 1;
  bytes.writeUInt16LE(0x8004, 2);
  bytes.writeUInt32LE(20, 16);
  bytes.writeUInt16LE(48, 22);
  bytes.writeUInt16LE(2, 24);
  for (const [i, [mask, authority]] of [
    [0x20 | 0x4, 11],
    [0x8, 18],
  ].entries()) {
    const at = 28 + 20 * i;
    bytes.writeUInt16LE(20, at + 2);
    bytes.writeUInt32LE(mask ?? 0, at + 4);
    bytes.set([1, 1, 0, 0, 0, 0, 0, 5], at + 8);
    bytes.writeUInt32LE(authority ?? 0, at + 16);
  }
  assert.deepEqual(readDescriptor(bytes), {
    owner: undefined,
    remote: ['S-1-5-11'],
    writers: [{ sid: 'S-1-5-11', rights: ['full write'] }],
    isOpen: false,
  });
  bytes.writeUInt32LE(0, 16);
  assert.equal(readDescriptor(bytes)?.isOpen, true);
  assert.equal(readDescriptor(bytes.subarray(0, 19)), undefined);
});

test('L27 planted defects of a page of the index are found: a count, a table, a token, an offset', () => {
  const index = Buffer.from(FILES.get('INDEX.BTR') ?? []);
  let page: Buffer | undefined;
  for (let at = 0; at + 8192 <= index.length && page === undefined; at += 8192) {
    const one = index.subarray(at, at + 8192);
    if (one.readUInt32LE(0) === 0xaccc && one.readUInt32LE(16) > 2) page = one;
  }
  assert.ok(page !== undefined);
  const read = readIndexPage(page);
  assert.ok(typeof read !== 'string' && read.trouble === undefined);
  const keysAt = 20 + 4 * read.keys.length + 4 * (read.keys.length + 1);
  for (const [at, value] of [
    [16, 65_535],
    [keysAt, 65_535],
    [keysAt + 2 * read.keys.length, 65_535],
    [keysAt + 2 * read.keys.length + 4, 60_000],
  ] as const) {
    const bad = Buffer.from(page);
    bad.writeUInt16LE(value, at);
    const found = readIndexPage(bad);
    assert.ok(typeof found === 'string' || found.trouble !== undefined, `offset ${at}`);
  }
});

test('CIM 11, 60: flipped bytes never throw, and cost no more than they hit (fuzz)', () => {
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
  for (let round = 0; round < 40; round++) {
    const repository = open({}, (files) => {
      for (const bytes of files.values()) {
        for (let i = 0; i < 6; i++) bytes[random(bytes.length)] = random(256);
      }
    });
    for (const namespace of repository.namespaces()) {
      repository.classes(namespace);
      for (const instance of repository.current.allInstances(namespace)) assert.ok(instance.path.length > 0);
    }
    repository.history();
    repository.carve();
  }
});
