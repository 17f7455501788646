import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ObjectFields, type ObjectValue } from './index.ts';

function fieldsOf(object: { readonly [name: string]: ObjectValue | undefined }): ObjectFields {
  const fields = new ObjectFields();
  fields.moveTo(object);
  return fields;
}

test('36: a dotted name is a member of a member, a member of that very name, or of any in a list', () => {
  assert.deepEqual(fieldsOf({ A: { B: 'x' } }).values('A.B'), ['x']);
  assert.deepEqual(fieldsOf({ 'A.B': 'x', A: { B: 'y' } }).values('A.B'), ['x']);
  assert.deepEqual(fieldsOf({ A: [{ B: 'x' }, { C: 1 }, { B: ['y', 'z'] }] }).values('A.B'), ['x', 'y', 'z']);
  assert.deepEqual(fieldsOf({ A: { 'B.C': 'x' } }).values('A.B.C'), ['x']);
  assert.equal(fieldsOf({ A: { B: {} } }).values('A.B'), undefined);
  assert.equal(fieldsOf({ A: 'x' }).values('A.B'), undefined);
  assert.equal(fieldsOf({}).values('toString'), undefined);
});

test('values keep their kind, null is there, and folding is for texts', () => {
  const fields = fieldsOf({ n: 5, b: true, nothing: null, t: 'ÄB', empty: '' });
  assert.deepEqual(
    ['n', 'b', 'nothing', 't', 'empty', 'none'].map((name) => fields.foldedValues(name)),
    [[5], [true], [null], ['äb'], [''], undefined],
  );
  assert.equal(fields.values('t'), fields.values('t'));
  assert.equal(fields.foldedValues('t'), fields.foldedValues('t'));
});

test('keywords are every value at any depth, and no name', () => {
  const fields = fieldsOf({ a: { b: ['X', 1, null, { c: false }] } });
  assert.deepEqual(fields.entries(), [
    ['a.b', 'X'],
    ['a.b', 1],
    ['a.b', null],
    ['a.b.c', false],
  ]);
  assert.deepEqual(fields.keywordValues(), ['X', '1', 'false']);
  assert.deepEqual(fields.foldedKeywordValues(), ['x', '1', 'false']);
  fields.moveTo({ a: 'Y' });
  assert.deepEqual(fields.foldedKeywordValues(), ['y']);
});

test('L20 depth and number of values are bounded on both sides', () => {
  const nested = (depth: number): ObjectValue => (depth === 0 ? 'x' : [nested(depth - 1)]);
  assert.deepEqual(fieldsOf({ a: nested(15) }).values('a'), ['x']);
  assert.equal(fieldsOf({ a: nested(16) }).values('a'), undefined);
  assert.equal(fieldsOf({ a: new Array<string>(10_000).fill('x') }).values('a')?.length, 10_000);
  assert.equal(fieldsOf({ a: new Array<string>(10_001).fill('x') }).values('a')?.length, 10_000);
});
