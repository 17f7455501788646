import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DiskPort } from '../../src/journal/index.ts';
import { recordRun, tallyCrashes } from './crash-run.ts';
import type { MemoryDisk } from './memory-disk.ts';

test('L24 whatever a crash leaves, each acknowledged batch is there once and in order, and nothing is half there', async (t) => {
  const run = await recordRun({ seed: 1, rounds: 26 });
  const { points, states, complaints } = await tallyCrashes(run, { seed: 2, keepEvery: 1, nestedEvery: 40 });
  t.diagnostic(`${points} crash points, ${states} states`);
  assert.deepEqual(complaints.slice(0, 5), []);
  assert.ok(points > 150, `${points} points`);
});

test('L24 a crash on a disk that fails now and then loses nothing that was acknowledged either', async (t) => {
  const run = await recordRun({ seed: 3, rounds: 20, failEvery: 12 });
  const { points, states, complaints } = await tallyCrashes(run, { seed: 2, keepEvery: 8, nestedEvery: 100 });
  t.diagnostic(`${points} crash points, ${states} states, ${run.refused} of ${run.given.length} batches refused`);
  assert.deepEqual(complaints.slice(0, 5), []);
  assert.ok(run.refused > 0 && run.refused < run.given.length / 2);
});

/** The disk as a journal sees it that forgets one thing. */
function forgetful(changes: (disk: MemoryDisk) => Partial<DiskPort>): (disk: MemoryDisk) => DiskPort {
  return (disk) => ({
    open: (path, how) => disk.open(path, how),
    makeFolder: () => disk.makeFolder(),
    names: () => disk.names(),
    syncFolder: () => disk.syncFolder(),
    rename: (from, to) => disk.rename(from, to),
    unlink: (path) => disk.unlink(path),
    sizeOf: (path) => disk.sizeOf(path),
    freeSpace: () => disk.freeSpace(),
    ...changes(disk),
  });
}

test('L27 a journal that answers before the sync, or never syncs its folder, is found', async () => {
  const planted: readonly (readonly [string, (disk: MemoryDisk) => DiskPort])[] = [
    [
      'without datasync',
      forgetful((disk) => ({
        open: async (path, how) => ({ ...(await disk.open(path, how)), datasync: async () => {} }),
      })),
    ],
    ['without a sync of the folder', forgetful(() => ({ syncFolder: async () => {} }))],
  ];
  for (const [what, port] of planted) {
    const run = await recordRun({ seed: 1, rounds: 4, port });
    const { complaints } = await tallyCrashes(run, { seed: 2, keepEvery: 1, nestedEvery: 1000 });
    assert.ok(
      complaints.some((text) => /acknowledged \d+ is lost/.test(text)),
      what,
    );
  }
});
