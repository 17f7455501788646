import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSpoolFile } from './spool-file.ts';

test('L22 a spool gives back what was written, and nothing of it has a name', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'triad-test-'));
  t.after(() => rmSync(root, { recursive: true }));
  const told: string[] = [];
  const spool = openSpoolFile({ temporaryFolder: root, onTemporaryFolder: (folder) => told.push(folder) });
  spool.append(Buffer.from('sorted '));
  spool.append(Buffer.from('runs'));
  const into = new Uint8Array(8);
  assert.equal(spool.read(into, 7), 4);
  assert.equal(Buffer.from(into.subarray(0, 4)).toString(), 'runs');
  assert.equal(told.length, 1);
  // Where the system keeps the name of an open file, it goes with `close`.
  if (process.platform !== 'win32') assert.deepEqual(readdirSync(root), []);
  spool.close();
  assert.deepEqual(readdirSync(root), []);
});
