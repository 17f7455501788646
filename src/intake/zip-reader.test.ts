import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { MemoryFiles, writeZip, type ZipOddities, type ZipPart } from '../../testkit/archives/index.ts';
import { type ArchiveLimits, findInputs, type InputEnd, readInput } from './index.ts';

const SLOT = 65_536;

function logOf(slots: number, fill = 7): Buffer {
  const log = Buffer.alloc(4096 + slots * SLOT, fill);
  log.write('ElfFile\0', 0, 'latin1');
  return log;
}

interface Outcome {
  readonly logs: Readonly<Record<string, number>>;
  readonly codes: readonly string[];
  readonly end: InputEnd;
}

/** The bytes that came out of each log of an archive, and the codes of what was odd. */
async function outcomeOf(archive: Uint8Array, limits: Partial<ArchiveLimits> = {}, name = 'x.zip'): Promise<Outcome> {
  const port = new MemoryFiles({ [name]: archive });
  const [input] = (await findInputs([name], port)).inputs;
  assert.ok(input);
  const logs: Record<string, number> = Object.create(null);
  let end: InputEnd | undefined;
  for await (const step of readInput(input, port, { hash: false, ownBuffers: false, limits })) {
    if (step.kind === 'logEnd') logs[step.source.container?.[0] ?? ''] = step.bytes;
    if (step.kind === 'inputEnd') end = step.end;
  }
  assert.ok(end);
  assert.equal(port.openNow, 0);
  return { logs: { ...logs }, codes: end.anomalies.map(({ code }) => code), end };
}

function zipped(
  parts: readonly ZipPart[],
  oddities: ZipOddities = {},
  limits: Partial<ArchiveLimits> = {},
): Promise<Outcome> {
  return outcomeOf(writeZip(parts, oddities), limits);
}

const good: ZipPart = { name: 'good.evtx', bytes: logOf(2) };
const GOOD = { 'good.evtx': 4096 + 2 * SLOT };

test('members are read in the order in which they lie in the archive, folders and empty ones left out', async () => {
  const { logs, codes } = await zipped([
    { name: 'b/Security.evtx', bytes: logOf(1) },
    { name: 'a/', bytes: Buffer.alloc(0), isStored: true },
    { name: 'a/empty.txt', bytes: Buffer.alloc(0), isStored: true },
    { name: 'a/System.evtx', bytes: logOf(3) },
  ]);
  assert.deepEqual(Object.entries(logs), [
    ['b/Security.evtx', 4096 + SLOT],
    ['a/System.evtx', 4096 + 3 * SLOT],
  ]);
  assert.deepEqual(codes, []);
});

test('a wrong checksum is said, and the bytes are read all the same', async () => {
  for (const part of [good, { ...good, isStored: true }, { ...good, declaredBytes: good.bytes.length }]) {
    const { logs, codes, end } = await zipped([{ ...part, crc: 0xdeadbeef }]);
    assert.deepEqual([logs, codes], [GOOD, ['TRIAD-E-IO-ARCHIVE-CRC']]);
    assert.match(end.anomalies[0]?.message ?? '', /not 0xdeadbeef as the archive says; its 135168 bytes were read/);
  }
});

test('a size that lies hides nothing: what comes out is read and counted', async () => {
  const { logs, codes, end } = await zipped([{ ...good, declaredBytes: 5000 }]);
  assert.deepEqual([logs, codes], [GOOD, ['TRIAD-E-IO-ARCHIVE-SIZE']]);
  assert.equal(end.anomalies[0]?.message, 'The archive says 5000 bytes, 135168 came out and were read.');
});

test('L21 a damaged member costs what lies behind the damage, and no other member', async () => {
  const bytes = Buffer.concat([
    logOf(0),
    Buffer.from(Array.from({ length: 8 * SLOT }, (_, i) => (i * i * 31 + (i >> 3)) & 0xff)),
  ]);
  const packed = deflateRawSync(bytes, { level: 0 });
  // Level 0 makes stored blocks with a head of five bytes; a block of an unknown type ends decoding there.
  let block = 0;
  let at = 0;
  for (; at < 300_000; block += 5 + packed.readUInt16LE(block + 1)) at += packed.readUInt16LE(block + 1);
  packed[block] = 7;
  const { logs, codes } = await zipped([
    good,
    { name: 'bad.evtx', bytes, packed },
    { name: 'after.evtx', bytes: logOf(1) },
  ]);
  const { 'bad.evtx': recovered, ...others } = logs;
  assert.deepEqual(others, { ...GOOD, 'after.evtx': 4096 + SLOT });
  assert.equal(recovered, at);
  assert.deepEqual(codes, ['TRIAD-E-IO-ARCHIVE-DAMAGED']);
});

