import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRules, type RuleReach, reachOf } from './index.ts';

function reachOfRule(logsource: string, ...lines: readonly string[]): RuleReach {
  const text = ['title: T', `logsource: ${logsource}`, 'detection:', ...lines.map((line) => `  ${line}`), ''].join(
    '\n',
  );
  const [rule] = checkRules([{ file: 'a.yml', text }]).rules.rules;
  assert.ok(rule !== undefined);
  return reachOf(rule);
}

const PROCESS = '{ category: process_creation, product: windows }';

test('a rule whose fields every route has is blind nowhere', () => {
  assert.deepEqual(reachOfRule(PROCESS, "s: { Image: 'a' }", 'condition: s'), {
    reads: [
      { route: 'process_creation/sysmon', channel: 'microsoft-windows-sysmon/operational', eventIds: [1] },
      { route: 'process_creation/security', channel: 'security', eventIds: [4688] },
    ],
    blind: [],
  });
});

test('a route on which the rule cannot match is not read, and it says for lack of which fields', () => {
  const { reads, blind } = reachOfRule(PROCESS, "s: { Image: 'a', OriginalFileName: 'b' }", 'condition: s');
  assert.deepEqual(
    reads.map(({ route }) => route),
    ['process_creation/sysmon'],
  );
  assert.deepEqual(blind, ['it cannot match on process_creation/security, which never has OriginalFileName']);
});

test('a filter that sees nothing on a route, and a field that a setting leaves empty, are told of that route alone', () => {
  const { reads, blind } = reachOfRule(
    PROCESS,
    "s: { CommandLine: 'a' }",
    "f: { OriginalFileName: 'b' }",
    'condition: s and not f',
  );
  assert.equal(reads.length, 2);
  assert.deepEqual(blind, [
    'on process_creation/security nothing is held back by OriginalFileName, which it never has',
    'on process_creation/security CommandLine is empty unless this is on: the audit setting "Include command line in process creation events"',
  ]);
});

test('a service is narrowed to the numbers that the rule names; objects are read as such', () => {
  const { reads } = reachOfRule(
    '{ product: windows, service: security }',
    's: { EventID: [4624, 4625] }',
    'condition: s',
  );
  assert.deepEqual(
    reads.map(({ channel, eventIds }) => [channel, eventIds]),
    [['security', [4624, 4625]]],
  );
  const objects = reachOfRule('{ product: triad, service: audit }', "s: { host: 'a' }", 'condition: s');
  assert.deepEqual(
    objects.reads.map(({ channel }) => channel),
    ['triad/audit'],
  );
});
