import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { TARGET_WORDS } from '../../src/cli/rules-commands.ts';
import { convertRule, TARGETS, type Target } from '../../src/rules/index.ts';
import { compileRules } from '../../src/sigma/index.ts';
import { LOG_SOURCES } from '../../src/taxonomy/index.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { ID, processRule, run } from '../run-main.ts';
import { WITHOUT_SIGMAHQ } from '../sigma/sigmahq.ts';

const RULE = processRule(
  'Calculator',
  ID.one,
  'Image|endswith:',
  "  - '\\calc.exe'",
  '  - \'\\"x\\".exe\'',
  "CommandLine|contains|all: ['a*b', ' -d']",
  'ProcessId: 5',
).replace(
  '  condition: selection',
  '  filter:\n    - User|contains: SYSTEM\n    - ParentImage: null\n  condition: selection and not filter',
);

/** The search of a rule, or its refusals with their places. */
function converted(text: string, target: Target): string {
  const { rules, problems } = compileRules([{ text, file: 'a.yml' }], { taxonomy: LOG_SOURCES });
  assert.deepEqual(
    problems.filter(({ severity }) => severity === 'error'),
    [],
  );
  const [rule] = rules.rules;
  assert.ok(rule !== undefined);
  const conversion = convertRule(rule, target);
  if (conversion.kind === 'query') return conversion.query;
  return conversion.problems.map(({ line, column, message }) => `${line}:${column} ${message}`).join('\n');
}

test('one rule as a search of each system: fields, values, and, or and not', () => {
  assert.equal(
    converted(RULE, 'splunk'),
    'source="*WinEventLog:microsoft-windows-sysmon/operational" EventCode=1 ' +
      '(Image="*\\\\calc.exe" OR Image="*\\\\\\"x\\\\\\".exe") CommandLine="*a*b*" CommandLine="* -d*" ProcessId=5 ' +
      'NOT (User="*SYSTEM*" OR NOT ParentImage=*)',
  );
  assert.equal(
    converted(RULE, 'eql'),
    'any where winlog.channel : "microsoft-windows-sysmon/operational" and event.code : "1" and ' +
      '(process.executable : "*\\\\calc.exe" or process.executable : "*\\\\\\"x\\\\\\".exe") and ' +
      'process.command_line : "*a*b*" and process.command_line : "* -d*" and process.pid == 5 and ' +
      'not ((?user.name != null and user.name : "*SYSTEM*") or ?process.parent.executable == null)',
  );
  assert.equal(
    converted(RULE, 'esql'),
    'FROM logs-*, winlogbeat-* | WHERE TO_LOWER(winlog.channel) == "microsoft-windows-sysmon/operational" AND event.code == "1" AND ' +
      '(ENDS_WITH(TO_LOWER(process.executable), "\\\\calc.exe") OR ENDS_WITH(TO_LOWER(process.executable), "\\\\\\"x\\\\\\".exe")) AND ' +
      'TO_LOWER(process.command_line) LIKE "*a*b*" AND TO_LOWER(process.command_line) LIKE "* -d*" AND process.pid == 5 AND ' +
      'NOT (COALESCE(TO_LOWER(user.name) LIKE "*system*", false) OR process.parent.executable IS NULL)',
  );
  assert.equal(
    converted(RULE, 'kusto'),
    'DeviceProcessEvents\n| where (FolderPath endswith "\\\\calc.exe" or FolderPath endswith "\\\\\\"x\\\\\\".exe") and ' +
      'ProcessCommandLine matches regex "(?si)^.*a.*b.*$" and ProcessCommandLine contains " -d" and ProcessId == 5 and ' +
      'not(strcat(AccountDomain, "\\\\", AccountName) contains "SYSTEM" or isempty(InitiatingProcessFolderPath))',
  );
});

