import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CaseEvent, eventOfCase, MAX_CASES_BYTES, MAX_OBJECT_DEPTH, type RuleCase, readCases } from './index.ts';

const EVENTS = `  events:
    - channel: Microsoft-Windows-Sysmon/Operational
      eventId: 4
      data: { State: Stopped, Version: 15.15 }
`;
const CASES = `- name: it stops\n  expect: hit\n${EVENTS}- name: it starts\n  expect: miss\n${EVENTS}`;

function casesOf(text: string): readonly RuleCase[] {
  const { cases, problems } = readCases({ file: 'a.cases.yml', text });
  assert.deepEqual(problems, []);
  return cases;
}

function problemsOf(text: string): readonly string[] {
  const { problems } = readCases({ file: 'a.cases.yml', text });
  return problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

test('E9: values of a record are the text that was written, and a list stands once for each', () => {
  const [one] = casesOf(`- name: n
  expect: hit
  events:
    - channel: Windows PowerShell
      eventId: 400
      data: { Data: [a, 1.50, true], Version: 4.90 }
`);
  assert.deepEqual(one?.events[0]?.data, [
    ['Data', 'a'],
    ['Data', '1.50'],
    ['Data', 'true'],
    ['Version', '4.90'],
  ]);
});

test('E8: an object has plain values of every kind, as they stand in JSON', () => {
  const [one] = casesOf(`- name: n
  expect: miss
  object: { a: { b: [x, 1, 2.5, true, null] }, n: 9007199254740993, __proto__: { c: d } }
`);
  assert.deepEqual(one?.events, []);
  assert.equal(
    JSON.stringify(one?.object),
    '{"a":{"b":["x",1,2.5,true,null]},"n":"9007199254740993","__proto__":{"c":"d"}}',
  );
  assert.equal(Object.getPrototypeOf(one?.object), Object.prototype);
});

test('L30: all that is wrong with a file of cases is told at once, each with its place', () => {
  assert.deepEqual(
    problemsOf(`- name: a
  expect: maybe
  events:
    - channel: Security
      eventId: many
      data: { X: { Y: 1 } }
- expect: hit
  events: []
  object: {}
- name: a
  expect: hit
  event: []
- name: b
  expect: hit
  object: []
`),
    [
      '2:11 "expect" is hit or miss.',
      '5:16 "eventId" is a number.',
      '6:18 A value of "X" is text or a number.',
      '7:3 The case has no name.',
      '7:3 The case has both events and an object.',
      '10:3 The case has no events and no object.',
      '10:9 Another case is called "a".',
      '12:3 A case has no "event": it has name, expect, rule, events, object.',
      '15:11 "object" is a map, as the JSON of a subscription is.',
    ],
  );
  assert.deepEqual(problemsOf('[]'), ['1:1 There is no case.']);
  assert.deepEqual(problemsOf(`- name: a\n  expect: hit\n  events: []\n`), [
    '1:3 The case has no events and no object.',
  ]);
});

test('L20: the size of a file of cases is bounded, on both sides', () => {
  const text = CASES + '#'.repeat(MAX_CASES_BYTES - CASES.length);
  assert.equal(casesOf(text).length, 2);
  assert.deepEqual(problemsOf(`${text}#`), ['1:1 The file is larger than 1024 KiB.']);
});

test('L20: the depth of an object is bounded, on both sides', () => {
  const nested = (levels: number): string =>
    `- name: n\n  expect: miss\n  object: ${'{ a: '.repeat(levels)}x${' }'.repeat(levels)}\n`;
  assert.equal(casesOf(nested(MAX_OBJECT_DEPTH)).length, 1);
  assert.match(problemsOf(nested(MAX_OBJECT_DEPTH + 1)).join(), /^3:\d+ An object has at most 16 levels\.$/);
});

test('what a case leaves out of an event is what such records have; events stand a second apart', () => {
  const given: CaseEvent = { channel: 'Security', eventId: 4688, data: [['ParentProcessName', 'x']] };
  const made = eventOfCase(given, 3);
  assert.deepEqual(
    [made.provider, made.version, made.computer, made.recordId, new Date(made.timeMs).toISOString()],
    ['Microsoft-Windows-Security-Auditing', 2, 'HOST', 3, '2026-01-01T00:00:02.000Z'],
  );
  const own = eventOfCase({ ...given, provider: 'P', version: 2, computer: 'C', time: { ms: 5, ticks: 1 } }, 1);
  assert.deepEqual([own.provider, own.version, own.computer, own.timeMs, own.timeTicks], ['P', 2, 'C', 5, 1]);
  assert.equal(eventOfCase({ channel: 'Some-Maker/Log', eventId: 1, data: [] }, 1).provider, 'Some-Maker');
});
