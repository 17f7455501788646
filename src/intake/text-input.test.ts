import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { MemoryFiles, writeZip } from '../../testkit/archives/index.ts';
import { findInputs, type InputEnd, type ReadOptions, readInput } from './index.ts';

const BLOCK = 1 << 20;

/** JSON lines of so many bytes, no two of them alike. */
function linesOf(bytes: number): Buffer {
  const text = Buffer.alloc(bytes, 0x0a);
  for (let at = 0, i = 0; at < bytes; i++) at += text.write(`{"EventID":${i}}\n`, at, 'latin1');
  return text;
}

interface ReadText {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Reads the only input at a path, and puts each text together again from its blocks. */
async function readTexts(
  port: MemoryFiles,
  path: string,
  options: Partial<ReadOptions> = {},
): Promise<{ readonly texts: readonly ReadText[]; readonly end: InputEnd; readonly progress: number }> {
  const [input] = (await findInputs([path], port)).inputs;
  assert.ok(input);
  const texts: ReadText[] = [];
  let blocks: Buffer[] = [];
  let open = '';
  let progress = 0;
  let end: InputEnd | undefined;
  const onProgress = (bytes: number): void => {
    progress += bytes;
  };
  for await (const step of readInput(input, port, { hash: false, ownBuffers: false, ...options, onProgress })) {
    if (step.kind === 'text') {
      assert.equal(open, '');
      blocks = [];
      open = [step.source.file, ...(step.source.container ?? [])].join(' > ');
    } else if (step.kind === 'block') {
      assert.ok(step.bytes.length > 0 && step.bytes.length <= BLOCK);
      blocks.push(Buffer.from(step.bytes));
      // Handed to another thread, the bytes are gone here; used again, they are others.
      if (options.ownBuffers === true) structuredClone(step.bytes, { transfer: [step.bytes.buffer as ArrayBuffer] });
    } else if (step.kind === 'textEnd') {
      const bytes = Buffer.concat(blocks);
      assert.equal(step.bytes, bytes.length);
      texts.push({ name: open, bytes });
      open = '';
    } else if (step.kind === 'inputEnd') end = step.end;
    else assert.fail(`${step.kind} in ${path}`);
  }
  assert.ok(end);
  assert.equal(open, '');
  assert.equal(port.openNow, 0);
  return { texts, end, progress };
}

const SIZES = [20, 100, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 777];

test('every byte of a text comes out once and in order, in blocks of at most 1 MiB, whatever holds it', async () => {
  for (const size of SIZES) {
    const text = linesOf(size);
    const port = new MemoryFiles({
      'a.json': text,
      'a.json.gz': gzipSync(text, { level: 1 }),
      'deflated.zip': writeZip([{ name: 'a.json', bytes: text }]),
      'stored.zip': writeZip([{ name: 'a.json', bytes: text, isStored: true }]),
      'streamed.zip': writeZip([{ name: 'a.json', bytes: text, declaredBytes: 0x7fffffff }]),
      'misnamed.zip': writeZip([{ name: 'a.evtx', bytes: text }]),
    });
    for (const [path, inner] of [
      ['a.json', undefined],
      ['a.json.gz', 'a.json'],
      ['deflated.zip', 'a.json'],
      ['stored.zip', 'a.json'],
      ['streamed.zip', 'a.json'],
      ['misnamed.zip', 'a.evtx'],
    ] as const) {
      for (const ownBuffers of [true, false]) {
        const { texts, end, progress } = await readTexts(port, path, { ownBuffers });
        assert.deepEqual(
          texts.map(({ name }) => name),
          [inner === undefined ? path : `${path} > ${inner}`],
        );
        assert.ok(texts[0]?.bytes.equals(text), `${path} of ${size}`);
        assert.equal(progress, end.bytes);
        assert.equal(end.logs, 1);
        assert.deepEqual(end.notRead, []);
        const expected = path === 'streamed.zip' ? ['TRIAD-E-IO-ARCHIVE-SIZE'] : [];
        assert.deepEqual(
          end.anomalies.map(({ code }) => code),
          expected,
        );
      }
    }
  }
});

test('L3 the hash of a text is taken in the read itself', async () => {
  const text = linesOf(3 * BLOCK + 5);
  const { end } = await readTexts(new MemoryFiles({ 'a.json': text }), 'a.json', { hash: true, ownBuffers: true });
  assert.equal(end.sha256, createHash('sha256').update(text).digest('hex'));
});

test('L21 a part of the disk that cannot be read costs its bytes, for which zeros stand, and nothing moves', async () => {
  const text = linesOf(2 * BLOCK + 100);
  const port = new MemoryFiles({ 'a.json': text });
  const badFrom = BLOCK + 3 * 65_536;
  port.onRead = (_, position, length) => {
    if (position < badFrom + 65_536 && position + length > badFrom)
      throw Object.assign(new Error('EIO'), { code: 'EIO' });
  };
  const { texts, end } = await readTexts(port, 'a.json', { ownBuffers: true });
  const expected = Buffer.from(text);
  expected.fill(0, badFrom, badFrom + 65_536);
  assert.ok(texts[0]?.bytes.equals(expected));
  assert.deepEqual(
    end.anomalies.map(({ code, offset }) => [code, offset]),
    [['TRIAD-E-IO-READ', badFrom]],
  );
});

test('texts and logs of one archive come in the order in which they lie in it', async () => {
  const log = Buffer.alloc(4096 + 65_536);
  log.write('ElfFile\0', 0, 'latin1');
  const port = new MemoryFiles({
    'x.zip': writeZip([
      { name: 'b.json', bytes: linesOf(50) },
      { name: 'Security.evtx', bytes: log },
      { name: 'a.xml', bytes: Buffer.from('<Events><Event/></Events>') },
      { name: 'dce_rpc.log', bytes: Buffer.from('#separator \\x09\n') },
      { name: 'readme.txt', bytes: Buffer.from('Nothing of note.\n') },
    ]),
  });
  const [input] = (await findInputs(['x.zip'], port)).inputs;
  assert.ok(input);
  const steps: string[] = [];
  for await (const step of readInput(input, port, { hash: false, ownBuffers: false })) {
    if (step.kind === 'inputEnd')
      assert.deepEqual(
        step.end.notRead.map(({ kind, count }) => [kind, count]),
        [['unknown', 1]],
      );
    else if (step.kind !== 'unit') steps.push(`${step.kind} ${step.source.container?.[0]}`);
  }
  assert.deepEqual(steps, [
    'text b.json',
    'block b.json',
    'textEnd b.json',
    'log Security.evtx',
    'logEnd Security.evtx',
    'text a.xml',
    'block a.xml',
    'textEnd a.xml',
    'text dce_rpc.log',
    'block dce_rpc.log',
    'textEnd dce_rpc.log',
  ]);
});

test('L20 a text that grows beyond its bound is read up to it, and a damaged one up to the damage', async () => {
  const text = linesOf(3 * BLOCK);
  const limits = { freeBytes: 0, ratio: 2 };
  for (const [path, archive] of [
    ['x.gz', gzipSync(text)],
    ['x.zip', writeZip([{ name: 'a.json', bytes: text }])],
  ] as const) {
    const { texts, end } = await readTexts(new MemoryFiles({ [path]: archive }), path, { limits });
    assert.deepEqual(
      end.anomalies.map(({ code }) => code),
      ['TRIAD-E-IO-ARCHIVE-BOMB'],
    );
    const bytes = texts[0]?.bytes ?? Buffer.alloc(0);
    assert.ok(bytes.length > 0 && bytes.length < text.length);
    assert.ok(bytes.equals(text.subarray(0, bytes.length)));
  }
  const cut = gzipSync(text).subarray(0, 100_000);
  const { texts, end } = await readTexts(new MemoryFiles({ 'x.gz': cut }), 'x.gz');
  assert.deepEqual(
    end.anomalies.map(({ code }) => code),
    ['TRIAD-E-IO-ARCHIVE-DAMAGED'],
  );
  const bytes = texts[0]?.bytes ?? Buffer.alloc(0);
  assert.ok(bytes.length > 0 && bytes.equals(text.subarray(0, bytes.length)));
});
