import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { MemoryFiles, writeTar, writeZip, type ZipPart } from '../../testkit/archives/index.ts';
import type { SpoolFile } from './holding.ts';
import {
  type FilePort,
  findInputs,
  Holding,
  type InputEnd,
  type KeptFile,
  type ReadOptions,
  readInput,
} from './index.ts';

const OBJECTS = Buffer.from('pages of a repository '.repeat(500));
const REPOSITORY: readonly ZipPart[] = [
  { name: 'C/Windows/System32/wbem/Repository/OBJECTS.DATA', bytes: OBJECTS },
  { name: 'C/Windows/System32/wbem/Repository/index.btr', bytes: Buffer.from('index'), isStored: true },
];

interface Kept {
  readonly role: string;
  readonly path: string;
  readonly name: string;
  readonly file: KeptFile;
  readonly time: string | undefined;
}

/** What is kept of one file, and how reading it ended. */
async function keptOf(
  path: string,
  port: FilePort,
  options: Partial<ReadOptions> = {},
): Promise<{ readonly kept: readonly Kept[]; readonly end: InputEnd; readonly holding: Holding }> {
  const isAudit = options.keep?.isAudit;
  const { inputs } = await findInputs([path], port, isAudit === undefined ? {} : { isAudit });
  const [input] = inputs;
  assert.ok(input);
  const holding = options.holding ?? new Holding();
  const kept: Kept[] = [];
  let end: InputEnd | undefined;
  for await (const step of readInput(input, port, { hash: true, ownBuffers: false, keep: {}, ...options, holding })) {
    if (step.kind === 'kept') {
      const { role, source, name, file, modified } = step;
      const time = modified === undefined ? undefined : `${modified.ms}+${modified.ticks}`;
      kept.push({ role, path: [source.file, ...(source.container ?? [])].join('!/'), name, file, time });
    }
    if (step.kind === 'inputEnd') end = step.end;
  }
  assert.ok(end);
  return { kept, end, holding };
}

function contentOf(file: KeptFile): Buffer {
  const bytes = Buffer.alloc(file.bytes + 10);
  return bytes.subarray(0, file.read(bytes, 0));
}

/** A spool in memory that tells whether it was closed. */
class TestSpool implements SpoolFile {
  bytes: Buffer = Buffer.alloc(0);
  isClosed = false;
  append(bytes: Uint8Array): void {
    this.bytes = Buffer.concat([this.bytes, bytes]);
  }
  read(into: Uint8Array, position: number): number {
    const part = this.bytes.subarray(position, position + into.length);
    into.set(part);
    return part.length;
  }
  close(): void {
    this.isClosed = true;
  }
}

test('D9 the files of a repository, MOF files and audits are kept, by name in any case and by what the room of audits says', async () => {
  const names = [
    'OBJECTS.DATA',
    'Index.btr',
    'MAPPING1.MAP',
    'mapping.ver',
    'CIM.REP',
    'stock.MOF',
    'audit.json',
    'x.json',
  ];
  const zip = writeZip(names.map((name) => ({ name: `a/${name}`, bytes: Buffer.from(`{"${name}":1}\n`) })));
  const isAudit = (head: Uint8Array, name: string): boolean => head[0] === 0x7b && name === 'audit.json';
  const { kept } = await keptOf('x.zip', new MemoryFiles({ 'x.zip': zip }), { keep: { isAudit } });
  assert.deepEqual(
    kept.map(({ role, name, file }) => [role, name, contentOf(file).toString()]),
    [
      ['repository', 'OBJECTS.DATA', '{"OBJECTS.DATA":1}\n'],
      ['repository', 'Index.btr', '{"Index.btr":1}\n'],
      ['repository', 'MAPPING1.MAP', '{"MAPPING1.MAP":1}\n'],
      ['repository', 'mapping.ver', '{"mapping.ver":1}\n'],
      ['repository', 'CIM.REP', '{"CIM.REP":1}\n'],
      ['mof', 'stock.MOF', '{"stock.MOF":1}\n'],
      ['audit', 'audit.json', '{"audit.json":1}\n'],
    ],
  );
});

test('D9 a kept file is the same loose, in a zip, a tar and a tar that is packed, and can be read at any place', async () => {
  const tar = writeTar([{ name: 'r/OBJECTS.DATA', bytes: OBJECTS }]);
  const port = new MemoryFiles({
    'r/OBJECTS.DATA': OBJECTS,
    'a.zip': writeZip(REPOSITORY.slice(0, 1)),
    'b.tar': tar,
    'c.tgz': gzipSync(tar),
    'd.tar.zst': zstdCompressSync(tar),
  });
  for (const path of ['r/OBJECTS.DATA', 'a.zip', 'b.tar', 'c.tgz', 'd.tar.zst']) {
    const { kept, end, holding } = await keptOf(path, port);
    const [one] = kept;
    assert.ok(one, path);
    assert.deepEqual(
      [kept.length, one.role, one.name, one.file.bytes],
      [1, 'repository', 'OBJECTS.DATA', OBJECTS.length],
    );
    assert.ok(contentOf(one.file).equals(OBJECTS), path);
    const middle = Buffer.alloc(20);
    assert.equal(one.file.read(middle, 5000), 20);
    assert.ok(middle.equals(OBJECTS.subarray(5000, 5020)));
    assert.equal(one.file.read(middle, OBJECTS.length - 3), 3);
    assert.equal(one.file.read(middle, OBJECTS.length + 3), 0);
    assert.equal(end.sha256?.length, 64);
    holding.close();
    assert.equal(port.openNow, 0);
  }
});

