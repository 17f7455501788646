import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRules, formatProblem } from '../../src/sigma/index.ts';
import { codesOf, compiled, hitsOf, isHit, problemAt, ruleOf, ruleWith, sound } from './tried-rule.ts';

const body = (value: string): string =>
  `logsource: {product: windows}\ndetection: {sel: {F: ${value}}, condition: sel}\n`;

test('SIGMA case 89: a global template wins, reset ends it, repeat is laid over the rule before', () => {
  const text = [
    'action: global\ntitle: Template\nlevel: high\ndetection: {sel: {G: g}}\n',
    `title: Own\n${body('a')}`,
    `title: Second\n${body('b')}`,
    'action: repeat\ndetection: {sel: {F: c}}\n',
    'action: reset\n',
    `title: After\n${body('d')}`,
  ].join('---\n');
  const { rules } = sound(text);
  assert.deepEqual(
    rules.map(({ metadata }) => [metadata.title, metadata.level]),
    [
      ['Template', 'high'],
      ['Template', 'high'],
      ['Template', 'high'],
      ['After', undefined],
    ],
  );
  const found = (event: Record<string, string>): readonly number[] =>
    hitsOf({ rules, correlations: [] }, event).map(({ rule }) => rule.index);
  assert.deepEqual(found({ F: 'a', G: 'g' }), [0]);
  assert.deepEqual(found({ F: 'a' }), []);
  assert.deepEqual(found({ F: 'b', G: 'g' }), [1]);
  assert.deepEqual(found({ F: 'c', G: 'g' }), [2]);
  assert.deepEqual(found({ F: 'd' }), [3]);
  assert.deepEqual(codesOf(compiled(text).problems), ['S110', 'S110', 'S110']);
});

test('SIGMA case 90: an unknown action is refused, and nothing else', () => {
  const text = `action: once\ntitle: A\n---\ntitle: B\n${body('a')}`;
  assert.equal(problemAt(text, 'S111').under, 'once');
  assert.equal(compiled(text).rules.rules.length, 1);
});

const ID = '00000000-0000-4000-8000-000000000001';
const OTHER = '00000000-0000-4000-8000-000000000002';
const filterOf = (condition: string, logsource = 'product: windows', rules = ID): string =>
  `title: Filter\nlogsource: {${logsource}}\nfilter:\n  rules: [${rules}]\n  selection: {User: admin}\n  sel_x: {Image: x}\n  condition: ${condition}\n`;
const filtered = (filter: string): string =>
  `${ruleWith('sel: {F: a}\nsel_y: {F: b}\ncondition: 1 of sel*', `id: ${ID}\n`)}---\n${filter}`;

test('SIGMA case 91: a filter is joined as written, for its rules and log source only', () => {
  const suppressing = filtered(filterOf('not selection'));
  assert.ok(!isHit(suppressing, { F: 'a', User: 'Admin' }));
  assert.ok(isHit(suppressing, { F: 'a', User: 'eve' }));
  const keeping = filtered(filterOf('selection'));
  assert.ok(isHit(keeping, { F: 'a', User: 'admin' }));
  assert.ok(!isHit(keeping, { F: 'a', User: 'eve' }));
  assert.deepEqual(codesOf(compiled(keeping).problems), ['S206', 'S310']);
  const pattern = filtered(filterOf('not 1 of sel*'));
  assert.ok(isHit(pattern, { F: 'a', User: 'eve' }));
  assert.ok(!isHit(pattern, { F: 'a', Image: 'x' }));
  const elsewhere = filtered(filterOf('not selection', 'product: windows, category: process_creation'));
  assert.ok(isHit(elsewhere, { F: 'a', User: 'admin' }));
  assert.deepEqual(codesOf(compiled(elsewhere).problems), ['S301', 'S206']);
  assert.ok(isHit(filtered(filterOf('not selection', 'product: windows', OTHER)), { F: 'a', User: 'admin' }));
  assert.equal(problemAt(filtered(filterOf('not selection').replace(`[${ID}]`, '[]')), 'S300').severity, 'error');
  assert.ok(!isHit(filtered(filterOf('not selection').replace(`[${ID}]`, 'any')), { F: 'a', User: 'admin' }));
});