test('a packed member that ends early gives what is there', async () => {
  const bytes = Buffer.concat([logOf(0), Buffer.from(Array.from({ length: 4 * SLOT }, (_, i) => (i * 7919) % 251))]);
  const packed = deflateRawSync(bytes, { level: 0 }).subarray(0, 200_000);
  const { logs, codes } = await zipped([{ name: 'cut.evtx', bytes, packed }]);
  assert.deepEqual(codes, ['TRIAD-E-IO-ARCHIVE-DAMAGED']);
  assert.ok((logs['cut.evtx'] ?? 0) > 199_900);
});

test('encrypted members, unknown methods and archives too deep inside are counted and named, one each', async () => {
  const parts = [
    { name: 'locked.evtx', bytes: logOf(1), flags: 1 },
    { name: 'packed.evtx', bytes: logOf(1), method: 9 },
    { name: 'inner.zip', bytes: writeZip([good]) },
    { name: 'inner.evtx.gz', bytes: gzipSync(logOf(1)), isStored: true },
    { name: 'SYSTEM', bytes: Buffer.from('regf'.padEnd(64)) },
    good,
  ];
  const { logs, codes, end } = await zipped(parts, {}, { nesting: 0 });
  assert.deepEqual(logs, GOOD);
  assert.deepEqual(codes, [
    'TRIAD-E-IO-ARCHIVE-PASSWORD',
    'TRIAD-E-IO-ARCHIVE-METHOD',
    'TRIAD-E-IO-ARCHIVE-NESTED',
    'TRIAD-E-IO-ARCHIVE-NESTED',
  ]);
  assert.deepEqual(
    end.notRead.map(({ kind, count, examples }) => [kind, count, examples.map(({ container }) => container?.[0])]),
    [
      ['encrypted member', 1, ['locked.evtx']],

      ['nested archive', 2, ['inner.zip', 'inner.evtx.gz']],
      ['registry hive', 1, ['SYSTEM']],
      ['unsupported compression', 1, ['packed.evtx']],
    ],
  );
});

test('L7 what is noted about members stands in the order of the members', async () => {
  const wrong = { ...good, crc: 1 };
  const parts = [
    { ...wrong, name: '0.evtx' },
    { name: '1.evtx', bytes: logOf(1), flags: 1 },
    { ...wrong, name: '2.evtx', declaredBytes: 0x7fffffff },
    { name: '../3.evtx', bytes: logOf(1) },
    { ...wrong, name: '4.evtx', isStored: true },
    { name: '5.zip', bytes: writeZip([good]) },
  ];
  const { end } = await zipped(parts, {}, { nesting: 0 });
  assert.deepEqual(
    end.anomalies.map(({ container }) => container?.[0]),
    ['0.evtx', '1.evtx', '2.evtx', '../3.evtx', '4.evtx', '5.zip'],
  );
});

test('a name is a label and never a path; an odd one is noted', async () => {
  const names = [
    '../../etc/x.evtx',
    'C:\\Windows\\x.evtx',
    '/abs/x.evtx',
    'a\0b.evtx',
    'ok/..x.evtx',
    'twice.evtx',
    'twice.evtx',
  ];
  const { logs, codes, end } = await zipped(names.map((name) => ({ name, bytes: logOf(1) })));
  assert.deepEqual(Object.keys(logs), [...names.slice(0, 6), 'twice.evtx (2)']);
  assert.deepEqual(codes, Array(5).fill('TRIAD-E-IO-ARCHIVE-NAME'));
  assert.deepEqual(
    end.anomalies.map(({ message }) => /\((.*)\)/.exec(message)?.[1]),
    [
      'it climbs out of its folder',
      'it is absolute',
      'it is absolute',
      'it holds a NUL',
      'another member has the same name',
    ],
  );
});

