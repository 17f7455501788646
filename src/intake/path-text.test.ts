import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { globMatcher, hasGlob, joinPath, nearestNames, rootOf, segmentsOf, spellings } from './path-text.ts';

test('the root of a path is told apart from its names, in every form that Windows has', () => {
  const roots = [
    ['C:\\case one\\x.evtx', 'C:\\', ['case one', 'x.evtx']],
    ['c:/case/x', 'c:/', ['case', 'x']],
    ['C:relative', 'C:', ['relative']],
    ['\\\\server\\share\\logs', '\\\\server\\share\\', ['logs']],
    ['//server/share/logs', '//server/share/', ['logs']],
    ['\\\\?\\C:\\very\\long', '\\\\?\\C:\\', ['very', 'long']],
    ['\\\\?\\UNC\\server\\share\\logs', '\\\\?\\UNC\\server\\share\\', ['logs']],
    ['\\\\?\\Volume{1}\\logs', '\\\\?\\Volume{1}\\', ['logs']],
    ['\\logs', '\\', ['logs']],
    ['logs\\a/b', '', ['logs', 'a', 'b']],
  ] as const;
  for (const [path, root, segments] of roots) {
    assert.deepEqual([rootOf(path, '\\'), segmentsOf(path, '\\')], [root, segments], path);
  }
  assert.deepEqual([rootOf('/var/log', '/'), segmentsOf('/var//log/', '/')], ['/', ['var', 'log']]);
  assert.deepEqual([rootOf('C:\\a', '/'), segmentsOf('C:\\a', '/')], ['', ['C:\\a']]);
});

test('the question mark of a long path is no pattern', () => {
  assert.equal(hasGlob('\\\\?\\C:\\logs', '\\'), false);
  assert.equal(hasGlob('\\\\?\\C:\\logs\\*.evtx', '\\'), true);
  assert.equal(hasGlob('/logs/[ab]', '/'), true);
});

test('a path whose closing quote was escaped by its last backslash is also tried without the quote', () => {
  assert.deepEqual(spellings('C:\\case one"', '\\'), ['C:\\case one"', 'C:\\case one']);
  assert.deepEqual(spellings('"', '\\'), ['"']);
  assert.deepEqual(spellings('case\\a', '/'), ['case\\a', 'case/a']);
  assert.deepEqual(spellings('case/a', '\\'), ['case/a']);
});

test('names are joined with the separator that the folder was written with', () => {
  assert.deepEqual(
    [
      joinPath('C:\\case', 'x', '\\'),
      joinPath('C:/case', 'x', '\\'),
      joinPath('C:\\', 'x', '\\'),
      joinPath('C:', 'x', '\\'),
      joinPath('case', 'x', '\\'),
      joinPath('/', 'x', '/'),
      joinPath('', 'x', '/'),
    ],
    ['C:\\case\\x', 'C:/case/x', 'C:\\x', 'C:x', 'case\\x', '/x', 'x'],
  );
});

test('a pattern matches names by star, question mark and set', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['*', 'a.evtx', true],
    ['*.evtx', 'a.evtx', true],
    ['*.evtx', 'a.evtx.bak', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['?.evtx', 'a.evtx', true],
    ['?.evtx', '.evtx', false],
    ['?', '😀', true],
    ['[a-c]x', 'bx', true],
    ['[a-c]x', 'dx', false],
    ['[!a-c]x', 'dx', true],
    ['[]x', '[]x', true],
    ['[x', '[x', true],
    ['[]-a]', ']', true],
  ];
  for (const [pattern, name, expected] of cases) {
    assert.equal(globMatcher(pattern, false)(name), expected, `${pattern} on ${name}`);
  }
  assert.equal(globMatcher('*.EVTX', true)('a.evtx'), true);
  assert.equal(globMatcher('*.EVTX', false)('a.evtx'), false);
});

test('matching agrees with a regular expression on random patterns', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
  const name = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
  fc.assert(
    fc.property(text, name, (pattern, value) => {
      const oracle = new RegExp(`^${pattern.replaceAll('?', '.').replaceAll('*', '.*')}$`);
      return globMatcher(pattern, false)(value) === oracle.test(value);
    }),
  );
});

test('L20 a hostile pattern is matched in time that is a product of lengths', () => {
  const started = process.cpuUsage().user;
  assert.equal(globMatcher(`${'*a'.repeat(100)}b`, false)('a'.repeat(255)), false);
  assert.ok(process.cpuUsage().user - started < 500_000);
});

test('the nearest names are few, alike and in order', () => {
  const names = ['Security.evtx', 'System.evtx', 'Application.evtx', 'Securty.evtx'];
  assert.deepEqual(nearestNames('Secrity.evtx', names), ['Security.evtx', 'Securty.evtx']);
  assert.deepEqual(nearestNames('hosts', ['host', 'HOSTS2', 'ghosts', 'network']), ['HOSTS2', 'ghosts', 'host']);
  assert.deepEqual(nearestNames('zzzz', names), []);
});
