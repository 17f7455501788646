import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCompiledRules } from '../../src/intake/index.ts';
import { readStoredRules, storeRules } from '../../src/sigma/index.ts';
import { LOG_SOURCES } from '../../src/taxonomy/index.ts';
import { compiledPack, packedRules, packFiles, packMetadata } from '../../tools/rules/pack-files.ts';

test('E4 the pack of a release is what its sources compile to, with what each rule says of itself', () => {
  const reading = readCompiledRules(packedRules());
  assert.ok(reading.kind === 'rules');
  const { compiling, from } = reading.rules;
  assert.equal(from.files, packFiles().length);
  const sources = compiledPack();
  // Rules are told apart by where they lie in the release.
  const placed = sources.rules.rules.map((rule) => ({
    ...rule,
    metadata: { ...rule.metadata, file: `rules/${rule.metadata.file}` },
  }));
  const problems = sources.problems.map((problem) => ({ ...problem, file: `rules/${problem.file}` }));
  const expected = storeRules(
    { rules: { rules: placed, correlations: sources.rules.correlations }, problems },
    LOG_SOURCES,
  );
  assert.deepEqual(
    JSON.parse(JSON.stringify(storeRules(compiling, LOG_SOURCES))),
    JSON.parse(JSON.stringify(expected)),
  );
  assert.ok(compiling.rules.rules.every((rule) => /^[A-Z]\d\d$/.test(packMetadata(rule).analytic ?? '')));
  assert.equal(readStoredRules(JSON.parse(JSON.stringify(expected)), LOG_SOURCES).kind, 'compiling');
});

test('L7 packing twice gives the same bytes', () => {
  assert.deepEqual(packedRules(), packedRules());
});