test('members that share bytes are refused, so that no byte is read twice', async () => {
  const part = { name: 'a.evtx', bytes: logOf(1) };
  const packedBytes = deflateRawSync(part.bytes).length;
  const touching = await zipped([{ ...part, declaredPacked: packedBytes }, good]);
  assert.deepEqual(touching.codes, []);
  const overlapping = await zipped([{ ...part, declaredPacked: packedBytes + 1 }, good]);
  assert.deepEqual([overlapping.logs, overlapping.codes], [GOOD, ['TRIAD-E-IO-ARCHIVE-OVERLAP']]);
  const same = await zipped([good, { ...good, name: 'same.evtx', declaredOffset: 0 }]);
  assert.deepEqual([same.logs, same.codes], [{ 'same.evtx': GOOD['good.evtx'] }, ['TRIAD-E-IO-ARCHIVE-OVERLAP']]);
});

test('L20 the number of members is bounded', async () => {
  const parts = ['a', 'b', 'c'].map((name) => ({ name: `${name}.evtx`, bytes: logOf(1) }));
  assert.deepEqual((await zipped(parts, {}, { members: 3 })).codes, []);
  const over = await zipped(parts, {}, { members: 2 });
  assert.deepEqual([Object.keys(over.logs), over.codes], [['a.evtx', 'b.evtx'], ['TRIAD-E-IO-ARCHIVE-DIRECTORY']]);
  const cut = writeZip(parts).subarray(0, -30);
  const counts = await Promise.all(
    [4, 3, 2].map(async (members) => Object.keys((await outcomeOf(cut, { members })).logs).length),
  );
  assert.deepEqual(counts, [3, 3, 2]);
});

test('L20 what a member may grow to is bounded, streamed or not, and what came before the bound is read', async () => {
  const bytes = logOf(4, 0);
  const packedBytes = deflateRawSync(bytes).length;
  const ratio = bytes.length / packedBytes;
  for (const declaredBytes of [bytes.length, 0x7fffffff]) {
    const part = { name: 'a.evtx', bytes, declaredBytes };
    const expected = declaredBytes === bytes.length ? [] : ['TRIAD-E-IO-ARCHIVE-SIZE'];
    assert.deepEqual((await zipped([part], {}, { ratio, freeBytes: 1000 })).codes, expected);
    assert.deepEqual((await zipped([part], {}, { ratio: 1, freeBytes: bytes.length })).codes, expected);
    const over = await zipped([part], {}, { ratio: 1, freeBytes: bytes.length - 1 });
    assert.deepEqual([over.logs, over.codes], [{ 'a.evtx': bytes.length - 1 }, ['TRIAD-E-IO-ARCHIVE-BOMB']]);
  }
});

test('L20 the output of an archive as a whole is bounded', async () => {
  for (const isStored of [true, false]) {
    const parts = ['a', 'b'].map((name) => ({ name: `${name}.evtx`, bytes: logOf(1), isStored }));
    const total = 2 * (4096 + SLOT);
    assert.deepEqual((await zipped(parts, {}, { outputBytes: total })).codes, []);
    const over = await zipped(parts, {}, { outputBytes: total - 1 });
    assert.deepEqual(over.codes, ['TRIAD-E-IO-ARCHIVE-BOMB']);
    assert.deepEqual(over.logs, { 'a.evtx': 4096 + SLOT, 'b.evtx': 4096 + SLOT - 1 });
  }
});

test('L20 a gz file is bounded in the same way', async () => {
  const bytes = logOf(4, 0);
  const whole = await outcomeOf(gzipSync(bytes), { ratio: 1, freeBytes: bytes.length }, 'a.evtx.gz');
  assert.deepEqual([whole.logs, whole.codes], [{ 'a.evtx': bytes.length }, []]);
  const over = await outcomeOf(gzipSync(bytes), { ratio: 1, freeBytes: bytes.length - 1 }, 'a.evtx.gz');
  assert.deepEqual([over.logs, over.codes], [{ 'a.evtx': bytes.length - 1 }, ['TRIAD-E-IO-ARCHIVE-BOMB']]);
});

