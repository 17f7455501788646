import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { MemoryFiles, type TarPart, writeTar, writeZip } from '../../testkit/archives/index.ts';
import { Xorshift } from '../../testkit/index.ts';
import { findInputs, type InputEnd, type ReadOptions, readInput } from './index.ts';

const SLOT = 65_536;

function logOf(slots: number): Buffer {
  const log = Buffer.alloc(4096 + slots * SLOT, 7);
  log.write('ElfFile\0', 0, 'latin1');
  return log;
}

function text(name: string): Buffer {
  return Buffer.from(`{"name":"${name}"}\n`);
}

interface Outcome {
  /** Texts by name, and the sizes of logs. */
  readonly members: Readonly<Record<string, string | number>>;
  readonly codes: readonly string[];
  readonly end: InputEnd;
}

async function outcomeOf(archive: Uint8Array, name = 'x.tar', options: Partial<ReadOptions> = {}): Promise<Outcome> {
  const port = new MemoryFiles({ [name]: archive });
  const [input] = (await findInputs([name], port)).inputs;
  assert.ok(input);
  const members: Record<string, string | number> = Object.create(null);
  let end: InputEnd | undefined;
  let progress = 0;
  let body = '';
  const onProgress = (bytes: number): void => {
    progress += bytes;
  };
  for await (const step of readInput(input, port, { hash: true, ownBuffers: false, ...options, onProgress })) {
    if (step.kind === 'text') body = '';
    if (step.kind === 'block') body += Buffer.from(step.bytes).toString();
    if (step.kind === 'textEnd') members[(step.source.container ?? []).join(' > ')] = body;
    if (step.kind === 'logEnd') members[(step.source.container ?? []).join(' > ')] = step.bytes;
    if (step.kind === 'inputEnd') end = step.end;
  }
  assert.ok(end);
  assert.equal(port.openNow, 0);
  assert.equal(progress, archive.length);
  assert.equal(end.sha256, createHash('sha256').update(archive).digest('hex'));
  return { members: { ...members }, codes: end.anomalies.map(({ code }) => code), end };
}

const LONG = `${'folder/'.repeat(18)}${'n'.repeat(90)}.json`;

test('logs and texts come out of a tar in every way of writing names and sizes', async () => {
  const parts: readonly TarPart[] = [
    { name: 'a/', bytes: Buffer.alloc(0), type: '5' },
    { name: 'a/v7.json', bytes: text('v7'), style: 'v7' },
    { name: 'a/Security.evtx', bytes: logOf(2) },
    { name: LONG, bytes: text('ustar'), style: 'ustar' },
    { name: LONG.replace('n', 'p'), bytes: text('pax'), style: 'pax' },
    { name: LONG.replace('n', 'g'), bytes: text('gnu'), style: 'gnu' },
    { name: 'a/large.json', bytes: Buffer.concat([text('large'), Buffer.alloc(3 << 20, 0x0a)]), style: 'gnu' },
    { name: 'a/exact.json', bytes: Buffer.from('{}'.padEnd(1024)) },
    { name: 'a/link', bytes: Buffer.alloc(0), type: '2', declaredBytes: 700 },
    { name: 'a/empty.json', bytes: Buffer.alloc(0) },
    { name: 'a/last.json', bytes: text('last') },
  ];
  const expected = {
    'a/v7.json': text('v7').toString(),
    'a/Security.evtx': 4096 + 2 * SLOT,
    [LONG]: text('ustar').toString(),
    [LONG.replace('n', 'p')]: text('pax').toString(),
    [LONG.replace('n', 'g')]: text('gnu').toString(),
    'a/large.json': text('large').toString() + '\n'.repeat(3 << 20),
    'a/exact.json': '{}'.padEnd(1024),
    'a/last.json': text('last').toString(),
  };
  const [, ...others] = parts;
  const tar = writeTar([...others.slice(1), ...parts.slice(0, 2)]);
  for (const ownBuffers of [true, false]) {
    const { members, codes } = await outcomeOf(tar, 'x.tar', { ownBuffers });
    assert.deepEqual(members, expected);
    assert.deepEqual(codes, []);
  }
});

