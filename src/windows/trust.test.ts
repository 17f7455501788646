import assert from 'node:assert/strict';
import { test } from 'node:test';
import { provenFirst } from './event.ts';
import { type Evidence, firstRecords, hasNotBound } from './evidence.ts';
import { bestWay, isUnproven, trustRank, unprovenTerm } from './trust.ts';

const key = { trust: 'authenticated' } as const;
const none = { trust: 'unauthenticated' } as const;
const foreign = { trust: 'file', hostNotBound: true } as const;

test('L18 a record is told by the best way that it came; a mark holds only where it holds of every way', () => {
  assert.deepEqual(bestWay([]), {});
  assert.deepEqual(bestWay([{}, {}]), {});
  assert.deepEqual(bestWay([none, key]), { trust: 'authenticated' });
  assert.deepEqual(bestWay([foreign, none]), { trust: 'file' });
  assert.deepEqual(bestWay([{ ...none, hostNotBound: true, relayed: true }, foreign]), {
    trust: 'file',
    hostNotBound: true,
  });
  assert.deepEqual(bestWay([{ ...key, relayed: true }]), { trust: 'authenticated', relayed: true });
});

test('L18 a key and a file do not displace each other, and what is not bound is below both', () => {
  assert.deepEqual(
    [{ trust: 'signed' } as const, key, {}, { trust: 'file' } as const, none, foreign].map(trustRank),
    [0, 1, 1, 1, 2, 2],
  );
  assert.deepEqual([[], [none], [none, key], [foreign, none]].map(isUnproven), [false, true, false, true]);
  assert.equal(unprovenTerm([foreign, key]).code, 'NOT_BOUND');
  assert.equal(unprovenTerm([foreign, none]).code, 'UNPROVEN');
});

test('L18 where a list is cut, what is not proven does not push out what is', () => {
  const entry = (record: string, way: object): Evidence => ({ file: 'f', record, ...way });
  const list = [entry('a', none), entry('b', foreign), entry('c', key), entry('d', key)];
  const ids = (count: number, of = list): unknown => firstRecords(of, count).map(({ record }) => record);
  assert.deepEqual([ids(1), ids(2), ids(3)], [['c'], ['c', 'd'], ['a', 'c', 'd']]);
  assert.deepEqual(ids(1, list.slice(0, 2)), ['a']);
  const event = (name: string, way: object): { name: string; place: never; otherPlaces: never[] } =>
    ({ name, place: { source: { file: 'f', ...way } }, otherPlaces: [] }) as never;
  const events = [event('a', none), event('b', key), event('c', foreign)];
  assert.deepEqual(
    provenFirst(events).map(({ name }) => name),
    ['b', 'a', 'c'],
  );
  assert.equal(provenFirst(events.slice(1, 2)).length, 1);
});

test('L18 a witness is not bound where no copy of it came by one that is', () => {
  const entry = (record: string, way: object): Evidence => ({ file: 'f', record, ...way });
  assert.equal(hasNotBound([]), false);
  assert.equal(hasNotBound([entry('a', key), entry('b', none)]), false);
  assert.equal(hasNotBound([entry('a', key), entry('a', foreign)]), false);
  assert.equal(hasNotBound([entry('a', key), entry('b', foreign)]), true);
});
