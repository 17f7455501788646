import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UnitCutter } from './unit-cutter.ts';

const MAX_UNIT_BYTES = 120;

/** The texts of what is cut, and what was lost, as a reader takes them that knows every object. */
function cut(source: string, blockBytes: number): string[] {
  const bytes = Buffer.from(source);
  const cutter = new UnitCutter(MAX_UNIT_BYTES);
  const cuts: string[] = [];
  const lose = (lost: ReturnType<UnitCutter['end']>): void => {
    if (lost !== undefined) cuts.push(`${lost.reason}: ${bytes.toString('utf8', lost.start, lost.end)}`);
  };
  for (let at = 0; at <= bytes.length; at += blockBytes) {
    const isLast = at + blockBytes > bytes.length;
    cutter.push(bytes.subarray(at, at + blockBytes));
    for (let piece = cutter.next(isLast); piece !== undefined; piece = cutter.next(isLast)) {
      const text = cutter.window.text(piece.start, piece.end);
      if (piece.kind === 'json' && !isJson(text) && piece.isGuess) cutter.rescan();
      else if (piece.kind === 'json' && isJson(text)) {
        lose(cutter.accept(piece));
        cuts.push(text);
      } else cutter.decline(piece, 'no object');
    }
  }
  lose(cutter.end());
  return cuts;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const ITEMS = ['{"_source":{"a":1}}', '{"_source":{"a":"]}\\""}}', '{"_source":{}}', '{"n":[{"x":[]}]}'];
const MANY = [...ITEMS, ...ITEMS, ...ITEMS];
const LIST = `[${MANY.join(',')}]`;
const HEAD = `"took":5,"_shards":{"t":[1,"}"]},"hits":{"total":{"value":4},"max":null`;

test('B2 the items of a wrapper that is longer than a unit are units of their own, however the bytes come', () => {
  const after = '{"after":1}';
  const wrapped = [
    `{"hits":{"hits":${LIST}}}`,
    `{${HEAD},"hits":${LIST}}}`,
    `{${HEAD},"hits":${LIST},"x":["]",{}]},"aggregations":{"by":{"buckets":[{"key":"\\"}"}]}}}`,
    `{"records":${LIST}}`,
    JSON.stringify({ took: 1, hits: { hits: MANY.map((item) => JSON.parse(item) as unknown) } }, undefined, 2),
  ];
  for (const source of wrapped) {
    for (const blockBytes of [1, 7, 1000]) {
      const cuts = cut(`${source}\n${after}\n`, blockBytes);
      assert.deepEqual(cuts.map(compact), [...MANY, after].map(compact), source);
    }
  }
});

function compact(text: string): string {
  return JSON.stringify(JSON.parse(text));
}

test('B18 what is too long and no such wrapper is lost as before: another list, one that is not first, an item that is too long', () => {
  const long = `{"x":"${'y'.repeat(MAX_UNIT_BYTES)}"}`;
  for (const source of [
    `{"rows":${LIST}}`,
    `{"time":"now","records":${LIST}}`,
    `{"hits":${LIST}}`,
    `{"hits":{"hits":["${'y'.repeat(MAX_UNIT_BYTES)}"]}}`,
    `{"hits":{"hits":{"hits":${LIST}}}}`,
    `{"${'h'.repeat(MAX_UNIT_BYTES)}":1,"hits":{"hits":${LIST}}}`,
  ]) {
    assert.deepEqual(cut(`${source}\n{"after":1}`, 1000), [
      `longer than ${MAX_UNIT_BYTES} bytes: ${source}\n`,
      '{"after":1}',
    ]);
  }
  const [first = ''] = ITEMS;
  assert.deepEqual(cut(`{"hits":{"hits":[${first},${long},${first}]}}\n{"after":1}`, 1000), [
    first,
    `longer than ${MAX_UNIT_BYTES} bytes: ${long},${first}]}}\n`,
    '{"after":1}',
  ]);
  // A wrapper in the list of one is no second one.
  const inner = `{"hits":{"hits":${LIST}}}`;
  assert.deepEqual(cut(`{"hits":{"hits":[${inner}]}}\n{"after":1}`, 1000).at(-1), '{"after":1}');
  assert.equal(cut(`{"hits":{"hits":[${inner}]}}`, 1000).length, 1);
});

test('B18 what is wrong with one item of a wrapper costs what stands before it nothing, as in an array', () => {
  const deep = `{"x":${'['.repeat(70)}${']'.repeat(70)}}`;
  const [first = '', second = ''] = ITEMS;
  assert.deepEqual(cut(`{"hits":{"hits":[${first},${second},${deep},${first}]}}\n{"after":1}`, 1000), [
    first,
    second,
    `values nest deeper than 64: ${deep},${first}]}}\n`,
    '{"after":1}',
  ]);
});

test('B1 what a long wrapper gives does not depend on how its bytes come, whatever they are', () => {
  const token = fc.constantFrom(
    '{"hits":{"hits":[',
    '{"records":[',
    ...ITEMS,
    ',',
    ']',
    '}',
    '"',
    '\\',
    '\n',
    '{"k":1}',
    'null',
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 40 }), fc.integer({ min: 1, max: 30 }), (tokens, blockBytes) => {
      const source = tokens.join('');
      assert.deepEqual(cut(source, blockBytes), cut(source, 1 << 20));
    }),
    { numRuns: 300 },
  );
});
