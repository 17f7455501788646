import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzTexts, prefilterTarget, textSeeds, textTarget, trustingTarget } from './fuzz.ts';

test('L20 mutated texts of every shape are read without an error, a hang or an event from nowhere, in blocks of any size', () => {
  for (const { bytes } of textSeeds()) textTarget(bytes, 7);
  const report = fuzzTexts(textTarget, 500, 20260312);
  assert.deepEqual(report.failures.slice(0, 3), []);
  assert.ok(report.slowestMs < 3000, `${report.slowestMs} ms`);
});

test('B17 of mutated texts the prefilter passes over nothing that is wanted', () => {
  for (const { bytes } of textSeeds()) prefilterTarget(bytes);
  assert.deepEqual(fuzzTexts(prefilterTarget, 250, 20260313).failures.slice(0, 3), []);
});

test('L27 the same mutations find the planted failure', () => {
  const seeds = textSeeds().filter(({ name }) => name === 'evtx_dump -o jsonl');
  for (const { bytes } of seeds) trustingTarget(bytes);
  const report = fuzzTexts(trustingTarget, 200, 20260312, seeds);
  assert.ok(report.failures.length > 100, `${report.failures.length} found`);
});
