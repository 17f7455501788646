import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Xorshift } from '../../testkit/index.ts';
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

/** The plain twins of what reads digits one by one. */
const plainNumber = (text: string): number | undefined => {
  const m = /^\s*(0x)?([0-9a-f]{1,13})\s*$/i.exec(text);
  const value = m === null ? Number.NaN : m[1] === undefined ? Number(m[2]) : Number.parseInt(m[2] ?? '', 16);
  return Number.isSafeInteger(value) ? value : undefined;
};
const plainLogonId = (text: string): string | undefined => {
  const digits = /^\s*0x0*([0-9a-f]{1,16})\s*$/i.exec(text)?.[1];
  return digits === undefined || digits === '0' ? undefined : `0x${digits.toLowerCase()}`;
};

test('numbers and LogonIds are read as by their patterns, whatever the text', () => {
  const parts = [
    '0',
    '0x',
    '0X',
    '1',
    '9',
    'a',
    'F',
    'g',
    ' ',
    '-',
    '.',
    '0000',
    '3e7',
    '999999999',
    'ffffffff',
    '1e3',
  ];
  const random = new Xorshift(3);
  for (let n = 0; n < 20_000; n++) {
    const text = Array.from({ length: random.below(5) }, () => parts[random.below(parts.length)] ?? '').join('');
    assert.deepEqual([text, numberOf(text), logonIdOf(text)], [text, plainNumber(text), plainLogonId(text)]);
  }
});
