import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actualImports, breaches, importsOf, isTest, reachedFrom, type Sources } from './house/boundaries.ts';
import { type Room, readPlan } from './house/plan.ts';
import { filesOf, readRoot } from './house/tree.ts';

const sources: Sources = new Map(filesOf('src/**/*.ts').map((path) => [path, readRoot(path)]));
const plan = readPlan(readRoot('ARCHITECTURE.md'));

test('a room imports only from floors below it, only through doors, and only what it may', () => {
  assert.deepEqual(breaches(sources, plan), []);
});

test('the plan in ARCHITECTURE.md says which rooms there are and which doors each uses', () => {
  const actual = actualImports(sources);
  assert.deepEqual(
    plan.map(({ name, imports }) => `${name}: ${imports.join(' ')}`).sort(),
    [...actual].map(([name, imports]) => `${name}: ${imports.join(' ')}`).sort(),
  );
  assert.deepEqual(
    plan.map(({ floor }) => floor),
    plan.map(({ floor }) => floor).toSorted((a, b) => a - b),
  );
});

test('every room has a door', () => {
  const rooms = new Set([...sources.keys()].map((path) => path.split('/')[1]));
  // The command line is entered by `bin/triad.js` alone.
  rooms.delete('cli');
  for (const room of rooms) assert.ok(sources.has(`src/${room}/index.ts`), `src/${room} has no index.ts`);
});

test('L23 the entries of threads reach floors 0 to 4 only, and no file system', () => {
  const floors = new Map(plan.map((room) => [room.name, room.floor]));
  const decoder = [...reachedFrom('src/intake/decode-worker.ts', sources)];
  assert.ok(decoder.includes('src/intake/unit-reader.ts'));
  const reached = [...decoder, ...reachedFrom('src/intake/seven-zip-worker.ts', sources)];
  assert.ok(reached.includes('src/intake/seven-zip-worker.ts'));
  for (const path of reached) {
    const room = path.split('/')[1] ?? '';
    assert.ok((floors.get(room) ?? 99) <= 4, `${path} is reached by the thread`);
    const uses = importsOf(sources.get(path) ?? '').map(({ specifier }) => specifier);
    assert.deepEqual(
      uses.filter((specifier) => /^node:(?:fs|net|http|child_process)/.test(specifier)),
      [],
      path,
    );
  }
});

test('tests stand beside sources of src and never become part of it', () => {
  for (const [path, text] of sources) {
    if (isTest(path)) continue;
    for (const { specifier } of importsOf(text)) {
      assert.doesNotMatch(specifier, /\.test\.ts$|testkit|(?:^|\/)test\//, path);
    }
  }
});

test('L28 the test kit shares no code with the product', () => {
  for (const path of filesOf('testkit/**/*.ts')) {
    if (isTest(path)) continue;
    for (const { specifier, isTypeOnly } of importsOf(readRoot(path))) {
      assert.ok(isTypeOnly || !/(?:^|\/)(?:src|dist)\//.test(specifier), `${path} imports ${specifier}`);
    }
  }
});

test('each kind of breach is found where it is planted', () => {
  const house: readonly Room[] = [
    { floor: 0, name: 'bytes', imports: [] },
    { floor: 3, name: 'evtx', imports: ['bytes'] },
    { floor: 11, name: 'cli', imports: ['evtx'] },
  ];
  const planted: readonly (readonly [string, string, string])[] = [
    ['src/bytes/a.ts', "import { x } from '../evtx/index.ts';", 'bytes (floor 0) reaches up to evtx'],
    ['src/evtx/a.ts', "import { x } from '../bytes/inner.ts';", 'src/bytes/inner.ts is reached past its door'],
    ['src/evtx/a.ts', "import type { X } from '../bytes/inner.ts';", 'src/bytes/inner.ts is reached past its door'],
    ['src/evtx/a.ts', "export * from '../cli/index.ts';", 'evtx (floor 3) reaches up to cli'],
    ['src/evtx/a.ts', "const x = await import('../cli/index.ts');", 'evtx (floor 3) reaches up to cli'],
    [
      'src/evtx/a.ts',
      "import {\n  a,\n  b,\n} from '../../testkit/index.ts';",
      '../../testkit/index.ts lies outside of src',
    ],
    ['src/evtx/a.ts', "import net from 'node:net';", 'evtx may not use node:net'],
    ['src/cli/a.ts', "import { spawn } from 'node:child_process';", 'cli may not use node:child_process'],
    ['src/evtx/a.ts', "import fs from 'node:fs';", 'evtx may not use node:fs'],
    ['src/evtx/a.ts', "import 'yauzl';", 'the package yauzl is not used here'],
    ['src/evtx/a.ts', "import { x } from './b';", './b carries no extension'],
    ['src/evtx/a.ts', 'const f = new Function("x");', 'evtx reaches for new Function'],
    ['src/cli/a.ts', 'eval("x");', 'cli reaches for eval'],
    ['src/evtx/a.ts', 'const t = Date.now();', 'evtx reaches for the clock'],
    ['src/evtx/a.ts', 'const e = process.env.HOME;', 'evtx reaches for the environment'],
  ];
  for (const [path, text, expected] of planted) {
    assert.deepEqual(breaches(new Map([[path, text]]), house), [`${path}: ${expected}`]);
  }
  assert.deepEqual(breaches(new Map([['src/attic/a.ts', '']]), house), ['src/attic/a.ts: the plan has no room attic']);
  const sound =
    "/* eval(x) */\nimport { x } from '../bytes/index.ts'; // Date.now()\nimport { createHash } from 'node:crypto';";
  assert.deepEqual(breaches(new Map([['src/evtx/a.ts', sound]]), house), []);
});
