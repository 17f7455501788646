import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EventMatcher } from '../../src/taxonomy/index.ts';
import { compiledPack, packMetadata } from '../../tools/rules/pack-files.ts';
import { readRecords } from '../../tools/rules/read-records.ts';
import { CORPUS, WITHOUT_CORPUS } from '../evtx/corpus.ts';

const ABOVE_LOW: ReadonlySet<string> = new Set(['medium', 'high', 'critical']);

/** Files that hold no attack by WMI, by their labels. */
function quietFiles(): readonly string[] {
  return readFileSync(join(CORPUS, 'labels.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly path: string; readonly class: string })
    .filter((label) => label.class === 'negative' || label.class === 'benign')
    .map(({ path }) => path)
    .filter((path) => existsSync(join(CORPUS, path)))
    .sort();
}

test('L12: over negatives and benign hosts no rule of scope wmi above low fires', {
  skip: WITHOUT_CORPUS,
}, async (t) => {
  const matcher = new EventMatcher(compiledPack().rules);
  const files = quietFiles();
  assert.ok(files.length >= 29, `${files.length} files`);
  const counts = new Map<string, number>();
  const loud = new Map<string, number>();
  let records = 0;
  for (const file of files) {
    await readRecords(CORPUS, file, (event) => {
      records++;
      for (const { rule } of matcher.match(event)) {
        const { level = 'medium' } = rule.metadata;
        const { scope } = packMetadata(rule);
        const key = `${rule.metadata.file} (${level}, ${scope}) in ${file}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
        if (scope === 'wmi' && ABOVE_LOW.has(level)) {
          const what = event.get('CommandLine') ?? event.get('TargetObject') ?? event.get('ScriptBlockText') ?? '';
          loud.set(`${key}: ${what.slice(0, 120)}`, (loud.get(key) ?? 0) + 1);
        }
      }
    });
  }
  t.diagnostic(`${records} records of ${files.length} files`);
  for (const [key, count] of [...counts].sort()) t.diagnostic(`${key}: ${count}`);
  assert.deepEqual([...loud.keys()].sort(), []);
  assert.ok(records > 200_000, `${records} records`);
});
