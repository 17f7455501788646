import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { goldenFile } from './golden-vector.ts';
import { checkSeries, LogDecoder, locateSlots, type RecordView, type UnitResult } from './index.ts';

const SOURCE = { file: 'golden.evtx' };

interface Reading {
  readonly result: UnitResult;
  readonly texts: readonly (readonly [recordClass: string, id: unknown, json: string])[];
}

function read(file: Buffer, each: (view: RecordView) => void = () => {}, carve = true): Reading {
  const layout = locateSlots(file, file.length, true);
  assert.ok(layout !== undefined);
  const texts: (readonly [string, unknown, string])[] = [];
  const decoder = new LogDecoder({ carve, collectTemplates: true });
  const unit = { source: SOURCE, layout, bytes: file.subarray(layout.firstSlotOffset), fileOffset: 4096, firstSlot: 0 };
  const result = decoder.decodeUnit(unit, {
    onRecord: (view) => {
      texts.push([view.recordClass, view.headerRecordId, view.toJson()]);
      each(view);
    },
  });
  const seriesAnomalies = checkSeries(layout, result.chunks, 1);
  return { result: { ...result, anomalies: [...layout.anomalies, ...result.anomalies, ...seriesAnomalies] }, texts };
}

const JSON_TEXT = '{"Event":{"System":{"EventID":5861},"EventData":{"q":"hi"}}}';
const codes = (reading: Reading): string[] =>
  reading.result.anomalies.map(({ code }) => code.replace('TRIAD-E-EVTX-', '')).sort();

test('the golden vector is the file of EVTX 14', () => {
  const digest = createHash('sha256').update(goldenFile()).digest('hex');
  assert.equal(digest, 'dc3d6efacfa1c3e6b5cc6ba50ab1bf53f5d06bbe1ba9bf59b3af958ea2a81438');
});

test('the golden vector reads as two records with the values of EVTX 14', () => {
  const seen: unknown[] = [];
  const reading = read(goldenFile(), (view) => {
    seen.push({
      eventId: view.eventId,
      provider: view.provider,
      fields: view.entries(),
      q: view.get('q'),
      other: view.get('Q'),
      written: [view.writtenMs, view.writtenTicks],
      place: view.place,
      xml: view.toXml(),
    });
  });
  assert.deepEqual(reading.texts, [
    ['live', 1, JSON_TEXT],
    ['live', 2, JSON_TEXT],
  ]);
  const first = {
    eventId: 5861,
    provider: '',
    fields: [['q', 'hi']],
    q: 'hi',
    other: undefined,
    written: [1655526400000, 0],
    place: { source: SOURCE, offset: 4608, length: 312 },
    xml: '<Event><System><EventID>5861</EventID></System><EventData><Data Name="q">hi</Data></EventData></Event>',
  };
  assert.deepEqual(seen, [
    first,
    { ...first, written: [1655526400000, 1], place: { source: SOURCE, offset: 4920, length: 64 } },
  ]);
  // The vector has no TimeCreated, and that is all that is odd about it.
  assert.deepEqual(codes(reading), ['RECORD-TIME', 'RECORD-TIME']);
  assert.equal(reading.result.templates.length, 1);
});

test('the shared key of a record is the same object for equal records, and the view forgets nothing between them', () => {
  const keys: unknown[] = [];
  read(goldenFile(), (view) => keys.push(view.scanKey));
  assert.equal(keys[0], keys[1]);
  assert.deepEqual(keys[0], { index: 0, provider: '', channel: '', computer: '', eventId: 5861, version: 0 });
});

test('a detached event keeps its values when the view has gone on', () => {
  const kept: { all: readonly string[]; id: unknown; self: boolean }[] = [];
  const events: ReturnType<RecordView['detach']>[] = [];
  const file = goldenFile();
  file.write('yo', 4096 + 0x338 + 52, 'utf16le');
  read(file, (view) => events.push(view.detach()));
  for (const event of events)
    kept.push({ all: event.all('q'), id: event.headerRecordId, self: event.detach() === event });
  assert.deepEqual(kept, [
    { all: ['hi'], id: 1, self: true },
    { all: ['yo'], id: 2, self: true },
  ]);
});

