import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findDuplicates, type JsonObject, numberTexts, readJsonText } from './json-reader.ts';
import { JsonScan, MAX_DEPTH, MAX_KEYS } from './json-scan.ts';
import type { JsonValue } from './json-value.ts';

function objectOf(text: string): JsonObject {
  const reading = readJsonText(text);
  if (reading.kind === 'problem') assert.fail(reading.reason);
  return reading.value;
}

function problemOf(text: string): string | undefined {
  const reading = readJsonText(text);
  return reading.kind === 'problem' ? reading.reason : undefined;
}

test('integers beyond 2^53 keep their digits, wherever they stand', () => {
  assert.deepEqual(objectOf('{"Keywords":-9214364837600034816,"n":9007199254740991,"m" : 9007199254740993}'), {
    Keywords: -9214364837600034816n,
    n: 9007199254740991,
    m: 9007199254740993n,
  });
  assert.deepEqual(objectOf('{"a":{"k":18446744073709551615,"l":[1,12345678901234567890]},"k":1}'), {
    a: { k: 18446744073709551615n, l: [1, 12345678901234567890n] },
    k: 1,
  });
  assert.deepEqual(objectOf('{"k":1,"s":"\\"k\\":12345678901234567890, 12345678901234567890,","k\\u0062":2}'), {
    k: 1,
    s: '"k":12345678901234567890, 12345678901234567890,',
    kb: 2,
  });
  assert.deepEqual(objectOf('{"a":{"k":12345678901234567890},"k":1}'), { a: { k: 12345678901234567890n }, k: 1 });
  assert.deepEqual(objectOf('{"a":1.2345678901234567,"b":1e30,"c":"12345678901234567890"}'), {
    a: 1.2345678901234567,
    b: 1e30,
    c: '12345678901234567890',
  });
});

test('long integers come out as they went in, for any object', () => {
  const leaf = fc.oneof(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), fc.string(), fc.constant(null));
  const tree = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      leaf,
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie('node'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), tree.node, { maxKeys: 5 }), (value) => {
      const text = written(value);
      assert.equal(written(objectOf(text)), text);
    }),
  );
});

/** JSON with big integers as bare digits. */
function written(value: unknown): string {
  if (typeof value === 'bigint' || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${JSON.stringify(key)}:${written(item)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value);
}

test('numbers are read as they are written: a double has not the digits of a time', () => {
  const text =
    '{"ts":1,"System":{"TimeCreated":{"SystemTime":1552935839.3243189}},"list":[{"t":1e3}],"s":"7","ts":1599023456.1234560}';
  assert.equal(numberTexts(text)(['ts']), '1599023456.1234560');
  assert.equal(numberTexts(text)(['System', 'TimeCreated', 'SystemTime']), '1552935839.3243189');
  assert.equal(numberTexts(text)(['list', 0, 't']), '1e3');
  assert.equal(numberTexts(text)(['s']), undefined);
  assert.equal(numberTexts(text)(['list', 1, 't']), undefined);
});

test('keys that stand twice are found at every depth, with what they held first', () => {
  const text = '{"a":1,"b":{"x":[1,{"y":"old"}],"x":[1,{"y":"1","\\u0079":"2"}]},"a":2,"a":3}';
  const value = objectOf(text);
  assert.deepEqual(findDuplicates(value, text), [
    { path: ['a'], earlier: 1 },
    { path: ['a'], earlier: 2 },
    { path: ['b', 'x'], earlier: [1, { y: 'old' }] },
    { path: ['b', 'x', '1', 'y'], earlier: '1' },
  ]);
  assert.deepEqual(findDuplicates(objectOf('{"a":{"a":1},"b":["a","a"]}'), '{"a":{"a":1},"b":["a","a"]}'), []);
});

test(`nesting is read to ${MAX_DEPTH} and refused beyond, braces in strings do not count`, () => {
  const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  assert.equal(problemOf(nested(MAX_DEPTH)), undefined);
  assert.equal(problemOf(nested(MAX_DEPTH + 1)), 'values nest deeper than 64');
  assert.equal(problemOf(nested(10_000)), 'values nest deeper than 64');
  assert.equal(problemOf(`{"a":"${'{['.repeat(500)}"}`), undefined);
});

test(`an object is read to ${MAX_KEYS} keys and refused beyond`, () => {
  const wide = (keys: number): string => `{"o":{${Array.from({ length: keys }, (_, i) => `"k${i}":1`).join(',')}}}`;
  assert.equal(problemOf(wide(MAX_KEYS)), undefined);
  assert.equal(problemOf(wide(MAX_KEYS + 1)), 'an object has more than 4096 keys');
});

test('names of the language are ordinary keys', () => {
  const value = objectOf('{"__proto__":{"polluted":1},"constructor":12345678901234567890}');
  assert.deepEqual(Object.keys(value), ['__proto__', 'constructor']);
  assert.equal(Reflect.get({}, 'polluted'), undefined);
  assert.deepEqual(
    objectOf('{"__proto__":12345678901234567890}'),
    JSON.parse('{"__proto__":null}', (key, item) => (key === '__proto__' ? 12345678901234567890n : item)),
  );
});

test('what is no object is a problem with a reason', () => {
  assert.deepEqual(['[1]', 'null', '{"a":1', '{"a":01}'].map(problemOf), [
    'not a JSON object',
    'not a JSON object',
    'not valid JSON',
    'not valid JSON',
  ]);
});

test('the scan finds the end of any object in any pieces, and never earlier', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<JsonValue>),
      fc.nat(3),
      fc.integer({ min: 1, max: 7 }),
      (value, indent, block) => {
        const text = JSON.stringify(value, null, indent);
        const bytes = Buffer.from(`${text} tail}`, 'utf8');
        const scan = new JsonScan();
        for (let at = 0; !scan.isComplete && at < bytes.length; at += block) {
          scan.scan(bytes, scan.length, Math.min(bytes.length, at + block));
          assert.equal(scan.problem, undefined);
        }
        assert.equal(scan.length, Buffer.byteLength(text));
      },
    ),
  );
});

test('the scan notices a line that was cut where the next one begins', () => {
  for (const cut of [
    '{"a":"x\n{"b":1}',
    '{"a":1,\n{"b":1}',
    '{"a":\n{"b":1}\n{"c":1}',
    '{"a"\n{"b":1}',
    '{"a":[1,\n{"b":1}\n{"c":1}',
    '{\n{"b":1}',
  ]) {
    const scan = new JsonScan();
    const bytes = Buffer.from(cut, 'utf8');
    scan.scan(bytes, 0, bytes.length);
    assert.notEqual(scan.problem, undefined, cut);
  }
});

test('an integer longer than any field is a double, at no cost', () => {
  const digits = '9'.repeat(4_000_000);
  const started = process.cpuUsage().user;
  const reading = readJsonText(`{"a":${digits},"b":${'9'.repeat(64)}}`);
  assert.deepEqual(reading.kind === 'object' ? [reading.value['a'], reading.value['b']] : reading, [
    Number.POSITIVE_INFINITY,
    BigInt('9'.repeat(64)),
  ]);
  assert.ok(process.cpuUsage().user - started < 1_000_000, 'a second of CPU time');
});
