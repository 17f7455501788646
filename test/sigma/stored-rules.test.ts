import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Compiling,
  compileRules,
  explainRule,
  IDENTITY,
  objectReader,
  plainMatcher,
  readStoredRules,
  STATUSES,
  type StoredRules,
  storeRules,
} from '../../src/sigma/index.ts';
import { MAX_TREE_DEPTH } from '../../src/sigma/stored/stored-trees.ts';
import { assertGolden } from '../report/golden.ts';

const NAMES = ['selection-and-filter', 'every-operation', 'correlated', 'mistakes'];

function compiledFile(name: string): Compiling {
  const text = readFileSync(new URL(`rules/${name}.yml`, import.meta.url), 'utf8');
  return compileRules([{ file: `${name}.yml`, text }], { statuses: STATUSES });
}

/** As a file has it: what JSON leaves out is gone. */
function jsonOf(compiling: Compiling): StoredRules {
  return JSON.parse(JSON.stringify(storeRules(compiling, IDENTITY)));
}

function readBack(stored: unknown, isOwn = false): Compiling {
  const reading = readStoredRules(stored, IDENTITY, isOwn);
  assert.ok(reading.kind === 'compiling', reading.kind === 'trouble' ? reading.message : '');
  return reading.compiling;
}

function troubleOf(stored: unknown): string {
  const reading = readStoredRules(stored, IDENTITY);
  return reading.kind === 'trouble' ? reading.message : 'read';
}

test('rules of every kind are stored as what gives the same JSON again, checked or as our own', () => {
  for (const name of NAMES) {
    const stored = jsonOf(compiledFile(name));
    assert.deepEqual(jsonOf(readBack(stored)), stored, name);
    assert.deepEqual(jsonOf(readBack(stored, true)), stored, name);
  }
});

/** A golden file that changes says that `STORED_VERSION` must be raised: files that were made before would be read as something else. */
test('the form of stored rules is the one of its version', () => {
  const stored = jsonOf(compiledFile('every-operation'));
  const lines = Object.entries(stored).flatMap(([key, value]) =>
    Array.isArray(value)
      ? [`${key}:`, ...value.map((one) => `  ${JSON.stringify(one)}`)]
      : [`${key}: ${JSON.stringify(value)}`],
  );
  assertGolden('sigma-stored.golden.txt', `${lines.join('\n')}\n`);
});

test('what a rule says of itself, its places and its problems come back', () => {
  for (const name of NAMES) {
    const [direct, loaded] = [compiledFile(name), readBack(jsonOf(compiledFile(name)))];
    assert.deepEqual(
      loaded.rules.rules.map(({ metadata, logsource, blindRoutes }) => ({ metadata, logsource, blindRoutes })),
      direct.rules.rules.map(({ metadata, logsource, blindRoutes }) => ({ metadata, logsource, blindRoutes })),
    );
    assert.deepEqual(loaded.problems, direct.problems);
    const event = {
      channel: undefined,
      eventId: 1,
      readerFor: () => objectReader({ A: 'C:\\Tools\\x', B: 'exact', F: 'foo12.ps1', J: '10.1.2.3', G: 16 }),
    };
    assert.deepEqual(
      loaded.rules.rules.map((rule) => explainRule(rule, event)),
      direct.rules.rules.map((rule) => explainRule(rule, event)),
    );
  }
});

test('keys of metadata that the format does not know are kept', () => {
  const direct = compiledFile('selection-and-filter');
  const rules = direct.rules.rules.map((rule) => ({ ...rule, metadata: { ...rule.metadata, told: { leg: 'x' } } }));
  const [loaded] = readBack(jsonOf({ ...direct, rules: { ...direct.rules, rules } })).rules.rules;
  assert.deepEqual((loaded?.metadata as { told?: unknown } | undefined)?.told, { leg: 'x' });
});

const VALUES = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.constantFrom<unknown>(
    ...[null, true, false, 0, -1, 1.5, 2 ** 53, 10n ** 30n, Number.NaN, 'a*b?', '\\*', '-x', 'ſ'],
  ),
);
const ITEM = fc.oneof(
  fc.tuple(fc.constantFrom('A', 'B|contains', 'C|cased', 'D|neq', 'E|windash|contains', 'F|endswith'), VALUES),
  fc.tuple(fc.constantFrom('G|re', 'G|re|i|m'), fc.constantFrom('a+b', '^x|y$', '.*', '[ab]{2}')),
  fc.tuple(fc.constantFrom('H|gt', 'H|lte'), fc.constantFrom<unknown>(1, 2.5, 10n ** 20n)),
  fc.constantFrom<readonly [string, unknown]>(['I|cidr', 'fe80::/10'], ['J|exists', true], ['K|fieldref', 'A']),
);