test('a record of size 0 costs itself only, and the next is read after damage', () => {
  const file = goldenFile();
  file.writeUInt32LE(0, 4096 + 512 + 4);
  const reading = read(file);
  assert.deepEqual(reading.texts, [['afterDamage', 2, JSON_TEXT]]);
  assert.equal(reading.result.rejected, 1);
  assert.deepEqual(codes(reading), ['CHUNK-CRC', 'CHUNK-IDS', 'RECORD-FRAME', 'RECORD-TIME']);
});

test('a header that says that the records end before the first leaves them to the carver', () => {
  const file = goldenFile();
  file.writeUInt32LE(512, 4096 + 48);
  assert.deepEqual(read(file).texts, [
    ['carved', 1, JSON_TEXT],
    ['carved', 2, JSON_TEXT],
  ]);
  assert.deepEqual(read(file, undefined, false).texts, []);
});

test('an overwritten name makes a carved record lost, and leaves a live one alone', () => {
  const file = goldenFile();
  // The hash of the name "q" stands beside is not asked for in live records (T18); break the one of `Data`.
  file.writeUInt16LE(0, 4096 + 0x2e1 + 4);
  assert.equal(read(file).texts.length, 2);
  file.writeUInt32LE(512, 4096 + 48);
  const reading = read(file);
  assert.deepEqual(reading.texts, []);
  assert.deepEqual(
    reading.result.lost.map(({ recordClass, chunkOffset, fileOffset, bytes }) => [
      recordClass,
      chunkOffset,
      fileOffset,
      bytes.length,
    ]),
    [
      ['carved', 512, 4608, 312],
      ['carved', 824, 4920, 64],
    ],
  );
});

test('a record hidden inside the one before it is called swallowed, and a sign of tampering', () => {
  const file = goldenFile();
  const chunk = 4096;
  file.writeUInt32LE(312 + 64, chunk + 512 + 4);
  file.writeUInt32LE(312 + 64, chunk + 888 - 4);
  const reading = read(file);
  assert.deepEqual(reading.texts, [
    ['live', 1, JSON_TEXT],
    ['swallowed', 2, JSON_TEXT],
  ]);
  assert.equal(reading.result.anomalies.find(({ code }) => code.endsWith('SWALLOWED'))?.tamper, true);
});

test('a last record id below the records is called forged', () => {
  const file = goldenFile();
  file.writeUInt32LE(1, 4096 + 32);
  const reading = read(file);
  assert.equal(reading.texts.length, 2);
  const forged = reading.result.anomalies.find(({ code }) => code === 'TRIAD-E-EVTX-CHUNK-FORGED');
  assert.equal(forged?.tamper, true);
  assert.equal(
    forged?.message,
    'The header of chunk 0 was forged: it says that its last record is 1, its records go on to 2. Readers that trust it miss 1 record; all were read.',
  );
});

test('a count of values that cannot be rejects the record before anything is allocated', () => {
  for (const count of [0xffffffff, 0x40000000, 4097]) {
    const file = goldenFile();
    file.writeUInt32LE(count, 4096 + 0x338 + 38);
    const reading = read(file);
    assert.deepEqual(reading.texts, [['live', 1, JSON_TEXT]]);
    assert.equal(reading.result.rejected, 1);
  }
});

