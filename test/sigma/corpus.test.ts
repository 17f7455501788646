import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRules, type Problem } from '../../src/sigma/index.ts';
import { corpusRules, skip } from './corpus.ts';

function countsOf(problems: readonly Problem[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { code, name, severity } of problems) {
    const key = `${severity} ${code} ${name}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

test('every live rule of SigmaHQ is compiled, or refused for placeholders without values', { skip }, (t) => {
  const sources = corpusRules();
  const { rules, problems } = compileRules(sources);
  const refused = new Map<string, Set<string>>();
  for (const { severity, code, file } of problems) {
    if (severity !== 'error') continue;
    refused.set(code, (refused.get(code) ?? new Set()).add(file));
  }
  t.diagnostic(`${sources.length} rules, ${rules.rules.length} compiled`);
  for (const [code, files] of refused) t.diagnostic(`${files.size} refused as ${code}`);
  for (const [key, count] of Object.entries(countsOf(problems))) t.diagnostic(`${count} ${key}`);
  assert.equal(sources.length, 3780);
  assert.deepEqual([...refused.keys()], ['S136']);
  assert.equal(rules.rules.length + (refused.get('S136')?.size ?? 0), sources.length);
});

test('with values for its placeholders every live rule of SigmaHQ is compiled', { skip }, () => {
  const sources = corpusRules();
  const names = new Set(
    sources.flatMap(({ text }) => [...text.matchAll(/%([^%\s\\]+)%/g)].map((match) => match[1] ?? '')),
  );
  const { rules } = compileRules(sources, { placeholders: new Map([...names].map((name) => [name, ['x']])) });
  assert.equal(rules.rules.length, sources.length);
});

test('deprecated rules of SigmaHQ are read, and refused only for aggregations', { skip }, (t) => {
  const sources = corpusRules(/^deprecated/);
  const { rules, problems } = compileRules(sources, {
    statuses: ['deprecated', 'unsupported', 'test', 'experimental'],
  });
  for (const [key, count] of Object.entries(countsOf(problems))) t.diagnostic(`${count} ${key}`);
  const errors = new Set(problems.filter(({ severity }) => severity === 'error').map(({ code }) => code));
  assert.deepEqual(
    [...errors].filter((code) => code !== 'S203' && code !== 'S136'),
    [],
  );
  assert.ok(rules.rules.length > 0);
});
