import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import {
  BY_LENGTH,
  type CompiledRule,
  compileRules,
  type FieldReader,
  indexedRouteMatcher,
  objectReader,
  plainRouteMatcher,
  type RouteHit,
  type RouteMatcher,
  type RuledRoute,
  type SlotReader,
} from '../index.ts';

type Record_ = Readonly<Record<string, unknown>>;
type Ruled = readonly [CompiledRule, RuledRoute];

function ruledOf(detections: readonly unknown[]): readonly Ruled[] {
  const sources = detections.map((detection, at) => ({
    file: `${at}.yml`,
    text: stringify({ title: `T${at}`, logsource: { product: 'windows' }, detection }),
  }));
  return compileRules(sources).rules.rules.flatMap((rule) => rule.routes.map((ruled): Ruled => [rule, ruled]));
}

function saidOf(hits: readonly RouteHit[]): readonly string[] {
  return hits.map(({ rule, conditions }) => `${rule.metadata.title} ${conditions.join(',')}`);
}

/** The same fields by number, as events give them. */
function slotReader(record: Record_): SlotReader {
  const plain = objectReader(record);
  const names: string[] = [];
  return {
    ...plain,
    slot: (name) => (names.includes(name) ? names.indexOf(name) : names.push(name) - 1),
    valuesAt: (slot) => plain.values(names[slot] ?? ''),
  };
}

const NOWHERE = Array.from({ length: 12 }, (_, at) => `zz${at}qq`);
const PADDING = {
  ...{ f: { 'F|contains': NOWHERE }, g: { 'G|contains': NOWHERE }, h: { 'H.x|contains': NOWHERE }, k: NOWHERE },
  condition: '1 of them',
};

function assertSame(ruled: readonly Ruled[], records: readonly Record_[]): number {
  const plain = plainRouteMatcher(ruled);
  // Where there are few texts they are found in another way than where there are many.
  const many = [...ruled, ...ruledOf([PADDING])];
  const indexed: readonly (readonly [RouteMatcher, (record: Record_) => FieldReader])[] = [
    [indexedRouteMatcher(ruled), objectReader],
    [indexedRouteMatcher(ruled, { frequencies: BY_LENGTH }), slotReader],
    [indexedRouteMatcher(many), slotReader],
    [indexedRouteMatcher(many, { frequencies: BY_LENGTH }), objectReader],
  ];
  let hits = 0;
  for (const record of records) {
    const expected = saidOf(plain.match(objectReader(record)));
    hits += expected.length;
    for (const [matcher, read] of indexed) {
      const rules = ruled.map(([rule]) => rule.conditions.map(({ ir }) => ir));
      assert.deepEqual(saidOf(matcher.match(read(record))), expected, said({ record, rules }));
    }
  }
  return hits;
}

function said(value: unknown): string {
  return JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? `${one}n` : one)).slice(0, 4000);
}

/** Few letters, so that texts meet; with what folding, dashes, wildcards and classes make difficult. */
const letters = fc.constantFrom(
  ...['a', 'b', 'A', 'i', 'k', 's', 'σ', 'ς', 'Σ', 'İ', 'K', 'ſ', '😀', 'é', '\u0307'],
  ...['-', '/', '\u2013', ' ', '\t', '\\', '.', "'", '`', '(', '{', '\n', '+', '|', '*', '?', '5', '0'],
);
const text = fc.array(letters, { maxLength: 9 }).map((parts) => parts.join(''));
const plainValue = fc.oneof(text, text, text, fc.constantFrom<unknown>('', 'true', 5, 0, -1, 1.5, 4624, true, false));
const field = fc.constantFrom('F', 'G', 'H.x');
const pattern = fc
  .array(
    fc.constantFrom(
      'a',
      'ab',
      'b+',
      '.*',
      '\\+',
      '[ab]',
      '(a|is)',
      '(?:ab|ba)',
      'k',
      'S',
      '^',
      '$',
      'i{2}',
      '.',
      ' ',
      '(?i:A)',
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(''));
const list = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 9 }));

const item: fc.Arbitrary<readonly [string, unknown]> = fc.oneof(
  fc.tuple(
    fc
      .tuple(
        field,
        fc.constantFrom('', '|contains', '|startswith', '|endswith', '|contains|all', '|contains|windash', '|windash'),
        fc.constantFrom('', '', '', '|cased', '|neq'),
      )
      .map((parts) => parts.join('')),
    list(plainValue),
  ),
  fc.tuple(
    field.chain((name) => fc.constantFrom(`${name}|re`, `${name}|re|i`)),
    list(pattern),
  ),
  fc.tuple(
    fc.constant('F|base64offset|contains'),
    text.filter((one) => one.length > 2 && !/[*?]/.test(one)),
  ),
  fc.tuple(fc.constant('F|exists'), fc.boolean()),
  fc.tuple(fc.constant('F'), fc.constant(null)),
  fc.tuple(fc.constant('F|gte'), fc.constantFrom(0, 5, 100)),
  fc.tuple(fc.constantFrom('F|fieldref', 'F|fieldref|endswith'), fc.constant('G')),
  fc.tuple(fc.constant('G|cidr'), fc.constant('10.0.0.0/8')),
);
const search = fc.oneof(
  { weight: 5, arbitrary: fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => Object.fromEntries(items)) },
  { weight: 1, arbitrary: fc.array(fc.oneof(text, fc.constant('ab')), { minLength: 1, maxLength: 3 }) },
);
const condition = fc.constantFrom(
  ...[
    'a',
    'a and b',
    'a or b',
    'a and not b',
    'not a',
    'not (a and b)',
    '1 of them',
    'all of them',
    'not (a or not b) and c',
  ],
);
const detection = fc.record({
  a: search,
  b: search,
  c: search,
  condition: fc.oneof(condition, fc.array(condition, { minLength: 2, maxLength: 2 })),
});
const eventValue = fc.oneof(
  text,
  text,
  fc.constantFrom<unknown>('', null, 5, 5n, '5', 1.5, true, 'TRUE', '10.1.2.3', 4624),
);
const record = fc.record(
  {
    F: fc.oneof(eventValue, fc.array(eventValue, { maxLength: 3 })),
    G: eventValue,
    H: fc.record({ x: eventValue }),
  },
  { requiredKeys: [] },
);

