import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Xorshift } from '../../testkit/index.ts';
import { PieceStore } from './piece-store.ts';

test('pieces of any size are put together in their order', () => {
  const random = new Xorshift(7);
  for (let run = 0; run < 60; run++) {
    const sizes = [0, 1, 7, 32767, 32768, 65535, 65536, 70000];
    const pieces = Array.from({ length: random.below(12) }, () => random.bytes(random.pick(sizes)));
    const store = new PieceStore();
    for (const piece of pieces) store.add(piece);
    assert.ok(Buffer.concat(pieces).equals(store.whole()));
  }
});

test('a piece that is reused by its sender is not held', () => {
  const store = new PieceStore();
  const piece = Buffer.from('a');
  store.add(piece);
  piece.fill('b');
  store.add(piece);
  assert.equal(Buffer.from(store.whole()).toString(), 'ab');
});
