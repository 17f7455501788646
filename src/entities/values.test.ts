import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountKey, isBuiltInAccount, isSameAccount, joinAccount } from './account.ts';
import { canonicalAddress, isLinkLocal, isLoopback } from './address.ts';
import { logonIdOf, numberOf, spreadOf } from './field-values.ts';

test('addresses have one spelling (trap 24)', () => {
  assert.deepEqual(
    [
      '10.0.0.1',
      '::ffff:10.0.0.1',
      'fe80::44af:1%12',
      'FE80:0:0:0:44af:0:0:1',
      'fe80::44af:0:0:1',
      '::1',
      '-',
      '',
      'LOCAL',
      '1.2.3.400',
      '1:2::3::4',
      undefined,
    ].map(canonicalAddress),
    [
      '10.0.0.1',
      '10.0.0.1',
      'fe80:0:0:0:0:0:44af:1',
      'fe80:0:0:0:44af:0:0:1',
      'fe80:0:0:0:44af:0:0:1',
      '0:0:0:0:0:0:0:1',
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ],
  );
  assert.deepEqual(['127.0.0.1', '0:0:0:0:0:0:0:1', '10.0.0.1'].map(isLoopback), [true, true, false]);
  assert.deepEqual(
    ['fe80:0:0:0:1:2:3:4', 'febf:0:0:0:1:2:3:4', 'fec0:0:0:0:1:2:3:4', '169.254.1.2', '169.25.1.2'].map(isLinkLocal),
    [true, true, false, true, false],
  );
});

test('accounts compare by folded name and first label of the domain (trap 30)', () => {
  assert.equal(accountKey('THESHIRE.LOCAL\\PGustavo'), 'theshire\\pgustavo');
  assert.equal(accountKey('pgustavo@THESHIRE.LOCAL'), 'theshire\\pgustavo');
  assert.deepEqual(
    [
      isSameAccount('THESHIRE\\a', 'theshire.local\\A'),
      isSameAccount('a', 'CORP\\a'),
      isSameAccount('X\\a', 'CORP\\a'),
      isSameAccount('CORP\\ab', 'CORP\\a'),
    ],
    [true, true, false, false],
  );
  assert.deepEqual([joinAccount('-', 'a'), joinAccount('D', '-'), joinAccount('D', 'a')], ['a', undefined, 'D\\a']);
  assert.deepEqual(
    [
      isBuiltInAccount('NT-AUTORITÄT\\SYSTEM'),
      isBuiltInAccount('CORP\\a'),
      isBuiltInAccount('X\\y', 'S-1-5-18'),
      isBuiltInAccount('X\\y', 'S-1-5-21-1-2-3-500'),
    ],
    [true, false, true, false],
  );
});

test('numbers and LogonIds are read by their prefix (trap 17)', () => {
  assert.deepEqual(['0xd84', '3460', ' 0x10 ', '', 'x', '12ab', undefined].map(numberOf), [
    3460,
    3460,
    16,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  assert.deepEqual(['0x0000C93745', '0x0', '0x3E7', '999', undefined].map(logonIdOf), [
    '0xc93745',
    undefined,
    '0x3e7',
    undefined,
    undefined,
  ]);
  assert.deepEqual([spreadOf(1000, 0), spreadOf(1000, 1), spreadOf(1001, 0)], [999, 0, 0]);
});
