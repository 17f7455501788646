import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ArchiveQuery, MOST_PAGE, MOST_VALUES, MOST_WORD_BYTES, MOST_WORDS } from '../../src/archive/index.ts';
import { type ArchiveEntry, MOST_ENTRY_BYTES } from '../../src/entries/index.ts';
import { entry, found, inFolder, opened, pagesOf, places, value } from './opened.ts';

test('L20 hostile entries are kept as they came and found by what they have', () =>
  inFolder(async (folder) => {
    const archive = await opened(folder);
    const changes: readonly Partial<ArchiveEntry>[] = [
      { raw: Buffer.alloc(0), texts: [], host: '', channel: '', provider: '', recordId: '', sender: '' },
      { raw: Buffer.from(Array.from({ length: 512 }, (_, i) => i & 255)) },
      { raw: Buffer.alloc(3_000_000, 'a'), texts: ['b'.repeat(1_000_000)] },
      { host: 'h'.repeat(70_000), channel: '\0', provider: '\ud800' },
      { time: null, eventId: null },
      { time: { ms: Number.NaN, ticks: Number.NaN } },
      { time: { ms: -62_135_596_800_000, ticks: 9999 } },
      { time: { ms: 253_402_300_800_000, ticks: 0 } },
      { time: { ms: 8e15, ticks: 123_456 } },
      { texts: ['a\0b', '', '\0'] },
    ];
    const given = changes.map((change, i) => entry(i + 1, change));
    value(await archive.append(given));
    const all = (await found(archive)).toReversed();
    assert.deepEqual(places(all), places(given));
    assert.ok(all.every(({ raw }, i) => Buffer.compare(raw, given[i]?.raw ?? Buffer.from('other')) === 0));
    assert.deepEqual(
      all.slice(4, 9).map(({ time }) => time),
      [
        null,
        null,
        { ms: -62_135_596_800_000, ticks: 9999 },
        { ms: 253_402_300_800_000, ticks: 0 },
        { ms: 8e15, ticks: 9999 },
      ],
    );
    assert.deepEqual(places(await found(archive, { hosts: ['H'.repeat(70_000)] })), ['4.0']);
    assert.deepEqual(places(await found(archive, { to: { ms: -1e12, ticks: 0 } })), ['7.0']);
    assert.deepEqual(places(await found(archive, { from: { ms: 253_402_300_800_000, ticks: 0 } })), ['9.0', '8.0']);
    assert.deepEqual(places(await found(archive, { words: [{ text: 'b'.repeat(1000), match: 'part' }] })), ['3.0']);
    await archive.close();
  }));

test('L15 entries, queries and pages have bounds, and the sizes at them are taken', () =>
  inFolder(async (folder) => {
    const archive = await opened(folder);
    const empty = { texts: [], host: '', channel: '', provider: '', recordId: '', sender: '' };
    const refusedFor = async (changes: Partial<ArchiveEntry>): Promise<string> => {
      const outcome = await archive.append([entry(9, changes)]);
      return outcome.kind === 'refused' ? outcome.code : 'done';
    };
    assert.equal(await refusedFor({ ...empty, raw: Buffer.alloc(MOST_ENTRY_BYTES + 1) }), 'invalid');
    assert.equal(await refusedFor({ texts: ['\u20ac'.repeat(MOST_ENTRY_BYTES / 3)] }), 'invalid');
    assert.equal(await refusedFor({ position: 0 }), 'invalid');
    assert.equal(await refusedFor({ retention: 8 }), 'invalid');
    assert.equal(await refusedFor({ identity: Buffer.alloc(15) }), 'invalid');
    assert.equal(await refusedFor({ eventId: 4_294_967_295 }), 'invalid');
    assert.equal(
      await refusedFor({ ...empty, raw: Buffer.alloc(MOST_ENTRY_BYTES), retention: 7, eventId: 4_294_967_294 }),
      'done',
    );
    assert.equal(await refusedFor({ position: 10, texts: ['\u20ac'.repeat(5_000_000)] }), 'done');
    const codeOf = async (query: ArchiveQuery, limit?: number, cursor?: string): Promise<string> => {
      for await (const page of archive.search(query, { ...(limit && { limit }), ...(cursor && { cursor }) }))
        return page.kind === 'refused' ? page.code : 'page';
      return 'nothing';
    };
    const word = (text: string): ArchiveQuery => ({ words: [{ text, match: 'part' }] });
    assert.equal(await codeOf(word('x'.repeat(MOST_WORD_BYTES))), 'page');
    assert.equal(await codeOf(word('x'.repeat(MOST_WORD_BYTES + 1))), 'invalid');
    assert.equal(await codeOf(word('')), 'invalid');
    assert.equal(await codeOf(word('a\0')), 'invalid');
    assert.equal(
      await codeOf({ words: Array.from({ length: MOST_WORDS + 1 }, () => ({ text: 'x', match: 'part' })) }),
      'invalid',
    );
    assert.equal(await codeOf({ hosts: Array.from({ length: MOST_VALUES }, String) }), 'page');
    assert.equal(await codeOf({ hosts: Array.from({ length: MOST_VALUES + 1 }, String) }), 'invalid');
    assert.equal(await codeOf({ from: { ms: Number.NaN, ticks: 0 } }), 'invalid');
    assert.equal(await codeOf({}, MOST_PAGE), 'page');
    assert.equal(await codeOf({}, MOST_PAGE + 1), 'invalid');
    assert.equal(await codeOf({}, undefined, 'nonsense'), 'cursor');
    await archive.close();
  }));

test('a page ends at its bytes, and a search at the word of its caller', () =>
  inFolder(async (folder) => {
    const archive = await opened(folder, { pageBytes: 2500, blockEvents: 2, stepBlocks: 1 });
    await archive.append(Array.from({ length: 9 }, (_, i) => entry(i + 1, { raw: Buffer.alloc(1000, 'a') })));
    const pages = await pagesOf(archive, {});
    assert.deepEqual(places(pages.flatMap(({ entries }) => entries)), [
      '9.0',
      '8.0',
      '7.0',
      '6.0',
      '5.0',
      '4.0',
      '3.0',
      '2.0',
      '1.0',
    ]);
    assert.ok(pages.every(({ entries }) => entries.length <= 3));
    const stop = new AbortController();
    let steps = 0;
    const stopped = archive.search(
      { words: [{ text: 'b', match: 'part' }] },
      {
        signal: stop.signal,
        onProgress: (): void => {
          steps += 1;
          stop.abort();
        },
      },
    );
    assert.deepEqual(await stopped.next(), { done: true, value: undefined });
    assert.equal(steps, 1);
    await archive.close();
  }));
