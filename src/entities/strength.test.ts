import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameBy } from '../windows/index.ts';
import { rankSources, type UnrankedSource } from './strength.ts';
import type { Strength } from './types.ts';

function source(host: string, strength: Strength, way: CameBy = {}): UnrankedSource {
  const evidence = [{ file: 'f', record: host, ...way }];
  return { host, strength, joins: [{ join: 'J2', strength, text: '', rivals: 0, evidence }] };
}

const shown = (...sources: UnrankedSource[]): unknown =>
  rankSources(sources).map(({ host, points, isNamed, joins }) => [host, points, isNamed, joins[0]?.rivals]);

test('of two sources of equal strength each is the other’s rival, and neither is named', () => {
  assert.deepEqual(shown(source('a', 'exact'), source('b', 'exact')), [
    ['a', 70, false, 1],
    ['b', 70, false, 1],
  ]);
  assert.deepEqual(shown(source('a', 'strong'), source('b', 'exact')), [
    ['b', 100, true, 0],
    ['a', 60, false, 0],
  ]);
});

test('L18 a source that only senders tell which are not bound to it is no rival of another, and stands behind it', () => {
  const foreign = { trust: 'unauthenticated', hostNotBound: true } as const;
  assert.deepEqual(shown(source('a', 'exact', foreign), source('b', 'weak')), [
    ['b', 25, true, 0],
    ['a', 10, false, 0],
  ]);
  assert.deepEqual(shown(source('a', 'exact', foreign), source('b', 'exact'), source('c', 'exact')), [
    ['b', 70, false, 1],
    ['c', 70, false, 1],
    ['a', -50, false, 2],
  ]);
  assert.deepEqual(shown(source('a', 'exact', foreign)), [['a', 10, true, 0]]);
});
