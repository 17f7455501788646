import assert from 'node:assert/strict';
import { test } from 'node:test';
import { correlationOf, RULES, rulesOf, summed } from './correlated.ts';
import { codesOf, compiled, problemAt, sound } from './tried-rule.ts';

test('SIGMA case 104: cycles, unknown rules, bad spans and bad words are refused where they stand', () => {
  const lines = (more: string): string =>
    `${RULES}---\n${correlationOf(`type: event_count\nrules: [a]\n${more}\ncondition: {gte: 2}`)}`;
  for (const span of ['1h30m', '0s', '60', '-5m', '5x', '1H']) {
    assert.equal(problemAt(lines(`timespan: ${span}`), 'S401').under, span, span);
  }
  assert.equal(problemAt(lines("timespan: 1m\ngenerate: 'yes'"), 'S407').under, "'yes'");
  const unknown = `${RULES}---\n${correlationOf('type: temporal\nrules: [a, nope]\ntimespan: 1m')}`;
  assert.equal(problemAt(unknown, 'S404').under, 'nope');
  const circle = [
    correlationOf('type: temporal\nrules: [a, y]\ntimespan: 1m', 'x'),
    correlationOf('type: temporal\nrules: [b, x]\ntimespan: 1m', 'y'),
  ];
  const { rules, problems } = compiled([RULES, ...circle].join('---\n'));
  assert.equal(rules.correlations.length, 0);
  assert.ok(codesOf(problems).includes('S405'), codesOf(problems).join(' '));
  assert.equal(problemAt([RULES, circle[0]].join('---\n').replace('y]', 'x]'), 'S405').severity, 'error');
  const chain = Array.from({ length: 11 }, (_, i) =>
    correlationOf(`type: temporal\nrules: [${i === 0 ? 'a' : `c${i - 1}`}, b]\ntimespan: 1m`, `c${i}`),
  );
  assert.deepEqual(codesOf(compiled([RULES, ...chain.slice(0, 10)].join('---\n')).problems), []);
  assert.ok(codesOf(compiled([RULES, ...chain.toReversed()].join('---\n')).problems).includes('S405'));
});

test('more of what a correlation may not be', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['type: nope\nrules: [a]\ntimespan: 1m\ncondition: {gte: 1}', 'S400'],
    ['type: event_count\nrules: [a]\ntimespan: 1m', 'S402'],
    ['type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {many: 1}', 'S402'],
    ['type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {gte: x}', 'S402'],
    ['type: value_count\nrules: [a]\ntimespan: 1m\ncondition: {gte: 1}', 'S403'],
    ['type: value_sum\nrules: [a]\ntimespan: 1m\ncondition: {gte: 1, field: [a, b]}', 'S403'],
    ['type: event_count\nrules: [a, a]\ntimespan: 1m\ncondition: {gte: 1}', 'S404'],
    ['type: event_count\nrules: [a]\ntimespan: 1w\ncondition: {gte: 1}', 'S410'],
    ['type: temporal_ordered\ntimespan: 1m\ncondition: a and b', 'S402'],
  ];
  for (const [lines, code] of rows) problemAt(`${RULES}---\n${correlationOf(lines)}`, code);
});

test('SIGMA case 105: members are muted unless one of their correlations generates', () => {
  const muted = (more: string): readonly boolean[] =>
    rulesOf(correlationOf(`type: temporal\nrules: [a, b]\ntimespan: 1m\n${more}`)).rules.map(({ isMuted }) => isMuted);
  assert.deepEqual(muted(''), [true, true, false, false]);
  assert.deepEqual(muted('generate: true'), [false, false, false, false]);
  const two = rulesOf(
    correlationOf('type: temporal\nrules: [a, b]\ntimespan: 1m', 'x'),
    correlationOf('type: temporal\nrules: [b, c]\ntimespan: 1m\ngenerate: true', 'y'),
  );
  assert.deepEqual(
    two.rules.map(({ isMuted }) => isMuted),
    [true, false, false, false],
  );
});

test('rules are referred to by id too, and the other place of "generate" is read', () => {
  const id = '00000000-0000-4000-8000-00000000000A';
  const text = `${RULES.replace('title: a\n', `title: a\nid: ${id}\n`)}---\n${correlationOf(`type: event_count\nrules: [${id.toLowerCase()}]\ntimespan: 1m\ncondition: {gte: 1}`)}generate: true\n`;
  assert.deepEqual(codesOf(compiled(text).problems), ['S410']);
  assert.equal(summed(sound(text), [{ t: 0, E: 'a' }]).length, 1);
});
