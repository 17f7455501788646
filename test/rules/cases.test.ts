import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { readCases } from '../../src/rules/index.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { ID, processRule, run } from '../run-main.ts';
import { WITHOUT_SIGMAHQ } from '../sigma/sigmahq.ts';

const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const caseOf = (name: string, expect: string, image: string, more = ''): string =>
  `- name: ${name}\n  expect: ${expect}\n${more}  events:\n    - channel: ${SYSMON}\n      eventId: 1\n      data: { Image: '${image}' }\n`;
const RULE = processRule('Calculator', ID.one, "Image|endswith: '\\calc.exe'");

test('E9 cases beside a rule are tried; a failure is explained and ends with 1', async (t) => {
  const folder = folderWith(t, [
    ['a.yml', RULE],
    ['a.cases.yml', caseOf('found', 'hit', 'C:\\calc.exe') + caseOf('left alone', 'miss', 'C:\\cmd.exe')],
    ['b.yml', processRule('B', ID.two, "Image: 'b'")],
  ]);
  const good = await run('rules', 'test', folder);
  assert.deepEqual(good, {
    code: 0,
    out: 'TESTED    2 cases: 2 as expected, 0 failed\n          1 rule file without a case\nExit 0: every case as expected.\n',
    err: '',
  });
  assert.equal((await run('rules', 'test', folder, '--strict')).code, 1);
  assert.equal((await run('rules', 'test', join(folder, 'a.yml'))).code, 0, 'the cases beside a file that is named');
  const bad = folderWith(t, [
    ['a.yml', RULE],
    ['a.cases.yml', caseOf('wrong', 'hit', 'C:\\cmd.exe') + caseOf('also wrong', 'miss', 'C:\\calc.exe')],
  ]);
  const { code, out } = await run('rules', 'test', bad);
  assert.equal(code, 1);
  assert.match(
    out,
    /^FAILED {4}wrong\n {10}.*a\.cases\.yml:1\n {10}expected a hit; nothing hit\nRULE {6}Calculator, on event 1 of the case\n/,
  );
  assert.match(
    out,
    /MISS {2}selection: Image\|endswith .*\n {10}wanted {2}'\\calc\.exe'\n {10}seen {4}'C:\\cmd\.exe'\n/,
  );
  assert.match(out, /FAILED {4}also wrong\n.*\n {10}expected a miss; hit by Calculator\n/);
  assert.match(out, /\nExit 1: 2 cases failed, 0 files could not be tried\.\n$/);
  const json = JSON.parse((await run('rules', 'test', bad, '--format', 'json')).out) as { summary: object };
  assert.deepEqual(json.summary, { cases: 2, passed: 0, failed: 2, exit: 1 });
});

test('a case may mean one of several rules, and events of a correlation follow each other', async (t) => {
  const many = `title: Many\nid: ${ID.three}\ncorrelation:\n  type: event_count\n  rules: [${ID.one}]\n  group-by: [Computer]\n  timespan: 5s\n  condition: { gte: 2 }\n`;
  const two = (first: string, second: string): string =>
    [first, second]
      .map((time) => `    - { channel: '${SYSMON}', eventId: 1, time: '${time}', data: { Image: 'C:\\calc.exe' } }\n`)
      .join('');
  const text =
    caseOf('once is no rule of its own', 'miss', 'C:\\calc.exe') +
    caseOf('unless it is named', 'hit', 'C:\\calc.exe', '  rule: Calculator\n') +
    `- name: twice\n  expect: hit\n  rule: Many\n  events:\n${two('2026-03-12T10:00:00Z', '2026-03-12T10:00:04Z')}` +
    `- name: too far apart\n  expect: miss\n  events:\n${two('2026-03-12T10:00:00Z', '2026-03-12T10:00:06Z')}`;
  const folder = folderWith(t, [
    ['a.yml', `${RULE}---\n${many}`],
    ['a.cases.yml', text],
  ]);
  const { code, out } = await run('rules', 'test', folder);
  assert.equal(code, 0, out);
  assert.match(out, /4 cases: 4 as expected/);
});

test('L30 what is wrong with a file of cases is told with its place, all at once', () => {
  const { problems } = readCases({
    file: 'x.cases.yml',
    text: '- name: a\n  expect: maybe\n  events:\n    - eventId: x\n      chanel: y\n      data: [1]\n- 7\n',
  });
  assert.deepEqual(
    problems.map(({ line, column, message }) => `${line}:${column} ${message}`),
    [
      '2:11 "expect" is hit or miss.',
      '4:7 The event has no channel.',
      '4:16 "eventId" is a number.',
      '5:7 An event has no "chanel": it has channel, eventId, provider, computer, version, time, data.',
      '6:13 "data" is a map of fields and values.',
      '7:3 A case is a map of name, expect, rule, events, object.',
    ],
  );
});

test('no case at all, cases without their rule, and a rule that is refused are no success', async (t) => {
  const folder = folderWith(t, [
    ['none/a.yml', RULE],
    ['alone/b.cases.yml', caseOf('x', 'miss', 'a')],
    ['refused/c.yml', RULE.replace('endswith', 'endswth')],
    ['refused/c.cases.yml', caseOf('x', 'miss', 'a')],
  ]);
  const none = await run('rules', 'test', join(folder, 'none'));
  assert.deepEqual([none.code, /TRIAD-E-RULE-NO-CASES/.test(none.err)], [2, true]);
  const alone = await run('rules', 'test', join(folder, 'alone'));
  assert.deepEqual([alone.code, /There is no rule file .*b\.yml beside it/.test(alone.out)], [1, true]);
  const refused = await run('rules', 'test', join(folder, 'refused'));
  assert.deepEqual([refused.code, /There is no modifier "endswth"/.test(refused.out)], [1, true]);
});

test('every regression test of the public rules passes, where a count is a minimum', {
  skip: WITHOUT_SIGMAHQ,
}, async (t) => {
  const zip = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus', 'sigmahq', 'all_regression_cases.zip');
  const { code, out } = await run('rules', 'test', zip, '--format', 'json');
  const { summary } = JSON.parse(out) as { summary: object };
  assert.deepEqual([code, summary], [0, { cases: 202, passed: 202, failed: 0, exit: 0 }]);
  const folder = folderWith(t, [
    ['a.yml', RULE],
    [
      'r/info.yml',
      `rule_metadata:\n  - id: ${ID.one}\nregression_tests_info:\n  - { name: P, type: evtx, path: r/none.evtx }\n`,
    ],
  ]);
  const missing = await run('rules', 'test', folder);
  assert.equal(missing.code, 1);
  assert.match(missing.out, /Its log .*none\.evtx is not there\./);
});
