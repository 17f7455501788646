import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptChanges } from '../../console/kit/kept-changes.ts';
import type { Change } from '../../console/kit/stream.ts';

const change = (number: number, type = 'incident', epoch = 7): Change => ({ type, id: `${epoch}-${number}`, of: {} });
const idsAfter = (kept: KeptChanges, place: string): readonly string[] =>
  kept.after(place).map(({ type, id }) => `${type} ${id}`);

test('a tab that comes later hears what came behind its own first look', () => {
  const kept = new KeptChanges('7-3');
  kept.add([change(4), change(0, 'hello'), change(6)]);
  assert.deepEqual(idsAfter(kept, '7-3'), ['incident 7-4', 'incident 7-6']);
  assert.deepEqual(idsAfter(kept, '7-5'), ['incident 7-6']);
  assert.deepEqual(idsAfter(kept, '7-6'), []);
  assert.deepEqual(idsAfter(kept, '7-9'), [], 'it will be told of what comes behind');
});

test('where it is not known what came behind a place, all is to be read again', () => {
  const kept = new KeptChanges('7-3');
  assert.deepEqual(idsAfter(kept, '7-2'), ['resync 7-3']);
  assert.deepEqual(idsAfter(kept, '8-2'), ['resync 7-3'], 'of another start of the server');
  kept.add([change(4), change(9, 'resync'), change(10)]);
  assert.deepEqual(idsAfter(kept, '7-8'), ['resync 7-9']);
  assert.deepEqual(idsAfter(kept, '7-9'), ['incident 7-10']);
  assert.deepEqual(idsAfter(new KeptChanges(''), '7-9'), ['resync ']);
});

test('what is kept is bounded', () => {
  const kept = new KeptChanges('7-0');
  kept.add(Array.from({ length: 2000 }, (_, at) => change(at + 1)));
  assert.deepEqual(idsAfter(kept, '7-1499'), ['resync 7-1500']);
  assert.equal(idsAfter(kept, '7-1500').length, 500);
});
