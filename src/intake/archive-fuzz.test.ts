import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { MemoryFiles, writeTar, writeZip } from '../../testkit/archives/index.ts';
import { Xorshift } from '../../testkit/index.ts';
import { findInputs, Holding, type InputEnd, readInput } from './index.ts';

const SLOT = 65_536;
const ROUNDS = 224;
/** No seed gives more: what comes out beyond it came out of a bomb. */
const OUTPUT_BOUND = 1 << 20;

function logOf(slots: number, random: Xorshift): Buffer {
  const log = Buffer.alloc(4096 + slots * SLOT);
  for (let i = 0; i < 2000; i++) log.writeUInt32LE(random.below(0x7fffffff), random.below(log.length - 4));
  log.write('ElfFile\0', 0, 'latin1');
  return log;
}

/** One to four small changes: a bit, a byte, a length field, a cut, a copied or moved block. */
function mutated(seed: Uint8Array, random: Xorshift): Buffer {
  let bytes = Buffer.from(seed);
  for (let edits = 1 + random.below(4); edits > 0 && bytes.length > 8; edits--) {
    // Headers are few among many packed bytes: half of the edits go to the last hundreds.
    const at =
      random.below(2) === 0 ? random.below(bytes.length - 4) : Math.max(0, bytes.length - 4 - random.below(400));
    const what = random.below(7);
    if (what === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    else if (what === 1) bytes[at] = [0, 0xff, 0x7f, 0x80][random.below(4)] ?? 0;
    else if (what === 2)
      bytes.writeUInt32LE([0, 1, 0xffffffff, bytes.length, bytes.length + 1][random.below(5)] ?? 0, at);
    else if (what === 3) bytes.writeUInt16LE([0, 1, 0xffff, 8, 30][random.below(5)] ?? 0, at);
    else if (what === 4) bytes = Buffer.from(bytes.subarray(0, at));
    else if (what === 5) bytes.copyWithin(at, random.below(bytes.length), bytes.length);
    else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(random.below(bytes.length))]);
  }
  return bytes;
}

interface Reading {
  readonly end: InputEnd | undefined;
  readonly bytes: number;
}

/** Reads an archive to its end and checks what must hold for any bytes. */
async function readAny(archive: Uint8Array, read: typeof readInput = readInput): Promise<Reading> {
  const port = new MemoryFiles({ x: archive });
  const [input] = (await findInputs(['x'], port)).inputs;
  if (input === undefined) return { end: undefined, bytes: 0 };
  let bytes = 0;
  let passed = 0;
  let end: InputEnd | undefined;
  const onProgress = (count: number): void => {
    passed += count;
  };
  const limits = { outputBytes: OUTPUT_BOUND };
  const holding = new Holding({ memoryBytes: OUTPUT_BOUND });
  const options = {
    hash: true,
    ownBuffers: false,
    limits,
    onProgress,
    holding,
    keep: {},
    passwords: ['wrong', 'right'],
  };
  for await (const step of read(input, port, options)) {
    if (step.kind === 'kept') bytes += step.file.bytes;
    if (step.kind === 'unit') {
      assert.ok(step.unit.bytes.length > 0 && step.unit.bytes.length <= 64 * SLOT);
      bytes += step.unit.bytes.length;
    }
    if (step.kind === 'inputEnd') end = step.end;
  }
  assert.equal(port.openNow, 0);
  assert.equal(passed, archive.length);
  assert.ok(bytes <= OUTPUT_BOUND, `${bytes} bytes came out`);
  assert.equal(end?.sha256?.length, 64);
  return { end, bytes };
}

function seeds(): readonly Buffer[] {
  const random = new Xorshift(4711);
  const parts = [1, 2, 1].map((slots, i) => ({ name: `${i}.evtx`, bytes: logOf(slots, random), isStored: i === 2 }));
  return [
    writeZip(parts),
    writeZip([{ name: 'a.evtx', bytes: logOf(1, random), isZip64: true }], { isZip64: true }),
    writeZip([{ name: 'upload', bytes: logOf(1, random), declaredBytes: 0x7fffffff }]),
    gzipSync(logOf(2, random)),
    ...nestedSeeds(random),
  ];
}

/** Archives in archives, encrypted members of every cipher, and files that are kept. */
function nestedSeeds(random: Xorshift): readonly Buffer[] {
  const kept = { name: 'r/OBJECTS.DATA', bytes: logOf(0, random) };
  const inner = writeZip([{ name: 'a.evtx', bytes: logOf(1, random) }, kept]);
  const aes = { bits: 256, version: 2 } as const;
  const tar = writeTar([
    { name: 'in.zip', bytes: inner },
    { ...kept, style: 'pax' },
  ]);
  return [
    writeZip([{ name: 'in.zip', bytes: inner, isStored: true }, { name: 'in.tar', bytes: tar }, kept]),
    writeZip([
      { name: 'a.evtx', bytes: logOf(1, random), cipher: 'zipCrypto', password: 'right' },
      { ...kept, cipher: aes, password: 'right' },
      { name: 'in.zip', bytes: inner, isStored: true, cipher: aes, password: 'right' },
    ]),
    gzipSync(tar),
    zstdCompressSync(writeZip([{ name: 'in.tar', bytes: tar, isStored: true }])),
  ];
}

test('L20 no archive, however it is changed, stops the reading, leaves a file open or gives more than is allowed', async () => {
  const random = new Xorshift(20_261);
  const all = seeds();
  const outcomes = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const seed = all[round % all.length] ?? Buffer.alloc(0);
    const { end } = await readAny(mutated(seed, random));
    outcomes.add(end?.anomalies.map(({ code }) => code).join(' ') ?? 'not an archive');
  }
  // The changes reach different parts of the reader, not one refusal.
  assert.ok(outcomes.size >= 8, [...outcomes].join('\n'));
});

test('L27 a planted failure is found by the same changes and the same checks', async () => {
  // The defect: a reader that reserves room for as many members as the end record announces.
  const planted: typeof readInput = async function* (input, port, options) {
    const file = await port.open(input.source.file);
    const bytes = Buffer.alloc(input.bytes);
    await file.read(bytes, 0);
    await file.close();
    const at = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
    if (at >= 0 && at + 12 <= bytes.length && bytes.readUInt16LE(at + 10) > 3) throw new RangeError('no room');
    yield* readInput(input, port, options);
  };
  const random = new Xorshift(20_261);
  const all = seeds();
  const found = async (): Promise<boolean> => {
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = mutated(all[round % all.length] ?? Buffer.alloc(0), random);
      try {
        await readAny(bytes, planted);
      } catch {
        return true;
      }
    }
    return false;
  };
  assert.ok(await found());
});
