import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderWith } from '../hunt/run-triad.ts';
import { ID, processRule, run } from '../run-main.ts';
import { WITHOUT_SIGMAHQ } from '../sigma/sigmahq.ts';

const GOOD = processRule('Good', ID.one, "Image|endswith: '\\calc.exe'");
const WRONG = processRule('Wrong \\e[2J', ID.two, "Image|endswth: '\\calc.exe'", 'CommandLine: "a\u001b[2Jb"');
const ODD = processRule('Odd', ID.three, "image: 'x'", 'Nonsense|contains:', "  - 'a'", "  - 'b'");

test('triad rules check places each problem, says what to write, and ends with 1 for an error alone', async (t) => {
  const folder = folderWith(t, [
    ['a.yml', GOOD],
    ['b.yml', WRONG],
  ]);
  const { code, out } = await run('rules', 'check', folder);
  assert.equal(code, 1);
  assert.ok(
    out.includes(`error S130 unknown-modifier: There is no modifier "endswth".\n --> ${join(folder, 'b.yml')}:8:11\n`),
  );
  assert.match(out, / \| {5}Image\|endswth: '\\calc\.exe'\n {2}\| {11}\^{7}\n {2}= Did you mean "endswith"\?\n/);
  assert.match(out, /CHECKED {3}2 files, 1 rule without an error\n {10}S130 {2}error {4}unknown-modifier +1\n/);
  assert.match(out, /\nExit 1: 1 error, 0 warnings, 0 notices; a rule that has an error is not loaded\.\n$/);
  assert.deepEqual(await run('rules', 'check', join(folder, 'a.yml')), {
    code: 0,
    out: 'CHECKED   1 file, 1 rule without an error\nExit 0: 0 errors, 0 warnings, 0 notices.\n',
    err: '',
  });
});

test('L20 what rules say reaches the terminal escaped, and the caret stays under its character', async (t) => {
  const text = processRule('x', ID.one, "Image\u202e|endswth: 'x'");
  const folder = folderWith(t, [['a.yml', text]]);
  const { out } = await run('rules', 'check', folder);
  assert.doesNotMatch(out, /[\u0000-\u0009\u000b-\u001f\u202e]/);
  const [line, carets] = /8 \| (.*)\n {2}\| (.*)\n/.exec(out)?.slice(1) ?? [];
  assert.equal(line?.slice(carets?.indexOf('^'), (carets?.lastIndexOf('^') ?? 0) + 1), 'endswth');
});

test('a field that no event of the log source has is a warning at its key; --strict makes it fail', async (t) => {
  const folder = folderWith(t, [['a.yml', ODD]]);
  const { code, out } = await run('rules', 'check', folder);
  assert.equal(code, 0);
  assert.match(
    out,
    /S503 unknown-field: No event of process_creation has the field image\. .*did you mean Image\?\n.*:8:5\n/,
  );
  assert.match(out, /has the field Nonsense\.\n.*:9:5\n9 \| {5}Nonsense\|contains:\n/);
  const strict = await run('rules', 'check', folder, '--strict');
  assert.equal(strict.code, 1);
  assert.match(strict.out, /Exit 1: 0 errors, 2 warnings, 0 notices; warnings count as errors \(--strict\)\.\n$/);
});

test('JSON and JSON Lines hold every problem with its place, and the counts', async (t) => {
  const folder = folderWith(t, [['b.yml', WRONG]]);
  const { code, out } = await run('rules', 'check', folder, '--format', 'json');
  const document = JSON.parse(out) as { problems: { code: string; line: number; column: number }[]; summary: object };
  assert.equal(code, 1);
  assert.deepEqual(
    document.problems.map((problem) => `${problem.code} ${problem.line}:${problem.column}`),
    ['S130 8:11'],
  );
  assert.deepEqual(document.summary, {
    files: 1,
    rules: 0,
    error: 1,
    warning: 0,
    notice: 0,
    byCode: { S130: 1 },
    exit: 1,
  });
  const lines = (await run('rules', 'check', folder, '--format', 'jsonl')).out.trim().split('\n');
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { kind: string }).kind),
    ['problem', 'summary'],
  );
});

test('--evidence says which fields and which events the logs lack', async (t) => {
  const service = `title: Service\nlogsource: { service: system, product: windows }\ndetection:\n  s: { EventID: 7045 }\n  condition: s\n`;
  const event = {
    Event: {
      System: {
        Provider: { '#attributes': { Name: 'Microsoft-Windows-Sysmon' } },
        EventID: 1,
        Version: 5,
        TimeCreated: { '#attributes': { SystemTime: '2026-03-12T10:00:00.000000Z' } },
        EventRecordID: 1,
        Channel: 'Microsoft-Windows-Sysmon/Operational',
        Computer: 'WS-07',
      },
      EventData: { Image: 'C:\\x.exe' },
    },
  };
  const folder = folderWith(t, [
    ['rules/a.yml', processRule('A', ID.one, "Image: 'x'", "ParentCommandLine: 'x'")],
    ['rules/b.yml', service],
    ['logs/sysmon.jsonl', `${JSON.stringify(event)}\n`],
  ]);
  const { code, out } = await run(
    'rules',
    'check',
    join(folder, 'rules'),
    '--evidence',
    join(folder, 'logs'),
    '--notices',
  );
  assert.equal(code, 0);
  assert.match(
    out,
    /S504 .*: No event of the evidence has the field ParentCommandLine \(1 of process_creation\/sysmon\)\.\n/,
  );
  assert.doesNotMatch(out, /has the field Image/);
  assert.match(out, /S505 .*: The evidence has no event of service:system\.\n/);
  assert.match(out, /fields looked for in 1 event\n/);
  const none = await run('rules', 'check', join(folder, 'rules'), '--evidence', join(folder, 'rules'));
  assert.equal(none.code, 3, 'L7: no evidence is not a clean answer');
});

test('usage: no path, no rule at it, a verb that is none, an output that is a rule', async (t) => {
  const folder = folderWith(t, [
    ['a.yml', GOOD],
    ['empty/readme.txt', ''],
  ]);
  assert.equal((await run('rules', 'check')).code, 2);
  assert.match((await run('rules', 'check', join(folder, 'none'))).err, /TRIAD-E-ARG-NOTHING-FOUND/);
  assert.match((await run('rules', 'check', join(folder, 'empty'))).err, /TRIAD-E-RULE-NONE/);
  assert.match((await run('rules', 'chek', folder)).err, /Did you mean triad rules check\?/);
  const bare = await run('rules');
  assert.equal(bare.code, 2);
  assert.match(bare.err, /rules check/);
  assert.equal((await run('rules', '--help')).code, 0);
  assert.equal((await run('help', 'rules', 'check')).code, 0);
  const rule = join(folder, 'a.yml');
  const over = await run('rules', 'check', rule, '-o', rule, '--force');
  assert.equal(over.code, 2);
  assert.match(over.err, /never overwritten/);
});

test('every public rule is checked; what is told is counted by code', { skip: WITHOUT_SIGMAHQ }, async () => {
  const zip = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus', 'sigmahq', 'rules_all.zip');
  const { code, out } = await run('rules', 'check', zip, '--format', 'json');
  const { summary } = JSON.parse(out) as { summary: { byCode: object; files: number; rules: number } };
  assert.deepEqual([code, summary.files, summary.rules], [1, 3794, 3769]);
  assert.deepEqual(summary.byCode, {
    S104: 2,
    S107: 26,
    S126: 2,
    S136: 35,
    S139: 2,
    S500: 149,
    S501: 870,
    S503: 28,
  });
});
