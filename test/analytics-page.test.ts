import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { analyticsPage } from '../tools/analytics-page.ts';

test('L29: docs/analytics.md says what the catalogue and the layouts say', () => {
  const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'analytics.md'), 'utf8');
  assert.equal(page, analyticsPage(), 'run node tools/analytics-page.ts');
});
