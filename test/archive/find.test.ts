import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entry, found, inFolder, opened, value } from './opened.ts';

const COUNT = 60;

test('an event is found by its place in the journal, in every stream, block and segment, and nothing where none was', () =>
  inFolder(async (folder) => {
    const archive = await opened(folder, { blockEvents: 4, segmentBlocks: 3 });
    for (let position = 1; position <= COUNT; position++) {
      const items = [0, 2].map((item) => entry(position * 2, { item, retention: position % 3 }));
      value(await archive.append(items, position * 2));
    }
    const places = [];
    for (let position = 1; position <= COUNT; position++) {
      for (const item of [0, 2]) places.push({ position: position * 2, item });
    }
    for (const place of places) {
      const { position, item } = value(await archive.find(place));
      assert.deepEqual({ position, item }, place);
    }
    const missing = [
      { position: 1, item: 0 },
      { position: 3, item: 0 },
      { position: 2, item: 1 },
      { position: 2, item: 3 },
      { position: COUNT * 2, item: 3 },
      { position: COUNT * 2 + 1, item: 0 },
    ];
    for (const place of missing) {
      const outcome = await archive.find(place);
      assert.equal(outcome.kind === 'refused' ? outcome.code : 'found', 'unknown', JSON.stringify(place));
    }
  }));

test('an empty archive finds nothing by a place', () =>
  inFolder(async (folder) => {
    const archive = await opened(folder);
    const outcome = await archive.find({ position: 1, item: 0 });
    assert.equal(outcome.kind === 'refused' ? outcome.code : 'found', 'unknown');
  }));

test('record ids and senders narrow a search, whole and as they stand', () =>
  inFolder(async (folder) => {
    const archive = await opened(folder);
    const sent = [entry(1, { sender: 'a' }), entry(2, { sender: 'b' }), entry(3, { sender: 'b', recordId: '' })];
    value(await archive.append(sent));
    const of = async (query: Parameters<typeof found>[1]): Promise<readonly number[]> =>
      (await found(archive, query)).map(({ position }) => position);
    assert.deepEqual(await of({ senders: ['b'] }), [3, 2]);
    assert.deepEqual(await of({ senders: ['B'] }), []);
    assert.deepEqual(await of({ recordIds: ['2', '1'] }), [2, 1]);
    assert.deepEqual(await of({ recordIds: ['2'], senders: ['a'] }), []);
  }));
