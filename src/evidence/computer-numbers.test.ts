import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ComputerNumbers } from './computer-numbers.ts';

const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const HEAD_BYTES = 72;
const BLOCKS = 5;
const BLOCK_BYTES = 4;
/** The head of the value of a computer: its length, in Latin-1. */
const VALUE_HEAD = Buffer.alloc(4);
VALUE_HEAD.writeUInt32LE(((BLOCKS * BLOCK_BYTES) << 2) | 1);

function hashed(state: number, bytes: Uint8Array): number {
  let hash = state;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return hash;
}

/** Two blocks that lead to one state. */
function colliding(state: number): readonly [Buffer, Buffer] {
  const byNext = new Map<number, Buffer>();
  for (let tried = 0; ; tried++) {
    const block = Buffer.alloc(BLOCK_BYTES);
    block.writeUInt32LE(Math.imul(tried, 0x9e3779b1) >>> 0);
    const next = hashed(state, block);
    const other = byNext.get(next);
    if (other !== undefined) return [other, block];
    byNext.set(next, block);
  }
}

/** 32 names of one hash: either block of each pair. */
function namesOfOneHash(): readonly Buffer[] {
  let state = hashed(FNV_BASIS, VALUE_HEAD);
  let names: readonly Buffer[] = [Buffer.alloc(0)];
  for (let block = 0; block < BLOCKS; block++) {
    const pair = colliding(state);
    state = hashed(state, pair[0]);
    names = names.flatMap((name) => pair.map((one) => Buffer.concat([name, one])));
  }
  return names;
}

test('L15 of names that were made up to have one hash few are told apart, and none is taken for another', () => {
  const names = namesOfOneHash();
  const rows = [...names, ...names].map((name) => Buffer.concat([Buffer.alloc(HEAD_BYTES), VALUE_HEAD, name]));
  const numbers = new ComputerNumbers();
  const nameOf = new Map<number, string>();
  for (const row of rows) {
    const number = numbers.of(row, 0);
    const name = row.toString('hex', HEAD_BYTES);
    assert.equal(nameOf.get(number) ?? name, name);
    nameOf.set(number, name);
  }
  // 16 are known again, the other 16 get another number each time.
  assert.equal(nameOf.size, 16 + 2 * 16);
  numbers.reset();
  assert.equal(numbers.of(rows[5] ?? Buffer.alloc(0), 0), 0);
});