function yamlOf(value: unknown): string {
  if (typeof value === 'number' && Number.isNaN(value)) return '.nan';
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}

test('L7 rules that were stored hit what those hit that were not', () => {
  let hits = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(ITEM, fc.boolean()), { minLength: 1, maxLength: 4 }),
      fc.array(fc.dictionary(fc.constantFrom('A', 'B', 'C', 'D', 'F', 'G', 'H', 'I'), VALUES), { maxLength: 6 }),
      (items, records) => {
        const searches = items.map(([[key, value]], at) => `  s${at}: {"${key}": ${yamlOf(value)}}`);
        const condition = items.map(([, isNegated], at) => `${isNegated ? 'not ' : ''}s${at}`).join(' or ');
        const head = 'title: T\nlogsource: {product: windows}\ndetection:';
        const text = `${head}\n${searches.join('\n')}\n  condition: ${condition}\n`;
        const direct = compileRules([{ file: 'a.yml', text }]);
        const loaded = readBack(jsonOf(direct));
        const [one, other] = [plainMatcher(direct.rules), plainMatcher(loaded.rules)];
        for (const record of records) {
          const event = { channel: undefined, eventId: 1, readerFor: () => objectReader(record) };
          const expected = one.match(event).map(({ conditions }) => conditions);
          hits += expected.length;
          assert.deepEqual(
            other.match(event).map(({ conditions }) => conditions),
            expected,
          );
        }
      },
    ),
    { numRuns: 500 },
  );
  assert.ok(hits > 50, String(hits));
});

test('rules of another version, of other log sources, or of nothing are told apart', () => {
  const stored = jsonOf(compiledFile('every-operation'));
  assert.equal(troubleOf({ ...stored, version: 2 }), 'They are of format 2; this version of Triad reads 1.');
  assert.match(troubleOf({ ...stored, logSources: 'x' }), /^They were compiled for the log sources of another version/);
  assert.match(troubleOf([]), /^They are damaged: a map is wanted\.$/);
  assert.match(troubleOf({}), /^They are no compiled rules/);
});

test('L20 what is wrong in stored rules is told with its place', () => {
  const stored = jsonOf(compiledFile('every-operation'));
  const [rule] = stored.rules as { [key: string]: unknown }[];
  const withRule = (changed: object): unknown => ({ ...stored, rules: [{ ...rule, ...changed }] });
  const withTest = (one: unknown): unknown => ({ ...stored, tests: [one, ...stored.tests.slice(1)] });
  const withTree = (tree: unknown): unknown =>
    withRule({
      conditions: [
        ['a', tree],
        ['b', 0],
        ['c', 0],
      ],
    });
  const nested = (depth: number): unknown => {
    let tree: unknown = 0;
    for (let i = 0; i < depth; i++) tree = ['not', tree];
    return tree;
  };
  const cases: readonly (readonly [unknown, RegExp])[] = [
    [withTest(['shell', 'x']), /at tests 0: there is no such test/],
    [withTest(['text', 1, 'x']), /at tests 0: true or false is wanted/],
    [withTest(['text', false, 3]), /at tests 0: a whole number is out of bounds/],
    [withTest(['cidr', 32, '4294967296n', 8]), /at tests 0: an address is out of bounds/],
    [withTest(['cidr', 32, '1n', 33]), /at tests 0: a whole number is out of bounds/],
    [withTest(['number', 'one', '1']), /at tests 0: a number is wanted/],
    [{ ...stored, tests: [...stored.tests.slice(0, -1)] }, /at rules 0: a whole number is out of bounds/],
    [{ ...stored, atoms: [] }, /at rules 0: a whole number is out of bounds/],
    [withTree(-1), /at rules 0: a whole number is out of bounds/],
    [withTree(0.5), /at rules 0: a whole number is out of bounds/],
    [withTree(['xor', 0, 0]), /at rules 0: one of and, or, not is wanted/],
    [withTree(['not', 0, 0]), /at rules 0: "not" has one part/],
    [withTree(nested(MAX_TREE_DEPTH + 2)), /at rules 0: a condition is nested deeper than 512 levels/],
    [withRule({ metadata: 5 }), /at rules 0: a map is wanted/],
    [withRule({ routes: [['nowhere', 'all', [], []]] }), /at rules 0, routes 0: there is no such log source/],
    [withRule({ routes: [['any', 'all', [0], []]] }), /at rules 0: a route lacks conditions/],
    [{ ...stored, problems: [{ code: 'constructor' }] }, /at problems 0: there is no such problem/],
    [{ ...stored, rules: { length: 1 } }, /a list is wanted/],
  ];
  for (const [wrong, expected] of cases) assert.match(troubleOf(wrong), expected);
  assert.equal(troubleOf(withTree(nested(MAX_TREE_DEPTH))), 'read');
});

