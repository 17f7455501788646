import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppendOutcome } from '../../src/journal/index.ts';
import { judgeCrash } from './crash-judge.ts';
import { crashStates } from './crash-states.ts';
import { diceBytes, diceOf } from './dice.ts';
import { type Call, type Faults, MemoryDisk } from './memory-disk.ts';
import { contentOf, opened, tryOpen } from './opened.ts';

const FOLDER = '/journal';
const PAUSE_MS = 1000;
/** Behind the header, a frame of one byte, and the head of the next. */
const SECOND_PAYLOAD_AT = 64 + 29 + 24;

/** Fails a call each time from the k-th on, as long as `times` lasts. */
function failing(call: Call, from: number, times: number, code: string): Faults {
  let seen = 0;
  return (called) => {
    if (called !== call) return undefined;
    seen += 1;
    return seen >= from && seen < from + times ? { code } : undefined;
  };
}

interface FaultRun {
  readonly disk: MemoryDisk;
  readonly outcomes: readonly AppendOutcome[];
  readonly given: readonly Buffer[];
  readonly failures: number;
  readonly refused: number;
}

/** Twelve batches given one after another, a pause between any two, over segments of a few. */
async function runWith(faults: Faults): Promise<FaultRun> {
  const disk = new MemoryDisk();
  let nowMs = 0;
  const journal = await opened({
    folder: FOLDER,
    disk,
    nowMs: () => nowMs,
    limits: { rollBytes: 700, pauseMs: PAUSE_MS },
  });
  disk.faults = faults;
  const dice = diceOf(5);
  const given = Array.from({ length: 12 }, (_, i) => Buffer.concat([Buffer.from(`${i} `), diceBytes(dice, 150)]));
  const outcomes: AppendOutcome[] = [];
  for (const payload of given) {
    const outcome = await journal.append([payload]);
    outcomes.push(outcome);
    if (outcome.kind === 'durable') disk.note({ kind: 'acknowledged', position: outcome.position, payload });
    nowMs += PAUSE_MS;
  }
  const { failures, refused } = journal.health();
  return { disk, outcomes, given, failures, refused: refused.full + refused.failed };
}

/** What is wrong with what a crash at the end of a run leaves, in all its ways. */
async function complaintsAtEnd({ disk, given }: FaultRun): Promise<readonly string[]> {
  const found: string[] = [];
  for (const state of crashStates(disk.log, new Map(), diceOf(1))) {
    if (state.point === disk.log.length) found.push(...(await judgeCrash(state, given)).complaints);
  }
  return found;
}

test('L24 one failure of any call at any place is survived: nothing acknowledged is lost, and later batches are taken', async (t) => {
  let runs = 0;
  for (const call of ['write', 'sync', 'create', 'syncFolder', 'truncate'] as const) {
    for (let k = 1; k <= 24; k += 1) {
      const run = await runWith(failing(call, k, 1, 'EIO'));
      runs += 1;
      assert.deepEqual(await complaintsAtEnd(run), [], `${call} ${k}`);
      assert.equal(run.refused, 0, `${call} ${k}: what one file does not take goes to another`);
      assert.equal(run.outcomes.at(-1)?.kind, 'durable');
    }
  }
  t.diagnostic(`${runs} runs`);
});

test('L24 a disk that fails twice refuses the batch; after a pause a new segment takes the next ones', async () => {
  for (const call of ['write', 'sync', 'create', 'syncFolder'] as const) {
    for (const code of ['EIO', 'EROFS']) {
      const run = await runWith(failing(call, 1, 2, code));
      assert.deepEqual(run.outcomes[0], { kind: 'refused', reason: 'failed', retryAfterMs: PAUSE_MS }, call);
      assert.deepEqual(
        run.outcomes.slice(1),
        run.given.slice(1).map((_, i) => ({ kind: 'durable', position: i + 1 })),
        call,
      );
      assert.ok(run.failures >= 2, `${call}: ${run.failures} failures`);
      assert.deepEqual(await complaintsAtEnd(run), [], call);
    }
  }
});

