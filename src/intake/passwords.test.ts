import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MemoryFiles, writeZip, type ZipPart } from '../../testkit/archives/index.ts';
import { findInputs, type InputEnd, passwordsOf, readInput } from './index.ts';

const SLOT = 65_536;
const CIPHERS: readonly NonNullable<ZipPart['cipher']>[] = [
  'zipCrypto',
  ...([128, 192, 256] as const).flatMap((bits) => ([1, 2] as const).map((version) => ({ bits, version }))),
];

function logOf(slots: number): Buffer {
  const log = Buffer.alloc(4096 + slots * SLOT, 7);
  log.write('ElfFile\0', 0, 'latin1');
  return log;
}

async function read(
  zip: Uint8Array,
  passwords: readonly string[],
): Promise<{
  readonly found: Readonly<Record<string, Buffer>>;
  readonly end: InputEnd;
  readonly codes: readonly string[];
}> {
  const port = new MemoryFiles({ 'x.zip': zip });
  const [input] = (await findInputs(['x.zip'], port)).inputs;
  assert.ok(input);
  const found: Record<string, Buffer> = {};
  let end: InputEnd | undefined;
  for await (const step of readInput(input, port, { hash: false, ownBuffers: false, passwords })) {
    const [name = ''] = ('source' in step ? step.source.container : undefined) ?? [];
    if (step.kind === 'unit') {
      const [member = ''] = step.unit.source.container ?? [];
      found[member] = Buffer.concat([found[member] ?? Buffer.alloc(0), step.unit.bytes]);
    }
    if (step.kind === 'block') found[name] = Buffer.concat([found[name] ?? Buffer.alloc(0), step.bytes]);
    if (step.kind === 'inputEnd') end = step.end;
  }
  assert.ok(end);
  return { found, end, codes: end.anomalies.map(({ code }) => code) };
}

const TEXT = Buffer.from('{"secret":"€ und ß"}\n'.repeat(5000));

test('D9 members of every cipher are read, packed and stored, with a password that is not ASCII', async () => {
  for (const cipher of CIPHERS) {
    for (const isStored of [true, false]) {
      const part = { bytes: TEXT, isStored, cipher, password: 'pässwörd €' };
      const { found, codes } = await read(
        writeZip([
          { ...part, name: 'a.json' },
          { ...part, name: 'b.evtx', bytes: logOf(2) },
        ]),
        ['wrong', 'pässwörd €'],
      );
      assert.deepEqual(codes, [], JSON.stringify(cipher));
      assert.ok(found['a.json']?.equals(TEXT));
      assert.equal(found['b.evtx']?.length, 2 * SLOT);
    }
  }
});

test('D9 each member may have a password of its own, and one that is open needs none', async () => {
  const zip = writeZip([
    ...CIPHERS.map((cipher, i): ZipPart => ({ name: `${i}.json`, bytes: TEXT, cipher, password: `secret ${i}` })),
    { name: 'open.json', bytes: TEXT },
  ]);
  const passwords = CIPHERS.map((_, i) => `secret ${i}`).reverse();
  const { found, codes } = await read(zip, passwords);
  assert.deepEqual(
    [Object.values(found).filter((bytes) => bytes.equals(TEXT)).length, codes],
    [CIPHERS.length + 1, []],
  );
});

test('D9 many wrong passwords that fit by chance are told from the right one by what comes out', async () => {
  const wrong = Array.from({ length: 600 }, (_, i) => `wrong ${i}`);
  const parts = Array.from(
    { length: 3 },
    (_, i): ZipPart => ({
      name: `${i}.json`,
      bytes: Buffer.concat([TEXT, Buffer.from(`{"i":${i}}\n`)]),
      cipher: 'zipCrypto',
      password: 'right',
    }),
  );
  const { found, codes } = await read(writeZip(parts), [...wrong, 'right']);
  assert.deepEqual([Object.keys(found), codes], [['0.json', '1.json', '2.json'], []]);
});

