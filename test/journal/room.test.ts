import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Journal } from '../../src/journal/index.ts';
import { MemoryDisk } from './memory-disk.ts';
import { opened } from './opened.ts';

const FOLDER = '/journal';
const HOUR_MS = 3_600_000;
const START_MS = 1_790_000_000_000;

/** Nine batches in five segments, the last of which is being written. */
async function filled(disk: MemoryDisk): Promise<Journal> {
  const journal = await opened({ folder: FOLDER, disk, limits: { rollBytes: 400 } });
  for (let i = 1; i <= 9; i += 1) await journal.append([randomBytes(90)]);
  return journal;
}

/** Leaves a share of a disk free, by its size. */
function leaveFree(disk: MemoryDisk, share: number): void {
  const used = [...disk.contents().values()].reduce((sum, { length }) => sum + length, 0);
  disk.capacity = used / (1 - share);
}

test('with too little room the oldest segments below a position go, until there is room, and are counted', async () => {
  const disk = new MemoryDisk();
  const journal = await filled(disk);
  leaveFree(disk, 0.01);
  assert.deepEqual(await journal.makeRoom(1, 0.2), { segments: 0, bytes: 0 });
  const first = await journal.makeRoom(8, 0.2);
  assert.deepEqual({ ...first, bytes: first.bytes > 0 }, { segments: 1, bytes: true });
  assert.deepEqual(await journal.makeRoom(8, 0.2), { segments: 0, bytes: 0 });
  // What stands above the position stays, however little room there is; so does the newest.
  assert.equal((await journal.makeRoom(6, 1)).segments, 1);
  assert.equal((await journal.makeRoom(100, 1)).segments, 2);
  const { first: held, segments, early, degraded } = journal.health();
  assert.deepEqual({ held, segments, early }, { held: 9, segments: 1, early: 4 });
  assert.match(degraded.join(), /4 segments went before their time for want of room/);
  await journal.close();
});

test('room is made below what calls the disk low, whatever share is asked for, and not where free space is unknown', async () => {
  const disk = new MemoryDisk();
  const journal = await filled(disk);
  disk.space = { freeBytes: 0, totalBytes: 0 };
  assert.equal((await journal.makeRoom(9, 0.5)).segments, 0);
  disk.space = { freeBytes: 4, totalBytes: 100 };
  assert.equal((await journal.makeRoom(4, 0)).segments, 1);
  disk.space = { freeBytes: 5, totalBytes: 100 };
  assert.equal((await journal.makeRoom(9, 0)).segments, 0);
  await journal.close();
});

test('a segment that is being read stays, and all behind it', async () => {
  const disk = new MemoryDisk();
  const journal = await filled(disk);
  const reading = journal.read(1);
  await reading.next();
  assert.equal((await journal.makeRoom(9, 1.1)).segments, 0);
  await reading.return();
  assert.equal((await journal.makeRoom(9, 1.1)).segments, 4);
  await journal.close();
});

test('where the first batch of a time lies is known by the headers of segments, also after a start, and nothing is read', async () => {
  const disk = new MemoryDisk();
  let nowMs = START_MS;
  const open = (): Promise<Journal> =>
    opened({ folder: FOLDER, disk, nowMs: () => nowMs, limits: { rollMs: HOUR_MS } });
  const first = await open();
  assert.deepEqual(first.placeSince(0), { from: 1, to: 1 });
  // Two batches an hour: positions 1 and 2, 3 and 4, 5 and 6.
  for (const atMs of [0, 0.5, 1, 1.5, 2, 2.5]) {
    nowMs = START_MS + atMs * HOUR_MS;
    await first.append([randomBytes(90)]);
  }
  await first.close();
  const second = await open();
  const read: string[] = [];
  disk.faults = (call, name) => {
    read.push(`${call} ${name}`);
    return undefined;
  };
  const placeAfter = (hours: number): unknown => second.placeSince(START_MS + hours * HOUR_MS);
  assert.deepEqual(placeAfter(-1), { from: 1, to: 3 });
  assert.deepEqual(placeAfter(1), { from: 1, to: 3 });
  assert.deepEqual(placeAfter(1.1), { from: 3, to: 5 });
  assert.deepEqual(placeAfter(2.1), { from: 5, to: 7 });
  assert.deepEqual(placeAfter(9), { from: 5, to: 7 });
  assert.deepEqual(read, []);
  await second.close();
});
