import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { MemoryFiles, writeTar, writeZip, type ZipPart } from '../../testkit/archives/index.ts';
import { findInputs, Holding, type InputEnd, type ReadOptions, readInput } from './index.ts';

const SLOT = 65_536;

function logOf(slots: number): Buffer {
  const log = Buffer.alloc(4096 + slots * SLOT, 7);
  log.write('ElfFile\0', 0, 'latin1');
  return log;
}

const LOG: ZipPart = { name: 'a.evtx', bytes: logOf(1) };
const TEXT: ZipPart = { name: 'b.json', bytes: Buffer.from('{"a":1}\n') };

type Wrap = (bytes: Uint8Array) => Buffer;
const WRAPS: Readonly<Record<string, Wrap>> = {
  zip: (bytes) => writeZip([{ name: 'in', bytes }]),
  stored: (bytes) => writeZip([{ name: 'in', bytes, isStored: true }]),
  tar: (bytes) => writeTar([{ name: 'in', bytes }]),
  gz: (bytes) => gzipSync(bytes),
  zst: (bytes) => zstdCompressSync(bytes),
};

async function read(
  archive: Uint8Array,
  options: Partial<ReadOptions> = {},
): Promise<{ readonly found: readonly (readonly [string, number])[]; readonly end: InputEnd }> {
  const port = new MemoryFiles({ x: archive });
  const [input] = (await findInputs(['x'], port)).inputs;
  assert.ok(input);
  const found: [string, number][] = [];
  let end: InputEnd | undefined;
  let passed = 0;
  const onProgress = (bytes: number): void => {
    passed += bytes;
  };
  for await (const step of readInput(input, port, { hash: true, ownBuffers: false, onProgress, ...options })) {
    if (step.kind === 'logEnd' || step.kind === 'textEnd')
      found.push([(step.source.container ?? []).join('!/'), step.bytes]);
    if (step.kind === 'inputEnd') end = step.end;
  }
  assert.ok(end);
  assert.deepEqual([port.openNow, passed, end.sha256?.length], [0, archive.length, 64]);
  return { found, end };
}

test('D9 archives of every kind inside each other are read, and the address names each level', async () => {
  const inner = writeZip([LOG, TEXT]);
  for (const [outer, first] of Object.entries(WRAPS)) {
    for (const [middle, second] of Object.entries(WRAPS)) {
      const { found, end } = await read(first(second(inner)));
      const what = `${outer} of ${middle}`;
      assert.deepEqual(end.anomalies, [], what);
      assert.equal(found.length, 2, what);
      const levels = found.map(([path]) => path.split('!/'));
      assert.deepEqual(
        levels.map((path) => [path.length, path.at(-1)]),
        [
          [3, 'a.evtx'],
          [3, 'b.json'],
        ],
        what,
      );
      assert.deepEqual(
        found.map(([, bytes]) => bytes),
        [4096 + SLOT, 8],
        what,
      );
    }
  }
});

test('L20 an archive with three archives around it is read, with four it is one note', async () => {
  const wrapped = (times: number): Buffer => {
    let bytes = writeZip([LOG]);
    for (let i = 0; i < times; i++)
      bytes = writeZip([{ name: `${times - i}.zip`, bytes, isStored: i % 2 === 0 }, TEXT]);
    return bytes;
  };
  const three = await read(wrapped(3));
  assert.deepEqual(
    three.found.map(([path]) => path),
    ['1.zip!/2.zip!/3.zip!/a.evtx', '1.zip!/2.zip!/b.json', '1.zip!/b.json', 'b.json'],
  );
  assert.deepEqual(three.end.anomalies, []);
  const four = await read(wrapped(4));
  assert.deepEqual(four.found.map(([path]) => path).slice(0, 1), ['1.zip!/2.zip!/3.zip!/b.json']);
  assert.deepEqual(
    four.end.anomalies.map(({ code, container }) => [code, container?.join('!/')]),
    [['TRIAD-E-IO-ARCHIVE-NESTED', '1.zip!/2.zip!/3.zip!/4.zip']],
  );
  assert.deepEqual(
    four.end.notRead.map(({ kind, count }) => [kind, count]),
    [['nested archive', 1]],
  );
});

test('L20 members and output are bounded over all archives of an input together', async () => {
  const inner = writeZip([
    { ...LOG, name: '1.evtx' },
    { ...LOG, name: '2.evtx' },
  ]);
  const zip = writeZip([
    { name: 'a.zip', bytes: inner },
    { name: 'b.zip', bytes: inner },
  ]);
  assert.equal((await read(zip, { limits: { members: 6 } })).found.length, 4);
  const few = await read(zip, { limits: { members: 5 } });
  assert.deepEqual(
    [few.found.length, few.end.anomalies.map(({ code }) => code)],
    [3, ['TRIAD-E-IO-ARCHIVE-DIRECTORY']],
  );
  const all = 4 * (4096 + SLOT) + 2 * inner.length;
  assert.deepEqual((await read(zip, { limits: { outputBytes: all } })).end.anomalies, []);
  const less = await read(zip, { limits: { outputBytes: all - 1 } });
  assert.deepEqual(
    less.end.anomalies.map(({ code }) => code),
    ['TRIAD-E-IO-ARCHIVE-BOMB'],
  );
  assert.equal(
    less.found.reduce((sum, [, bytes]) => sum + bytes, 0),
    4 * (4096 + SLOT) - 1,
  );
});

test('L20 a bomb inside an archive costs itself', async () => {
  const bomb = writeZip([{ name: 'bomb.evtx', bytes: Buffer.concat([logOf(0), Buffer.alloc(40_000_000)]) }]);
  const zip = writeZip([{ name: 'bomb.zip', bytes: bomb }, LOG]);
  const { found, end } = await read(zip);
  assert.deepEqual(found.map(([path]) => path).at(-1), 'a.evtx');
  assert.ok(end.anomalies.some(({ code }) => code === 'TRIAD-E-IO-ARCHIVE-BOMB'));
});

test('L21 an inner archive that is cut gives what is there, and the outer one goes on', async () => {
  const inner = writeZip([
    { ...LOG, isStored: true },
    { ...LOG, name: 'z.evtx', isStored: true },
  ]);
  const zip = writeZip([{ name: 'cut.zip', bytes: inner.subarray(0, inner.length - 30_000) }, LOG]);
  const { found } = await read(zip);
  assert.deepEqual(
    found.map(([path]) => path),
    ['cut.zip!/a.evtx', 'cut.zip!/z.evtx', 'a.evtx'],
  );
});

test('what is held of an inner archive is let go of when it is read', async () => {
  const inner = writeZip([LOG]);
  const zip = writeZip(Array.from({ length: 20 }, (_, i) => ({ name: `${i}.zip`, bytes: inner })));
  const holding = new Holding({ memoryBytes: inner.length });
  assert.equal((await read(zip, { holding })).found.length, 20);
  const full = await read(zip, { holding: new Holding({ memoryBytes: inner.length - 1 }) });
  assert.deepEqual(
    full.end.notRead.map(({ kind, count }) => [kind, count]),
    [['nested archive', 20]],
  );
});

test('only what is wanted is read, in inner archives too', async () => {
  const zip = writeZip([{ name: 'a.zip', bytes: writeZip([LOG, { ...LOG, name: 'c.evtx' }]) }, LOG]);
  const wants = ({ container }: { container?: readonly string[] }): boolean =>
    container?.join('!/') === 'a.zip!/c.evtx';
  assert.deepEqual((await read(zip, { wants })).found, [['a.zip!/c.evtx', 4096 + SLOT]]);
});
