import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInteractiveUserSid, isSidText, sidFromBytes, sidOfWellKnownName, wellKnownSidName } from './sid.ts';

const vectors: readonly (readonly [readonly number[], string])[] = [
  [
    [1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 148, 201, 44, 47, 92, 247, 22, 107, 113, 39, 52, 166, 88, 4, 0, 0],
    'S-1-5-21-791464340-1796667228-2788435825-1112',
  ],
  [
    [1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 114, 38, 102, 120, 110, 19, 249, 70, 173, 147, 12, 179, 80, 4, 0, 0],
    'S-1-5-21-2019960434-1190728558-3003945901-1104',
  ],
  [[1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0], 'S-1-5-32-544'],
];

test('the three measured CreatorSID arrays give their text (DOMAIN 1.1)', () => {
  for (const [bytes, text] of vectors) assert.equal(sidFromBytes(bytes), text);
});

test('bytes that are not exactly one SID give nothing', () => {
  const [good = []] = vectors[2] ?? [];
  assert.equal(sidFromBytes([]), undefined);
  assert.equal(sidFromBytes(good.slice(0, -1)), undefined);
  assert.equal(sidFromBytes([...good, 0]), undefined);
  assert.equal(sidFromBytes([2, ...good.slice(1)]), undefined);
  assert.equal(sidFromBytes(good.with(8, 256)), undefined);
  assert.equal(sidFromBytes(good.with(8, Number.NaN)), undefined);
  assert.equal(sidFromBytes([1, 16, 0, 0, 0, 0, 0, 5, ...new Array<number>(64).fill(0)]), undefined);
  assert.equal(sidFromBytes([1, 0, 0, 0, 0, 0, 0, 0]), 'S-1-0');
  assert.equal(
    sidFromBytes([1, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]),
    'S-1-281474976710655-4294967295',
  );
});

test('only accounts of a machine or domain are interactive users', () => {
  assert.equal(isInteractiveUserSid('S-1-5-21-1-2-3-1001'), true);
  for (const sid of ['S-1-5-18', 'S-1-5-32-544', 'S-1-5-21-1-2-3', 'S-1-5-80-1-2-3-4', '']) {
    assert.equal(isInteractiveUserSid(sid), false);
  }
});

test('well-known SIDs have their English names and others none', () => {
  assert.deepEqual(['S-1-5-18', 's-1-5-19', 'S-1-5-20', 'S-1-5-32-544', 'S-1-5-21-1-2-3-500'].map(wellKnownSidName), [
    'NT AUTHORITY\\SYSTEM',
    'NT AUTHORITY\\LOCAL SERVICE',
    'NT AUTHORITY\\NETWORK SERVICE',
    'BUILTIN\\Administrators',
    undefined,
  ]);
  assert.equal(isSidText('S-1-5-32-544'), true);
  assert.equal(isSidText('S-1-5-32-'), false);
});

test('the English name of a well-known SID gives the SID back, another name gives none', () => {
  assert.equal(sidOfWellKnownName('nt authority\\system'), 'S-1-5-18');
  assert.equal(sidOfWellKnownName('NULL SID'), 'S-1-0-0');
  assert.equal(sidOfWellKnownName('CORP\\alice'), undefined);
});