test('L20 an expression that cannot be made is refused before anything is matched', () => {
  const stored = jsonOf(compiledFile('every-operation'));
  const tests = stored.tests.map((one) =>
    Array.isArray(one) && one[0] === 'regex' ? ['regex', '(?=x)', true, false, false] : one,
  );
  assert.match(troubleOf({ ...stored, tests }), /at rules 0: the expression \(\?=x\) cannot be made/);
});

test('L20 members of a correlation stand before it', () => {
  const stored = jsonOf(compiledFile('correlated'));
  const correlations = (stored.correlations as { members: unknown[] }[]).map((one, at) => {
    return { ...one, members: [['correlation', at, 'itself']] };
  });
  assert.match(troubleOf({ ...stored, correlations }), /at correlations 0, members 0: a whole number is out of bounds/);
});

test('L20 a correlation that compiling would refuse is refused', () => {
  const stored = jsonOf(compiledFile('correlated'));
  const [first, ...rest] = stored.correlations as Record<string, unknown>[];
  const wrong = (over: Record<string, unknown>): unknown => ({
    ...stored,
    correlations: [{ ...first, ...over }, ...rest],
  });
  const [member] = first?.['members'] as unknown[];
  const cases: readonly (readonly [Record<string, unknown>, RegExp])[] = [
    [{ members: [] }, /a correlation has members/],
    [{ members: [member, member] }, /a member stands twice/],
    [{ rules: [] }, /a member is none of the rules/],
    [{ timespanMs: 'Infinity' }, /a timespan is wanted/],
    [{ type: 'value_count', threshold: undefined }, /value_count has a condition/],
    [{ type: 'value_sum', threshold: { predicates: [['gt', 1]], fields: [] } }, /value_sum has a field/],
    [{ threshold: { predicates: [], fields: [] } }, /one or two comparisons/],
    [{ threshold: { predicates: [['gt', 1]], fields: ['A'], percentile: 'NaN' } }, /from 0 to 100/],
    [{ type: 'temporal', expression: ['and'] }, /"and" has parts/],
    [{ type: 'temporal', expression: 'nobody' }, /names none of the rules/],
  ];
  for (const [over, expected] of cases) assert.match(troubleOf(wrong(over)), expected);
  const rules = stored.rules as Record<string, unknown>[];
  assert.match(
    troubleOf({ ...stored, rules: [{ ...rules[0], conditions: [] }, ...rules.slice(1)] }),
    /a rule has conditions/,
  );
  assert.equal(troubleOf(wrong({})), 'read');
});

test('L20 any value anywhere in stored rules is refused or read; nothing throws, nothing reaches the prototypes', () => {
  const stored = jsonOf(compiledFile('every-operation'));
  const paths: (readonly (string | number)[])[] = [];
  const walk = (value: unknown, path: readonly (string | number)[]): void => {
    paths.push(path);
    if (Array.isArray(value)) for (const [at, item] of value.entries()) walk(item, [...path, at]);
    else if (typeof value === 'object' && value !== null)
      for (const [key, item] of Object.entries(value)) walk(item, [...path, key]);
  };
  walk(stored, []);
  const planted = fc.constantFrom<unknown>(
    ...[null, -1, 1e9, 0.5, '', 'x', '__proto__', true, [], {}, [[]], ['not'], ['regex', '(', false, false, false]],
    JSON.parse('{"__proto__": {"polluted": true}}'),
  );
  let refused = 0;
  fc.assert(
    fc.property(fc.constantFrom(...paths), planted, (path, value) => {
      const whole: unknown = { root: structuredClone(stored) };
      let at = whole as { [key: string]: unknown };
      for (const step of ['root', ...path].slice(0, -1)) at = at[step] as { [key: string]: unknown };
      at[(path.at(-1) ?? 'root') as string] = value;
      const reading = readStoredRules((whole as { root: unknown }).root, IDENTITY);
      if (reading.kind === 'trouble') refused++;
      else {
        const event = { channel: undefined, eventId: 1, readerFor: () => objectReader({ A: 'x', F: 'foo12.ps1' }) };
        plainMatcher(reading.compiling.rules).match(event);
        jsonOf(reading.compiling);
      }
      assert.equal(({} as { polluted?: boolean }).polluted, undefined);
    }),
    { numRuns: 2000 },
  );
  assert.ok(refused > 500, String(refused));
});
