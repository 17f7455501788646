import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyProperty, ordinaryRepository, property } from '../../testkit/cim/index.ts';
import { bufferFile, openRepository } from '../cim/index.ts';
import { hiddenIn, hiddenObjects } from './hidden-objects.ts';

const PROGRAM = Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'), Buffer.alloc(300, 7)]).toString('base64');

function hiddenOf(names: readonly string[], hidden: (name: string) => boolean): number {
  return hiddenIn({
    kind: 'instance',
    namespace: 'root\\cimv2',
    className: 'Win32_Store',
    superclasses: [],
    properties: new Map(names.map((name) => [name, hidden(name) ? PROGRAM : 'plain'])),
    isWhole: true,
  }).length;
}

test('L15 sixty-four hidden values of one audited object are told, behind however many others they stand', () => {
  const found = (count: number) =>
    hiddenOf(
      Array.from({ length: count }, (_, i) => `P${i}`),
      () => true,
    );
  assert.deepEqual([found(63), found(64), found(65)], [63, 64, 64]);
  const names = Array.from({ length: 3000 }, (_, i) => `P${i}`);
  assert.equal(
    hiddenOf(names, (name) => name === 'P2999'),
    1,
  );
});

test('L15 a thousand objects of a repository are told with sixty-four values each, and the others counted', () => {
  const values = (count: number) => Array.from({ length: count }, (_, i) => `V${i}`);
  for (const { objects, of, told } of [
    { objects: 1000, of: 1, told: [1000, 1, 0] },
    { objects: 1003, of: 1, told: [1000, 1, 3] },
    { objects: 2, of: 64, told: [2, 64, 0] },
    { objects: 2, of: 65, told: [2, 64, 0] },
  ]) {
    const repository = ordinaryRepository();
    const names = values(of);
    repository.defineClass('root\\cimv2', {
      name: 'Win32_Store',
      properties: [keyProperty('Name'), ...names.map((name) => property(name, 'string'))],
    });
    for (let i = 0; i < objects; i++) {
      const held = Object.fromEntries(names.map((name) => [name, PROGRAM]));
      repository.put('root\\cimv2', 'Win32_Store', { Name: `store ${i}`, ...held });
    }
    repository.checkpoint();
    const files = [...repository.files()].map(([name, bytes]) => bufferFile(name, bytes));
    const { objects: found, omitted } = hiddenObjects(openRepository(files).current, []);
    assert.deepEqual([found.length, found[0]?.hidden.length, omitted], told, JSON.stringify({ objects, of }));
  }
});
