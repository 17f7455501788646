import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Journal } from '../../src/journal/index.ts';
import { type EnvelopeHeader, packEnvelope } from '../../src/receive/index.ts';
import { Log } from '../../src/serve/log.ts';
import { type ReleaseParts, releaseJournal } from '../../src/serve/release-journal.ts';
import { positionSince } from '../../src/serve/start-of.ts';
import { MemoryDisk } from '../journal/memory-disk.ts';
import { opened } from '../journal/opened.ts';

const HOUR_MS = 3_600_000;
const START_MS = 1_790_000_000_000;
const HOURS = 20;

interface Held {
  readonly disk: MemoryDisk;
  readonly journal: Journal;
  /** Calls of the disk that read, by the file. */
  readonly reads: string[];
}

/** A journal with three batches an hour, each hour a segment: positions 1 to 3, 4 to 6 and so on. */
async function held(): Promise<Held> {
  const disk = new MemoryDisk();
  let nowMs = START_MS;
  const journal = await opened({ folder: '/journal', disk, nowMs: () => nowMs, limits: { rollMs: HOUR_MS } });
  for (let at = 0; at < HOURS * 3; at++) {
    nowMs = START_MS + Math.floor(at / 3) * HOUR_MS + (at % 3) * 60_000;
    await journal.append(packEnvelope(header(at, nowMs), randomBytes(300)));
  }
  const reads: string[] = [];
  disk.faults = (call, name) => {
    if (call === 'open' || call === 'read') reads.push(name);
    return undefined;
  };
  return { disk, journal, reads };
}

function header(at: number, receivedMs: number): EnvelopeHeader {
  const by = { sender: 'ws-07', key: 'k', trust: 'authenticated', protocol: 'ndjson', peer: 'p' } as const;
  return { format: 1, ...by, batch: `b${at}`, digest: 'd'.repeat(64), receivedMs };
}

/** Ten hours are kept, five percent stay free; everything is judged and archived unless said otherwise. */
function release(
  journal: Journal,
  {
    judged = 60,
    fed = 60,
    archived = 60,
    atHour = 0,
    image,
  }: Partial<Record<'judged' | 'fed' | 'archived' | 'atHour' | 'image', number>>,
): { readonly done: Promise<void>; readonly log: string[] } {
  const log: string[] = [];
  const nowMs = (): number => START_MS + atHour * HOUR_MS;
  const settings = { journal: { keepTime: 10 * HOUR_MS }, archive: { leastFree: 5 } };
  const parts: ReleaseParts = {
    journal,
    reader: { judged, fed },
    images: { neededFrom: image },
    archiver: { position: archived },
    log: new Log((line) => log.push(line), 'info', nowMs),
    request: { nowMs, settings },
  };
  return { done: releaseJournal(parts), log };
}

test('what was kept for its time goes, and not a byte of the journal is read for it', async () => {
  const { journal, reads } = await held();
  await release(journal, { atHour: 15 }).done;
  // The sixth hour began five hours after the start: what lies before it may hold a batch of that moment.
  assert.equal(journal.health().first, 13);
  await release(journal, { atHour: 15.5 }).done;
  assert.equal(journal.health().first, 16);
  assert.deepEqual(reads, []);
  await journal.close();
});

test('where the window begins is looked for in one segment alone', async () => {
  const { journal, reads } = await held();
  assert.equal(await positionSince(journal, START_MS + 7 * HOUR_MS + 60_000), 23);
  assert.deepEqual([...new Set(reads)], ['seg-0000000000000022.log']);
  assert.equal(await positionSince(journal, START_MS + 7 * HOUR_MS + 121_000), 25);
  assert.equal(await positionSince(journal, START_MS + 90 * HOUR_MS), 61);
  assert.equal(await positionSince(journal, 0), 1);
  await journal.close();
});

test('with too little room the journal yields before its time, of what is judged, archived and read for the window alone', async () => {
  const { disk, journal } = await held();
  // Less than the archive wants free, so that it would let go of its own next.
  disk.space = { freeBytes: 55, totalBytes: 1000 };
  for (const behind of [{ judged: 5 }, { fed: 8 }, { archived: 11 }]) {
    const { done, log } = release(journal, behind);
    await done;
    assert.match(log.join(), /journal let go of.*"early":1/);
  }
  assert.equal(journal.health().first, 10);
  disk.space = { freeBytes: 61, totalBytes: 1000 };
  const { done, log } = release(journal, {});
  await done;
  assert.deepEqual([journal.health().first, log], [10, []]);
  await journal.close();
});

test('what proves the image of the window stays, whatever else may go', async () => {
  const { journal } = await held();
  await release(journal, { atHour: 100, image: 30 }).done;
  const { first } = journal.health();
  assert.ok(first > 1 && first <= 30, `${first}`);
});