test('L30 a member that no password opens is named with what to do, and the rest is read', async () => {
  for (const cipher of CIPHERS) {
    const zip = writeZip([
      { name: 'locked.json', bytes: TEXT, cipher, password: 'right' },
      { name: 'open.json', bytes: TEXT },
    ]);
    for (const [passwords, message] of [
      [[], 'It is encrypted and was not read. Give its password in a file: --password-file FILE.'],
      [
        ['no'],
        'It is encrypted and was not read: the password of --password-file does not open it. Add its password as a line of that file.',
      ],
      [
        ['no', 'nor this'],
        'It is encrypted and was not read: none of the 2 passwords of --password-file opens it. Add its password as a line of that file.',
      ],
    ] as const) {
      const { found, end } = await read(zip, passwords);
      assert.deepEqual(Object.keys(found), ['open.json']);
      assert.deepEqual(
        end.anomalies.map(({ message: told }) => told),
        [message],
      );
      assert.deepEqual(
        end.notRead.map(({ kind, count }) => [kind, count]),
        [['encrypted member', 1]],
      );
    }
  }
});

test('L21 an AES member that was changed or cut after it was encrypted is said to be, and gives what it can', async () => {
  const part: ZipPart = {
    name: 'a.json',
    bytes: TEXT,
    isStored: true,
    cipher: { bits: 256, version: 2 },
    password: 'right',
  };
  for (const flipFromEnd of [1, 50_000]) {
    const { found, codes } = await read(writeZip([{ ...part, flipFromEnd }]), ['right']);
    assert.deepEqual([found['a.json']?.length, codes], [TEXT.length, ['TRIAD-E-IO-ARCHIVE-DAMAGED']]);
  }
  const whole = writeZip([part]);
  const cut = await read(whole.subarray(0, 60_000), ['right']);
  assert.ok((cut.found['a.json']?.length ?? 0) > 59_000);
  assert.ok(cut.codes.includes('TRIAD-E-IO-ARCHIVE-TRUNCATED'));
});

test('L21 a damaged ZipCrypto member is not taken for open, and no password for a part of the evidence', async () => {
  const part: ZipPart = { name: 'a.json', bytes: TEXT, isStored: true, cipher: 'zipCrypto', password: 'right' };
  const { found, codes } = await read(writeZip([{ ...part, flipFromEnd: 100 }]), ['right']);
  assert.deepEqual([found, codes], [{}, ['TRIAD-E-IO-ARCHIVE-PASSWORD']]);
});

test('a file of passwords is one a line, without its mark, empty lines and returns', () => {
  assert.deepEqual(passwordsOf('\uFEFFone\r\n\n two \nthree\rone\n'), ['one', ' two ', 'three']);
  assert.deepEqual(passwordsOf('\uFEFF\r\n'), []);
});

const PYTHON = process.env['TRIAD_PYTHON'] ?? 'python3';
const MAKE = `
import sys, pyzipper
for bits in (128, 192, 256):
    with pyzipper.AESZipFile(sys.argv[2] + '/%d.zip' % bits, 'w', compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as z:
        z.setpassword(b'correct horse')
        z.setencryption(pyzipper.WZ_AES, nbits=bits)
        z.write(sys.argv[1], 'a.json')
`;

/** Runs a program; undefined, with why, where it is not there. */
function run(program: string, words: readonly string[], cwd: string): string | undefined {
  try {
    execFileSync(program, words, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    return undefined;
  } catch (cause) {
    return `${program} ${words[0]} could not be run: ${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}`;
  }
}

test('L28 zips that other tools encrypted are read', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'triad-test-'));
  try {
    writeFileSync(join(folder, 'a.json'), TEXT);
    const makers: readonly (readonly [string, string | undefined, readonly string[]])[] = [
      ['zip', run('zip', ['-q', '-P', 'correct horse', 'old.zip', 'a.json'], folder), ['old.zip']],
      ['7z', run('7z', ['a', '-tzip', '-mem=AES256', '-pcorrect horse', 'seven.zip', 'a.json'], folder), ['seven.zip']],
      ['pyzipper', run(PYTHON, ['-c', MAKE, 'a.json', folder], folder), ['128.zip', '192.zip', '256.zip']],
    ];
    for (const [tool, absent, zips] of makers) {
      if (absent !== undefined) t.diagnostic(`left out ${tool}: ${absent}`);
      for (const name of absent === undefined ? zips : []) {
        const { found, codes } = await read(readFileSync(join(folder, name)), ['wrong', 'correct horse']);
        assert.deepEqual([codes, found['a.json']?.equals(TEXT)], [[], true], name);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
