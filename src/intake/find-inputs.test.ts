import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryFiles } from '../../testkit/archives/index.ts';
import { type FoundInputs, findInputs } from './find-inputs.ts';

const LOG = Buffer.from('ElfFile\0'.padEnd(64, '\0'), 'latin1');
const ZIP = Buffer.from('PK\x05\x06'.padEnd(22, '\0'), 'latin1');

function pathsOf(found: FoundInputs): readonly string[] {
  return found.inputs.map((input) => input.source.file);
}

test('folders are searched to the bottom, in the order of code units, and links inside them are not followed', async () => {
  const port = new MemoryFiles({
    'case/b/System.evtx': LOG,
    'case/B/Security.evtx': LOG,
    'case/a.zip': ZIP,
    'case/outside': { link: 'elsewhere' },
    'elsewhere/Application.evtx': LOG,
  });
  const found = await findInputs(['case'], port);
  assert.deepEqual(pathsOf(found), ['case/B/Security.evtx', 'case/a.zip', 'case/b/System.evtx']);
  assert.deepEqual(found.problems, []);
  assert.deepEqual([found.anomalies, found.notRead], [[], []]);
  assert.equal(found.readableBytes, 64 + 22 + 64);
});

test('L7 one real file that is reached twice is read once, and the order of the paths changes nothing', async () => {
  const port = new MemoryFiles({ 'case/a/x.evtx': LOG, 'case/y.evtx': LOG, link: { link: 'case/a/x.evtx' } });
  const orders = [
    ['case', 'case/a', './case/y.evtx', 'link'],
    ['link', './case/y.evtx', 'case/a', 'case'],
  ];
  for (const order of orders) assert.deepEqual(pathsOf(await findInputs(order, port)), ['case/y.evtx', 'link']);
});

test('what is recognised and not read is counted by kind, with what to do', async () => {
  const port = new MemoryFiles({
    'c/a.rar': Buffer.from('Rar!\x1a\x07\0', 'latin1'),
    'c/b.rar': Buffer.from('Rar!\x1a\x07\0', 'latin1'),
    'c/OBJECTS.DATA': Buffer.from('x'),
    'c/notes.txt': Buffer.from('hello'),
    'c/empty.txt': Buffer.alloc(0),
  });
  const found = await findInputs(['c'], port);
  assert.deepEqual(
    found.inputs.map((input) => [input.source.file, input.kind]),
    [
      ['c/OBJECTS.DATA', 'wmi repository'],
      ['c/a.rar', 'rar'],
      ['c/b.rar', 'rar'],
    ],
  );
  assert.deepEqual(
    found.notRead.map(({ kind, count, bytes, examples }) => [kind, count, bytes, examples.length]),
    [
      ['rar', 2, 14, 2],
      ['unknown', 1, 5, 1],
    ],
  );
  assert.match(found.notRead[0]?.advice ?? '', /unpack it, then hunt the folder/);
  assert.equal(found.readableBytes, 1);
});

test('a file that is named as a log is looked through at every 512 bytes, another file is not', async () => {
  const late = Buffer.concat([Buffer.alloc(512 * 3, 1), Buffer.from('ElfChnk\0', 'latin1'), Buffer.alloc(64)]);
  const odd = Buffer.concat([Buffer.alloc(700, 1), Buffer.from('ElfChnk\0', 'latin1'), Buffer.alloc(64)]);
  const port = new MemoryFiles({
    'c/late.EVTX': late,
    'c/late.bin': late,
    'c/odd.evtx': odd,
    'c/nothing.evtx': Buffer.alloc(0),
  });
  const found = await findInputs(['c'], port);
  assert.deepEqual(pathsOf(found), ['c/late.EVTX', 'c/nothing.evtx']);
  assert.deepEqual(
    found.anomalies.map(({ code, level, file }) => [code, level, file]),
    [['TRIAD-E-IO-NOT-A-LOG', 'error', 'c/odd.evtx']],
  );
});

test('a pattern is expanded when no file has its literal name', async () => {
  const port = new MemoryFiles({
    'h1/logs/Security.evtx': LOG,
    'h1/logs/System.evtx': LOG,
    'h2/logs/Security.evtx': LOG,
    'h2/deep/er/Security.evtx': LOG,
    'odd[1]*.evtx': LOG,
  });
  const cases = [
    ['h?/logs/Sec*.evtx', ['h1/logs/Security.evtx', 'h2/logs/Security.evtx']],
    ['**/Security.evtx', ['h1/logs/Security.evtx', 'h2/deep/er/Security.evtx', 'h2/logs/Security.evtx']],
    ['h2/**', ['h2/deep/er/Security.evtx', 'h2/logs/Security.evtx']],
    ['h*', ['h1/logs/Security.evtx', 'h1/logs/System.evtx', 'h2/deep/er/Security.evtx', 'h2/logs/Security.evtx']],
    ['odd[1]*.evtx', ['odd[1]*.evtx']],
  ] as const;
  for (const [pattern, expected] of cases)
    assert.deepEqual(pathsOf(await findInputs([pattern], port)), expected, pattern);
});

