import assert from 'node:assert/strict';
import test from 'node:test';
import { canonicalFieldText, canonicalKeywords, type FieldType } from './field-text.ts';

test('every spelling of a value becomes the text that an EVTX record gives', () => {
  const cases: readonly (readonly [FieldType, string | number | bigint | boolean, string])[] = [
    ['hex', '0x00000000000003E7', '0x3e7'],
    ['hex', '0x0', '0x0'],
    ['hex', '0x0000', '0x0'],
    ['hex', 999, '0x3e7'],
    ['hex', -1073741790, '0xc0000022'],
    ['hex', -2n, '0xfffffffe'],
    ['hex', -9214364837600034816n, '0x8020000000000000'],
    ['hex', 18446744073709551615n, '0xffffffffffffffff'],
    ['hex', 18446744073709551616n, '18446744073709551616'],
    ['hex', -1e300, '-1e+300'],
    ['hex', '    1ce8', '    1ce8'],
    ['hex', '1234', '1234'],
    ['hex', '-', '-'],
    ['dec', 4, '4'],
    ['dec', '0004', '4'],
    ['dec', '0', '0'],
    ['dec', '0xd84', '3460'],
    ['dec', 18446744073709551615n, '18446744073709551615'],
    ['dec', '3 - Network', '3 - Network'],
    ['guid', '5770385F-C22A-43E0-BF4C-06F5698FFBD9', '{5770385f-c22a-43e0-bf4c-06f5698ffbd9}'],
    ['guid', '{5770385F-C22A-43E0-BF4C-06F5698FFBD9}', '{5770385f-c22a-43e0-bf4c-06f5698ffbd9}'],
    ['guid', '-', '-'],
    ['sid', 's-1-5-18', 'S-1-5-18'],
    ['sid', 'CORP\\alice', 'CORP\\alice'],
    ['bool', true, 'true'],
    ['bool', 'False', 'false'],
    ['bool', '1', 'true'],
    ['bool', 'maybe', 'maybe'],
    ['utctime', '2022-05-13T08:54:05.1230000Z', '2022-05-13 08:54:05.123'],
    ['utctime', '2019-05-11 17:57:49.903', '2019-05-11 17:57:49.903'],
    ['utctime', '', ''],
    ['filetime', '2022-05-13 08:54:05.123', '2022-05-13T08:54:05.1230000Z'],
    ['parameter', 'Impersonation', '%%1833'],
    ['parameter', '%%1833', '%%1833'],
    ['parameter', 'Success Added, Failure added', '%%8449, %%8451'],
    ['parameter', 'TokenElevationTypeFull (2)', '%%1937'],
    ['parameter', 'Identitätswechsel', 'Identitätswechsel'],
    ['text', 'a\u0000\u0000', 'a'],
    ['text', ' "X" ', ' "X" '],
    ['text', 'Yes', 'Yes'],
  ];
  assert.deepEqual(
    cases.map(([type, value]) => canonicalFieldText(type, value)),
    cases.map(([, , text]) => text),
  );
});

test('keywords are unsigned hexadecimal whatever they were', () => {
  assert.deepEqual(
    [
      -9214364837600034816n,
      '-9214364837600034816',
      '0x8020000000000000',
      '0X4000000000000000',
      ['Audit Success'],
      ['Audit Failure', 'Classic'],
      'Überwachung erfolgreich',
      [],
      null,
      0,
    ].map((value) => canonicalKeywords(value)),
    [
      '0x8020000000000000',
      '0x8020000000000000',
      '0x8020000000000000',
      '0x4000000000000000',
      '0x8020000000000000',
      '0x8090000000000000',
      undefined,
      undefined,
      undefined,
      '0x0',
    ],
  );
});