test('the index finds what trying every rule finds, condition by condition', () => {
  let hits = 0;
  fc.assert(
    fc.property(
      fc.array(detection, { minLength: 1, maxLength: 6 }),
      fc.array(record, { minLength: 1, maxLength: 6 }),
      (detections, records) => {
        hits += assertSame(ruledOf(detections), records);
      },
    ),
    { numRuns: 250 },
  );
  assert.ok(hits > 250, `${hits} hits`);
});

test('a text taken from the event itself is found, whatever it is made of', () => {
  fc.assert(
    fc.property(
      text,
      text,
      text,
      fc.constantFrom('contains', 'startswith', 'endswith', 'cased'),
      (lead, own, tail, how) => {
        const whole =
          how === 'startswith'
            ? own + tail
            : how === 'endswith'
              ? lead + own
              : how === 'cased'
                ? own
                : lead + own + tail;
        const written = own.replace(/[\\*?]/g, '\\$&');
        const rules = ruledOf([{ a: { [`F|${how}`]: written }, condition: 'a' }]);
        assertSame(rules, [{ F: whole }, { F: whole.toUpperCase() }, { F: own }]);
      },
    ),
    { numRuns: 600 },
  );
});

test('long lists of texts are one look, and give the same', () => {
  const texts = Array.from({ length: 40 }, (_, at) => `\\Tool${at}.exe`);
  const rules = ruledOf([
    { a: { 'F|endswith': texts }, condition: 'a' },
    { a: { 'F|startswith': texts }, condition: 'a' },
    { a: { F: texts }, condition: 'a' },
    { a: { 'F|contains': texts }, condition: 'a' },
    { a: { 'F|endswith': ['', ...texts] }, condition: 'a' },
    { a: { 'F|contains': ['😀', 'é', 'Ж'] }, condition: 'a' },
  ]);
  const hits = assertSame(rules, [
    { F: 'C:\\TOOL7.EXE' },
    { F: '\\tool39.exe' },
    { F: '\\tool39.exe.bak' },
    { F: 'tool1.exe' },
    { F: ['x', 'say 😀'] },
    { F: '' },
    {},
  ]);
  assert.ok(hits > 8);
});

test('a rule whose text no value holds is not tried', () => {
  const rules = ruledOf([
    { a: { 'F|endswith': '\\rare-tool.exe', 'G|contains': '\\windows\\' }, condition: 'a' },
    { a: { 'F|contains': 'enc' }, b: { G: 'x' }, condition: 'a and not b' },
  ]);
  const matcher = indexedRouteMatcher(rules);
  matcher.match(objectReader({ F: 'C:\\other.exe', G: 'C:\\Windows\\x' }));
  assert.equal(matcher.tried, 0);
  matcher.match(objectReader({ F: 'C:\\rare-tool.exe', G: 'C:\\Windows\\x' }));
  assert.equal(matcher.tried, 1);
  assert.deepEqual(matcher.figures().always, []);
});

test('a rule that can be true without any text is tried on every event', () => {
  const rules = ruledOf([
    { a: { 'F|endswith': '.exe' }, condition: 'not a' },
    { a: { 'F|exists': false }, condition: 'a' },
    { a: { 'F|fieldref': 'G' }, condition: 'a' },
  ]);
  const matcher = indexedRouteMatcher(rules);
  assert.equal(matcher.match(objectReader({})).length, 2);
  assert.equal(matcher.figures().always.length, 3);
});

test('L20 the time over a hostile value grows with its length', () => {
  const rules = ruledOf(
    Array.from({ length: 200 }, (_, at) => ({ a: { 'F|contains': `aaaa${'b'.repeat(at)}c` }, condition: 'a' })),
  );
  const matcher = indexedRouteMatcher(rules);
  const timeOf = (length: number): number => {
    const fields = objectReader({ F: 'a'.repeat(length) });
    const times = Array.from({ length: 5 }, () => {
      const start = process.hrtime.bigint();
      matcher.match(fields);
      return Number(process.hrtime.bigint() - start);
    });
    return Math.min(...times);
  };
  timeOf(5_000);
  assert.ok(timeOf(100_000) < 80 * timeOf(5_000));
});
