import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { MemoryFiles, writeZip } from '../../testkit/archives/index.ts';
import type { LogUnit } from '../evtx/index.ts';
import { findInputs, type InputEnd, type ReadOptions, readInput } from './index.ts';

const SLOT = 65_536;

/** A log of so many bytes: a header block, then bytes that differ everywhere. */
function logOf(bytes: number, seed = 1): Buffer {
  const log = Buffer.alloc(bytes);
  let state = seed;
  for (let i = 4096; i < bytes; i += 16) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    log.writeUInt32LE(state, Math.min(i, bytes - 4));
  }
  log.write('ElfFile\0', 0, 'latin1');
  return log;
}

interface ReadLog {
  readonly name: string;
  readonly bytes: Buffer;
  readonly slots: number;
  readonly units: readonly LogUnit[];
}

interface ReadAll {
  readonly logs: readonly ReadLog[];
  readonly end: InputEnd;
  readonly progress: number;
}

/** Reads the only input at a path, and puts each log together again from its units. */
async function readAll(port: MemoryFiles, path: string, options: Partial<ReadOptions> = {}): Promise<ReadAll> {
  const [input] = (await findInputs([path], port)).inputs;
  assert.ok(input);
  const logs: ReadLog[] = [];
  let units: LogUnit[] = [];
  let progress = 0;
  let end: InputEnd | undefined;
  const onProgress = (bytes: number): void => {
    progress += bytes;
  };
  for await (const step of readInput(input, port, { hash: false, ownBuffers: true, ...options, onProgress })) {
    if (step.kind === 'log') units = [];
    if (step.kind === 'unit') units.push({ ...step.unit, bytes: Uint8Array.from(step.unit.bytes) });
    if (step.kind === 'inputEnd') end = step.end;
    if (step.kind !== 'logEnd') continue;
    const bytes = Buffer.alloc(step.bytes - step.layout.firstSlotOffset);
    for (const unit of units) bytes.set(unit.bytes, unit.fileOffset - step.layout.firstSlotOffset);
    const { file, container } = step.source;
    logs.push({ name: [file, ...(container ?? [])].join(' > '), bytes, slots: step.slots, units });
  }
  assert.ok(end);
  assert.equal(port.openNow, 0);
  return { logs, end, progress };
}

function checkUnits(log: ReadLog): void {
  let slot = 0;
  for (const [i, unit] of log.units.entries()) {
    assert.equal(unit.firstSlot, slot);
    assert.equal(unit.fileOffset, 4096 + slot * SLOT);
    assert.ok(unit.bytes.length <= 64 * SLOT);
    if (i < log.units.length - 1) assert.equal(unit.bytes.length % SLOT, 0);
    slot += Math.ceil(unit.bytes.length / SLOT);
  }
  assert.equal(log.slots, slot);
}

const SIZES = [4096, 4096 + 100, 4096 + SLOT, 4096 + SLOT * 64, 4096 + SLOT * 64 + 1, 4096 + SLOT * 129 + 777];

test('every byte behind the header comes out once and in place, whatever holds the log and whatever its size', async () => {
  for (const size of SIZES) {
    const log = logOf(size);
    const port = new MemoryFiles({
      'a.evtx': log,
      'a.evtx.gz': gzipSync(log, { level: 1 }),
      'deflated.zip': writeZip([{ name: 'a.evtx', bytes: log }]),
      'stored.zip': writeZip([{ name: 'a.evtx', bytes: log, isStored: true }]),
      'zip64.zip': writeZip([{ name: 'a.evtx', bytes: log, isZip64: true }], { isZip64: true }),
      // A claim above what is inflated in one call: read as a stream.
      'streamed.zip': writeZip([{ name: 'a.evtx', bytes: log, declaredBytes: 0x7fffffff }]),
      'unnamed.zip': writeZip([{ name: 'upload_17', bytes: log }]),
    });
    for (const path of [
      'a.evtx',
      'a.evtx.gz',
      'deflated.zip',
      'stored.zip',
      'zip64.zip',
      'streamed.zip',
      'unnamed.zip',
    ]) {
      for (const ownBuffers of [true, false]) {
        const { logs, end, progress } = await readAll(port, path, { ownBuffers });
        const [only] = logs;
        assert.ok(only, `${path} of ${size}`);
        assert.ok(only.bytes.equals(log.subarray(4096)), `${path} of ${size}`);
        checkUnits(only);
        assert.equal(logs.length, 1);
        assert.equal(end.logs, 1);
        assert.equal(progress, end.bytes);
        assert.deepEqual(end.notRead, []);
        const expected = path === 'streamed.zip' ? ['TRIAD-E-IO-ARCHIVE-SIZE'] : [];
        assert.deepEqual(
          end.anomalies.map(({ code }) => code),
          expected,
          `${path} of ${size}`,
        );
      }
    }
  }
});