test('what comes out does not depend on plans that are known already', () => {
  const file = goldenFile();
  const layout = locateSlots(file, file.length, true);
  assert.ok(layout !== undefined);
  const decoder = new LogDecoder({ carve: true, collectTemplates: false });
  const unit = { source: SOURCE, layout, bytes: file.subarray(4096), fileOffset: 4096, firstSlot: 0 };
  const texts: string[] = [];
  const sink = { onRecord: (view: RecordView) => texts.push(view.toJson()) };
  const first = decoder.decodeUnit(unit, sink);
  const again = decoder.decodeUnit(unit, sink);
  assert.deepEqual(again, first);
  assert.deepEqual(texts, [JSON_TEXT, JSON_TEXT, JSON_TEXT, JSON_TEXT]);
  assert.equal(decoder.compiledPlans, 1);
});

test('a twin of a template GUID with other content gets a plan of its own', () => {
  const one = goldenFile();
  const two = goldenFile();
  two.write('z', 4096 + 0x312, 'utf16le');
  const decoder = new LogDecoder({ carve: true, collectTemplates: false });
  const names: string[] = [];
  for (const file of [one, two, one]) {
    const layout = locateSlots(file, file.length, true);
    assert.ok(layout !== undefined);
    const unit = { source: SOURCE, layout, bytes: file.subarray(4096), fileOffset: 4096, firstSlot: 0 };
    decoder.decodeUnit(unit, { onRecord: (view) => names.push(...view.entries().map(([name]) => name)) });
  }
  assert.deepEqual(names, ['q', 'q', 'z', 'z', 'q', 'q']);
  assert.equal(decoder.compiledPlans, 2);
});

test('a chunk full of records that unfold to megabytes is bounded, and the first ones come out whole', () => {
  // The template's text becomes 30,000 letters, and its value an array of 60 empty items that each repeat it.
  const letters = 15_000;
  const file = Buffer.alloc(4096 + 65536);
  goldenFile().copy(file, 0, 0, 4096 + 512);
  const chunk = file.subarray(4096);
  const golden = goldenFile().subarray(4096);
  // Record 1: everything up to the substitution of Data, then text before it.
  const before = golden.subarray(512, 0x315);
  const text = Buffer.concat([Buffer.from('0501', 'hex'), Buffer.alloc(2 + 2 * letters, 0x61)]);
  text.writeUInt16LE(letters, 2);
  const after = golden.subarray(0x315, 0x31d);
  const items = Buffer.alloc(120);
  const values = (count: number): Buffer => {
    const head = Buffer.alloc(12);
    head.writeUInt32LE(2, 0);
    head.writeUInt16LE(2, 4);
    head.writeUInt16LE(0x06, 6);
    head.writeUInt16LE(count, 8);
    head.writeUInt16LE(0x81, 10);
    return Buffer.concat([head, Buffer.from([0xe5, 0x16]), items.subarray(0, count)]);
  };
  const finish = (content: Buffer): Buffer => {
    const size = (content.length + 1 + 4 + 7) & ~7;
    const record = Buffer.alloc(size);
    content.copy(record);
    record.writeUInt32LE(size, 4);
    record.writeUInt32LE(size, size - 4);
    return record;
  };
  const definition = Buffer.concat([before, text, after]);
  definition.writeUInt32LE(0xdf + text.length, 0x226 - 0x200 + 20);
  let end = 512 + finish(Buffer.concat([definition, values(120)])).copy(chunk, 512);
  const frame = golden.subarray(0x338, 0x338 + 38);
  let records = 1;
  while (end + 200 < 65536) {
    end += finish(Buffer.concat([frame, values(120)])).copy(chunk, end);
    records++;
  }
  chunk.writeUInt32LE(end, 48);
  let characters = 0;
  let whole = 0;
  const reading = read(file, (view) => {
    const { length } = view.toXml();
    characters += length;
    if (length > 60 * letters) whole++;
  });
  assert.equal(reading.texts.length, records);
  assert.ok(records > 150);
  // Each record is rendered twice here, as JSON and as XML.
  assert.ok(whole > 20 && whole < 60, `${whole} whole`);
  assert.ok(characters < 64 * 1024 * 1024, `${characters} characters`);
  assert.ok(codes(reading).includes('OUTPUT-CUT'));
});
