import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainMatcher } from '../../src/sigma/index.ts';
import { codesOf, compiled, hitsOf, isHit, problemAt, ruleWith, sound, type Tried } from './tried-rule.ts';

const keywords = (list: string): string => ruleWith(`words:\n${list}\ncondition: words`);

test('SIGMA case 80: keywords look into values, not names, and into numbers as text', () => {
  const rule = keywords('  - mimikatz\n  - 4688');
  assert.ok(isHit(rule, { A: 'run MIMIKATZ.exe' }));
  assert.ok(isHit(rule, { A: { B: ['x', 'mimikatz'] } }));
  assert.ok(isHit(rule, { EventID: 4688 }));
  assert.ok(!isHit(rule, { mimikatz: 'x' }));
});

test('SIGMA case 81: all keywords must be there, each in any field', () => {
  for (const key of ["'|all'", "'|contains|all'"]) {
    const rule = ruleWith(`words:\n  ${key}: [abc, def]\ncondition: words`);
    assert.ok(isHit(rule, { A: 'xabcx', B: 'def' }), key);
    assert.ok(isHit(rule, { A: 'abc def' }), key);
    assert.ok(!isHit(rule, { A: 'abc' }), key);
  }
});

test('SIGMA case 82: keywords have wildcards', () => {
  assert.ok(isHit(keywords("  - 'a*c'"), { A: 'xabcx' }));
  assert.ok(!isHit(keywords("  - 'a*c'"), { A: 'xacbx'.replace('c', '') }));
});

/** Three searches that are true by a letter in the field. */
const TABLE = ruleWith(
  '{a: {F|contains: a}, b: {F|contains: b}, c: {F|contains: c}, condition: @}'
    .replaceAll(', ', '\n')
    .replace(/^\{|\}$/g, ''),
);
const holding = (condition: string, letters: string): boolean => isHit(TABLE.replace('@', condition), { F: letters });

test('SIGMA case 83: and binds tighter than or, not tighter than and', () => {
  const rows: readonly (readonly [string, (a: boolean, b: boolean, c: boolean) => boolean])[] = [
    ['a or b and c', (a, b, c) => a || (b && c)],
    ['a and b or c', (a, b, c) => (a && b) || c],
    ['not a and b', (a, b) => !a && b],
    ['not a or b', (a, b) => !a || b],
    ['not (a or b)', (a, b) => !(a || b)],
    ['(a or b) and c', (a, b, c) => (a || b) && c],
    ['not not a and c', (a, _, c) => a && c],
    ['a or not b and not c', (a, b, c) => a || (!b && !c)],
  ];
  for (const [condition, wanted] of rows) {
    for (const letters of ['', 'a', 'b', 'c', 'ab', 'ac', 'bc', 'abc']) {
      const [a, b, c] = ['a', 'b', 'c'].map((letter) => letters.includes(letter)) as [boolean, boolean, boolean];
      assert.equal(holding(condition, `_${letters}`), wanted(a, b, c), `${condition} of ${letters}`);
    }
  }
});

test('SIGMA case 84: names with an underscore are left out, unless the pattern has one', () => {
  const rule = (condition: string): string => ruleWith(`sel: {F: a}\n_h: {F: b}\ncondition: ${condition}`);
  const rows: readonly (readonly [string, boolean, boolean])[] = [
    ['1 of them', true, false],
    ['all of them', true, false],
    ['1 of *', true, false],
    ['1 of _h*', false, true],
    ['any of _h', false, true],
    ['1 of *h', false, false],
  ];
  for (const [condition, a, b] of rows) {
    if (condition === '1 of *h') assert.deepEqual(codesOf(compiled(rule(condition)).problems).includes('S205'), true);
    else {
      assert.deepEqual([isHit(rule(condition), { F: 'a' }), isHit(rule(condition), { F: 'b' })], [a, b], condition);
    }
  }
});

const refusedCondition = (condition: string, code: string): ReturnType<typeof problemAt> =>
  problemAt(ruleWith(`sel1: {F: a}\nsel2: {F: b}\ncondition: ${condition}`), code);

test('SIGMA case 85: selectors and counts that mean nothing are refused where they stand', () => {
  assert.equal(refusedCondition('1 of nothing*', 'S205').under, 'nothing*');
  assert.equal(refusedCondition('2 of sel*', 'S204').under, '2');
  const upper = refusedCondition('sel1 AND sel2', 'S200');
  assert.deepEqual([upper.line, upper.column, upper.under], [7, 19, 'AND']);
  assert.match(upper.hint ?? '', /write "and"/);
});

