import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { MemoryFiles, writeZip, type ZipPart } from '../../testkit/archives/index.ts';
import { findInputs, type InputEnd, type ReadOptions, readInput } from './index.ts';

const TEXT = Buffer.from('{"a":1}\n'.repeat(500));

async function read(
  zip: Uint8Array,
  options: Partial<ReadOptions> = {},
): Promise<{ readonly read: readonly string[]; readonly end: InputEnd }> {
  const port = new MemoryFiles({ 'x.zip': zip });
  const [input] = (await findInputs(['x.zip'], port)).inputs;
  assert.ok(input);
  const names: string[] = [];
  let end: InputEnd | undefined;
  for await (const step of readInput(input, port, { hash: false, ownBuffers: false, ...options })) {
    if (step.kind === 'textEnd') names.push((step.source.container ?? []).join('!/'));
    if (step.kind === 'inputEnd') end = step.end;
  }
  assert.ok(end);
  return { read: names, end };
}

test('L30 methods of packing that are not unpacked are named as people know them', async () => {
  const methods: readonly (readonly [number, string])[] = [
    [1, 'Shrink (method 1)'],
    [6, 'Implode (method 6)'],
    [9, 'Deflate64 (method 9)'],
    [12, 'bzip2 (method 12)'],
    [14, 'LZMA (method 14)'],
    [95, 'xz (method 95)'],
    [98, 'PPMd (method 98)'],
    [77, 'method 77'],
  ];
  const parts = methods.map(([method]): ZipPart => ({ name: `${method}.json`, bytes: TEXT, method }));
  const { read: names, end } = await read(writeZip([...parts, { name: 'good.json', bytes: TEXT }]));
  assert.deepEqual(names, ['good.json']);
  assert.deepEqual(
    end.anomalies.map(({ message }) => message),
    methods.map(
      ([, name]) =>
        `It is packed with ${name}, which Triad does not unpack; it was not read. Unpack the archive with another tool.`,
    ),
  );
  assert.deepEqual(
    end.notRead.map(({ kind, count }) => [kind, count]),
    [['unsupported compression', methods.length]],
  );
});

test('a member that zstd packed is read, encrypted or not, and damage is told', async () => {
  const packed = zstdCompressSync(TEXT);
  const part: ZipPart = { name: 'a.json', bytes: TEXT, method: 93, packed };
  const plain = await read(writeZip([part]));
  assert.deepEqual([plain.read, plain.end.anomalies], [['a.json'], []]);
  const locked = await read(writeZip([{ ...part, cipher: { bits: 256, version: 2 }, password: 'p' }]), {
    passwords: ['p'],
  });
  assert.deepEqual([locked.read, locked.end.anomalies], [['a.json'], []]);
  const cut = await read(writeZip([{ ...part, packed: packed.subarray(0, packed.length - 9) }]));
  assert.deepEqual(
    cut.end.anomalies.map(({ code }) => code),
    ['TRIAD-E-IO-ARCHIVE-DAMAGED'],
  );
});

test('L30 a collection that Velociraptor encrypted for a key is told from one that a password opens', async () => {
  const inner = writeZip([{ name: 'uploads/auto/C%3A/a.json', bytes: TEXT }]);
  const data: ZipPart = {
    name: 'data.zip',
    bytes: inner,
    isStored: true,
    cipher: { bits: 256, version: 2 },
    password: 'session',
  };
  for (const scheme of ['X509', 'PGP']) {
    const metadata = Buffer.from(
      JSON.stringify({ EncryptedPass: 'c2VjcmV0', Scheme: scheme, PublicKey: '' }, undefined, 1),
    );
    const zip = writeZip([{ name: 'metadata.json', bytes: metadata }, data]);
    const { end } = await read(zip, { passwords: ['other'] });
    assert.deepEqual(
      end.anomalies.map(({ message }) => message),
      [
        `Velociraptor encrypted this collection with a password that only the ${scheme} key opens; it was not read. Unpack it with velociraptor and that key.`,
      ],
    );
    assert.deepEqual(
      end.notRead.map(({ kind, count }) => [kind, count]),
      [['encrypted collection', 1]],
    );
    // Who has decrypted the session password can give it.
    assert.ok((await read(zip, { passwords: ['session'] })).read.includes('data.zip!/uploads/auto/C%3A/a.json'));
  }
  const simple = await read(writeZip([{ name: 'metadata.json', bytes: Buffer.from('{"Scheme":"Password"}') }, data]));
  assert.deepEqual(
    simple.end.notRead.map(({ kind }) => kind),
    ['encrypted member'],
  );
});

test('disk images and rar are out of scope, and are said to be, loose and in an archive', async () => {
  const images: Readonly<Record<string, string>> = {
    'a.E01': 'EVF\x09\x0d\x0a\xff\0',
    'a.Ex01': 'EVF2\x0d\x0a\x81\0',
    'a.vhdx': 'vhdxfile',
    'dynamic.vhd': 'conectix',
    'fixed.vhd': '\x33\xc0\x8e\xd0',
    'a.vmdk': 'KDMV',
    'flat.vmdk': '# Disk DescriptorFile\nversion=1\n',
  };
  const files = Object.entries(images).map(
    ([name, text]) => [name, Buffer.from(text.padEnd(600, '\0'), 'latin1')] as const,
  );
  const rar = Buffer.from('Rar!\x1a\x07\x01\0'.padEnd(64, '\0'), 'latin1');
  const loose = await findInputs(['.'], new MemoryFiles({ ...Object.fromEntries(files), 'a.rar': rar }));
  assert.deepEqual(
    loose.notRead.map(({ kind, count, advice }) => [kind, count, /is out of scope: |are out of scope: /.test(advice)]),
    [
      ['disk image', files.length, true],
      ['rar', 1, true],
    ],
  );
  const { end } = await read(writeZip([...files, ['a.rar', rar] as const].map(([name, bytes]) => ({ name, bytes }))));
  assert.deepEqual(
    end.notRead.map(({ kind, count }) => [kind, count]),
    [
      ['disk image', files.length],
      ['rar', 1],
    ],
  );
});

test('L30 a repository that the WMI service holds is told with how to get at it', async () => {
  for (const [fails, code] of [
    ['EBUSY', 'TRIAD-E-IO-LOCKED'],
    ['EACCES', 'TRIAD-E-IO-DENIED'],
    ['EPERM', 'TRIAD-E-IO-DENIED'],
  ] as const) {
    const port = new MemoryFiles({
      'r/OBJECTS.DATA': { bytes: Buffer.from('x'), fails },
      'r/other.bin': { bytes: Buffer.from('x'), fails },
    });
    const [repository, other] = (await findInputs(['r'], port)).anomalies;
    assert.equal(repository?.code, code);
    assert.match(repository?.message ?? '', /copy the whole folder out of a volume shadow copy, and read the copy\.$/);
    assert.doesNotMatch(other?.message ?? '', /shadow/);
  }
});
