import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { crc32, gzipSync } from 'node:zlib';
import { MemoryFiles, SEVEN_ZIP_SAMPLES, writeTar, writeZip } from '../../testkit/archives/index.ts';
import { Xorshift } from '../../testkit/index.ts';
import { findInputs, Holding, type InputEnd, type ReadOptions, readInput } from './index.ts';

const { plain: PLAIN, encrypted: ENCRYPTED, hidden: HIDDEN } = SEVEN_ZIP_SAMPLES;

interface Outcome {
  /** Texts by address, and kept files with their times. */
  readonly found: readonly (readonly [string, string])[];
  readonly codes: readonly string[];
  readonly end: InputEnd;
}

async function read(archive: Uint8Array, options: Partial<ReadOptions> = {}): Promise<Outcome> {
  const port = new MemoryFiles({ x: archive });
  const [input] = (await findInputs(['x'], port)).inputs;
  assert.ok(input);
  const found: [string, string][] = [];
  let end: InputEnd | undefined;
  let body = '';
  for await (const step of readInput(input, port, { hash: true, ownBuffers: false, keep: {}, ...options })) {
    const path = 'source' in step ? (step.source.container ?? []).join('!/') : '';
    if (step.kind === 'text') body = '';
    if (step.kind === 'block') body += Buffer.from(step.bytes).toString();
    if (step.kind === 'textEnd') found.push([path, body]);
    if (step.kind === 'kept') {
      const bytes = Buffer.alloc(step.file.bytes);
      step.file.read(bytes, 0);
      found.push([path, `${bytes} ${step.modified?.ms}+${step.modified?.ticks}`]);
    }
    if (step.kind === 'inputEnd') end = step.end;
  }
  assert.ok(end);
  assert.deepEqual([port.openNow, end.sha256?.length], [0, 64]);
  return { found, codes: end.anomalies.map(({ code }) => code), end };
}

const OBJECTS = 'C/Windows/System32/wbem/Repository/OBJECTS.DATA';
const FOUND = [
  [OBJECTS, 'objects 1714979289123+4567'],
  ['C/a.json', '{"kept":"by 7z"}\n'],
];

test('D9 the files of a 7z are read, with the times that it keeps', async () => {
  const { found, codes } = await read(PLAIN);
  assert.deepEqual([found, codes], [FOUND, []]);
});

test('D9 a 7z inside a zip, a tar, a gz and a 7z is read, one at a time', async () => {
  const inside = FOUND.map(([path, text]) => [`a.7z!/${path}`, text]);
  for (const isStored of [true, false]) {
    const zip = await read(writeZip([{ name: 'a.7z', bytes: PLAIN, isStored }]));
    assert.deepEqual([zip.found, zip.codes], [inside, []]);
  }
  assert.deepEqual((await read(writeTar([{ name: 'a.7z', bytes: PLAIN }]))).found, inside);
  assert.deepEqual(
    (await read(gzipSync(PLAIN))).found,
    FOUND.map(([path, text]) => [`x!/${path}`, text]),
  );
});

test('D9 a 7z in a 7z waits until the outer one is done, and is let go of when it is read', async () => {
  const { nested } = SEVEN_ZIP_SAMPLES;
  const expected = [['b.json', '{"outer":1}\n'], ...FOUND.map(([path, text]) => [`in.7z!/${path}`, text])];
  const { found, codes } = await read(nested);
  assert.deepEqual([found, codes], [expected, []]);
  // Room for one of them at a time is enough, and kept files take theirs.
  const twice = writeZip([
    { name: '1.7z', bytes: nested },
    { name: '2.7z', bytes: nested },
  ]);
  const holding = new Holding({ memoryBytes: nested.length + PLAIN.length + 2 * 'objects'.length });
  const both = await read(twice, { holding });
  assert.deepEqual([both.found.length, both.codes], [2 * expected.length, []]);
  const shallow = await read(nested, { limits: { nesting: 0 } });
  assert.deepEqual([shallow.found, shallow.codes], [expected.slice(0, 1), ['TRIAD-E-IO-ARCHIVE-NESTED']]);
});

test('L11 an encrypted 7z is never told as empty: files and a hidden list are named with what to do', async () => {
  const files = await read(ENCRYPTED, { passwords: ['secret'] });
  assert.deepEqual([files.found, files.codes], [[], ['TRIAD-E-IO-ARCHIVE-PASSWORD']]);
  assert.deepEqual(
    files.end.notRead.map(({ kind, count, examples }) => [kind, count, examples[0]?.container]),
    [['encrypted 7z', 1, ['C/a.json']]],
  );
  const hidden = await read(HIDDEN);
  assert.deepEqual([hidden.found, hidden.codes], [[], ['TRIAD-E-IO-ARCHIVE-PASSWORD']]);
  assert.match(
    hidden.end.anomalies[0]?.message ?? '',
    /^Its list of files is encrypted.*Unpack the 7z with its password\.$/,
  );
  assert.deepEqual(
    hidden.end.notRead.map(({ kind, bytes }) => [kind, bytes]),
    [['encrypted 7z', HIDDEN.length]],
  );
});