test('L24 a sync that failed is never taken for one that worked: nothing is acknowledged on that file again', async () => {
  const run = await runWith(failing('sync', 4, 1, 'EIO'));
  const lostFrom = run.outcomes.findIndex((outcome) => outcome.kind === 'durable' && outcome.position === 2);
  assert.ok(lostFrom >= 0);
  const writes = run.disk.log.flatMap((operation) => (operation.kind === 'write' ? [operation.file] : []));
  const files = new Set(writes);
  for (const file of files) {
    const last = writes.lastIndexOf(file);
    assert.ok(
      !writes.slice(writes.indexOf(file), last).some((other) => other > file),
      'an earlier file is written after a later one',
    );
  }
  assert.deepEqual(await complaintsAtEnd(run), []);
});

test('a failing disk stays readable, says why it refuses, and does not try during the pause', async () => {
  const disk = new MemoryDisk();
  let nowMs = 0;
  const journal = await opened({
    folder: FOLDER,
    disk,
    nowMs: () => nowMs,
    limits: { pauseMs: PAUSE_MS, unprovenMs: 2 * PAUSE_MS },
  });
  assert.equal((await journal.append([Buffer.from('a')])).kind, 'durable');
  let asked = 0;
  disk.faults = (call) => {
    if (call === 'read' || call === 'open') return undefined;
    asked += 1;
    return { code: 'EROFS' };
  };
  assert.deepEqual(await journal.append([Buffer.from('b')]), {
    kind: 'refused',
    reason: 'failed',
    retryAfterMs: PAUSE_MS,
  });
  const askedBefore = asked;
  nowMs += PAUSE_MS - 1;
  assert.deepEqual(await journal.append([Buffer.from('c')]), { kind: 'refused', reason: 'failed', retryAfterMs: 1 });
  assert.equal(asked, askedBefore);
  const { refusing, degraded, lastFailure } = journal.health();
  assert.deepEqual([refusing, lastFailure?.code], ['failed', 'EROFS']);
  assert.match(degraded[0] ?? '', /^the disk does not take new batches: .*EROFS$/);
  const first = await journal.read(1).next();
  assert.equal(Buffer.from(first.value?.payload ?? []).toString(), 'a');
  nowMs += PAUSE_MS;
  assert.equal(journal.health().refusing, 'failed');
  nowMs += 1;
  assert.equal(journal.health().refusing, undefined);
  disk.faults = (): undefined => undefined;
  assert.deepEqual(await journal.append([Buffer.from('d')]), { kind: 'durable', position: 2 });
  assert.deepEqual(journal.health().degraded, []);
});

test('what a failed file still shows does not count beside the segment after it, be it the same batch or another', async () => {
  const cases: readonly (readonly [fails: ReadonlySet<Call>, expected: readonly string[]])[] = [
    [new Set(['sync', 'truncate']), ['1a', '2b', '3c']],
    [new Set(['sync', 'truncate', 'create']), ['1a', '2c']],
  ];
  for (const [fails, expected] of cases) {
    const disk = new MemoryDisk();
    let nowMs = 0;
    const journal = await opened({ folder: FOLDER, disk, nowMs: () => nowMs, limits: { pauseMs: PAUSE_MS } });
    await journal.append([Buffer.from('a')]);
    let syncs = 0;
    disk.faults = (call) => {
      if (call === 'sync') syncs += 1;
      return fails.has(call) && (call !== 'sync' || syncs === 1) ? { code: 'EIO' } : undefined;
    };
    await journal.append([Buffer.from('b')]);
    disk.faults = (): undefined => undefined;
    nowMs += PAUSE_MS;
    await journal.append([Buffer.from('c')]);
    // No close: the process is killed, and the next one sees the pages of both files.
    const left = new MemoryDisk(disk.contents());
    assert.equal(left.contents().size, 2);
    const again = await opened({ folder: FOLDER, disk: left });
    assert.deepEqual(again.health().degraded, []);
    assert.deepEqual(
      (await contentOf(again)).map(({ position, payload }) => `${position}${payload}`),
      expected,
    );
  }
});

test('what a start reads of a group whose sync failed is on the disk before it is served', async () => {
  const disk = new MemoryDisk();
  const journal = await opened({ folder: FOLDER, disk });
  const given = ['a', 'b'].map((text) => Buffer.from(text));
  await journal.append(given.slice(0, 1));
  disk.faults = (call) => (call === 'sync' || call === 'truncate' || call === 'create' ? { code: 'EIO' } : undefined);
  assert.equal((await journal.append(given.slice(1))).kind, 'refused');
  disk.faults = (): undefined => undefined;
  // The same machine goes on: it shows the pages of `b`, and calls them clean.
  const served = await contentOf(await opened({ folder: FOLDER, disk }));
  assert.equal(served.length, 2);
  for (const { position, payload } of served) disk.note({ kind: 'acknowledged', position, payload });
  for (const state of crashStates(disk.log, new Map(), diceOf(1))) {
    if (state.point === disk.log.length) assert.deepEqual((await judgeCrash(state, given)).complaints, []);
  }
});

