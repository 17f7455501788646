import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { compileRules, objectReader, type RouteHit } from '../index.ts';
import type { RouteMatcher } from '../match/route-matcher.ts';
import { Columns } from './columns.ts';
import { indexedRouteMatcher } from './indexed-route-matcher.ts';
import { RememberedHits } from './remembered-hits.ts';

type Record_ = Readonly<Record<string, unknown>>;

/** Rules on F, G and H, enough of them for their answers to be remembered; two look into all values, one refers to another field. */
function manyRules(): Parameters<typeof indexedRouteMatcher>[0] {
  const some = [
    { a: { 'F|contains': 'aa' }, condition: 'a' },
    { a: ['bb'], condition: 'a' },
    { a: { 'F|contains': 'a' }, b: { G: 'x' }, condition: 'a and not b' },
    { a: { 'F|fieldref': 'G' }, condition: 'a' },
    { a: ['c'], b: { 'H|cidr': '10.0.0.0/8' }, condition: 'a and b' },
    { a: { 'H|cidr': ['10.0.0.0/8', 'fe80::/10'] }, condition: 'a' },
    { a: { 'H|gte': 7 }, condition: 'a' },
    { a: { G: null }, condition: 'a' },
  ];
  const others = Array.from({ length: 120 }, (_, at) => ({ a: { 'G|contains': `zz${at}qq` }, condition: 'a' }));
  const sources = [...others.slice(0, 60), ...some, ...others.slice(60)].map((detection, at) => ({
    file: `${at}.yml`,
    text: stringify({ title: `T${at}`, logsource: { product: 'windows' }, detection }),
  }));
  return compileRules(sources).rules.rules.flatMap((rule) => rule.routes.map((ruled) => [rule, ruled] as const));
}

function saidOf(hits: readonly RouteHit[]): readonly string[] {
  return hits.map(({ rule, conditions }) => `${rule.metadata.title} ${conditions.join(',')}`);
}

const value = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'x', ':', '1', 's', '-'), maxLength: 4 }),
  fc.constantFrom('10.1.2.3', '11.1.2.3', 'fe80::1%3', '7', 7, null, true),
);
const record = fc.record({ F: value, G: value, H: value, K: value }, { requiredKeys: [] }) as fc.Arbitrary<Record_>;

test('what is remembered is what is said anew, in the order of the rules', () => {
  const rules = manyRules();
  const remembering = indexedRouteMatcher(rules);
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 30 }), (records) => {
      for (const one of [...records, ...records.toReversed()]) {
        const fields = objectReader(one);
        assert.deepEqual(saidOf(remembering.match(fields)), saidOf(indexedRouteMatcher(rules.slice()).match(fields)));
      }
    }),
    { numRuns: 40 },
  );
});

test('rules are not tried again on the values of before', () => {
  const matcher = indexedRouteMatcher(manyRules());
  const hit = objectReader({ F: 'xaax' });
  assert.ok(matcher.match(hit).length > 0);
  const { tried } = matcher;
  const again = (matcher as RouteMatcher).match(objectReader({ F: 'xaax' }));
  assert.equal(again.length, matcher.match(hit).length);
  assert.equal(matcher.tried, tried);
});

/** One column of a field, and what is to be read next. */
function column(): {
  readonly memory: RememberedHits;
  read(values: readonly unknown[]): readonly RouteHit[] | undefined;
} {
  const columns = new Columns();
  const memory = new RememberedHits([columns.of('F', ['F']), columns.of('G', ['G'])]);
  return {
    memory,
    read: ([F, G]) => {
      columns.sight.moveTo(objectReader({ ...(F === undefined ? {} : { F }), ...(G === undefined ? {} : { G }) }));
      return memory.recall();
    },
  };
}

test('L20 no values that a sender chooses have the answer of others', () => {
  const { memory, read } = column();
  const seen: (readonly unknown[])[] = [
    ['a', 'b'],
    ['as1:b', undefined],
    [undefined, 'b'],
    ['', 'a'],
    [['a', 'b'], undefined],
    ['1s1:a', 'b'],
    [null, 'b'],
    ['null', 'b'],
    [7, 'b'],
    ['7', 'b'],
    [true, 'b'],
    ['-', '-'],
    ['', ''],
    [undefined, undefined],
  ];
  for (const values of seen) {
    assert.equal(read(values), undefined, JSON.stringify(values));
    memory.keep([]);
  }
  for (const values of seen) assert.deepEqual(read(values), []);
});

test('L15 answers are bounded in number and in length', () => {
  const { memory, read } = column();
  read(['first', '']);
  memory.keep([]);
  for (let at = 0; at < 4096; at++) {
    // Every other one is known, or nothing would be kept for long.
    for (const text of [`v${at}`, `v${at}`]) if (read([text, '']) === undefined) memory.keep([]);
  }
  assert.equal(read(['first', '']), undefined);
  assert.deepEqual(read(['v4095', '']), []);
  const long = 'x'.repeat(3000);
  assert.equal(read([long, '']), undefined);
  memory.keep([]);
  assert.equal(read([long, '']), undefined);
});

test('where values are never the same it rests, and tries again', () => {
  const { memory, read } = column();
  for (let at = 0; at < 1025; at++) {
    read([`v${at}`, '']);
    memory.keep([]);
  }
  assert.equal(read(['v3', '']), undefined);
  for (let at = 0; at < 20_000; at++) {
    if (read(['same', '']) === undefined) memory.keep([]);
  }
  assert.deepEqual(read(['same', '']), []);
});
