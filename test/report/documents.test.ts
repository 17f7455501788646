import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { COMMANDS } from '../../src/cli/commands.ts';
import { renderCsv } from '../../src/report/index.ts';
import { RESULT } from './sample-result.ts';

const DOCUMENT = readFileSync(new URL('../../docs/outputs.md', import.meta.url), 'utf8');

test('L29 the document of outputs names every schema, and no other', () => {
  const named = [...new Set(DOCUMENT.match(/schemas\/[a-z-]+\.schema\.json/g) ?? [])].sort();
  const there = readdirSync(new URL('../../schemas/', import.meta.url)).filter((name) => name.endsWith('.json'));
  assert.deepEqual(named, there.map((name) => `schemas/${name}`).sort());
});

test('L29 the document of outputs gives the columns of the CSV as they are', () => {
  assert.ok(DOCUMENT.includes(`\n${[...renderCsv(RESULT)][0] ?? ''}`));
});

test('L29 the document of outputs gives the formats of every verb of rules, and those of hunt', () => {
  for (const { verb, flags } of COMMANDS) {
    const formats = flags.find(({ name }) => name === 'format')?.choices ?? [];
    const told = formats.map((format) => `\`${format}\``);
    if (verb.startsWith('rules ') && told.length > 0)
      assert.ok(DOCUMENT.includes(`| \`${verb.slice(6)}\` | ${told.join(', ')} |`), verb);
    if (verb === 'hunt') for (const one of told) assert.ok(DOCUMENT.includes(`\n| ${one} |`), one);
  }
});