test('L24 a full disk refuses cleanly, lets go of the reserve, and takes batches again when there is room', async () => {
  const disk = new MemoryDisk();
  disk.capacity = 8000;
  let nowMs = 0;
  const limits = { pauseMs: PAUSE_MS, reserveBytes: 2000, spaceEveryMs: 0 };
  const journal = await opened({ folder: FOLDER, disk, nowMs: () => nowMs, limits });
  assert.equal(journal.health().reserve, 'held');
  const dice = diceOf(9);
  const given: Buffer[] = [];
  let outcome: AppendOutcome = { kind: 'durable', position: 0 };
  while (outcome.kind === 'durable') {
    given.push(diceBytes(dice, 700));
    outcome = await journal.append([given.at(-1) ?? Buffer.alloc(0)]);
  }
  given.pop();
  assert.deepEqual(outcome, { kind: 'refused', reason: 'full', retryAfterMs: PAUSE_MS });
  assert.deepEqual([journal.health().reserve, journal.health().refusing], ['released', 'full']);
  const size = disk.contents().get('seg-0000000000000001.log')?.length;
  assert.equal(size, 64 + given.length * 728, 'the part that was written is cut off again');
  nowMs += PAUSE_MS;
  disk.capacity = 20_000;
  assert.deepEqual(await journal.append([Buffer.from('room')]), { kind: 'durable', position: given.length + 1 });
  await journal.close();
  assert.equal(journal.health().reserve, 'held');
  const again = await opened({ folder: FOLDER, disk });
  assert.deepEqual(
    (await contentOf(again)).map(({ payload }) => payload),
    [...given, Buffer.from('room')],
  );
});

test('L24 a full disk that has room again is told by the health alone: who asks first whether it is ready sends nothing before', async () => {
  const disk = new MemoryDisk();
  let nowMs = 0;
  const journal = await opened({ folder: FOLDER, disk, nowMs: () => nowMs, limits: { pauseMs: PAUSE_MS } });
  nowMs += PAUSE_MS;
  disk.space = { freeBytes: 0, totalBytes: 1000 };
  const later = async (): Promise<string | undefined> => {
    journal.health();
    await new Promise((resolve) => setImmediate(resolve));
    return journal.health().refusing;
  };
  nowMs += 60_000;
  assert.equal(await later(), 'full');
  disk.space = { freeBytes: 900, totalBytes: 1000 };
  assert.equal(await later(), 'full', 'it was asked a moment ago');
  nowMs += PAUSE_MS;
  assert.equal(await later(), undefined);
  await journal.close();
});

test('free space: each share on both its sides', async () => {
  const disk = new MemoryDisk();
  let nowMs = 0;
  const limits = { warnShare: 0.15, lowShare: 0.05, refuseShare: 0.02, spaceEveryMs: 1, pauseMs: 1 };
  const journal = await opened({ folder: FOLDER, disk, nowMs: () => nowMs, limits });
  const seen: (readonly [number, string, string])[] = [];
  for (const freeBytes of [151, 150, 51, 50, 21, 20, 21]) {
    nowMs += 1;
    disk.space = { freeBytes, totalBytes: 1000 };
    const outcome = await journal.append([Buffer.from('a')]);
    seen.push([freeBytes, journal.health().space.state, outcome.kind === 'durable' ? 'taken' : outcome.reason]);
  }
  assert.deepEqual(seen, [
    [151, 'ok', 'taken'],
    [150, 'warn', 'taken'],
    [51, 'warn', 'taken'],
    [50, 'low', 'taken'],
    [21, 'low', 'taken'],
    [20, 'refusing', 'full'],
    [21, 'low', 'taken'],
  ]);
});

