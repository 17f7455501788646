import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

const FOLDER = new URL('../golden/', import.meta.url);

/**
 * Holds an output to its golden file. `UPDATE_GOLDEN=1` writes the file instead; the change is then read in the diff.
 */
export function assertGolden(name: string, actual: string): void {
  const file = new URL(name, FOLDER);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, actual);
  assert.equal(actual, readFileSync(file, 'utf8'), `${name} differs from its golden file`);
}
