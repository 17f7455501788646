import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import type { HuntRequest } from '../../src/hunt/index.ts';
import { renderJsonl } from '../../src/report/index.ts';
import { seedCase } from '../../testkit/index.ts';
import { huntFolder } from './hunted.ts';
import { folderWith } from './run-triad.ts';

async function lines(folder: string, changes: Partial<HuntRequest>): Promise<string[]> {
  return [...renderJsonl(await huntFolder(folder, changes))].filter((line) => !line.startsWith('{"kind":"run"'));
}

test('L8 a hunt whose events go through sorted runs on disk says the same as one in memory, and leaves nothing there', async (t) => {
  const folder = folderWith(t, seedCase().files);
  const runs = folderWith(t);
  const inMemory = await lines(folder, {});
  const onDisk = await lines(folder, { memoryBytes: 20_000, temporaryFolder: runs });
  assert.deepEqual(onDisk, inMemory);
  assert.deepEqual(readdirSync(runs), []);
});

test('L6 a backup of a log beside it changes no dossier and no finding: copies fold and are counted', async (t) => {
  const seed = seedCase().files;
  const single = folderWith(t, seed);
  const doubled = folderWith(t, [...seed, ...seed.map(([path, bytes]) => [`backup/${path}`, bytes] as const)]);
  const kinds = (all: string[]): unknown[] =>
    all
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ kind }) => kind === 'subscription' || kind === 'finding')
      .map(
        ({
          evidence: _evidence,
          lifecycle: _lifecycle,
          verdict,
          terms: _terms,
          candidates: _c,
          origin: _o,
          ...rest
        }) => ({
          ...rest,
          score: (verdict as { score?: number } | undefined)?.score,
        }),
      );
  const once = await lines(single, {});
  const twice = await lines(doubled, {});
  assert.deepEqual(kinds(twice), kinds(once));
  const summary = twice
    .map((line) => JSON.parse(line) as { kind: string; folded?: number })
    .find(({ kind }) => kind === 'summary');
  assert.ok((summary?.folded ?? 0) > 0);
});
