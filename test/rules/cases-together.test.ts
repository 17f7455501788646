import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderWith } from '../hunt/run-triad.ts';
import { ID, processRule, run } from '../run-main.ts';

const SCRIPT_FILE = `title: Script in a file
id: ${ID.one}
logsource: { product: triad, service: subscription }
detection:
  file: { consumer.properties.ScriptFileName|endswith: .vbs }
  kind: { consumer.class: ActiveScriptEventConsumer }
  condition: file and kind
`;
const OBJECTS = `- name: a script file
  expect: hit
  object: { consumer: { class: ActiveScriptEventConsumer, properties: { ScriptFileName: 'C:\\x.vbs' } } }
- name: a script in the consumer
  expect: miss
  object: { consumer: { class: ActiveScriptEventConsumer, properties: { ScriptText: x } } }
`;

test('E8 rules over subscriptions are tried on objects', async (t) => {
  const folder = folderWith(t, [
    ['a.yml', SCRIPT_FILE],
    ['a.cases.yml', OBJECTS],
  ]);
  assert.deepEqual(await run('rules', 'test', folder, '--strict'), {
    code: 0,
    out: 'TESTED    2 cases: 2 as expected, 0 failed\nExit 0: every case as expected.\n',
    err: '',
  });
});

test('L27 a failed case of an object names the items as one of events does, in both directions', async (t) => {
  const turned = OBJECTS.replace('expect: hit', 'expect: MISS').replace('expect: miss', 'expect: hit');
  const folder = folderWith(t, [
    ['a.yml', SCRIPT_FILE],
    ['a.cases.yml', turned.replace('MISS', 'miss')],
  ]);
  const { code, out } = await run('rules', 'test', folder);
  assert.equal(code, 1);
  const [first = '', second = ''] = out.split(/^(?=FAILED|TESTED)/m);
  assert.match(first, /expected a miss; hit by Script in a file\n/);
  assert.match(
    first,
    /RULE {6}Script in a file, on the object of the case\nROUTE {5}\S+\n {2}holds {3}condition: file and/,
  );
  assert.match(
    first,
    / hit {3}file: consumer\.properties\.ScriptFileName\|endswith .*\n {10}found {3}'\.vbs'\n {10}seen {4}'C:/,
  );
  assert.match(second, /expected a hit; nothing hit\n/);
  assert.match(second, /MISS {2}file: .*\n {10}wanted {2}'\.vbs'\n {10}why {5}the field is absent from this object\n/);
  assert.match(second, /hit {3}kind: consumer\.class .*\n {10}found {3}'ActiveScriptEventConsumer'\n/);
  const json = JSON.parse((await run('rules', 'test', folder, '--format', 'json')).out) as {
    results: { explanations: { event?: number }[] }[];
  };
  assert.deepEqual(
    json.results.flatMap(({ explanations }) => explanations.map(({ event }) => event)),
    [undefined, undefined],
  );
});

test('an object says nothing of rules over events, and an event nothing of rules over objects', async (t) => {
  const event = "  events:\n    - { channel: Security, eventId: 4688, data: { NewProcessName: 'C:\\x.exe' } }\n";
  const folder = folderWith(t, [
    ['a.yml', SCRIPT_FILE],
    ['a.cases.yml', `- name: an event\n  expect: hit\n${event}`],
    ['b.yml', processRule('X', ID.two, "Image|endswith: '\\x.exe'")],
    ['b.cases.yml', "- name: an object\n  expect: hit\n  object: { Image: 'C:\\x.exe' }\n"],
  ]);
  const { code, out } = await run('rules', 'test', folder);
  assert.equal(code, 1);
  assert.match(
    out,
    /on event 1 of the case\nROUTE {5}none: .*\n {12}.*triad\/subscription.*objects that Triad puts together/,
  );
  assert.match(out, /on the object of the case\nROUTE {5}none: .*\n {12}process_creation\/sysmon/);
});

