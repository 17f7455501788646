import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { Candidates } from '../../src/archive/candidates.ts';
import { nodeFiles } from '../../src/archive/files.ts';
import type { ArchiveQuery } from '../../src/archive/index.ts';
import { type BlockRow, IndexFile } from '../../src/archive/index-file.ts';
import { grown, newRow } from '../../src/archive/recover.ts';
import { surveyOf } from '../../src/archive/survey.ts';
import { entry, inFolder, NOW_MS, opened, value } from './opened.ts';

const DAY = 86_400_000;

test('G11 the index tells events by time and what of a query stands in no block, without reading an event', () =>
  inFolder(async (folder) => {
    const archive = await opened(folder, { blockEvents: 4, segmentBlocks: 3 });
    for (let position = 1; position <= 40; position++) {
      const ms = NOW_MS + (position <= 30 ? 0 : DAY);
      const time = position === 40 ? null : { ms, ticks: 0 };
      value(await archive.append([entry(position, { time })], position));
    }
    value(await archive.flush());
    const within = { from: { ms: NOW_MS - DAY, ticks: 0 }, to: { ms: NOW_MS + 2 * DAY, ticks: 0 } };
    const seen = value(await archive.survey({ query: within, bins: 3 }));
    assert.equal(seen.bins.length, 3);
    assert.deepEqual(seen.bins[0], { fromMs: NOW_MS - DAY, count: 0 });
    // A block that spans both days is spread over them: the sum is what is sure.
    const [, first = assert.fail(), second = assert.fail()] = seen.bins;
    assert.ok(first.count >= 26 && second.count >= 6, JSON.stringify(seen.bins));
    assert.ok(Math.abs(first.count + second.count - 39) <= 1, JSON.stringify(seen));
    const query = {
      hosts: ['ws-07.corp.example', 'nobody'],
      channels: ['Security', 'System'],
      eventIds: [4624, 1],
      words: ['cmd.exe', 'run7', 'nowhere', 'x'].map((text) => ({ text, match: 'whole' as const })),
    };
    const { absent, toMs } = value(await archive.survey({ query, bins: 1 }));
    assert.deepEqual(
      absent.map(({ kind, value: of }) => `${kind} ${of}`),
      ['host nobody', 'channel System', 'event 1', 'word nowhere'],
    );
    assert.equal(toMs, NOW_MS + DAY + 1);
    const none = value(await archive.survey({ query: { from: { ms: NOW_MS + 9 * DAY, ticks: 0 } }, bins: 5 }));
    assert.deepEqual([none.bins, none.events, none.blocks], [[], 0, 0]);
  }));

test('a segment that is sealed while it is looked at still tells what stands nowhere', () =>
  inFolder(async (folder) => {
    const archive = await opened(folder, { blockEvents: 4, segmentBlocks: 1000 });
    value(await archive.append([entry(1)], 1));
    value(await archive.flush());
    await archive.close();
    const writer = new IndexFile(folder, 'write');
    const index = new IndexFile(folder, 'read');
    class SealedMeanwhile extends Candidates {
      override mayHold(...of: Parameters<Candidates['mayHold']>): boolean {
        for (const { id } of writer.segments()) writer.seal(id);
        return super.mayHold(...of);
      }
    }
    const candidates = new SealedMeanwhile(nodeFiles(folder), index);
    const query = { hosts: ['nobody'], channels: ['System'], eventIds: [4624, 1] };
    const { absent } = value(surveyOf({ index, candidates }, { query, bins: 1 }));
    assert.deepEqual(
      absent.map(({ value: of }) => of),
      ['nobody', 'System', '1'],
    );
    assert.equal(index.filter(1), undefined);
    index.close();
    writer.close();
  }));

test('an empty archive has nothing to tell, and what is named stands nowhere', () =>
  inFolder(async (folder) => {
    const archive = await opened(folder);
    const { bins, events, absent } = value(await archive.survey({ query: { hosts: ['a'] }, bins: 2 }));
    assert.deepEqual([bins, events, absent], [[], 0, [{ kind: 'host', value: 'a' }]]);
  }));

const SEGMENTS = 75;
const SEGMENT_BLOCKS = 4000;
/** What an index does not keep of the header of a block. */
const ANY_HEADER = {
  ...{ stream: 0, writtenMs: NOW_MS, position: 1, item: 0, inGroup: 0, archived: 0 },
  ...{ sha256: Buffer.alloc(32), crc: 0 },
};