test('a packed tar is read as its members, whatever packed it and in however many frames', async () => {
  const tar = writeTar([
    { name: 'a.json', bytes: text('a') },
    { name: 'b.evtx', bytes: logOf(1) },
  ]);
  const half = tar.length >> 1;
  const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const packed: readonly (readonly [string, Buffer])[] = [
    ['x.tar.gz', gzipSync(tar)],
    ['x.tgz', gzipSync(tar)],
    ['x.tar.gz', Buffer.concat([gzipSync(tar.subarray(0, half)), gzipSync(tar.subarray(half))])],
    ['x.tar.zst', zstdCompressSync(tar)],
    [
      'x.tar.zst',
      Buffer.concat([zstdCompressSync(tar.subarray(0, half)), skippable, zstdCompressSync(tar.subarray(half))]),
    ],
  ];
  for (const [name, archive] of packed) {
    const { members, codes } = await outcomeOf(archive, name);
    assert.deepEqual(members, { 'x.tar > a.json': text('a').toString(), 'x.tar > b.evtx': 4096 + SLOT });
    assert.deepEqual(codes, []);
  }
});

test('a log and a text that zstd packed are read as they are', async () => {
  const log = logOf(3);
  assert.deepEqual((await outcomeOf(zstdCompressSync(log), 'Security.evtx.zst')).members, {
    'Security.evtx': log.length,
  });
  const body = Buffer.concat(Array.from({ length: 20_000 }, (_, i) => text(String(i))));
  const { members, codes } = await outcomeOf(zstdCompressSync(body), 'a.json.zst');
  assert.equal(members['a.json'], body.toString());
  assert.deepEqual(codes, []);
});

test('L21 a wrong header costs its member, and a tar that was cut gives what is there', async () => {
  const parts: readonly TarPart[] = [
    { name: 'a.json', bytes: text('a') },
    { name: 'b.json', bytes: Buffer.concat([text('b'), Buffer.alloc(2000, 0x20)]), isWrong: true },
    { name: 'c.json', bytes: text('c') },
  ];
  const damaged = await outcomeOf(writeTar(parts));
  assert.deepEqual(damaged.members, { 'a.json': text('a').toString(), 'c.json': text('c').toString() });
  assert.deepEqual(
    damaged.end.anomalies.map(({ code, offset, message }) => [code, offset, message]),
    [
      [
        'TRIAD-E-IO-ARCHIVE-DAMAGED',
        1024,
        'Its 2560 bytes from here on hold no member that can be told; they were passed over.',
      ],
    ],
  );
  const cut = await outcomeOf(
    writeTar([{ name: 'a.evtx', bytes: logOf(4) }], false).subarray(0, 512 + 4096 + SLOT + 100),
  );
  assert.deepEqual(cut.members, { 'a.evtx': 4096 + SLOT + 100 });
  assert.deepEqual(cut.codes, ['TRIAD-E-IO-ARCHIVE-TRUNCATED']);
});

test('a tar that was put behind another is read, too', async () => {
  const both = Buffer.concat([
    writeTar([{ name: 'a.json', bytes: text('a') }]),
    writeTar([{ name: 'b.json', bytes: text('b') }]),
  ]);
  const { members, codes } = await outcomeOf(both);
  assert.deepEqual(Object.keys(members), ['a.json', 'b.json']);
  assert.deepEqual(codes, []);
});

test('a name is a label and never a path; equal names are told apart', async () => {
  const { members, codes } = await outcomeOf(
    writeTar([
      { name: '../../etc/a.json', bytes: text('1') },
      { name: '/abs.json', bytes: text('2') },
      { name: 'x.json', bytes: text('3') },
      { name: 'x.json', bytes: text('4') },
    ]),
  );
  assert.deepEqual(Object.keys(members), ['../../etc/a.json', '/abs.json', 'x.json', 'x.json (2)']);
  assert.deepEqual(codes, Array(3).fill('TRIAD-E-IO-ARCHIVE-NAME'));
});

test('what is packed too deep inside a tar, stored with holes or no evidence is counted and named', async () => {
  const { members, codes, end } = await outcomeOf(
    writeTar([
      { name: 'inner.zip', bytes: writeZip([{ name: 'a.json', bytes: text('a') }]) },
      { name: 'holes.evtx', bytes: logOf(0), type: 'S' },
      { name: 'SYSTEM', bytes: Buffer.from('regf'.padEnd(64)) },
      { name: 'Security.evtx', bytes: Buffer.from('no log at all') },
      { name: 'good.json', bytes: text('good') },
    ]),
    'x.tar',
    { limits: { nesting: 0 } },
  );
  assert.deepEqual(members, { 'good.json': text('good').toString() });
  assert.deepEqual(codes, ['TRIAD-E-IO-ARCHIVE-NESTED', 'TRIAD-E-IO-ARCHIVE-METHOD', 'TRIAD-E-IO-NOT-A-LOG']);
  assert.deepEqual(
    end.notRead.map(({ kind, count, examples }) => [kind, count, examples[0]?.container?.[0]]),
    [
      ['nested archive', 1, 'inner.zip'],
      ['registry hive', 1, 'SYSTEM'],
      ['unsupported compression', 1, 'holes.evtx'],
    ],
  );
});