const CALCULATOR = processRule('Calculator', ID.one, "Image|endswith: '\\calc.exe'");
const FILTER = `title: Not of the scanner
id: ${ID.two}
logsource: { category: process_creation, product: windows }
filter:
  rules: [${ID.one}]
  own: { User: scanner }
  condition: not own
`;
const byUser = (name: string, expect: string, user: string): string =>
  `- name: ${name}\n  expect: ${expect}\n  events:\n    - channel: Microsoft-Windows-Sysmon/Operational\n      eventId: 1\n      data: { Image: 'C:\\calc.exe', User: ${user} }\n`;

test('a filter in another file holds back the rules that it names where both are among the paths, and only there', async (t) => {
  const folder = folderWith(t, [
    ['rules/a.yml', CALCULATOR],
    ['rules/a.cases.yml', byUser('of a person', 'hit', 'alice') + byUser('of the scanner', 'miss', 'scanner')],
    ['rules/b.yml', processRule('Calculator too', ID.three, "Image|endswith: '\\calc.exe'")],
    ['rules/b.cases.yml', byUser('of the scanner, by a rule that no filter names', 'hit', 'scanner')],
    ['filters/scanner.yml', FILTER],
  ]);
  const alone = await run('rules', 'test', join(folder, 'rules'));
  assert.equal(alone.code, 1);
  assert.match(alone.out, /FAILED {4}of the scanner\n.*\n {10}expected a miss; hit by Calculator\n/);
  assert.match(alone.out, /TESTED {4}3 cases: 2 as expected, 1 failed/);
  const both = await run('rules', 'test', join(folder, 'rules'), join(folder, 'filters'), '--strict');
  assert.equal(both.code, 0, both.out);
  assert.match(both.out, /3 cases: 3 as expected, 0 failed\nExit 0/, 'a file of filters needs no cases');
});

test('a filter that keeps a rule from its hit fails the case, and says which test of it', async (t) => {
  const folder = folderWith(t, [
    ['a.yml', CALCULATOR],
    ['a.cases.yml', byUser('of the scanner', 'hit', 'scanner')],
    ['f.yml', FILTER],
  ]);
  const { code, out } = await run('rules', 'test', folder);
  assert.equal(code, 1);
  assert.match(out, /HIT {3}not filter Not of the scanner: own: User .*\n {10}found {3}'scanner'/);
});

test('a correlation finds its rules in other files, whose own cases stay theirs', async (t) => {
  const twice = `title: Twice\nid: ${ID.three}\ncorrelation:\n  type: event_count\n  rules: [${ID.one}]\n  group-by: [Computer]\n  timespan: 5s\n  condition: { gte: 2 }\n`;
  const event = "    - { channel: Security, eventId: 4688, data: { NewProcessName: 'C:\\calc.exe' } }\n";
  const folder = folderWith(t, [
    ['a.yml', CALCULATOR],
    ['a.cases.yml', `- name: one is a hit of its rule\n  expect: hit\n  events:\n${event}`],
    ['twice.yml', twice],
    [
      'twice.cases.yml',
      `- name: two\n  expect: hit\n  events:\n${event}${event}- name: one\n  expect: miss\n  events:\n${event}`,
    ],
  ]);
  const { code, out } = await run('rules', 'test', folder, '--strict');
  assert.equal(code, 0, out);
  assert.match(out, /3 cases: 3 as expected/);
});

test('equal rules in two files are one, and the cases of both are tried; two of one id and another content are refused', async (t) => {
  const cases = byUser('of a person', 'hit', 'alice');
  const equal = folderWith(t, [
    ['a.yml', CALCULATOR],
    ['a.cases.yml', cases],
    ['b.yml', CALCULATOR],
    ['b.cases.yml', cases],
  ]);
  const good = await run('rules', 'test', equal, '--strict');
  assert.deepEqual([good.code, /2 cases: 2 as expected/.test(good.out)], [0, true], good.out);
  const other = folderWith(t, [
    ['a.yml', CALCULATOR],
    ['a.cases.yml', cases],
    ['b.yml', CALCULATOR.replace('calc', 'other')],
  ]);
  const bad = await run('rules', 'test', other);
  assert.equal(bad.code, 1);
  assert.match(bad.out, /a\.yml:1 has the same id and another content|b\.yml:1 has the same id and another content/);
});
