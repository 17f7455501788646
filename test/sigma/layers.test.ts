import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import { importsOf, isTest } from '../house/boundaries.ts';
import { filesOf, readRoot } from '../house/tree.ts';

/** Each may use those before it. */
const LAYERS = ['values', 'parse', 'check', 'compile', 'match', 'indexed', 'correlate', 'stored'];

test('each stage of the rules uses those before it only', () => {
  const reached: string[] = [];
  for (const path of filesOf('src/sigma/*/*.ts').filter((one) => !isTest(one))) {
    const layer = LAYERS.indexOf(path.split('/')[2] ?? '');
    assert.ok(layer >= 0, path);
    for (const { specifier } of importsOf(readRoot(path))) {
      const target = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier).split('/') : [];
      if (target[1] === 'sigma' && LAYERS.indexOf(target[2] ?? '') > layer) reached.push(`${path} uses ${specifier}`);
    }
  }
  assert.deepEqual(reached, []);
});