test('a gz file that is cut or damaged gives what comes before', async () => {
  const bytes = Buffer.concat([logOf(0), Buffer.from(Array.from({ length: 4 * SLOT }, (_, i) => (i * 7919) % 251))]);
  const packed = gzipSync(bytes, { level: 0 });
  const cut = await outcomeOf(packed.subarray(0, 200_000), {}, 'a.gz');
  assert.deepEqual(cut.codes, ['TRIAD-E-IO-ARCHIVE-DAMAGED']);
  assert.ok((cut.logs['a'] ?? 0) > 199_900);
  const wrongSum = Buffer.from(packed);
  wrongSum.writeUInt32LE(1, wrongSum.length - 8);
  const summed = await outcomeOf(wrongSum, {}, 'a.gz');
  assert.deepEqual([summed.logs, summed.codes], [{ a: bytes.length }, ['TRIAD-E-IO-ARCHIVE-DAMAGED']]);
});

test('an archive too deep in a gz is one note', async () => {
  const { codes, end } = await outcomeOf(gzipSync(writeZip([good])), { nesting: 0 }, 'case.zip.gz');
  assert.deepEqual(codes, ['TRIAD-E-IO-ARCHIVE-NESTED']);
  assert.deepEqual(
    end.notRead.map(({ kind, count }) => [kind, count]),
    [['nested archive', 1]],
  );
});

test('an archive whose directory is cut or wrong gives the members that are known', async () => {
  const whole = writeZip([good, { name: 'b.evtx', bytes: logOf(1) }], { announced: 3 });
  const missing = await outcomeOf(whole);
  assert.deepEqual(
    [Object.keys(missing.logs), missing.codes],
    [['good.evtx', 'b.evtx'], ['TRIAD-E-IO-ARCHIVE-DIRECTORY']],
  );
});

test('L21 an archive that was cut before its directory gives the members whose headers are there', async () => {
  const parts: readonly ZipPart[] = [
    good,
    { name: 'stored.evtx', bytes: logOf(1), isStored: true },
    { name: 'inner.zip', bytes: writeZip([{ name: 'hidden.evtx', bytes: logOf(1) }]), isStored: true },
    { name: 'streamed.evtx', bytes: logOf(3), flags: 8, declaredPacked: 0, declaredBytes: 0, crc: 0 },
    { name: 'last.evtx', bytes: Buffer.concat([logOf(0), Buffer.alloc(SLOT, 'abc')]), isStored: true },
  ];
  const whole = writeZip(parts);
  const directory = whole.readUInt32LE(whole.length - 22 + 16);
  const cut = await outcomeOf(whole.subarray(0, directory - 1000));
  assert.deepEqual(cut.logs, {
    ...GOOD,
    'stored.evtx': 4096 + SLOT,
    'inner.zip': 4096 + SLOT,
    'streamed.evtx': 4096 + 3 * SLOT,
    'last.evtx': 4096 + SLOT - 1000,
  });
  assert.deepEqual(cut.codes, ['TRIAD-E-IO-ARCHIVE-TRUNCATED', 'TRIAD-E-IO-ARCHIVE-SIZE']);
  assert.match(cut.end.anomalies[0]?.message ?? '', /5 members were found by the headers before them and were read/);
});

test('headers of members that only the bytes show are not read while there is a directory', async () => {
  const { logs, codes } = await zipped([good, { name: 'hidden.evtx', bytes: logOf(1), isHidden: true }]);
  assert.deepEqual([logs, codes], [GOOD, []]);
});

test('bytes behind an archive are passed over', async () => {
  for (const trailing of [Buffer.alloc(1), Buffer.alloc(4096), Buffer.alloc(900_000)]) {
    assert.deepEqual((await zipped([good], { trailing })).logs, GOOD);
  }
});

test('a member that stands nowhere costs itself', async () => {
  const { logs, codes } = await zipped([{ name: 'a.evtx', bytes: logOf(1), declaredOffset: 999_999_999 }, good]);
  assert.deepEqual([logs, codes], [GOOD, ['TRIAD-E-IO-ARCHIVE-DAMAGED']]);
});

test('anomalies of one kind are kept whole up to a hundred and counted from there on', async () => {
  const parts = Array.from({ length: 103 }, (_, i) => ({ name: `${i}.evtx`, bytes: Buffer.from('x'), flags: 1 }));
  const { end } = await zipped(parts);
  assert.equal(end.anomalies.length, 101);
  assert.deepEqual(end.anomalies.at(-1), {
    code: 'TRIAD-E-IO-ARCHIVE-PASSWORD',
    level: 'error',
    file: 'x.zip',
    message: 'and 3 more of TRIAD-E-IO-ARCHIVE-PASSWORD',
    count: 3,
  });
});
