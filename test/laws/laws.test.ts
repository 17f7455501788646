import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LAWS, lawProblems, lawsNamed } from '../house/laws.ts';
import { filesOf, readRoot } from '../house/tree.ts';

test('every law is named by the title of a test, or waits for its issue in pending.json', () => {
  const tests = ['src', 'test', 'testkit', 'tools'].flatMap((folder) => filesOf(`${folder}/**/*.test.ts`));
  const named = new Set(tests.flatMap((path) => lawsNamed(readRoot(path))));
  assert.deepEqual(lawProblems(named, JSON.parse(readRoot('test/laws/pending.json'))), []);
});

test('a law without a test, a stale wait and a wait without an issue are found', () => {
  const named = new Set(LAWS.slice(1));
  assert.deepEqual(lawProblems(named, {}), ['L1: no title of a test begins with it']);
  assert.deepEqual(lawProblems(named, { L1: 'issue F: live' }), []);
  assert.deepEqual(lawProblems(new Set(LAWS), { L1: 'issue F: live' }), [
    'L1: a test names it, so it is pending no more',
  ]);
  assert.deepEqual(lawProblems(named, { L1: 'some day' }), ['L1: its reason names no issue']);
  assert.deepEqual(lawsNamed("test('L7 same'); test(\n  'L20: x', f); test('L3, L21 both'); test('no L5', f)"), [
    'L7',
    'L20',
    'L3',
    'L21',
  ]);
});