test('units with buffers of their own can be handed to another thread one by one', async () => {
  const log = logOf(4096 + SLOT * 65 + 10);
  const port = new MemoryFiles({
    'a.evtx': log,
    'a.zip': writeZip([{ name: 'a.evtx', bytes: log }]),
    'a.gz': gzipSync(log),
  });
  for (const path of ['a.evtx', 'a.zip', 'a.gz']) {
    const [input] = (await findInputs([path], port)).inputs;
    assert.ok(input);
    const parts: Uint8Array[] = [];
    for await (const step of readInput(input, port, { hash: false, ownBuffers: true })) {
      if (step.kind !== 'unit') continue;
      const { buffer } = step.unit.bytes;
      assert.ok(buffer instanceof ArrayBuffer);
      parts.push(structuredClone(step.unit.bytes, { transfer: [buffer] }));
    }
    assert.ok(Buffer.concat(parts).equals(log.subarray(4096)), path);
  }
});

test('L3 the hash is of the bytes of the file, in one read or for a zip in a second', async () => {
  const log = logOf(4096 + SLOT * 70 + 5);
  const files = {
    'a.evtx': log,
    'a.gz': gzipSync(log),
    'a.zip': writeZip([{ name: 'a.evtx', bytes: log }], { trailing: Buffer.alloc(0) }),
    'cut.gz': gzipSync(log).subarray(0, 3000),
  };
  const port = new MemoryFiles(files);
  for (const [path, bytes] of Object.entries(files)) {
    const { end } = await readAll(port, path, { hash: true });
    assert.equal(end.sha256, createHash('sha256').update(bytes).digest('hex'), path);
  }
});

test('a file that changes while it is read keeps no hash, and that is said', async () => {
  const log = logOf(4096 + SLOT * 70);
  const port = new MemoryFiles({ 'a.zip': { bytes: writeZip([{ name: 'a.evtx', bytes: log }]), modifiedMs: 1 } });
  const zip = writeZip([{ name: 'a.evtx', bytes: log }]);
  let reads = 0;
  port.onRead = () => {
    if (++reads === 3) port.set('a.zip', { bytes: zip, modifiedMs: 2 });
  };
  const { end } = await readAll(port, 'a.zip', { hash: true });
  assert.equal(end.sha256, undefined);
  assert.deepEqual(
    end.anomalies.map(({ code }) => code),
    ['TRIAD-E-IO-CHANGED'],
  );
});

function ioError(): Error {
  return Object.assign(new Error('EIO'), { code: 'EIO' });
}

