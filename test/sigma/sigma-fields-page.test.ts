import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sigmaFieldsPage } from '../../tools/sigma-fields-page.ts';

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'sigma-fields.md'), 'utf8');

test('L29: docs/sigma-fields.md says what the tables of log sources say', () => {
  assert.equal(PAGE, sigmaFieldsPage(), 'run node tools/sigma-fields-page.ts');
});

test('the page points at no document that no user has', () => {
  assert.deepEqual(PAGE.match(/\b(?:DOMAIN|SETTLED|PRODUCT|CORPUS|SIGMA \d|traps? \d)[^\n]*/g) ?? [], []);
});
