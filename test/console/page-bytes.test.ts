import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildConsole } from '../../tools/build-console.ts';

/** All that a browser loads of the page, gzipped, bytes. */
const MOST_BYTES = 120_000;

test('G25 the page stays below 120,000 bytes gzipped in all, as `npm run console` counts them', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'triad-bytes-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const files = await buildConsole(join(folder, 'dist'));
  assert.deepEqual(
    files.map(({ path }) => path.replace(/-[0-9a-f]{16}\./, '.')),
    ['index.html', 'assets/page.js', 'assets/stream.js', 'assets/style.css'],
  );
  const all = files.reduce((sum, { gzipped }) => sum + gzipped, 0);
  assert.ok(all < MOST_BYTES, `${all} bytes: ${files.map(({ path, gzipped }) => `${path} ${gzipped}`).join(', ')}`);
});
