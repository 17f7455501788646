import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { foreignLines, LONG_FILE, lengthProblems, lockfileProblems } from './house/tidy.ts';
import { readRoot, root, trackedFiles } from './house/tree.ts';

const TEXTS = /\.(?:ts|js|json|md|yml|yaml|html|css|sh|txt)$|^\.(?:npmrc|gitignore|ci\/run)$|^LICENSE$/;
const NAMES = /(?:^|\/)(?:data|info|manager|helpers?|utils?)(?:\.test)?\.ts$/;

const texts = trackedFiles().filter(
  (path) => TEXTS.test(path) && statSync(join(root, path), { throwIfNoEntry: false })?.isFile(),
);

test('no tracked file holds a registry address, a path of one machine, or an open end', () => {
  assert.ok(texts.length > 100, 'the files were not found');
  const found = texts.flatMap((path) => foreignLines(path, readFileSync(join(root, path), 'utf8')));
  assert.deepEqual(found, []);
});

test('the lockfile names no address, no install script, and no licence that may not be shipped', () => {
  assert.deepEqual(lockfileProblems(JSON.parse(readRoot('package-lock.json')).packages), []);
});

test('a file of code is short, or says why it is long', () => {
  const code = texts.filter((path) => /^(?:src|testkit|tools|bench|test)\/.*\.ts$/.test(path));
  const lines = new Map(code.map((path) => [path, readRoot(path).split('\n').length - 1]));
  assert.deepEqual(lengthProblems(lines, JSON.parse(readRoot('test/house/long-files.json'))), []);
});

test('files are named by the terms of the field, in kebab case', () => {
  const code = texts.filter((path) => /^(?:src|testkit|tools|test)\/.*\.ts$/.test(path));
  assert.deepEqual(
    code.filter((path) => NAMES.test(path)),
    [],
  );
  assert.deepEqual(
    code.filter((path) => !/^(?:[a-z0-9-]+\/)*[a-z0-9-]+(?:\.long)?(?:\.test|\.d)?\.ts$/.test(path)),
    [],
  );
});

test('a test is never left out without a reason', () => {
  const self = 'test/tidy.test.ts';
  const tests = texts.filter((path) => path.endsWith('.test.ts') && path !== self);
  const silent = /\btest\.(?:skip|only|todo)\b|\b(?:skip|todo|only):\s*true\b|\bt\.skip\(\s*\)/;
  assert.deepEqual(
    tests.filter((path) => silent.test(readRoot(path))),
    [],
  );
});

test('each check finds what is planted for it', () => {
  const address = `https://registry.${'npmjs'}.org/x`;
  const place = `/${'home'}/someone/x`;
  const open = `// ${'TO'}DO later`;
  assert.deepEqual(foreignLines('a.md', `fine\n${address}\n${place}\n${open}`), [
    'a.md:2: a registry address',
    'a.md:3: an absolute path of a machine',
    'a.md:4: an open end',
  ]);
  assert.deepEqual(foreignLines('a.md', 'src/home/x, ~/work/x and https://example.org/home/x are fine'), []);
  assert.deepEqual(
    lockfileProblems({
      '': { license: 'UNLICENSED' },
      'node_modules/a': { resolved: address, license: 'MIT' },
      'node_modules/b': { license: 'GPL-3.0' },
      'node_modules/c': { license: 'MPL-2.0', dev: true },
      'node_modules/d': { license: 'MIT', hasInstallScript: true },
      'node_modules/e': {},
    }),
    [
      'node_modules/a: holds an address',
      'node_modules/b: licence GPL-3.0 may not be shipped',
      'node_modules/d: runs a script at install',
      'node_modules/e: licence unknown may not be shipped',
    ],
  );
  const lines = new Map([
    ['long.ts', LONG_FILE + 1],
    ['short.ts', LONG_FILE],
  ]);
  assert.deepEqual(lengthProblems(lines, { 'short.ts': 'once long' }), [
    'long.ts has 401 lines and no reason',
    'short.ts needs no reason any more',
  ]);
});
