import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hiddenIn } from './hidden-objects.ts';

const PROGRAM = Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'), Buffer.alloc(3000, 7)]).toString('base64');

test('L15 sixty-four values of one audited object are looked at, the next one is not', () => {
  const found = (count: number) =>
    hiddenIn({
      kind: 'instance',
      namespace: 'root\\cimv2',
      className: 'Win32_Store',
      superclasses: [],
      properties: new Map(Array.from({ length: count }, (_, i) => [`P${i}`, PROGRAM])),
      isWhole: true,
    }).length;
  assert.deepEqual([found(63), found(64), found(65)], [63, 64, 64]);
});
