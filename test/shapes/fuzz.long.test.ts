import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzTexts, prefilterTarget, textTarget } from './fuzz.ts';

test('L20 fifteen thousand mutations of texts', (t) => {
  const report = fuzzTexts(textTarget, 15_000, 4711);
  assert.deepEqual(report.failures.slice(0, 3), []);
  assert.ok(report.slowestMs < 3000, `${report.slowestMs} ms`);
  t.diagnostic(`slowest ${report.slowestMs.toFixed(0)} ms`);
});

test('B17 five thousand mutations for the prefilter', () => {
  assert.deepEqual(fuzzTexts(prefilterTarget, 5000, 4712).failures.slice(0, 3), []);
});
