import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Journal, type JournalLimits, nodeDisk, openJournal } from './index.ts';

const STORE_ID = Buffer.from('0123456789abcdef');

async function opened(folder: string, limits: Partial<JournalLimits> = {}, knownPosition = 0): Promise<Journal> {
  const all = { reserveBytes: 0, refuseShare: 0, ...limits };
  const outcome = await openJournal({
    folder,
    disk: nodeDisk,
    nowMs: () => Date.now(),
    storeId: STORE_ID,
    knownPosition,
    limits: all,
  });
  if (outcome.kind === 'problem') assert.fail(outcome.problem.text);
  return outcome.journal;
}

async function taken(journal: Journal, from: number): Promise<readonly [number, string][]> {
  const found: [number, string][] = [];
  if (journal.durable < from) return found;
  for await (const { position, payload } of journal.read(from)) {
    found.push([position, Buffer.from(payload).toString()]);
    if (position === journal.durable) break;
  }
  return found;
}

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const parent = mkdtempSync(join(tmpdir(), 'triad-journal-'));
  try {
    await run(`${parent}/journal`);
  } finally {
    rmSync(parent, { recursive: true });
  }
}

test('L24 what was given is there after a start, in order, under the positions that were answered', () =>
  inFolder(async (folder) => {
    const first = await opened(folder);
    const outcomes = await Promise.all(
      ['a', 'b', 'c'].map((text) => first.append([Buffer.from(text), Buffer.from('!')])),
    );
    assert.deepEqual(
      outcomes,
      [1, 2, 3].map((position) => ({ kind: 'durable', position })),
    );
    await first.close();
    const second = await opened(folder);
    assert.deepEqual(await second.append([Buffer.from('d')]), { kind: 'durable', position: 4 });
    assert.deepEqual(await taken(second, 1), [
      [1, 'a!'],
      [2, 'b!'],
      [3, 'c!'],
      [4, 'd'],
    ]);
    assert.deepEqual(await taken(second, 3), [
      [3, 'c!'],
      [4, 'd'],
    ]);
    await second.close();
  }));

test('L22 folder and files are for their owner alone', () =>
  inFolder(async (folder) => {
    const journal = await opened(folder, { reserveBytes: 4096 });
    await journal.append([Buffer.from('a')]);
    const modes = ['', '/seg-0000000000000001.log', '/reserve'].map((name) => statSync(folder + name).mode & 0o777);
    assert.deepEqual(modes, [0o700, 0o600, 0o600]);
    await journal.close();
  }));

test('a reader waits at the end, gets each batch as it becomes durable, and ends with its signal or the journal', () =>
  inFolder(async (folder) => {
    const journal = await opened(folder);
    const stop = new AbortController();
    const stopped: number[] = [];
    const all: number[] = [];
    const readers = [
      (async () => {
        for await (const { position } of journal.read(1, { signal: stop.signal })) stopped.push(position);
      })(),
      (async () => {
        for await (const { position } of journal.read(2)) all.push(position);
      })(),
    ];
    await journal.append([Buffer.from('a')]);
    await journal.append([Buffer.from('b')]);
    while (stopped.length < 2) await new Promise(setImmediate);
    stop.abort();
    await readers[0];
    await journal.append([Buffer.from('c')]);
    await journal.close();
    await readers[1];
    assert.deepEqual({ stopped, all }, { stopped: [1, 2], all: [2, 3] });
    assert.deepEqual(await journal.append([Buffer.from('d')]), { kind: 'refused', reason: 'closed' });
  }));

test('L15 what waits is bounded in bytes, one batch always fits, and one that never fits is told so', () =>
  inFolder(async (folder) => {
    const journal = await opened(folder, { maxWaitingBytes: 1000, maxPayloadBytes: 2000 });
    const [large, small] = await Promise.all([journal.append([Buffer.alloc(2000)]), journal.append([Buffer.alloc(1)])]);
    assert.equal(large?.kind, 'durable');
    assert.deepEqual(small, { kind: 'refused', reason: 'busy', retryAfterMs: 100 });
    const both = await Promise.all([journal.append([Buffer.alloc(999)]), journal.append([Buffer.alloc(1)])]);
    assert.deepEqual(
      both.map(({ kind }) => kind),
      ['durable', 'durable'],
    );
    assert.deepEqual(await journal.append([Buffer.alloc(2001)]), { kind: 'refused', reason: 'tooLarge' });
    assert.deepEqual(journal.health().refused, { busy: 1, full: 0, failed: 0, closed: 0, tooLarge: 1 });
    await journal.close();
  }));

test('a reader that is given an end waits for nothing: not for more, and not for what was lost', () =>
  inFolder(async (folder) => {
    const first = await opened(folder, { rollBytes: 400 });
    for (let i = 1; i <= 9; i += 1) await first.append([randomBytes(90)]);
    const read = async (journal: Journal, from: number, to: number): Promise<readonly number[]> => {
      const found: number[] = [];
      for await (const { position } of journal.read(from, { to })) found.push(position);
      return found;
    };
    assert.deepEqual(await read(first, 1, 9), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.deepEqual(await read(first, 4, 6), [4, 5, 6]);
    assert.deepEqual(await read(first, 7, 3), []);
    await first.close();
    // The frames are gone, and others know how far they went.
    rmSync(folder, { recursive: true });
    const second = await opened(folder, {}, 9);
    assert.equal(second.durable, 9);
    assert.deepEqual(await read(second, 1, second.durable), []);
    assert.deepEqual(await second.append([Buffer.from('x')]), { kind: 'durable', position: 10 });
    assert.deepEqual(await read(second, 1, 10), [10]);
    await second.close();
  }));

test('whole segments below a position are released, but not the newest and not one that is being read', () =>
  inFolder(async (folder) => {
    const journal = await opened(folder, { rollBytes: 400 });
    for (let i = 1; i <= 9; i += 1) await journal.append([randomBytes(90)]);
    assert.equal(journal.health().segments, 5);
    const reading = journal.read(1);
    await reading.next();
    await journal.release(5);
    assert.equal(journal.health().first, 1);
    await reading.return();
    await journal.release(4);
    assert.equal(journal.health().first, 3);
    await journal.release(100);
    assert.deepEqual({ first: journal.health().first, segments: journal.health().segments }, { first: 9, segments: 1 });
    await journal.close();
    const again = await opened(folder);
    assert.equal(again.durable, 9);
    await again.close();
  }));

test('batches that are durable with one write are told as one group, with the events that they hold', () =>
  inFolder(async (folder) => {
    const groups: unknown[] = [];
    const outcome = await openJournal({
      folder,
      disk: nodeDisk,
      nowMs: () => Date.now(),
      storeId: STORE_ID,
      limits: { reserveBytes: 0, refuseShare: 0 },
      onGroup: (group) => groups.push(group),
    });
    if (outcome.kind === 'problem') assert.fail(outcome.problem.text);
    const { journal } = outcome;
    await Promise.all([journal.append([Buffer.from('a')], 3), journal.append([Buffer.from('b')], 4)]);
    await journal.append([Buffer.from('c')]);
    assert.deepEqual(groups, [
      { batches: 2, events: 7 },
      { batches: 1, events: 1 },
    ]);
    await journal.close();
    await journal.append([Buffer.from('d')], 9);
    assert.equal(groups.length, 2, 'what is refused is none');
  }));
