import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entry, found, inFolder, opened, places, value } from './opened.ts';

test('what is archived is found newest first, and each entry comes back as it was given', () =>
  inFolder(async (folder) => {
    const archive = await opened(folder, { blockEvents: 3 });
    const given = Array.from({ length: 10 }, (_, i) => entry(i + 1));
    assert.deepEqual(value(await archive.append(given)), { archived: 10 });
    assert.equal(archive.archivedPosition, 10);
    const all = await found(archive);
    assert.deepEqual(places(all), places(given.toReversed()));
    for (const { sequence, place, ...facts } of all) {
      const { texts: _, ...expected } = given[facts.position - 1] ?? entry(99);
      assert.deepEqual({ ...facts, raw: Buffer.from(facts.raw), identity: Buffer.from(facts.identity) }, expected);
      assert.deepEqual(value(await archive.read(place)), { sequence, place, ...facts });
    }
    await archive.close();
  }));

test('words are found in bytes as received and in decoded values, whole or in part, whatever their letters', () =>
  inFolder(async (folder) => {
    const archive = await opened(folder, { blockEvents: 4 });
    await archive.append(Array.from({ length: 20 }, (_, i) => entry(i + 1)));
    const count = async (text: string, match: 'whole' | 'part'): Promise<number> =>
      (await found(archive, { words: [{ text, match }] })).length;
    assert.equal(await count('C:\\Windows\\SYSTEM32\\cmd.exe', 'whole'), 20);
    assert.equal(await count('run1', 'whole'), 1);
    assert.equal(await count('run1', 'part'), 11);
    assert.equal(await count('CommandLine', 'whole'), 20);
    assert.equal(await count('ommandlin', 'whole'), 0);
    assert.equal(await count('ommandlin', 'part'), 20);
    assert.equal(await count('/c', 'whole'), 20);
    await archive.close();
  }));

test('segments are finished, sealed and searched by their slices, over a restart too', () =>
  inFolder(async (folder) => {
    const limits = { blockEvents: 2, segmentBlocks: 5 };
    const first = await opened(folder, limits);
    await first.append(Array.from({ length: 47 }, (_, i) => entry(i + 1, { retention: i % 2 })));
    await first.sealed();
    const health = value(await first.health());
    assert.deepEqual(health.segments, { count: 6, finished: 4, sealed: 4, blocks: 24 });
    assert.deepEqual(health.degraded, []);
    await first.close();
    const archive = await opened(folder, limits);
    assert.equal(archive.archivedPosition, 47);
    assert.deepEqual(places(await found(archive, { words: [{ text: 'run5', match: 'whole' }] })), ['5.0']);
    assert.equal((await found(archive)).length, 47);
    await archive.close();
  }));
