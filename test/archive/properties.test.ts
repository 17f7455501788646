import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Archive, ArchiveQuery } from '../../src/archive/index.ts';
import type { ArchiveEntry } from '../../src/entries/index.ts';
import { entries, meets, query } from './made-entries.ts';
import { entry, found, inFolder, opened, pagesOf, places, value } from './opened.ts';

/** In what order entries are found: that of their archiving, streams of one write one after the other. */
function inOrder(groups: readonly (readonly ArchiveEntry[])[]): readonly ArchiveEntry[] {
  return groups.flatMap((group) => group.toSorted((a, b) => a.retention - b.retention)).toReversed();
}

/** Gives entries in groups of so many, each written by itself. */
async function give(
  archive: Archive,
  given: readonly ArchiveEntry[],
  groupSize: number,
): Promise<readonly (readonly ArchiveEntry[])[]> {
  const groups: ArchiveEntry[][] = [];
  for (let at = 0; at < given.length; at += groupSize) groups.push(given.slice(at, at + groupSize));
  for (const group of groups) {
    const answer = archive.append(group);
    await archive.flush();
    value(await answer);
  }
  return groups;
}

test('a search finds what a plain filter finds, in order, however events are cut into groups, blocks, segments and pages', () =>
  fc.assert(
    fc.asyncProperty(
      entries,
      fc.array(query, { minLength: 8, maxLength: 8 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      (given, queries, groupSize, blockEvents, segmentBlocks, limit, isSealed) =>
        inFolder(async (folder) => {
          const archive = await opened(folder, {
            blockEvents,
            segmentBlocks,
            stepBlocks: 2,
            stepPassed: 3,
            gatherMs: 60_000,
          });
          const groups = await give(archive, given, groupSize);
          if (isSealed) await archive.sealed();
          for (const asked of queries) {
            const expected = places(inOrder(groups).filter((one) => meets(one, asked)));
            const pages = await pagesOf(archive, asked, { limit });
            assert.deepEqual(places(pages.flatMap((page) => page.entries)), expected);
            assert.ok(pages.every((page) => page.entries.length <= limit));
            const [first] = pages;
            if (first?.cursor == null) continue;
            const rest = await found(archive, asked, { limit: 1, cursor: first.cursor });
            assert.deepEqual(places(rest), expected.slice(first.entries.length));
          }
          await archive.close();
        }),
    ),
    { numRuns: 25, seed: 16 },
  ));

test('pages go on where they were while more is written', () =>
  inFolder(async (folder) => {
    const archive = await opened(folder, { blockEvents: 4, segmentBlocks: 3 });
    const asked: ArchiveQuery = { words: [{ text: 'cmd.exe', match: 'whole' }] };
    await archive.append(Array.from({ length: 30 }, (_, i) => entry(i + 1)));
    const seen: string[] = [];
    let next = 31;
    for await (const page of archive.search(asked, { limit: 7 })) {
      if (page.kind === 'refused') assert.fail(page.message);
      seen.push(...places(page.entries));
      await archive.append([entry(next++), entry(next++)]);
      await archive.sealed();
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 30 }, (_, i) => `${30 - i}.0`),
    );
    await archive.close();
  }));