test('only the members that are wanted are read', async () => {
  const tar = writeTar(['a', 'b', 'c'].map((name) => ({ name: `${name}.json`, bytes: text(name) })));
  const wants = ({ container }: { container?: readonly string[] }): boolean => container?.at(-1) === 'b.json';
  for (const [name, archive] of [
    ['x.tar', tar],
    ['x.tar.gz', gzipSync(tar)],
  ] as const) {
    const { members } = await outcomeOf(archive, name, { wants });
    assert.deepEqual(Object.values(members), [text('b').toString()]);
  }
});

test('L20 members, output and ratio are bounded on both sides of each bound', async () => {
  const parts = ['a', 'b', 'c'].map((name) => ({ name: `${name}.json`, bytes: text(name) }));
  const tar = writeTar(parts);
  assert.deepEqual((await outcomeOf(tar, 'x.tar', { limits: { members: 3 } })).codes, []);
  const few = await outcomeOf(tar, 'x.tar', { limits: { members: 2 } });
  assert.deepEqual([Object.keys(few.members), few.codes], [['a.json', 'b.json'], ['TRIAD-E-IO-ARCHIVE-DIRECTORY']]);
  const large = writeTar([{ name: 'a.json', bytes: Buffer.concat([text('a'), Buffer.alloc(1 << 20, 0x0a)]) }]);
  for (const pack of [gzipSync, zstdCompressSync]) {
    const archive = pack(large);
    const whole = { freeBytes: large.length, ratio: 1 };
    assert.deepEqual((await outcomeOf(archive, 'x', { limits: whole })).codes, []);
    const short = await outcomeOf(archive, 'x', { limits: { freeBytes: large.length - 1, ratio: 1 } });
    assert.deepEqual(short.codes, ['TRIAD-E-IO-ARCHIVE-BOMB']);
    const bounded = await outcomeOf(archive, 'x', { limits: { outputBytes: 100_000 } });
    assert.deepEqual(bounded.codes.at(-1), 'TRIAD-E-IO-ARCHIVE-BOMB');
    assert.ok(String(Object.values(bounded.members)[0]).length < 100_000);
  }
});

test('L21 damage in a zstd frame costs what lies behind it', async () => {
  const random = new Xorshift(7);
  const body = Buffer.concat(Array.from({ length: 30_000 }, () => Buffer.from(`{"n":${random.below(1e9)}}\n`)));
  const packed = zstdCompressSync(body);
  const cut = await outcomeOf(packed.subarray(0, packed.length >> 1), 'a.json.zst');
  assert.deepEqual(cut.codes, ['TRIAD-E-IO-ARCHIVE-DAMAGED']);
  const read = String(cut.members['a.json']);
  assert.ok(read.length > body.length / 4 && body.toString().startsWith(read), `${read.length} of ${body.length}`);
});

test('L20 no tar or zst, however it is changed, stops the reading or leaves a file open', async () => {
  const seeds = [
    writeTar([
      { name: 'a.json', bytes: text('a') },
      { name: LONG, bytes: text('b'), style: 'pax' },
      { name: LONG, bytes: text('c'), style: 'gnu' },
      { name: 'd.evtx', bytes: logOf(1).subarray(0, 9000) },
    ]),
  ];
  seeds.push(zstdCompressSync(seeds[0] ?? Buffer.alloc(0)), gzipSync(seeds[0] ?? Buffer.alloc(0)));
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: seeds.length - 1 }),
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }),
      fc.nat({ max: 20_000 }),
      async (which, edits, cut) => {
        const bytes = Buffer.from(seeds[which] ?? Buffer.alloc(0));
        for (const [at, value] of edits) bytes[at % bytes.length] = value;
        const archive = cut < bytes.length && cut > 600 ? bytes.subarray(0, cut) : bytes;
        const found = (await findInputs(['x'], new MemoryFiles({ x: archive }))).inputs;
        if (found.length === 0) return;
        outcomes.add((await outcomeOf(archive, 'x')).codes.join(' '));
      },
    ),
    { numRuns: 150, seed: 20_261 },
  );
  assert.ok(outcomes.size >= 4, [...outcomes].join('\n'));
});
