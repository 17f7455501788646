import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRules, type Rules } from '../sigma/index.ts';
import { LOG_SOURCES, type RuleCase, readCases, runCases } from './index.ts';

function rulesOf(...texts: readonly string[]): Rules {
  const sources = texts.map((text, at) => ({ text, file: `${at}.yml` }));
  const { rules, problems } = compileRules(sources, { taxonomy: LOG_SOURCES });
  assert.deepEqual(problems, []);
  return rules;
}

async function casesOf(text: string): Promise<readonly RuleCase[]> {
  const reading = await readCases(text);
  assert.ok(reading.kind === 'cases', JSON.stringify(reading));
  return reading.cases;
}

async function problemsOf(text: string): Promise<readonly string[]> {
  const reading = await readCases(text);
  assert.ok(reading.kind === 'problems', 'it was read');
  return reading.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const STOPPED = `title: Sensor stopped
logsource: { category: sysmon_status, product: windows }
detection:
  stopped: { State: Stopped }
  condition: stopped
`;
const SCRIPT_FILE = `title: Script in a file
logsource: { product: triad, service: subscription }
detection:
  file: { consumer.properties.ScriptFileName|endswith: .vbs }
  condition: file
`;
const CASES = `- name: it stops
  expect: hit
  events:
    - channel: Microsoft-Windows-Sysmon/Operational
      eventId: 4
      data: { UtcTime: 2026-01-01 00:00:00.000, State: Stopped, Version: 15.15, SchemaVersion: 4.90 }
- name: it starts
  expect: miss
  events:
    - channel: Microsoft-Windows-Sysmon/Operational
      eventId: 4
      data: { UtcTime: 2026-01-01 00:00:00.000, State: Started, Version: 15.15, SchemaVersion: 4.90 }
`;

test('E9: a case is a hit or a miss of its rules, and says whether that was expected', async () => {
  const outcomes = runCases(rulesOf(STOPPED), await casesOf(CASES));
  assert.deepEqual(
    outcomes.map(({ case: { name, line }, isHit, isExpected, hits }) => [
      name,
      line,
      isHit,
      isExpected,
      hits.map(({ metadata }) => metadata.title),
    ]),
    [
      ['it stops', 1, true, true, ['Sensor stopped']],
      ['it starts', 7, false, true, []],
    ],
  );
});

test('L27: a case that expects the wrong thing is told, in both directions', async () => {
  const [hit, miss] = await casesOf(CASES);
  assert.ok(hit !== undefined && miss !== undefined);
  const planted = runCases(rulesOf(STOPPED), [
    { ...hit, expect: 'miss' },
    { ...miss, expect: 'hit' },
  ]);
  assert.deepEqual(
    planted.map(({ isExpected }) => isExpected),
    [false, false],
  );
});

test('values of a record are the text that was written, and a list stands once for each', async () => {
  const [one] = await casesOf(`- name: n
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

test('E8: rules over subscriptions are tried on an object, and rules over events are not', async () => {
  const cases = await casesOf(`- name: a script file
  expect: hit
  object: { consumer: { class: ActiveScriptEventConsumer, properties: { ScriptFileName: 'C:\\x.vbs' } } }
- name: a script in the consumer
  expect: miss
  object: { State: Stopped, consumer: { class: ActiveScriptEventConsumer, properties: { ScriptText: x } } }
`);
  assert.deepEqual(
    runCases(rulesOf(SCRIPT_FILE, STOPPED), cases).map(({ isExpected, hits }) => [isExpected, hits.length]),
    [
      [true, 1],
      [true, 0],
    ],
  );
});

test('L30: all that is wrong with a file of cases is told at once, each with its place', async () => {
  assert.deepEqual(
    await problemsOf(`- name: a
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
`),
    [
      '2:11 "expect" must be hit or miss.',
      '5:16 "eventId" must be a whole number.',
      '6:18 The field X must be a text or a number.',
      '7:3 A case lacks "name".',
      '7:3 A case has either "events" or an "object".',
      '10:3 A case has either "events" or an "object".',
      '10:9 Another case is called "a".',
      '12:3 A case has no "event" here.',
    ],
  );
  assert.deepEqual(await problemsOf('[]'), ['1:1 There are no cases.']);
  assert.deepEqual(await problemsOf('a: &x 1'), ['1:7 Anchors are not allowed.']);
});

test('L20: the size of a file of cases is bounded, on both sides', async () => {
  const text = CASES + '#'.repeat(1024 * 1024 - CASES.length);
  assert.equal((await casesOf(text)).length, 2);
  assert.deepEqual(await problemsOf(`${text}#`), ['1:1 The file is larger than 1024 KiB.']);
});
