import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

test('every test case of EVTX 11, T1 to T50, has a test that begins with its number', () => {
  const titles = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.test.ts'))
    .flatMap((name) => readFileSync(join(import.meta.dirname, name), 'utf8').match(/^test\('T\d+ /gm) ?? []);
  const numbers = new Set(titles.map((title) => Number(/\d+/.exec(title)?.[0])));
  assert.deepEqual(
    [...numbers].sort((a, b) => a - b),
    Array.from({ length: 50 }, (_, i) => i + 1),
  );
});
