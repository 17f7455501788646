import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fold } from '../sigma/index.ts';
import { ValueList } from './field-value.ts';

test('2.2: texts fold without locale, and every sigma is one', () => {
  const folds: readonly (readonly [string, string])[] = [
    ['abc', 'abc'],
    ['C:\\X', 'c:\\x'],
    ['\u212a', 'k'],
    ['ΣΑΣ', 'σασ'],
    ['\u0131', '\u0131'],
    ['straße', 'straße'],
  ];
  for (const [text, folded] of folds) assert.equal(fold(text), folded);
});

test('a list of values shrinks and grows with what is in it, and stays the same list', () => {
  const list = new ValueList();
  const { items } = list;
  const fill = (...values: readonly string[]): boolean => {
    list.begin();
    for (const value of values) list.addNew(value);
    return list.end();
  };
  assert.equal(fill('a', 'b', 'a'), true);
  assert.deepEqual(items, ['a', 'b']);
  assert.equal(fill('c'), true);
  assert.deepEqual(items, ['c']);
  assert.equal(fill(), false);
  assert.deepEqual(items, []);
  assert.equal(list.items, items);
});