test('SIGMA case 86: names that look like keywords are names', () => {
  for (const name of ['notepad', 'or_x', 'android', 'sel-1', 'offer', 'all']) {
    assert.ok(isHit(ruleWith(`${name}: {F: a}\ncondition: ${name}`), { F: 'a' }), name);
  }
  assert.ok(isHit(ruleWith('sel-1: {F: a}\ncondition: 1 of sel-*'), { F: 'a' }));
  assert.ok(!isHit(ruleWith('notepad: {F: a}\nx: {F: "*"}\ncondition: x and not notepad'), { F: 'a' }));
});

test('SIGMA case 87: what is wrong with a condition is told at its place', () => {
  const open = refusedCondition('(sel1 and sel2', 'S202');
  assert.deepEqual([open.line, open.column], [7, 28]);
  assert.equal(refusedCondition('sel1) or sel2', 'S202').under, ')');
  assert.equal(refusedCondition('sel1 sel2', 'S200').under, 'sel2');
  assert.equal(refusedCondition('sel1 | count() > 5', 'S203').under, '|');
  assert.match(refusedCondition('sel1 | count() > 5', 'S203').hint ?? '', /correlation/);
  const unknown = refusedCondition('sel1 and sel3', 'S201');
  assert.deepEqual([unknown.under, unknown.hint], ['sel3', 'Did you mean "sel1"?']);
  assert.equal(
    refusedCondition('sel1 and', 'S200').message,
    'The condition ends where a name, "not" or "(" is wanted.',
  );
  assert.equal(refusedCondition('sel*', 'S200').hint, 'Write "1 of sel*" or "all of sel*".');
});

test('SIGMA case 87: places hold in quotes, escapes and blocks too', () => {
  const forms: readonly (readonly [string, number, number])[] = [
    ["'sel1 and nope'", 7, 24],
    ['"sel1\\x20and nope"', 7, 27],
    ['|\n  sel1\n  and nope', 9, 9],
    ['>-\n  sel1 and\n  nope', 9, 5],
    ['sel1\n  and nope', 8, 9],
  ];
  for (const [written, line, column] of forms) {
    const problem = refusedCondition(written, 'S201');
    assert.deepEqual([problem.line, problem.column, problem.under], [line, column, 'nope'], written);
  }
});

test('SIGMA case 88: a list of conditions gives one hit that names those that hold', () => {
  const rules = sound(ruleWith('sel1: {F: a}\nsel2: {G: b}\ncondition: [sel1, sel2]'));
  const conditionsOf = (event: Tried): readonly (readonly number[])[] =>
    hitsOf(rules, event).map(({ conditions }) => conditions);
  assert.deepEqual(conditionsOf({ F: 'a' }), [[0]]);
  assert.deepEqual(conditionsOf({ G: 'b' }), [[1]]);
  assert.deepEqual(conditionsOf({ F: 'a', G: 'b' }), [[0, 1]]);
  assert.equal(plainMatcher(rules).rules.rules[0]?.conditions[1]?.text, 'sel2');
});

test('lists of maps are alternatives at each level, and mixed lists are told', () => {
  const rule = ruleWith('sel:\n  - F: a\n    G: b\n  - - F: c\n    - G: d\ncondition: sel');
  for (const [event, wanted] of [
    [{ F: 'a', G: 'b' }, true],
    [{ F: 'a' }, false],
    [{ F: 'c' }, true],
    [{ G: 'd' }, true],
  ] as const) {
    assert.equal(isHit(rule, event), wanted, JSON.stringify(event));
  }
  const mixed = ruleWith('sel:\n  - word\n  - F: a\ncondition: sel');
  assert.deepEqual(codesOf(compiled(mixed).problems), ['S125']);
  assert.ok(isHit(mixed, { X: 'a word' }) && isHit(mixed, { F: 'a' }));
});

test('what no condition uses, and what has no effect, is told', () => {
  const rule = ruleWith('sel: {F: a}\nrest: {F: b}\ntimeframe: 5m\ncondition: sel');
  assert.deepEqual([...codesOf(compiled(rule).problems)].sort(), ['S127', 'S206']);
});
