import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { apiPage, configurationPage, metricsPage } from '../../tools/server-pages.ts';

test('L29 the pages of the server are those of its tables', () => {
  for (const [name, page] of [
    ['configuration', configurationPage()],
    ['metrics', metricsPage()],
    ['api', apiPage()],
  ] as const) {
    const written = readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');
    assert.equal(written, page, `node tools/server-pages.ts writes docs/${name}.md`);
  }
});
