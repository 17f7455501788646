import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileRules, explainRule, formatProblem, objectReader, plainMatcher } from './index.ts';
import { parseCondition } from './parse/condition.ts';
import { matchesWildcards, parseParts, wildcardsOf, withAnchor } from './values/wildcards.ts';

/** Rules of our own, to be cut, doubled and bent. */
const SEEDS: readonly string[] = [
  "title: A\nid: 00000000-0000-4000-8000-000000000001\nlogsource: {product: windows}\ndetection:\n  sel:\n    F|contains|windash|all: [' -a', ' /b']\n    G|re|i: '(a|b)+c{2,3}$'\n  flt: {H: null, I|cidr: 10.0.0.0/8}\n  condition: sel and not 1 of fl*\n",
  'title: B\nlogsource: &l {category: process_creation}\ndetection:\n  w: [a*b, 5, true]\n  x:\n    - A|base64offset|contains: abc\n      B|expand: "%x%"\n    - <<: {C|fieldref: D}\n      E|hour|gte: 3\n  condition: [w, all of them]\n---\ntitle: F\nlogsource: *l\nfilter: {rules: any, s: {User: x}, condition: not s}\n',
  'action: global\nlevel: high\n---\ntitle: C\nname: c\nlogsource: {service: system}\ndetection: {a: {F: |-\n  x\n}, condition: a}\n---\ntitle: D\ncorrelation:\n  type: value_count\n  rules: [c]\n  timespan: 5m\n  group-by: [U]\n  condition: {gte: 3, field: V}\n  aliases: {U: {c: W}}\n',
];

const SIGNS = [
  '',
  '|',
  ':',
  '\n',
  '  ',
  '- ',
  '---\n',
  '{',
  '}',
  '[',
  ']',
  "'",
  '"',
  '&a ',
  '*a',
  '<<: ',
  '(',
  ')',
  '*',
  '\\',
  '\t',
  '\u0000',
  'é',
  '😀',
  '!!x ',
  '%',
  ' of ',
  'not ',
  '#',
  '? ',
];

const bent: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...SEEDS),
    fc.array(fc.tuple(fc.nat(700), fc.nat(20), fc.constantFrom(...SIGNS), fc.nat(3)), { maxLength: 6 }),
  )
  .map(([seed, bends]) => {
    let text = seed;
    for (const [at, cut, sign, times] of bends) {
      text = text.slice(0, at) + sign.repeat(times) + text.slice(at + cut);
    }
    return text;
  });

const EVENT = {
  channel: undefined,
  eventId: 1,
  readerFor: () => objectReader({ F: 'x -a /b', G: ['abcc', null, 5], E: '2021-01-01' }),
};

test('L20 no rule text, however bent, makes reading, checking or compiling throw', () => {
  const longOnes: number[] = [];
  fc.assert(
    fc.property(bent, (text) => {
      const start = performance.now();
      const { rules, problems } = compileRules([{ text, file: 'f.yml' }]);
      for (const problem of problems) {
        assert.ok(
          problem.line >= 1 && problem.column >= 1 && problem.endColumn > problem.column,
          JSON.stringify(problem),
        );
        assert.match(formatProblem(problem), /\^/);
      }
      const hits = new Set(
        plainMatcher(rules)
          .match(EVENT)
          .map(({ rule }) => rule.index),
      );
      for (const rule of rules.rules) {
        const holds = explainRule(rule, EVENT).some(({ conditions }) => conditions.some((one) => one.holds));
        assert.equal(holds, hits.has(rule.index), 'explain and match agree');
      }
      longOnes.push(performance.now() - start);
    }),
    { numRuns: 1500 },
  );
  assert.ok(Math.max(...longOnes) < 2000);
});

test('L27 the bends reach every stage: a defect planted in each is found', () => {
  const planted: readonly (readonly [string, (text: string) => boolean])[] = [
    ['YAML', (text) => compileRules([{ text, file: 'f' }]).problems.some(({ code }) => code === 'S100')],
    ['a key twice', (text) => compileRules([{ text, file: 'f' }]).problems.some(({ code }) => code === 'S103')],
    ['a condition', (text) => compileRules([{ text, file: 'f' }]).problems.some(({ code }) => code.startsWith('S20'))],
    ['a modifier', (text) => compileRules([{ text, file: 'f' }]).problems.some(({ code }) => code === 'S130')],
    ['an expression', (text) => compileRules([{ text, file: 'f' }]).problems.some(({ code }) => code === 'S133')],
    ['a match', (text) => plainMatcher(compileRules([{ text, file: 'f' }]).rules).match(EVENT).length > 0],
  ];
  for (const [name, isReached] of planted) {
    const throwing = fc.property(bent, (text) => assert.ok(!isReached(text), name));
    assert.ok(fc.check(throwing, { seed: 7, numRuns: 10_000, endOnFailure: true }).failed, name);
  }
});

test('L20 no condition makes its parser throw, and its trouble lies in the text', () => {
  const words = fc.constantFrom(
    'a',
    'and',
    'or',
    'not',
    '1',
    'of',
    'them',
    'x*',
    '(',
    ')',
    '|',
    '  ',
    'AND',
    '\n',
    '2',
    'é',
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 30 }), (parts) => {
      const text = parts.join(' ');
      const reading = parseCondition(text);
      if (reading.kind === 'condition') return;
      const { start, end } = reading.trouble.at;
      assert.ok(start >= 0 && end >= start && end <= text.length, JSON.stringify(reading.trouble));
    }),
    { numRuns: 3000 },
  );
});

/** Time for ten times the size, over time for the size, at the best of three. */
function growth(work: (size: number) => void, size: number): number {
  const best = (count: number): number =>
    Math.min(
      ...[1, 2, 3].map(() => {
        const start = performance.now();
        work(count);
        return performance.now() - start;
      }),
    );
  work(size);
  return best(size * 10) / Math.max(0.5, best(size));
}

test('L20 conditions, patterns and documents take time by their length', () => {
  const forms: readonly (readonly [string, (size: number) => void, number])[] = [
    ['a chain', (n) => parseCondition(new Array(n).fill('a').join(' or ')), 1000],
    ['parentheses', (n) => parseCondition('('.repeat(n)), 1000],
    ['nots', (n) => parseCondition('not '.repeat(n)), 1000],
    ['stars', (n) => parseParts('*a'.repeat(n)), 2000],
    [
      'a long text under many stars',
      (n) =>
        matchesWildcards(wildcardsOf(withAnchor(parseParts('a*'.repeat(20) + 'b'), 'contains'), true), 'a'.repeat(n)),
      20_000,
    ],
  ];
  for (const [name, work, size] of forms) {
    const factor = growth(work, size);
    // Ten times is linear; a square would be a hundred. Busy machines blur it.
    assert.ok(factor < 60, `${name}: ${factor}`);
  }
  assert.equal(parseCondition(`${'('.repeat(99)}a${')'.repeat(99)}`).kind, 'condition');
  assert.equal(parseCondition(`${'('.repeat(100)}a${')'.repeat(100)}`).kind, 'trouble');
  assert.equal(parseCondition('a'.repeat(64 * 1024)).kind, 'condition');
  assert.equal(parseCondition('a'.repeat(64 * 1024 + 1)).kind, 'trouble');
});