test('one bad document costs itself, and every problem of it is told', () => {
  const text = `title: A\n${body('a')}---\ntitle: [\n---\nx: y\n---\n- 1\n---\ntitle: B\nlevel: huge\nid: 5\nlogsource: {}\n${body('b').split('\n')[1]}\n---\ntitle: C\n${body('c')}`;
  const { rules, problems } = compiled(text);
  assert.deepEqual(
    rules.rules.map(({ metadata: { title, line } }) => `${title} ${line}`),
    ['A 1', 'C 17'],
  );
  assert.deepEqual([...new Set(codesOf(problems))].sort(), ['S100', 'S101', 'S102', 'S106', 'S123']);
  assert.equal(codesOf(problems).filter((code) => code === 'S106').length, 2);
});

test('equal rules are loaded once, two different ones of one id are both refused', () => {
  const one = ruleWith('sel: {F: a}\ncondition: sel', `id: ${ID}\n`);
  const other = one.replace('F: a', 'F: b');
  const load = (...texts: readonly string[]): ReturnType<typeof compileRules> =>
    compileRules(texts.map((text, i) => ({ text, file: `${i}.yml` })));
  assert.equal(load(one, one).rules.rules.length, 1);
  assert.deepEqual(load(one, one).problems, []);
  const { rules, problems } = load(one, other);
  assert.equal(rules.rules.length, 0);
  assert.deepEqual(codesOf(problems), ['S108']);
  assert.match(problems[0]?.message ?? '', /^0\.yml:1 has the same id/);
});

test('metadata, custom keys and places go with the rule', () => {
  const more = [
    `id: ${ID}`,
    'status: stable',
    'level: high',
    'author: Ann, Bob',
    'license: DRL-1.1',
    'tags: [attack.t1047, attack.execution]',
    'references: [https://example.org]',
    'falsepositives: [none]',
    `related: [{id: ${OTHER}, type: derived}]`,
    'simulation: {kind: [1, 2.5, true]}',
    '',
  ].join('\n');
  const [rule] = sound(ruleWith('sel: {F: a}\ncondition: sel', more)).rules;
  assert.deepEqual(JSON.parse(JSON.stringify(rule?.metadata)), {
    title: 'T',
    id: ID,
    status: 'stable',
    level: 'high',
    author: 'Ann, Bob',
    license: 'DRL-1.1',
    taxonomy: 'sigma',
    tags: ['attack.t1047', 'attack.execution'],
    references: ['https://example.org'],
    falsepositives: ['none'],
    fields: [],
    scope: [],
    related: [{ id: OTHER, type: 'derived' }],
    custom: { simulation: { kind: [1, 2.5, true] } },
    file: 'rule.yml',
    line: 1,
  });
  assert.deepEqual(rule?.logsource, { product: 'windows' });
});

test('deprecated rules are loaded only when asked for', () => {
  const text = ruleWith('sel: {F: a}\ncondition: sel', 'status: deprecated\n');
  assert.deepEqual(codesOf(compiled(text).problems), ['S502']);
  assert.equal(compiled(text, { statuses: ['deprecated'] }).rules.rules.length, 1);
});

test('a rule of a later version or of an unknown taxonomy is refused', () => {
  assert.deepEqual(codesOf(compiled(ruleWith('s: {F: a}\ncondition: s', 'sigma-version: 3\n')).problems), ['S109']);
  assert.deepEqual(codesOf(compiled(ruleWith('s: {F: a}\ncondition: s', 'taxonomy: ecs\n')).problems), ['S106']);
  assert.deepEqual(codesOf(compiled(ruleWith('s: {F: a}\ncondition: s', 'sigma-version: 2.1.0\n')).problems), []);
});

test('anchors and merge keys are read, own keys win, and expansion ends at its limit', () => {
  const rule = ruleWith('_base: &base {F: a, G: b}\nsel:\n  <<: *base\n  G: c\ncondition: sel and not _base');
  assert.ok(isHit(rule, { F: 'a', G: 'c' }));
  const list = (name: string, of: string): string => `${name}: &${name} [${new Array(11).fill(`*${of}`).join(', ')}]`;
  const bomb = `x: {a: &a [1], ${list('b', 'a')}, ${list('c', 'b')}, ${list('d', 'c')}, ${list('e', 'd')}}\n${ruleOf('F: a')}`;
  assert.deepEqual(codesOf(compiled(bomb).problems), ['S105']);
  assert.deepEqual(codesOf(compiled(bomb.replace(/, e: [^}]*/, '')).problems), []);
});