/** The index of a quiet network: a block a second, some without a time; a segment is as full as it gets. */
function quietIndex(folder: string): { readonly index: IndexFile; readonly blocks: readonly BlockRow[] } {
  mkdirSync(folder, { recursive: true });
  const index = new IndexFile(folder, 'write');
  assert.equal(index.settle(), 'current');
  const blocks: BlockRow[] = [];
  index.transaction(() => {
    for (let id = 1; id <= SEGMENTS; id++) {
      let row = newRow({ id, stream: 0, name: `${id}` }, NOW_MS);
      for (let ordinal = 0; ordinal < SEGMENT_BLOCKS; ordinal++) {
        const second = (id - 1) * SEGMENT_BLOCKS + ordinal;
        const isTimeless = second % 997 === 0;
        const t0 = isTimeless ? Number.POSITIVE_INFINITY : NOW_MS + 1000 * second;
        const t1 = isTimeless ? Number.NEGATIVE_INFINITY : t0 + (second % 1700);
        const count = 1 + (second % 9);
        const header = { ...ANY_HEADER, ordinal, first: 10 * second + 1, stored: 100, length: 100, count, t0, t1 };
        const offset = 200 * ordinal;
        index.putBlock(id, offset, header, undefined);
        blocks.push({ ordinal, first: header.first, offset, stored: 100, count, t0, t1 });
        row = grown(row, [{ offset, header }]);
      }
      index.putSegment(row);
    }
  });
  return { index, blocks };
}

/** The same as is said of a survey, block by block over all of them. */
function plainSurvey(blocks: readonly BlockRow[], { from, to }: ArchiveQuery, bins: number) {
  const timed = blocks.filter(({ t0 }) => Number.isFinite(t0));
  const fromMs = from?.ms ?? timed.reduce((least, { t0 }) => Math.min(least, t0), Number.POSITIVE_INFINITY);
  const toMs = to?.ms ?? timed.reduce((most, { t1 }) => Math.max(most, t1), Number.NEGATIVE_INFINITY) + 1;
  const within = timed.filter(({ t0, t1 }) => t1 >= fromMs && t0 < toMs);
  const width = (toMs - fromMs) / bins;
  const counts = Array.from({ length: bins }, () => 0);
  for (const { t0, t1, count } of within) {
    for (let at = 0; at < bins; at++) {
      const part = Math.min(t1 + 1, fromMs + (at + 1) * width) - Math.max(t0, fromMs + at * width);
      if (part > 0) counts[at] = (counts[at] ?? 0) + (part * count) / (t1 - t0 + 1);
    }
  }
  const isTimeless = ({ t0 }: BlockRow): boolean => !Number.isFinite(t0);
  return {
    fromMs: within.length === 0 ? [] : counts.map((_, at) => Math.floor(fromMs + (at * (toMs - fromMs)) / bins)),
    counts: within.length === 0 ? [] : counts,
    toMs: within.length === 0 ? 0 : toMs,
    blocks: within.length,
    timeless: blocks.filter(isTimeless).reduce((sum, { count }) => sum + count, 0),
  };
}

test('G11 a survey of an archive of 300,000 blocks tells what each of them tells, whatever the span', () =>
  inFolder(async (folder) => {
    const { index, blocks } = quietIndex(folder);
    const parts = { index, candidates: new Candidates(nodeFiles(folder), index) };
    const at = (second: number): { readonly ms: number; readonly ticks: number } => ({
      ms: NOW_MS + 1000 * second,
      ticks: 0,
    });
    const spans: readonly ArchiveQuery[] = [
      {},
      { from: at(200_000) },
      { to: at(4000) },
      { from: at(3990), to: at(8010) },
      { from: at(5000), to: at(5001) },
      { from: at(400_000) },
      { to: at(-1) },
    ];
    for (const query of spans) {
      const seen = value(surveyOf(parts, { query, bins: 20 }));
      const { counts, ...plain } = plainSurvey(blocks, query, 20);
      const { bins, toMs, blocks: found, timeless } = seen;
      assert.deepEqual({ fromMs: bins.map(({ fromMs }) => fromMs), toMs, blocks: found, timeless }, plain);
      for (const [bin, { count }] of bins.entries()) {
        // Between two bins a millisecond is nobody's.
        assert.ok(
          Math.abs(count - (counts[bin] ?? 0)) <= 9,
          `${JSON.stringify(query)} ${bin}: ${count} ${counts[bin]}`,
        );
      }
    }
    index.close();
  }));