test('L20 of two members of one name both are kept, told apart by their address, and nothing else of a name counts', async () => {
  const names = [
    'r/OBJECTS.DATA',
    'r/OBJECTS.DATA',
    '../../OBJECTS.DATA',
    'C:\\r\\INDEX.BTR',
    'NUL/stock.mof',
    'r\u0000/OBJECTS.DATA',
  ];
  const bytes = (i: number): Buffer => Buffer.from(`file ${i}`);
  const port = new MemoryFiles({
    'x.zip': writeZip(names.map((name, i) => ({ name, bytes: bytes(i) }))),
    'x.tar': writeTar(names.slice(0, 5).map((name, i) => ({ name, bytes: bytes(i) }))),
  });
  for (const [archive, count] of [
    ['x.zip', 6],
    ['x.tar', 5],
  ] as const) {
    const { kept, end } = await keptOf(archive, port);
    assert.deepEqual(
      kept.map(({ path, name, file }) => [path, name, contentOf(file).toString()]),
      [
        [`${archive}!/r/OBJECTS.DATA`, 'OBJECTS.DATA', 'file 0'],
        [`${archive}!/r/OBJECTS.DATA (2)`, 'OBJECTS.DATA', 'file 1'],
        [`${archive}!/../../OBJECTS.DATA`, 'OBJECTS.DATA', 'file 2'],
        [`${archive}!/C:\\r\\INDEX.BTR`, 'INDEX.BTR', 'file 3'],
        [`${archive}!/NUL/stock.mof`, 'stock.mof', 'file 4'],
        [`${archive}!/r\u0000/OBJECTS.DATA`, 'OBJECTS.DATA', 'file 5'],
      ].slice(0, count),
    );
    assert.deepEqual(
      end.anomalies.map(({ code }) => code),
      Array(count - 1).fill('TRIAD-E-IO-ARCHIVE-NAME'),
    );
  }
});

test('D9 without keeping they are passed over and counted, and a reader of logs pays nothing for them', async () => {
  const port = new MemoryFiles({ 'a.zip': writeZip(REPOSITORY), OBJECTS: OBJECTS });
  const [input] = (await findInputs(['a.zip'], port)).inputs;
  assert.ok(input);
  const kinds: string[] = [];
  for await (const step of readInput(input, port, { hash: false, ownBuffers: false })) kinds.push(step.kind);
  assert.deepEqual(kinds, ['inputEnd']);
});

test('D1 the time of a member counts from its NTFS or Unix field, a tar or pax, never from the DOS time of a zip', async () => {
  const ntfs = Buffer.alloc(32);
  ntfs.writeUInt16LE(1, 4);
  ntfs.writeUInt16LE(24, 6);
  ntfs.writeBigUInt64LE(133_500_000_001_234_567n, 8);
  const seconds = (flags: number[], at: number): Buffer => {
    const field = Buffer.alloc(at + 4);
    field.set(flags);
    field.writeInt32LE(1_700_000_000, at);
    return field;
  };
  const extras: readonly (readonly [number, Uint8Array])[][] = [
    [],
    [[0x000a, ntfs]],
    [[0x5455, seconds([1], 1)]],
    [[0x5855, seconds([], 4)]],
    [[0x000d, seconds([], 4)]],
    [
      [0x5455, seconds([1], 1)],
      [0x000a, ntfs],
    ],
    [[0x5455, seconds([2], 1)]],
    [[0x5455, Buffer.from([1, 0])]],
  ];
  const zip = writeZip(extras.map((extra, i) => ({ name: `${i}/OBJECTS.DATA`, bytes: OBJECTS, extra })));
  const tar = writeTar([
    { name: '0/INDEX.BTR', bytes: OBJECTS, modified: '1700000000' },
    { name: '1/INDEX.BTR', bytes: OBJECTS, style: 'pax', modified: '1700000000.123456789' },
    { name: '2/INDEX.BTR', bytes: OBJECTS, style: 'pax', modified: '-1.5' },
    { name: '3/INDEX.BTR', bytes: OBJECTS, modified: '0' },
  ]);
  const port = new MemoryFiles({ 'a.zip': zip, 'b.tar': tar, 'OBJECTS.DATA': { bytes: OBJECTS, modifiedMs: 5 } });
  const times = async (path: string): Promise<readonly (string | undefined)[]> =>
    (await keptOf(path, port)).kept.map(({ time }) => time);
  const unix = '1700000000000+0';
  const windows = '1705526400123+4567';
  assert.deepEqual(await times('a.zip'), [undefined, windows, unix, unix, unix, windows, undefined, undefined]);
  assert.deepEqual(await times('b.tar'), [unix, '1700000000123+4567', '-1500+0', undefined]);
  assert.deepEqual(await times('OBJECTS.DATA'), ['5+0']);
});