test('on Windows both slashes, any case, UNC and long paths are understood and shown as given', async () => {
  const port = new MemoryFiles(
    { 'C:\\Case One\\Security.evtx': LOG, '\\\\srv\\share\\a.evtx': LOG, '\\\\?\\C:\\long\\b.evtx': LOG },
    '\\',
  );
  const cases = [
    ['C:\\case one', 'C:\\case one\\security.evtx'],
    ['c:/CASE ONE/*.EVTX', 'c:/CASE ONE/security.evtx'],
    ['\\\\srv\\share\\*.evtx', '\\\\srv\\share\\a.evtx'],
    ['\\\\?\\C:\\long\\b.evtx', '\\\\?\\C:\\long\\b.evtx'],
  ] as const;
  for (const [given, expected] of cases) assert.deepEqual(pathsOf(await findInputs([given], port)), [expected]);
});

test('the quote that a last backslash escaped is stripped, and that is said once', async () => {
  const port = new MemoryFiles({ 'C:\\case one\\a.evtx': LOG, 'C:\\case two\\b.evtx': LOG }, '\\');
  const found = await findInputs(['C:\\case one"', 'C:\\case two"'], port);
  assert.deepEqual(pathsOf(found), ['C:\\case one\\a.evtx', 'C:\\case two\\b.evtx']);
  assert.deepEqual(
    found.anomalies.map(({ code, level }) => [code, level]),
    [['TRIAD-E-ARG-PATH-QUOTE', 'note']],
  );
  const pattern = await findInputs(['C:\\case *"'], port);
  assert.deepEqual(
    [pathsOf(pattern), pattern.anomalies],
    [pathsOf(found), found.anomalies.map((note) => ({ ...note, file: 'C:\\case *' }))],
  );
  const missing = await findInputs(['C:\\case three"'], port);
  assert.equal(missing.problems.length, 1);
});

test('L30 a missing path is a problem that says where it was looked for and what is near', async () => {
  const port = new MemoryFiles({ 'case/hosts/Security.evtx': LOG, 'case/net/x': LOG });
  const found = await findInputs(['case/host/Security.evtx', 'case/hosts/*.zip', 'nowhere'], port);
  assert.deepEqual(found.problems, [
    {
      code: 'TRIAD-E-ARG-NOTHING-FOUND',
      path: 'case/host/Security.evtx',
      message: 'There is no such file or folder: "host" was looked for in case. Near it: case/hosts.',
      nearest: ['case/hosts'],
    },
    {
      code: 'TRIAD-E-ARG-NOTHING-FOUND',
      path: 'case/hosts/*.zip',
      message: 'Nothing matches it: "*.zip" was looked for in case/hosts. It holds 1 entry, none with a similar name.',
      nearest: [],
    },
    {
      code: 'TRIAD-E-ARG-NOTHING-FOUND',
      path: 'nowhere',
      message:
        'There is no such file or folder: "nowhere" was looked for in the current folder. It holds 1 entry, none with a similar name.',
      nearest: [],
    },
  ]);
});

test('L21 what cannot be opened or listed costs itself and is named', async () => {
  const port = new MemoryFiles({
    'c/a.evtx': LOG,
    'c/denied.evtx': { bytes: LOG, fails: 'EACCES' },
    'c/held.evtx': { bytes: LOG, fails: 'EBUSY' },
    'c/shut': { fails: 'EPERM' },
    'c/shut/x.evtx': LOG,
  });
  const found = await findInputs(['c'], port);
  assert.deepEqual(pathsOf(found), ['c/a.evtx', 'c/shut/x.evtx'].slice(0, 1));
  assert.deepEqual(
    found.anomalies.map(({ code, file }) => [code, file]),
    [
      ['TRIAD-E-IO-DENIED', 'c/shut'],
      ['TRIAD-E-IO-DENIED', 'c/denied.evtx'],
      ['TRIAD-E-IO-LOCKED', 'c/held.evtx'],
    ],
  );
  assert.equal(port.openNow, 0);
});

test('L20 files and depth are bounded, and each bound is met on both its sides', async () => {
  const port = new MemoryFiles({ 'c/1.evtx': LOG, 'c/2.evtx': LOG, 'd/e/f/3.evtx': LOG });
  const codes = async (path: string, bound: { maxFiles?: number; maxDepth?: number }): Promise<readonly string[]> =>
    (await findInputs([path], port, bound)).anomalies.map(({ code }) => code);
  assert.deepEqual(await codes('c', { maxFiles: 2 }), []);
  assert.deepEqual(await codes('c', { maxFiles: 1 }), ['TRIAD-E-IO-COUNT']);
  assert.deepEqual(await codes('d', { maxDepth: 2 }), []);
  assert.deepEqual(await codes('d', { maxDepth: 1 }), ['TRIAD-E-IO-DEPTH']);
});
