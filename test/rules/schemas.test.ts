import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { folderWith } from '../hunt/run-triad.ts';
import { ID, processRule, run } from '../run-main.ts';

const FOLDER = new URL('../../schemas/', import.meta.url);
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
for (const name of readdirSync(FOLDER).filter((one) => one.startsWith('rules-'))) {
  ajv.addSchema(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')));
}

function problemsOf(id: string, value: unknown): readonly unknown[] {
  const validate = ajv.getSchema(`urn:triad:schema:${id}`);
  assert.ok(validate !== undefined, id);
  return validate(value) ? [] : (validate.errors ?? []).slice(0, 4);
}

const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const caseOf = (name: string, expect: string, data: string): string =>
  `- name: ${name}\n  expect: ${expect}\n  events:\n    - { channel: '${SYSMON}', eventId: 1, data: { ${data} } }\n`;
const RULE = processRule('Good', ID.one, "Image|endswith: '\\calc.exe'", 'CommandLine|re: a+');
const REGEX_KEYWORD = processRule('Keywords', ID.three, "Image: 'x'").replace(
  / {2}selection:\n.*\n/,
  '  selection: [evil]\n',
);
const FILTER =
  'title: F\nlogsource: { category: process_creation, product: windows }\nfilter:\n  rules: any\n  f: { User: x }\n  condition: not f\n';
const FILES: readonly (readonly [string, string | Uint8Array])[] = [
  ['a/LICENSE', 'Detection Rule License (DRL) 1.1'],
  ['a/good.yml', RULE],
  [
    'a/good.cases.yml',
    caseOf('hit', 'hit', "Image: 'C:\\calc.exe', CommandLine: aa") + caseOf('wrong', 'hit', 'Image: b'),
  ],
  ['a/wrong.yml', processRule('Wrong', ID.two, "Image|endswth: 'x'", "nonsense: 'y'")],
  ['a/wrong.cases.yml', caseOf('untried', 'miss', 'Image: b')],
  ['a/words.yml', REGEX_KEYWORD],
  ['a/filter.yml', FILTER],
  ['a/odd.cases.yml', '- 7\n'],
  ['a/unread.yml', new Uint8Array([0xff, 0xfe, 0x00, 0xd8])],
  ['b/good.yml', RULE.replace('level: high', 'level: low')],
  ['b/sub/new.yml', processRule('New', ID.two, "Image: 'x'", "Nonsense: 'y'")],
  ['event.json', JSON.stringify({ channel: SYSMON, eventId: 1, data: { Image: 'C:\\calc.exe', CommandLine: 'baab' } })],
];

/** Each command line with the schema of what it writes as JSON; those of lists have lines too. */
function commands(folder: string): readonly (readonly [id: string, argv: readonly string[], hasLines: boolean])[] {
  const at = (path: string): string => join(folder, path);
  return [
    ['check', ['check', at('a'), at('b')], true],
    ['check', ['check', at('b/good.yml')], true],
    ['list', ['list', at('a'), at('b')], true],
    ['test', ['test', at('a')], true],
    ['diff', ['diff', at('a'), at('b')], true],
    ['diff', ['diff', at('b'), at('a')], true],
    ['convert', ['convert', at('a'), '--to', 'kusto'], true],
    ['explain', ['explain', at('a/good.yml'), '--event', at('event.json')], false],
    ['explain', ['explain', at('a/words.yml'), '--event', at('event.json')], false],
  ];
}

test('L29 JSON of every verb of rules is valid by its schema, and each line of those that list', async (t) => {
  const folder = folderWith(t, FILES);
  const kinds = new Set<string>();
  for (const [verb, argv, hasLines] of commands(folder)) {
    const { out, err } = await run('rules', ...argv, '--format', 'json');
    assert.notEqual(out, '', err);
    assert.deepEqual(problemsOf(`rules-${verb}:1`, JSON.parse(out)), [], argv.join(' '));
    if (!hasLines) continue;
    const lines = (await run('rules', ...argv, '--format', 'jsonl')).out.trimEnd().split('\n');
    for (const line of lines) {
      const value = JSON.parse(line) as { readonly kind: string };
      kinds.add(`${verb} ${value.kind}`);
      assert.deepEqual(problemsOf(`rules-jsonl:1#/$defs/${verb}`, value), [], line);
      assert.deepEqual(problemsOf('rules-jsonl:1', value), [], line);
    }
    assert.equal((JSON.parse(lines.at(-1) ?? '{}') as { kind?: string }).kind, 'summary');
  }
  assert.deepEqual([...kinds].sort(), [
    'check problem',
    'check summary',
    'check unread',
    'convert query',
    'convert refused',
    'convert summary',
    'diff added',
    'diff changed',
    'diff noLongerLoaded',
    'diff removed',
    'diff summary',
    'list filter',
    'list rule',
    'list summary',
    'test case',
    'test problem',
    'test summary',
    'test untested',
  ]);
});

test('L27 the schemas refuse what is missing, unknown or of another type', async (t) => {
  const folder = folderWith(t, FILES);
  for (const [verb, argv] of commands(folder)) {
    const { out } = await run('rules', ...argv, '--format', 'json');
    const good = JSON.parse(out) as Record<string, unknown>;
    const id = `rules-${verb}:1`;
    for (const key of Object.keys(good)) {
      const { [key]: _, ...without } = good;
      assert.notDeepEqual(problemsOf(id, without), [], `${verb} without ${key}`);
      assert.notDeepEqual(problemsOf(id, { ...good, [key]: null }), [], `${verb} with another ${key}`);
      const [first] = Array.isArray(good[key]) ? (good[key] as readonly unknown[]) : [];
      if (typeof first !== 'object') continue;
      assert.notDeepEqual(problemsOf(id, { ...good, [key]: [{ ...first, extra: 1 }] }), [], `${verb} ${key} extra`);
    }
    assert.notDeepEqual(problemsOf(id, { ...good, extra: 1 }), [], verb);
  }
  assert.notDeepEqual(problemsOf('rules-jsonl:1', { kind: 'untested' }), []);
  assert.notDeepEqual(problemsOf('rules-jsonl:1', { kind: 'nothing', file: 'a' }), []);
});