test('L21 a part of the disk that cannot be read costs its slots and no others', async () => {
  const log = logOf(4096 + SLOT * 200 + 5);
  const bad = new Set([70, 71, 130]);
  for (const [path, bytes, start] of [
    ['a.evtx', log, 0],
    ['a.zip', writeZip([{ name: 'a.evtx', bytes: log, isStored: true }]), 36],
  ] as const) {
    const port = new MemoryFiles({ [path]: bytes });
    port.onRead = (_path, position, length) => {
      for (const slot of bad) {
        const at = start + 4096 + SLOT * slot;
        if (position < at + SLOT && at < position + length) throw ioError();
      }
    };
    const { logs, end, progress } = await readAll(port, path);
    const [only] = logs;
    assert.ok(only);
    const expected = Buffer.from(log.subarray(4096));
    for (const slot of bad) expected.fill(0, slot * SLOT, (slot + 1) * SLOT);
    assert.ok(only.bytes.equals(expected));
    assert.equal(only.slots, 201);
    const codes = end.anomalies.map(({ code, offset }) => [code, offset === undefined ? 0 : (offset - 4096) / SLOT]);
    const slots = [70, 71, 130].map((slot) => ['TRIAD-E-IO-READ', slot]);
    assert.deepEqual(codes, path === 'a.zip' ? [...slots, ['TRIAD-E-IO-ARCHIVE-SIZE', 0]] : slots);
    assert.equal(progress, bytes.length);
  }
});

test('L20 a disk that is gone is not asked for every slot', async () => {
  const log = Buffer.alloc(4096 + SLOT * 1200);
  log.write('ElfFile\0', 0, 'latin1');
  const port = new MemoryFiles({ 'a.evtx': log });
  let asked = 0;
  port.onRead = (_path, position) => {
    if (position < 4096 + SLOT * 64) return;
    asked++;
    throw ioError();
  };
  const { logs, end } = await readAll(port, 'a.evtx');
  assert.equal(logs[0]?.slots, 64);
  assert.ok(asked > 1024 && asked < 1060, String(asked));
  assert.equal(end.anomalies.at(-1)?.count, 1025 - 100);
});

test('a reader that leaves early leaves nothing open', async () => {
  const log = logOf(4096 + SLOT * 70);
  const port = new MemoryFiles({
    'a.evtx': log,
    'a.gz': gzipSync(log),
    'a.zip': writeZip([{ name: 'a.evtx', bytes: log }]),
  });
  for (const input of (await findInputs(['.'], port)).inputs) {
    for await (const step of readInput(input, port, { hash: true, ownBuffers: false })) {
      if (step.kind === 'unit') break;
    }
    assert.equal(port.openNow, 0);
  }
});

test('an error of the caller is not taken for an error of the evidence', async () => {
  const port = new MemoryFiles({ 'a.evtx': logOf(4096 + SLOT * 65) });
  port.onRead = (_path, position) => {
    if (position > 0) throw new TypeError('a bug');
  };
  await assert.rejects(readAll(port, 'a.evtx'), TypeError);
});

test('only the logs that are wanted are read', async () => {
  const parts = ['a.evtx', 'b.evtx', 'c.evtx'].map((name, i) => ({ name, bytes: logOf(4096 + SLOT, i + 1) }));
  const port = new MemoryFiles({ 'x.zip': writeZip(parts) });
  const { logs } = await readAll(port, 'x.zip', { wants: (source) => source.container?.[0] === 'b.evtx' });
  assert.deepEqual(
    logs.map(({ name }) => name),
    ['x.zip > b.evtx'],
  );
});

test('pieces of any size give the same slots', async () => {
  const { twoInTurn, unitsOfPieces } = await import('./slot-units.ts');
  const log = logOf(4096 + SLOT * 66 + 1234);
  const cut = { source: { file: 'a.evtx' }, layout: { firstSlotOffset: 4096, anomalies: [] } };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 3_000_000 }), { minLength: 1, maxLength: 12 }),
      async (cuts) => {
        const pieces: Buffer[] = [];
        let at = 0;
        for (const length of cuts) {
          pieces.push(log.subarray(at, at + length));
          at += length;
        }
        pieces.push(log.subarray(at));
        const [head = Buffer.alloc(0), ...rest] = pieces;
        const take = async function* (): AsyncGenerator<Uint8Array> {
          yield* rest;
        };
        const out: Buffer[] = [];
        for await (const unit of unitsOfPieces(cut, head, take(), twoInTurn())) out.push(Buffer.from(unit.bytes));
        assert.ok(Buffer.concat(out).equals(log.subarray(4096)));
      },
    ),
    { numRuns: 20 },
  );
});
