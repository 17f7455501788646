import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderWith, triad } from '../hunt/run-triad.ts';
import { ID, processRule, run } from '../run-main.ts';

const RULE = processRule(
  'Calculator',
  ID.one,
  'Image|endswith:',
  "  - '\\calc.exe'",
  "  - '\\cmd.exe'",
  "OriginalFileName: 'z'",
).replace('  condition: selection', "  filter:\n    User|contains: 'SYSTEM'\n  condition: selection and not filter");

const event = (data: object, channel = 'Security', eventId = 4688): string =>
  JSON.stringify({ channel, eventId, data });

test('E10 each item tells what was seen and wanted, and that a field is blind on the route', async (t) => {
  const folder = folderWith(t, [
    ['rule.yml', RULE],
    ['event.json', event({ NewProcessName: 'C:\\x\\calc.exe', SubjectUserName: 'alice\u001b[2J' })],
  ]);
  const { code, out } = await run('rules', 'explain', join(folder, 'rule.yml'), '--event', join(folder, 'event.json'));
  assert.equal(code, 0);
  assert.deepEqual(out.split('\n').slice(3), [
    'ROUTE     process_creation/security',
    '  fails   condition: selection and not filter',
    '    hit   selection: Image|endswith   line 9',
    "          found   '\\calc.exe'",
    "          seen    'C:\\x\\calc.exe'",
    '    MISS  selection: OriginalFileName   line 11',
    "          wanted  'z'",
    '          why     blind: events of process_creation/security never have the field',
    '    no    not filter: User|contains   line 13',
    "          wanted  'SYSTEM'",
    "          seen    'alice\\u{1b}[2J'",
    '          why     the value is another',
    '',
    'The rule does not match.',
    '',
  ]);
});

test('a field that is absent, a filter that holds, and an event of another log source are told apart', async (t) => {
  const sysmon = 'Microsoft-Windows-Sysmon/Operational';
  const folder = folderWith(t, [
    ['rule.yml', RULE],
    ['absent.json', event({ Image: 'C:\\x\\calc.exe' }, sysmon, 1)],
    ['held.json', event({ Image: 'C:\\calc.exe', OriginalFileName: 'Z', User: 'NT AUTHORITY\\SYSTEM' }, sysmon, 1)],
    ['hit.json', event({ Image: 'C:\\calc.exe', OriginalFileName: 'Z', User: 'alice' }, sysmon, 1)],
    ['other.json', event({}, 'System', 7045)],
  ]);
  const explained = async (name: string): Promise<string> =>
    (await run('rules', 'explain', join(folder, 'rule.yml'), '--event', join(folder, `${name}.json`))).out;
  assert.match(
    await explained('absent'),
    /MISS {2}selection: OriginalFileName .*\n.*\n {10}why {5}the field is absent from this event\n/,
  );
  assert.match(
    await explained('held'),
    /HIT {3}not filter: User\|contains .*holds the rule back.*[\s\S]*The rule does not match/,
  );
  assert.match(await explained('hit'), /\nThe rule matches\.\n$/);
  assert.match(
    await explained('other'),
    /ROUTE {5}none: .*\n {12}process_creation\/sysmon: microsoft-windows-sysmon\/operational 1\n/,
  );
});

test('a record of evidence is found by id, offset and member; usage is told', async (t) => {
  const line = (id: number, image: string): string =>
    JSON.stringify({
      Event: {
        System: {
          Provider: { '#attributes': { Name: 'Microsoft-Windows-Sysmon' } },
          EventID: 1,
          Version: 5,
          TimeCreated: { '#attributes': { SystemTime: '2026-03-12T10:00:00.000000Z' } },
          EventRecordID: id,
          Channel: 'Microsoft-Windows-Sysmon/Operational',
          Computer: 'WS-07',
        },
        EventData: { Image: image },
      },
    });
  const folder = folderWith(t, [
    ['rule.yml', `${processRule('A', ID.one, "Image: 'a'")}---\n${processRule('B', ID.two, "Image: 'b'")}`],
    ['logs/sysmon.jsonl', `${line(7, 'a')}\n${line(8, 'b')}\n`],
  ]);
  const explain = (...flags: readonly string[]) => triad(['rules', 'explain', 'rule.yml', ...flags], { cwd: folder });
  const json = await explain('logs', '--rule', ID.two, '--record', '7', '--format', 'json');
  const answer = JSON.parse(json.stdout) as { holds: boolean; event: { recordId: number }; rule: { title: string } };
  assert.deepEqual([answer.rule.title, answer.event.recordId, answer.holds], ['B', 7, false]);
  const best = await explain('logs', '--rule', 'B');
  assert.match(best.stdout, /record 8 .*\n.*one of 2 events/, 'the event that matches is taken');
  assert.equal(best.code, 0);
  assert.match((await explain('logs')).stderr, /There are 2 rules here\.\n.*Name one by --rule/);
  assert.match((await explain('logs', '--rule', 'B', '--record', '9')).stderr, /TRIAD-E-ARG-NO-RECORD {3}--record 9/);
  assert.match((await explain('--rule', 'B')).stderr, /TRIAD-E-ARG-MISSING/);
  assert.equal((await explain('none', '--rule', 'B')).code, 2);
});