test('L20 the size of a 7z, of a file in it, its output, its time and its members are bounded, each on both sides', async () => {
  const text = 17;
  const cases: readonly (readonly [Partial<ReadOptions['limits']>, number, readonly string[]])[] = [
    [{ sevenZipBytes: PLAIN.length }, 2, []],
    [{ sevenZipBytes: PLAIN.length - 1 }, 0, ['TRIAD-E-IO-ARCHIVE-LARGE']],
    [{ sevenZipMemberBytes: text }, 2, []],
    [{ sevenZipMemberBytes: text - 1 }, 1, ['TRIAD-E-IO-ARCHIVE-LARGE']],
    [{ outputBytes: text + 7 }, 2, []],
    [{ outputBytes: text + 6 }, 1, ['TRIAD-E-IO-ARCHIVE-BOMB']],
    [{ sevenZipMs: 60_000 }, 2, []],
    [{ sevenZipMs: 1 }, 0, ['TRIAD-E-IO-ARCHIVE-DAMAGED']],
    [{ members: 2 }, 2, []],
    [{ members: 1 }, 1, ['TRIAD-E-IO-ARCHIVE-DIRECTORY']],
    [{ freeBytes: text + 7, ratio: 0 }, 2, []],
    [{ freeBytes: text + 6, ratio: 0 }, 1, ['TRIAD-E-IO-ARCHIVE-BOMB']],
  ];
  for (const [limits, count, expected] of cases) {
    const { found, codes } = await read(PLAIN, { limits: limits ?? {} });
    assert.deepEqual([found.length, codes], [count, expected], JSON.stringify(limits));
  }
});

test('L21 a 7z that is cut or damaged is said to be, and never stops the reading', async () => {
  const random = new Xorshift(77);
  for (let round = 0; round < 40; round++) {
    const bytes = Buffer.from(PLAIN);
    const at = 6 + random.below(bytes.length - 6);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    const changed = round % 4 === 0 ? bytes.subarray(0, at) : bytes;
    const { codes, found } = await read(changed);
    const isWhole = JSON.stringify(found) === JSON.stringify(FOUND);
    assert.ok(codes.length > 0 || isWhole || found.length === 2, `round ${round}, byte ${at}`);
  }
});

test('a 7z that holds nothing is no damage, and one that was cut to its header is', async () => {
  const empty = Buffer.concat([PLAIN.subarray(0, 12), Buffer.alloc(20)]);
  empty.writeUInt32LE(crc32(empty.subarray(12)), 8);
  assert.deepEqual((await read(empty)).codes, []);
  assert.deepEqual((await read(PLAIN.subarray(0, 32))).codes, ['TRIAD-E-IO-ARCHIVE-DAMAGED']);
});

test('a reader that leaves early leaves no thread behind', async () => {
  const port = new MemoryFiles({ x: PLAIN });
  const [input] = (await findInputs(['x'], port)).inputs;
  assert.ok(input);
  for await (const step of readInput(input, port, { hash: false, ownBuffers: false, holding: new Holding() })) {
    if (step.kind === 'text') break;
  }
  assert.equal(port.openNow, 0);
});

const PYTHON = process.env['TRIAD_PYTHON'] ?? 'python3';

/** Runs a program; undefined, with why, where it is not there. */
function run(program: string, words: readonly string[], cwd: string): string | undefined {
  try {
    execFileSync(program, words, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    return undefined;
  } catch (cause) {
    return `${program} could not be run: ${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}`;
  }
}

test('L28 what other tools pack, in every method that they have, is read', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'triad-test-'));
  try {
    const random = new Xorshift(5);
    const names = ['C/Windows/ü 1.json', 'C/Windows/2.json', 'C/3.json'];
    const texts = names.map(() => `{"n":[${Array.from({ length: 3000 }, () => random.below(1000)).join(',')}]}\n`);
    for (const [i, name] of names.entries()) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), texts[i] ?? '');
    }
    const methods = ['LZMA', 'LZMA2', 'PPMd', 'BZip2', 'Deflate', 'Copy'];
    const python = `import sys, py7zr\nwith py7zr.SevenZipFile('py.7z', 'w') as z: z.writeall('C')`;
    const makers: readonly (readonly [string, string | undefined])[] = [
      ...methods.map(
        (method) => [`${method}.7z`, run('7z', ['a', `-m0=${method}`, `${method}.7z`, 'C'], folder)] as const,
      ),
      ['py.7z', run(PYTHON, ['-c', python], folder)],
    ];
    for (const [name, absent] of makers) {
      if (absent !== undefined) {
        t.diagnostic(`left out ${name}: ${absent}`);
        continue;
      }
      const { found, codes } = await read(readFileSync(join(folder, name)));
      assert.deepEqual(codes, [], name);
      assert.deepEqual(
        new Map(found.map(([path, text]) => [path, text])),
        new Map(names.map((path, i) => [path, texts[i] ?? ''])),
        name,
      );
    }
    const [plain] = makers;
    if (plain?.[1] === undefined) {
      writeFileSync(join(folder, 'in.7z'), readFileSync(join(folder, 'LZMA.7z')));
      assert.equal(run('7z', ['a', 'both.7z', 'in.7z', 'C/3.json'], folder), undefined);
      const { found, codes } = await read(readFileSync(join(folder, 'both.7z')));
      assert.deepEqual(
        [found.map(([path]) => path).sort(), codes],
        [['C/3.json', ...names.map((path) => `in.7z!/${path}`)].sort(), []],
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
