import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseArguments } from '../../src/cli/arguments.ts';
import { commandsOfGroup } from '../../src/cli/commands.ts';
import { COMPILED_LIMITS } from '../../src/intake/index.ts';
import { RULE_LIMITS } from '../../src/rules/index.ts';
import { PROBLEMS } from '../../src/sigma/index.ts';
import { readPipeline, readPlaceholders } from '../../src/taxonomy/index.ts';
import { readRoot } from '../house/tree.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { ID, processRule, run } from '../run-main.ts';

const DOCUMENT = readRoot('docs/rules-command.md');

test('L29 the document names every verb, its command lines parse, and its codes and bounds are the program’s', () => {
  for (const { verb } of commandsOfGroup('rules')) assert.ok(DOCUMENT.includes(`triad ${verb} `), verb);
  const lines = [...DOCUMENT.matchAll(/^(triad rules .*?)(?: {2,}.*)?$/gm)].map(([, line]) => line ?? '');
  assert.equal(lines.length, 9);
  for (const line of lines) assert.equal(parseArguments(line.split(' ').slice(1)).kind, 'run', line);
  for (const [, code = '', name, text = ''] of DOCUMENT.matchAll(/^\| `(S\d+)` \| (\S+) \| (.*) \|$/gm)) {
    const [known, severity] = PROBLEMS[code as keyof typeof PROBLEMS];
    assert.equal(name, known);
    assert.equal(/\(warning\)$/.test(text), severity === 'warning', code);
  }
  const { fileBytes, files, totalBytes, depth } = RULE_LIMITS;
  const bounds = `${fileBytes / 1024 ** 2} MiB a file, ${files / 1000},000 files and ${totalBytes / 1024 ** 2} MiB together, ${depth} folders deep`;
  assert.ok(DOCUMENT.includes(bounds));
  const { fileBytes: most, inflatedBytes, values } = COMPILED_LIMITS;
  const compiled = `${most / 1024 ** 2} MiB, ${inflatedBytes / 1024 ** 2} MiB inflated, ${values / 1e6} million values`;
  assert.ok(DOCUMENT.includes(`bounded (${compiled})`));
});

test('L29 the cases of the document are cases that pass', async (t) => {
  const cases = /```yaml\n(- name[\s\S]*?)```/.exec(DOCUMENT)?.[1] ?? '';
  const folder = folderWith(t, [
    [
      'a.yml',
      processRule(
        'Cmd by the provider host',
        ID.one,
        "Image|endswith: '\\cmd.exe'",
        "ParentImage|endswith: '\\wmiprvse.exe'",
      ),
    ],
    ['a.cases.yml', cases],
  ]);
  const { code, out } = await run('rules', 'test', join(folder, 'a.yml'));
  assert.equal(code, 0, out);
  assert.match(out, /2 cases: 2 as expected/);
});

test('L29 the pipeline and the placeholders of the document are read', async () => {
  const [pipeline = '', placeholders = ''] = [...DOCUMENT.matchAll(/```yaml\n(#[\s\S]*?)```/g)].map(([, text]) => text);
  assert.equal((await readPipeline(pipeline)).kind, 'pipeline');
  assert.equal((await readPlaceholders(placeholders)).kind, 'placeholders');
});