test('D9 members are held in memory up to a budget of the run, and beyond it in a spool; one byte decides', async () => {
  const zip = writeZip(['a', 'b', 'c'].map((name) => ({ name: `${name}/OBJECTS.DATA`, bytes: OBJECTS })));
  const port = new MemoryFiles({ 'x.zip': zip });
  for (const [memoryBytes, spooled] of [
    [3 * OBJECTS.length, 0],
    [3 * OBJECTS.length - 1, OBJECTS.length],
    [0, 3 * OBJECTS.length],
  ] as const) {
    const spools: TestSpool[] = [];
    const openSpool = (): SpoolFile => {
      const spool = new TestSpool();
      spools.push(spool);
      return spool;
    };
    const { kept, holding } = await keptOf('x.zip', port, { holding: new Holding({ memoryBytes, openSpool }) });
    assert.equal(
      spools.reduce((sum, { bytes }) => sum + bytes.length, 0),
      spooled,
    );
    assert.ok(spools.length <= 1, 'what is kept shares one spool');
    assert.ok(kept.length === 3 && kept.every(({ file }) => contentOf(file).equals(OBJECTS)));
    holding.close();
    assert.ok(spools.every(({ isClosed }) => isClosed));
  }
});

test('D9 where there is no room at all, the member is named and the rest is read', async () => {
  const parts = [REPOSITORY[0], { name: 'wbem/small.mof', bytes: Buffer.from('x') }].filter(
    (part) => part !== undefined,
  );
  const port = new MemoryFiles({ 'x.zip': writeZip(parts) });
  const { kept, end } = await keptOf('x.zip', port, { holding: new Holding({ memoryBytes: 100 }) });
  assert.deepEqual(
    kept.map(({ name }) => name),
    ['small.mof'],
  );
  assert.deepEqual(
    end.anomalies.map(({ code }) => code),
    ['TRIAD-E-IO-ARCHIVE-NESTED'],
  );
});

test('L21 a disk that gives nothing, or takes nothing, costs the member that is held and no other', async () => {
  const parts: readonly ZipPart[] = [
    { name: '1/OBJECTS.DATA', bytes: Buffer.alloc(600_000, 1), isStored: true },
    { name: '2.zip', bytes: Buffer.concat([writeZip(REPOSITORY), Buffer.alloc(600_000)]) },
    { name: '3/small.mof', bytes: Buffer.from('x') },
  ];
  const zip = writeZip(parts);
  const broken = new MemoryFiles({ 'x.zip': zip });
  broken.onRead = (_, position, length) => {
    if (position > 100_000 && position + length < 600_000) throw Object.assign(new Error('EIO'), { code: 'EIO' });
  };
  const unread = await keptOf('x.zip', broken, { hash: false });
  assert.deepEqual(
    unread.kept.map(({ name }) => name),
    ['OBJECTS.DATA', 'index.btr', 'small.mof'],
  );
  assert.deepEqual(
    unread.end.anomalies.map(({ code, container }) => [code, container]),
    [['TRIAD-E-IO-READ', ['1/OBJECTS.DATA']]],
  );
  const openSpool = (): SpoolFile => {
    throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
  };
  const full = await keptOf('x.zip', new MemoryFiles({ 'x.zip': zip }), {
    holding: new Holding({ memoryBytes: 1000, openSpool }),
  });
  assert.deepEqual(
    full.kept.map(({ name }) => name),
    ['small.mof'],
  );
  assert.deepEqual(
    full.end.anomalies.map(({ code, container }) => [code, container?.[0]]),
    [
      ['TRIAD-E-IO-READ', '1/OBJECTS.DATA'],
      ['TRIAD-E-IO-READ', '2.zip'],
    ],
  );
});

test('of hundreds of loose files only some are open at a time', async () => {
  const names = Array.from({ length: 200 }, (_, i) => `m/${i}.mof`);
  const port = new MemoryFiles(Object.fromEntries(names.map((name) => [name, Buffer.from(name)])));
  const holding = new Holding();
  const files: KeptFile[] = [];
  for (const name of names) files.push(...(await keptOf(name, port, { holding })).kept.map(({ file }) => file));
  for (const round of [1, 2]) {
    for (const [i, file] of files.entries()) assert.equal(contentOf(file).toString(), names[i], `round ${round}`);
  }
  assert.equal(port.openNow, 64);
  holding.close();
  assert.equal(port.openNow, 0);
});
