import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { test } from 'node:test';
import { SaxesParser } from 'saxes';
import { folderWith } from '../hunt/run-triad.ts';
import { ID, processRule, run } from '../run-main.ts';

const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const caseOf = (name: string, expect: string, image: string): string =>
  `- name: ${JSON.stringify(name)}\n  expect: ${expect}\n  events:\n    - { channel: '${SYSMON}', eventId: 1, data: { Image: '${image}' } }\n`;
const RULE = processRule('Calculator <&"', ID.one, "Image|endswith: '\\calc.exe'");

/** Each element with its attributes, folders of files left out, and the text of those that have some. */
function elementsOf(xml: string): readonly string[] {
  const found: string[] = [];
  let said = '';
  const parser = new SaxesParser();
  parser.on('error', (problem) => {
    throw problem;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const told = Object.entries(attributes).map(([key, value]) => {
      return `${key}=${key === 'message' ? value.replace(/^.*[\\/](?=[^\\/]*: )/, '') : basename(String(value))}`;
    });
    found.push(`${name} ${told.join(' ')}`);
  });
  parser.on('text', (piece) => {
    said += piece.trim();
  });
  parser.write(xml).close();
  if (said !== '') found.push(said);
  return found;
}

async function junit(
  ...argv: readonly string[]
): Promise<{ readonly code: number; readonly elements: readonly string[] }> {
  const { code, out } = await run('rules', 'test', '--format', 'junit', ...argv);
  return { code, elements: elementsOf(out) };
}

test('rules test --format junit: a suite a file, a test a case, failures explained, and nothing of the run', async (t) => {
  const folder = folderWith(t, [
    ['a.yml', RULE],
    ['a.cases.yml', caseOf('found <1>', 'hit', 'C:\\calc.exe') + caseOf('wrong', 'hit', 'C:\\a&b.exe')],
    ['b.yml', processRule('B', ID.two, "Image: 'b'")],
  ]);
  const { code, elements } = await junit(folder);
  assert.equal(code, 1);
  assert.deepEqual(elements.slice(0, -1), [
    'testsuites name=triad rules test tests=3 failures=1 errors=0 skipped=1',
    'testsuite name=a.cases.yml tests=2 failures=1 errors=0 skipped=0',
    'testcase classname=a.cases.yml name=found <1> file=a.cases.yml line=1',
    'testcase classname=a.cases.yml name=wrong file=a.cases.yml line=5',
    'failure message=expected a hit; nothing hit',
    'testsuite name=b.yml tests=1 failures=0 errors=0 skipped=1',
    'testcase classname=b.yml name=cases file=b.yml',
    'skipped message=no case is there for this rule file',
  ]);
  assert.match(elements.at(-1) ?? '', /RULE {6}Calculator <&", on event 1 .*'C:\\a&b\.exe'/s);
  assert.equal(
    (await run('rules', 'test', folder, '--format', 'junit')).out,
    (await run('rules', 'test', folder, '--format', 'junit')).out,
  );
  const strict = await junit(folder, '--strict');
  assert.deepEqual(
    [strict.code, strict.elements[0]],
    [1, 'testsuites name=triad rules test tests=3 failures=2 errors=0 skipped=0'],
  );
});

test('what could not be tried is an error; L20 what a case says stays text', async (t) => {
  const folder = folderWith(t, [
    ['a.yml', RULE.replace('endswith', 'endswth')],
    ['a.cases.yml', caseOf(']]> \u001b[2J\u202e', 'miss', 'a')],
    ['b.cases.yml', caseOf('alone', 'hit', 'a')],
  ]);
  const { code, elements } = await junit(folder);
  assert.equal(code, 1);
  assert.equal(elements[0], 'testsuites name=triad rules test tests=2 failures=0 errors=2 skipped=0');
  assert.ok(
    elements.includes('testcase classname=a.cases.yml name=]]> \\u{1b}[2J\\u{202e} file=a.cases.yml line=1'),
    elements.join('\n'),
  );
  assert.ok(elements.some((one) => one.startsWith('error message=') && one.includes('endswth')));
});

test('JSON Lines of rules test, list, diff and convert end with their sum', async (t) => {
  const folder = folderWith(t, [
    ['a/a.yml', RULE],
    ['a/a.cases.yml', caseOf('found', 'hit', 'C:\\calc.exe')],
    ['b/a.yml', RULE.replace('level: high', 'level: low')],
    ['b/b.yml', processRule('B', ID.two, "Image|endswth: 'b'")],
  ]);
  const lines = async (...argv: readonly string[]): Promise<readonly string[]> => {
    const { out } = await run('rules', ...argv, '--format', 'jsonl');
    return out
      .trimEnd()
      .split('\n')
      .map((line) => {
        const { kind, ...value } = JSON.parse(line) as Record<string, unknown>;
        return kind === 'summary' ? JSON.stringify(value) : String(kind);
      });
  };
  const [a, b] = [`${folder}/a`, `${folder}/b`];
  assert.deepEqual(await lines('test', a), ['case', '{"cases":1,"passed":1,"failed":0,"exit":0}']);
  assert.deepEqual(await lines('list', b), ['rule', 'rule', '{"rules":2,"loaded":1,"refused":1}']);
  assert.deepEqual(await lines('diff', a, b), [
    'added',
    'changed',
    '{"added":1,"removed":0,"changed":1,"unchanged":0,"noLongerLoaded":0}',
  ]);
  assert.deepEqual(await lines('convert', b, '--to', 'splunk'), [
    'query',
    'refused',
    '{"target":"splunk","queries":1,"refused":1}',
  ]);
});