test('a read-only disk still serves what it holds; a start that can write mends it', async () => {
  const disk = new MemoryDisk();
  const journal = await opened({ folder: FOLDER, disk });
  await journal.append([Buffer.from('a')]);
  const torn = new Map([...disk.contents()].map(([name, bytes]) => [name, Buffer.concat([bytes, Buffer.alloc(40)])]));
  const left = new MemoryDisk(torn);
  const isChange = (call: Call): boolean => call !== 'names' && call !== 'read' && call !== 'open';
  let isReadOnly = true;
  left.faults = (call) => (isReadOnly && isChange(call) ? { code: 'EROFS' } : undefined);
  const reading = await opened({ folder: FOLDER, disk: left });
  assert.deepEqual((await reading.append([Buffer.from('b')])).kind, 'refused');
  assert.deepEqual(
    (await contentOf(reading)).map(({ payload }) => payload.toString()),
    ['a'],
  );
  assert.deepEqual([...left.contents()], [...torn]);
  isReadOnly = false;
  const mended = await opened({ folder: FOLDER, disk: left });
  assert.deepEqual(mended.health().tornTails, [{ name: 'seg-0000000000000001.log', at: 93, cutBytes: 40 }]);
  assert.deepEqual(await mended.append([Buffer.from('c')]), { kind: 'durable', position: 2 });
});

test('a start that cannot sync or read what it found says so and serves nothing of it', async () => {
  const disk = new MemoryDisk();
  const journal = await opened({ folder: FOLDER, disk });
  await journal.append([Buffer.from('a')]);
  for (const call of ['sync', 'read', 'names', 'open'] as const) {
    const left = new MemoryDisk(disk.contents());
    left.faults = (called) => (called === call ? { code: 'EIO' } : undefined);
    const outcome = await tryOpen({ folder: FOLDER, disk: left });
    assert.ok(outcome.kind === 'problem', call);
    assert.match(outcome.problem.text, /^cannot open the journal in \/journal: .*EIO/);
  }
});

test('damage in the middle: the segment is set aside and served as far as it verifies; nothing is cut', async () => {
  const disk = new MemoryDisk();
  const journal = await opened({ folder: FOLDER, disk });
  for (const text of ['a', 'b', 'c', 'd']) await journal.append([Buffer.from(text)]);
  const name = 'seg-0000000000000001.log';
  const whole = disk.contents().get(name) ?? Buffer.alloc(0);
  const broken = Buffer.from(whole);
  broken.writeUInt8(0x7a, SECOND_PAYLOAD_AT);
  const left = new MemoryDisk(new Map([[name, broken]]));
  const again = await opened({ folder: FOLDER, disk: left });
  assert.deepEqual(again.health().setAside, ['seg-0000000000000001.aside']);
  assert.deepEqual(await again.append([Buffer.from('e')]), { kind: 'durable', position: 5 });
  await again.release(5);
  assert.deepEqual(
    (await contentOf(again)).map(({ position, payload }) => `${position}${payload}`),
    ['1a', '3c', '4d', '5e'],
  );
  assert.deepEqual(left.contents().get('seg-0000000000000001.aside'), broken);
  const third = await opened({ folder: FOLDER, disk: left });
  assert.deepEqual([third.durable, third.health().setAside], [5, ['seg-0000000000000001.aside']]);
});

test('damage in a sealed segment is found when it is read, and the segment is set aside', async () => {
  const disk = new MemoryDisk();
  const journal = await opened({ folder: FOLDER, disk });
  for (const text of ['a', 'b', 'c']) await journal.append([Buffer.from(text)]);
  await journal.close();
  const name = 'seg-0000000000000001.log';
  const broken = Buffer.from(disk.contents().get(name) ?? []);
  broken.writeUInt8(0x7a, SECOND_PAYLOAD_AT);
  const left = new MemoryDisk(new Map([[name, broken]]));
  const again = await opened({ folder: FOLDER, disk: left });
  assert.deepEqual(again.health().setAside, []);
  const reading = again.read(1);
  assert.deepEqual([(await reading.next()).value?.position, (await reading.next()).value?.position], [1, 3]);
  await reading.return();
  await again.close();
  assert.deepEqual(again.health().setAside, ['seg-0000000000000001.aside']);
  assert.deepEqual([...left.contents().keys()], ['seg-0000000000000001.aside']);
});

test('a position that the store knows is never given again, whatever was lost', async () => {
  const disk = new MemoryDisk();
  const journal = await opened({ folder: FOLDER, disk });
  await journal.append([Buffer.from('a')]);
  await journal.close();
  const again = await opened({ folder: FOLDER, disk, knownPosition: 4 });
  assert.deepEqual(again.health().gaps, [{ from: 2, to: 4 }]);
  assert.deepEqual(await again.append([Buffer.from('b')]), { kind: 'durable', position: 5 });
});
