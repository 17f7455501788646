import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CIM_CASES } from '../../testkit/cim/index.ts';
import { assertTruth, openFiles } from './read-repository.ts';

/** A case may take so long on a shared machine; a healthy one takes some tens of milliseconds. */
const MOST_MS = 4000;

for (const { number, name, build } of CIM_CASES) {
  test(`CIM 11, ${number}: ${name}`, () => {
    const { files, truth } = build();
    const start = performance.now();
    assertTruth(openFiles(files), truth);
    const took = performance.now() - start;
    assert.ok(took < MOST_MS, `${took.toFixed(0)} ms`);
  });
}

test('CIM 11: every number from 6 to 62 that a written repository can show has a case', () => {
  const elsewhere = new Set([8, 12]);
  const numbers = new Set(CIM_CASES.map(({ number }) => number));
  const missing = Array.from({ length: 57 }, (_, i) => i + 6).filter((n) => !numbers.has(n) && !elsewhere.has(n));
  assert.deepEqual(missing, []);
});
