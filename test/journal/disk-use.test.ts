import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importsOf, isTest } from '../house/boundaries.ts';
import { filesOf, readRoot } from '../house/tree.ts';

test('one file of the journal touches the disk; all others go through the port', () => {
  const files = filesOf('src/journal/*.ts').filter((path) => !isTest(path));
  assert.ok(files.length > 10, 'the files were not found');
  const users = files.filter((path) =>
    importsOf(readRoot(path)).some(({ specifier }) => /^node:(?:fs|path)/.test(specifier)),
  );
  assert.deepEqual(users, ['src/journal/node-disk.ts']);
});
