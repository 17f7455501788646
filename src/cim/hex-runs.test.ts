import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PAGE_BYTES } from './format.ts';
import { hashStarts } from './hex-runs.ts';

const HASH = '0123456789ABCDEF'.repeat(4);

/** A page of NULs with a text in UTF-16 at a place. */
function pageWith(at: number, text: string): Buffer {
  const page = Buffer.alloc(PAGE_BYTES);
  page.write(text, at, 'utf16le');
  return page;
}

test('an instance begins at a hash, whatever its place, and none at the hash of a key path', () => {
  for (const at of [0, 2, 77, 4001, PAGE_BYTES - 128]) {
    assert.deepEqual(hashStarts(pageWith(at, HASH), 'vista'), [at]);
  }
  assert.deepEqual(hashStarts(pageWith(100, `I_${HASH}`), 'vista'), []);
  assert.deepEqual(hashStarts(pageWith(100, HASH.slice(1)), 'vista'), []);
});

test('D16 an instance right behind the key path of a reference record is found', () => {
  const at = 100 + 2 * (2 + 64);
  assert.deepEqual(hashStarts(pageWith(100, `I_${HASH}${HASH}`), 'vista'), [at]);
  // One short is none.
  assert.deepEqual(hashStarts(pageWith(100, `I_${HASH}${HASH.slice(1)}`), 'vista'), []);
});
