import assert from 'node:assert/strict';
import { test } from 'node:test';
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

test('an empty archive has nothing to tell, and what is named stands nowhere', () =>
  inFolder(async (folder) => {
    const archive = await opened(folder);
    const { bins, events, absent } = value(await archive.survey({ query: { hosts: ['a'] }, bins: 2 }));
    assert.deepEqual([bins, events, absent], [[], 0, [{ kind: 'host', value: 'a' }]]);
  }));
