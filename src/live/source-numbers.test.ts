import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SourceNumbers } from './source-numbers.ts';

test('sources in order of their names keep their numbers', () => {
  const numbers = new SourceNumbers();
  assert.deepEqual([numbers.of({ file: 'a' }), numbers.of({ file: 'b' }), numbers.of({ file: 'a' })], [0, 1, 0]);
  assert.equal(numbers.sort(), undefined);
});

test('sources that came in another order are numbered by name, and the old table is left as it was', () => {
  const numbers = new SourceNumbers();
  for (const file of ['c', 'a', 'b']) numbers.of({ file });
  const before = numbers.sources;
  assert.deepEqual(numbers.sort(), [2, 0, 1]);
  assert.deepEqual(
    numbers.sources.map(({ file }) => file),
    ['a', 'b', 'c'],
  );
  assert.deepEqual(
    before.map(({ file }) => file),
    ['c', 'a', 'b'],
  );
  assert.equal(numbers.of({ file: 'c' }), 2);
  assert.equal(numbers.sort(), undefined);
});
