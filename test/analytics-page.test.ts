import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CATALOGUE } from '../src/analytics/index.ts';
import { JOIN_WORDS } from '../src/report/explain/join-words.ts';
import { LAYOUTS } from '../src/windows/index.ts';
import { analyticsPage } from '../tools/analytics-page.ts';

test('L29: docs/analytics.md says what the catalogue and the layouts say', () => {
  const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'analytics.md'), 'utf8');
  assert.equal(page, analyticsPage(), 'run node tools/analytics-page.ts');
});

test('no text that a user reads points at a document that no user has', () => {
  const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'analytics.md'), 'utf8');
  assert.deepEqual(page.match(/\b(?:DOMAIN|SETTLED|PRODUCT|CORPUS|traps? \d)[^\n]*/g) ?? [], []);
  const told = JSON.stringify([CATALOGUE.map((analytic) => ({ ...analytic, test: undefined })), JOIN_WORDS, LAYOUTS]);
  assert.deepEqual(told.match(/\b(?:DOMAIN \d|SETTLED|PRODUCT \d|trap \d)/g) ?? [], []);
});
