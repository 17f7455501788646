import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ArchiveReading, type ReadSpan, readArchive } from '../../src/archive/index.ts';
import { entry, inFolder, NOW_MS, opened, STORE_ID, value } from './opened.ts';

function reading(folder: string): ArchiveReading {
  const outcome = readArchive(folder, STORE_ID);
  if (outcome.kind === 'problem') assert.fail(outcome.text);
  return outcome;
}

function placesOf(folder: string, span?: ReadSpan): readonly string[] {
  return [...reading(folder).batches(span)].map((batch) =>
    batch.map(({ position, item, retention }) => `${position}/${item} ${retention}`).join(', '),
  );
}

test('an archive is read batch by batch in the order of arrival, over its streams and segments, beside its owner', () =>
  inFolder(async (folder) => {
    const archive = await opened(folder, { segmentBlocks: 2, blockEvents: 2 });
    const expected: string[] = [];
    for (let position = 1; position <= 30; position++) {
      const items = [0, 1, 2].map((item) => entry(position, { item, retention: (position + item) % 3 }));
      expected.push(items.map(({ item, retention }) => `${position}/${item} ${retention}`).join(', '));
      value(await archive.append(items));
    }
    assert.deepEqual(placesOf(folder), expected);
    const [batch] = reading(folder).batches();
    const { texts: _, ...facts } = entry(1, { retention: 1 });
    assert.deepEqual(batch?.[0], {
      ...facts,
      identity: Uint8Array.from(facts.identity),
      raw: Uint8Array.from(facts.raw),
    });
    await archive.close();
    assert.deepEqual(placesOf(folder), expected);
    assert.equal(reading(folder).archived, 30);
  }));

test('a span is of event time, its end not in it; what has no time lies in none that has a bound', () =>
  inFolder(async (folder) => {
    const archive = await opened(folder);
    value(await archive.append([1, 2, 3, 4].map((position) => entry(position))));
    value(await archive.append([entry(5, { time: null })]));
    const at = (position: number, ticks: number): ReadSpan['from'] => ({ ms: NOW_MS + position, ticks });
    assert.deepEqual(placesOf(folder, { from: at(2, 7), to: at(4, 7) }), ['2/0 0', '3/0 0']);
    assert.deepEqual(placesOf(folder, { from: at(2, 8), to: at(4, 8) }), ['3/0 0', '4/0 0']);
    assert.equal(placesOf(folder).length, 5);
  }));

test('forms and heads come back; what was not said to be whole, and what is damaged, costs itself alone', () =>
  inFolder(async (folder) => {
    const archive = await opened(folder, { blockEvents: 1 });
    const row = { form: 'row', texts: ['Time,Computer\r\n', 'another'], raw: Buffer.from('1,WS-07\n') } as const;
    value(await archive.append([entry(1, row), entry(2, { form: 'otlp-protobuf' }), entry(3)]));
    value(await archive.append([entry(4, { item: 0 })], 3));
    await archive.close();
    assert.deepEqual(
      [...reading(folder).batches()].flatMap((batch) => batch.map(({ form = 'plain', head }) => [form, head])),
      [
        ['row', 'Time,Computer\r\n'],
        ['otlp-protobuf', undefined],
        ['plain', undefined],
      ],
    );
    const [name = ''] = readdirSync(folder).filter((one) => one.endsWith('.blocks'));
    const bytes = readFileSync(join(folder, name));
    const second = bytes.indexOf('TBLK', bytes.indexOf('TBLK') + 4);
    bytes[second + 200] = (bytes[second + 200] ?? 0) ^ 1;
    writeFileSync(join(folder, name), bytes);
    assert.deepEqual(placesOf(folder), ['1/0 0', '3/0 0']);
    const look = reading(folder);
    assert.deepEqual([...look.batches()].length + look.notes.damaged, 3);
    assert.equal(readArchive(folder, Buffer.alloc(16, 1)).kind, 'problem');
    assert.equal(readArchive(join(folder, 'nowhere'), STORE_ID).kind, 'problem');
  }));