test('L20 size and depth are bounded on both sides', () => {
  const deep = (levels: number): string => `x: ${'['.repeat(levels)}${']'.repeat(levels)}\n${ruleOf('F: a')}`;
  assert.deepEqual(codesOf(compiled(deep(60)).problems), []);
  assert.deepEqual(codesOf(compiled(deep(70)).problems), ['S105']);
  assert.deepEqual(codesOf(compiled(deep(100_000)).problems), ['S105']);
  assert.deepEqual(codesOf(compiled(`#${' '.repeat(4 * 1024 * 1024)}`).problems), ['S105']);
});

test('L30 a problem is printed with its line, a caret and what to write', () => {
  const { problems } = compiled(ruleOf('Image|contians: a'));
  assert.equal(
    formatProblem(problems[0] as never),
    [
      'error S130 unknown-modifier: There is no modifier "contians".',
      ' --> rule.yml:6:11',
      '6 |     Image|contians: a',
      '  |           ^^^^^^^^',
      '  = Did you mean "contains"?',
    ].join('\n'),
  );
});

test('what a rule must have and has not is told, each with its code', () => {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['logsource: {product: windows}\ndetection: {a: {F: x}, condition: a}', ['S120']],
    ['title: " "\nlogsource: {product: windows}\ndetection: {a: {F: x}, condition: a}', ['S120']],
    ['title: T\nlogsource: {product: windows}\ndetection: {a: {F: x}}', ['S122']],
    ['title: T\nlogsource: {product: windows}\ndetection: {a: {F: x}, condition: []}', ['S122']],
    ['title: T\nlogsource: {product: windows}\ndetection: {a: {F: x}, condition: }', ['S122']],
    ['title: T\nlogsource: {product: windows}\ndetection: x', ['S121']],
    ['title: T\nlogsource: {definition: only prose}\ndetection: {a: {F: x}, condition: a}', ['S123']],
    ['title: T\nlogsource: {product: [a]}\ndetection: {a: {F: x}, condition: a}', ['S123']],
    ['title: T\ndetection: {a: {F: x}, condition: a}', ['S123']],
    [`title: ${'x'.repeat(257)}\nlogsource: {product: a}\ndetection: {a: {F: x}, condition: a}`, ['S106']],
    ['title: T\nfilter: {rules: any, a: {F: x}, condition: not a}\nlogsource: {product: a}', ['S301']],
    ['title: T\ndetection: {a: {F: x}, condition: a}\nfilter: {}', ['S102']],
    ['title: T\ndate: 2024/01/02\nlogsource: {product: a}\ndetection: {a: {F: x}, condition: a}', ['S107']],
  ];
  for (const [text, codes] of rows) assert.deepEqual(codesOf(compiled(text).problems), codes, text);
});

test('two rules of one name are both loaded, unless something refers to that name', () => {
  const named = ruleWith('a: {F: x}\ncondition: a', 'name: twin\n');
  assert.deepEqual(codesOf(compiled(`${named}---\n${named.replace('F: x', 'F: y')}`).problems), []);
  const correlation = 'title: C\ncorrelation: {type: event_count, rules: [twin], timespan: 1m, condition: {gte: 2}}\n';
  const { rules, problems } = compiled(`${named}---\n${named.replace('F: x', 'F: y')}---\n${correlation}`);
  assert.deepEqual([codesOf(problems), rules.rules.length, rules.correlations.length], [['S404'], 2, 0]);
});

test('a key of log sources that Sigma does not define must be the same in a filter and its rule', () => {
  const rule = 'title: T\nlogsource: {product: a, tenant: x}\ndetection: {s: {F: v}, condition: s}\n';
  const filter = (tenant: string): string =>
    `title: F\nlogsource: {product: a, tenant: ${tenant}}\nfilter: {rules: any, s: {G: w}, condition: not s}\n`;
  assert.ok(!isHit(`${rule}---\n${filter('x')}`, { F: 'v', G: 'w' }));
  assert.ok(isHit(`${rule}---\n${filter('y')}`, { F: 'v', G: 'w' }));
});