test('Kusto reads Security from its columns and every other log from its XML', () => {
  const security =
    'title: L\nlogsource: { service: security, product: windows }\ndetection:\n  s: { EventID: 4624, LogonType: 3 }\n  condition: s\n';
  assert.equal(
    converted(security, 'kusto'),
    'SecurityEvent\n| where EventID in (4624)\n| where EventID == 4624 and LogonType =~ "3"',
  );
  const file =
    "title: F\nlogsource: { category: file_event, product: windows }\ndetection:\n  s: { TargetFilename|startswith: 'C:\\' }\n  condition: s\n";
  const query = converted(file, 'kusto');
  assert.match(
    query,
    /^Event\n\| where EventLog =~ "microsoft-windows-sysmon\/operational" and EventID in \(11\)\n\| extend TargetFilename = replace_string\(/,
  );
  assert.match(query, /\n\| where TargetFilename startswith "C:\\\\"$/);
});

test('an "or" at the top stays apart from what restricts to the events; expressions stand behind the search', () => {
  const either = processRule('E', ID.one, "Image: 'x'").replace(
    '  condition: selection',
    "  other: { User: 'y' }\n  condition: selection or other",
  );
  assert.match(converted(either, 'eql'), / and \(process\.executable : "x" or user\.name : "y"\)$/);
  assert.match(
    converted(processRule('R', ID.one, "Image: 'x'", "CommandLine|re: 'a\\d\"'"), 'splunk'),
    / Image="x"\n\| regex CommandLine="a\\\\d\\""$/,
  );
});

test('what a system cannot say is refused with its place, and nothing is left out', () => {
  const refusals: readonly (readonly [string, Target, RegExp])[] = [
    ["CommandLine|contains: 'a?b'", 'splunk', /^8:27 Splunk has no wildcard for one character\.$/],
    ["CommandLine|contains: 'a\\*b'", 'splunk', /^8:27 Splunk takes every star/],
    ["CommandLine|contains: 'a\\*b'", 'eql', /^8:27 EQL takes every star/],
    ["CommandLine|contains|cased: 'a'", 'splunk', /^8:33 Splunk searches ignore/],
    ["CommandLine|re: 'a\\d'", 'eql', /^8:21 Elasticsearch reads expressions by Lucene/],
    ["CommandLine|re: 'a\\d'", 'esql', /^8:21 Elasticsearch reads expressions by Lucene/],
    ["ProcessId|startswith: '5'", 'esql', /^8:27 process\.pid is a number in ECS/],
    ["CurrentDirectory: 'x'", 'kusto', /^8:23 DeviceProcessEvents has no column for CurrentDirectory\.$/],
    ["CommandLine|contains|windash: ' -a -b -c -d'", 'eql', /^8:35 It has more dashes/],
  ];
  for (const [item, target, message] of refusals) {
    assert.match(converted(processRule('X', ID.one, item), target), message, item);
  }
  const either = processRule('E', ID.one, "Image|re: 'x'").replace(
    '  condition: selection',
    "  other: { User: 'y' }\n  condition: selection or other",
  );
  assert.match(
    converted(either, 'splunk'),
    /^8:15 In Splunk an expression can only be one that every event must match/,
  );
  const dossier =
    'title: D\nlogsource: { product: triad, service: subscription }\ndetection:\n  s: { name: x }\n  condition: s\n';
  for (const target of TARGETS) assert.match(converted(dossier, target), /^1:1 It speaks of objects of Triad/);
});

test('triad rules convert writes what it can, tells what it cannot, and ends with 1 for that', async (t) => {
  const folder = folderWith(t, [
    ['a.yml', processRule('Title\u001b[2J`', ID.one, "Image: 'x\u202ey'")],
    ['b.yml', processRule('B', ID.two, "CommandLine|re: 'x\\d'")],
    ['c.yml', processRule('C', ID.three, "Image|endswth: 'x'")],
  ]);
  const one = await run('rules', 'convert', join(folder, 'a.yml'), '--to', 'splunk');
  assert.equal(one.code, 0);
  assert.match(one.out, /^``` Title \[2J' \(1{8}-.*\), on process_creation\/sysmon ```\n/);
  assert.doesNotMatch(one.out, /[\u0000-\u0009\u000b-\u001f\u202e]/);
  const all = await run('rules', 'convert', folder, '--to', 'eql', '--format', 'json');
  assert.equal(all.code, 1);
  const { queries, refused } = JSON.parse(all.out) as { queries: { title: string }[]; refused: { message: string }[] };
  assert.equal(queries.length, 1);
  assert.deepEqual(refused.map(({ message }) => message.slice(0, 13)).sort(), ['Elasticsearch', 'S130 There is']);
  assert.equal((await run('rules', 'convert', folder)).code, 2);
  assert.deepEqual(TARGET_WORDS, TARGETS);
});

test('most public rules for Windows can be said in each system', { skip: WITHOUT_SIGMAHQ }, async (t) => {
  const zip = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus', 'sigmahq', 'rules_all.zip');
  const { loadRuleSources, checkRules } = await import('../../src/rules/index.ts');
  const { nodeFilePort } = await import('../../src/hunt/index.ts');
  const { rules } = checkRules((await loadRuleSources([zip], nodeFilePort('/'))).sources);
  for (const target of TARGETS) {
    const found = rules.rules.filter((rule) => rule.routes.length > 0).map((rule) => convertRule(rule, target).kind);
    const count = found.filter((kind) => kind === 'query').length;
    t.diagnostic(`${target}: ${count} of ${found.length}`);
    assert.ok(count / found.length > 0.6, target);
  }
});
