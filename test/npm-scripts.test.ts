import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './house/tree.ts';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** The test files that a script runs, by its patterns. */
function filesOf(script: string): readonly (readonly string[])[] {
  const patterns = [...(scripts[script] ?? '').matchAll(/"([^"]+\.ts)"/g)].map(([, pattern = '']) => pattern);
  assert.notEqual(patterns.length, 0, script);
  return patterns.map((pattern) => globSync(pattern, { cwd: root }).map((file) => file.replaceAll('\\', '/')));
}

test('each pattern of test:browser and test:crash finds test files, and the page is tried in no other', () => {
  for (const script of ['test:browser', 'test:crash'])
    for (const files of filesOf(script)) assert.notEqual(files.length, 0, script);
  const inBrowser = new Set(filesOf('test:browser').flat());
  const opening = globSync('test/**/*.test.ts', { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /from '[^']*page-in-browser\.ts'/.test(readFileSync(join(root, file), 'utf8')));
  assert.ok(opening.length > 10);
  assert.deepEqual(
    opening.filter((file) => !inBrowser.has(file)),
    [],
  );
});

test('test:crash runs whatever has a disk fail, fills one, or kills a process time and again', () => {
  const inCrash = new Set(filesOf('test:crash').flat());
  for (const file of ['test/archive/faults.test.ts', 'test/archive/recovery.test.ts', 'test/state/owner.test.ts'])
    assert.ok(inCrash.has(file), file);
  const doubles = /from '[^']*\/(?:small-disk|stopped-disk|crash-run|crash-states|kill-rounds|kill-campaign)\.ts'/;
  const failing = globSync('test/**/*.test.ts', { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => doubles.test(readFileSync(join(root, file), 'utf8')));
  assert.ok(failing.length > 10);
  assert.deepEqual(
    failing.filter((file) => !inCrash.has(file)),
    [],
  );
});
