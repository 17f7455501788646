import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readCases } from '../../src/rules/index.ts';
import { rulesPage } from '../../tools/rules-page.ts';

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'rules.md'), 'utf8');

test('L29: docs/rules.md says what the pack holds', () => {
  assert.equal(PAGE, rulesPage(), 'run node tools/rules-page.ts');
});

test('L29: the file of cases on the page can be read', () => {
  const [, yaml = ''] = /```yaml\n(.*?)```/s.exec(PAGE) ?? [];
  const { cases, problems } = readCases({ file: 'rules.md', text: yaml });
  assert.deepEqual([cases.length, problems], [1, []]);
});

test('the page points at no document that no user has', () => {
  assert.deepEqual(PAGE.match(/\b(?:DOMAIN|SETTLED|PRODUCT|CORPUS|SIGMA \d|traps? \d)[^\n]*/g) ?? [], []);
});
