import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CHUNK_BYTES,
  element,
  FILE_HEADER_BYTES,
  filetimeOf,
  type LogRecord,
  LogWriter,
  overwrite,
  rawPart,
  seconds,
  slot,
  swallow,
  TYPE,
  value,
  writeLog,
} from '../../testkit/index.ts';

import { GUIDS, plainChunks, plainRecords, rootRecord, rootTemplate, TEXT_TEMPLATE, TIME } from './cases.ts';
import { codesOf, idsOf, readEverywhere, upTo } from './read-log.ts';

/** A log of one chunk that was used before: `now` records over an older lap of `before` records. */
function reused(before: readonly LogRecord[], now: readonly LogRecord[]): Uint8Array {
  const older = new LogWriter({ firstId: 1n });
  for (const record of before) older.add(record);
  older.closeChunk();
  const newer = new LogWriter({ firstId: 1000n });
  for (const record of now) newer.add(record);
  newer.closeChunk({ over: older.closedChunk(0) });
  return newer.finish().bytes;
}

/** Records of other lengths than the plain ones, so that laps do not end at the same places. */
function longRecords(count: number, length: number, from: number): LogRecord[] {
  return Array.from({ length: count }, (_, i) =>
    rootRecord(TEXT_TEMPLATE, [value.text(`${from + i} `.padEnd(length, 'x'))], {
      time: filetimeOf(TIME) + seconds(3600 + i),
    }),
  );
}

test('T38 whole records of an older lap are carved, what is cut is not, and the live ones do not change', () => {
  // The same template stands at the same place in both laps: the older records still find it.
  const now = longRecords(4, 150, 1000);
  const bytes = reused(plainRecords(30), now);
  const read = readEverywhere(bytes);
  const fresh = readEverywhere(writeLog(now, { firstId: 1000n }).bytes);
  assert.deepEqual(idsOf(read), upTo(4, 1000));
  assert.deepEqual(
    read.records.filter(({ recordClass }) => recordClass === 'live'),
    fresh.records,
  );
  const carved = read.records.filter(({ recordClass }) => recordClass === 'carved');
  const first = Number(carved[0]?.recordId);
  assert.ok(first > 5 && first < 30, `first carved is ${first}`);
  assert.deepEqual(idsOf(read, 'carved'), upTo(30 - first + 1, first));
  assert.deepEqual(
    carved.map(({ fields }) => fields),
    upTo(30 - first + 1, first).map((n) => [['v', `r${n}`]]),
  );
  assert.ok(carved.every(({ isForeignTemplate }) => !isForeignTemplate));
  assert.equal(read.lost.length, 0);
});

const OTHER_TEMPLATE = rootTemplate(
  GUIDS[1],
  element(
    'EventData',
    {},
    element('Data', { Name: 'a rather longer name' }, slot(2, TYPE.text)),
    element('Data', { Name: 'and another one' }, slot(3, TYPE.text)),
  ),
);

test('T38 records whose definition was overwritten are listed as lost, with their bytes', () => {
  const now = upTo(3).map((n) => rootRecord(OTHER_TEMPLATE, [value.text(`n${n}`), value.text('z'.repeat(100))]));
  const read = readEverywhere(reused(plainRecords(30), now));
  assert.deepEqual(idsOf(read), upTo(3, 1000));
  assert.equal(read.counts.carved, 0);
  assert.ok(read.lost.length > 10, `${read.lost.length} lost`);
  const last = read.lost.at(-1);
  assert.ok(last !== undefined);
  assert.equal(last.recordClass, 'carved');
  assert.ok(Buffer.from(last.bytes).includes(Buffer.from('r30', 'utf16le')));
  assert.ok(codesOf(read).includes('TEMPLATE-OVERWRITTEN'));
});

test('T38 without carving the slack is left out and nothing else changes', () => {
  const bytes = reused(plainRecords(30), longRecords(4, 150, 1000));
  const read = readEverywhere(bytes, { carve: false });
  assert.deepEqual(read.counts, { live: 4, afterDamage: 0, swallowed: 0, carved: 0 });
  assert.deepEqual(idsOf(read), upTo(4, 1000));
});

test('T38 records right behind a stale end, with the next ids and times, are live in a dirty log', () => {
  const { log } = plainChunks(1, 6);
  const fourth = log.records[3];
  assert.ok(fourth !== undefined);
  const { log: stale, ids } = plainChunks(1, 6, {
    header: { flags: 1 },
    chunk: { free: fourth.chunkOffset, lastId: 3n, lastNumber: 3n },
  });
  const read = readEverywhere(stale.bytes);
  assert.deepEqual(idsOf(read), ids);
  assert.ok(codesOf(read).includes('CHUNK-STALE'), String(codesOf(read)));
  assert.ok(read.anomalies.every(({ tamper }) => tamper !== true));
});

test('T40 a record that was swallowed by the one before comes out, and the log is called edited', () => {
  const { log } = plainChunks(2, 8);
  const [, , third, fourth, ...rest] = log.records.filter(({ slot }) => slot === 0);
  assert.ok(third !== undefined && fourth !== undefined);
  for (const renumber of [[], rest]) {
    const read = readEverywhere(swallow(log.bytes, third, fourth, renumber));
    assert.equal(read.counts.live, 15);
    assert.equal(read.counts.swallowed, 1);
    const hidden = read.records.find(({ recordClass }) => recordClass === 'swallowed');
    assert.deepEqual([hidden?.recordId, hidden?.offset, hidden?.fields], [4, fourth.fileOffset, [['v', 'r4']]]);
    const signs = read.anomalies.filter(({ code }) => code === 'TRIAD-E-EVTX-RECORD-SWALLOWED');
    assert.deepEqual(
      signs.map(({ tamper, offset }) => [tamper, offset]),
      [[true, third.fileOffset]],
    );
  }
});

test('T40 two records swallowed at once both come out', () => {
  const { log } = plainChunks(1, 8);
  const [, second, third, fourth] = log.records;
  assert.ok(second !== undefined && third !== undefined && fourth !== undefined);
  const once = swallow(log.bytes, second, third);
  const twice = swallow(once, { ...second, size: second.size + third.size }, fourth);
  const read = readEverywhere(twice);
  assert.deepEqual(
    [idsOf(read), idsOf(read, 'swallowed')],
    [
      [1, 2, 5, 6, 7, 8],
      [3, 4],
    ],
  );
});

/** A log whose frames and events have these ids, a second apart from one another. */
function withIds(ids: readonly number[], timeOf: (index: number) => number = (i) => i): Uint8Array {
  return writeLog(
    ids.map((id, i) => ({
      ...rootRecord(TEXT_TEMPLATE, [value.text(`r${id}`)], { time: filetimeOf(TIME) + seconds(timeOf(i)) }),
      id: BigInt(id),
      eventRecordId: BigInt(id),
    })),
  ).bytes;
}

test('T41 gaps, doubles and ids that run back inside a chunk are named, and all records come out', () => {
  const cases: [number[], string][] = [
    [[1, 2, 3, 7, 8], 'SERIES-GAP'],
    [[1, 2, 3, 3, 4], 'SERIES-DUPLICATE'],
    [[1, 2, 5, 4, 6], 'SERIES-ORDER'],
  ];
  for (const [ids, code] of cases) {
    const read = readEverywhere(withIds(ids));
    assert.deepEqual(idsOf(read), ids);
    assert.ok(codesOf(read).includes(code), `${ids}: ${codesOf(read)}`);
    const sign = read.anomalies.find((item) => item.code === `TRIAD-E-EVTX-${code}`);
    assert.equal(sign?.tamper, true);
  }
  const gap = readEverywhere(withIds([1, 2, 3, 7, 8])).anomalies.find(({ code }) => code.endsWith('SERIES-GAP'));
  assert.match(gap?.message ?? '', /^3 record ids .* 3 \(2026-03-12T09:00:02Z\) and 7 \(2026-03-12T09:00:03Z\)/);
});

/** Records whose frames count from 1 and whose EventRecordIDs are these. */
const withEventIds = (ids: readonly number[], template = TEXT_TEMPLATE) =>
  ids.map((id, i) => ({
    ...rootRecord(template, [value.text(`r${id}`)], { time: filetimeOf(TIME) + seconds(i) }),
    id: BigInt(i + 1),
    eventRecordId: BigInt(id),
  }));

test('T41 EventRecordIDs with a gap under frames without one are a sign of editing, but not in a filtered export', () => {
  const edited = readEverywhere(writeLog(withEventIds([1, 2, 4, 5])).bytes);
  assert.deepEqual(
    edited.anomalies.map(({ code, tamper }) => [code, tamper]),
    [['TRIAD-E-EVTX-SERIES-GAP', true]],
  );
  const filtered = readEverywhere(writeLog(withEventIds([101, 102, 150, 151, 900])).bytes);
  assert.deepEqual(
    filtered.anomalies.map(({ code, tamper }) => [code, tamper]),
    [['TRIAD-E-EVTX-SERIES-EXPORT', undefined]],
  );
});

test("T41 a collector's log holds several computers, whose ids are no series", () => {
  const of = (computer: string) => ({
    guid: GUIDS[2],
    root: element(
      'Event',
      {},
      element(
        'System',
        {},
        element('EventID', {}, '7'),
        element('EventRecordID', {}, slot(0, TYPE.uint64)),
        element('TimeCreated', { SystemTime: slot(1, TYPE.filetime) }),
        element('Computer', {}, computer),
      ),
      element('EventData', {}, element('Data', { Name: 'v' }, slot(2, TYPE.text))),
    ),
  });
  const [a, b] = [of('ALPHA'), of('GAMMA')];
  const records = [500, 20, 501, 21, 900].map((id, i) => withEventIds([id], i % 2 === 0 ? a : b)[0]);
  const read = readEverywhere(
    writeLog(records.flatMap((record, i) => (record === undefined ? [] : [{ ...record, id: BigInt(i + 1) }]))).bytes,
  );
  assert.deepEqual(idsOf(read), [500, 20, 501, 21, 900]);
  assert.deepEqual(codesOf(read), []);
});

test('T41 ids that are missing between two chunks are named with both neighbours', () => {
  const read = readEverywhere(
    writeLog([
      ...plainRecords(3).map((record, i) => ({
        ...record,
        id: BigInt(i + 1),
        eventRecordId: BigInt(i + 1),
        endsChunk: i === 2,
      })),
      ...plainRecords(2, 9).map((record, i) => ({ ...record, id: BigInt(i + 9), eventRecordId: BigInt(i + 9) })),
    ]).bytes,
  );
  assert.deepEqual(idsOf(read), [1, 2, 3, 9, 10]);
  const gap = read.anomalies.find(({ code }) => code === 'TRIAD-E-EVTX-SERIES-MISSING');
  assert.match(gap?.message ?? '', /^5 .*\b3 \(2026-03-12T09:00:02Z\).*\b9 \(2026-03-12T09:00:00Z\)/);
});

test('T41 times that run back are one note a file, and no sign of editing', () => {
  const read = readEverywhere(withIds(upTo(9), (i) => (i < 4 ? i : i - 600) - (i >= 7 ? 600 : 0)));
  assert.deepEqual(idsOf(read), upTo(9));
  const notes = read.anomalies.filter(({ code }) => code === 'TRIAD-E-EVTX-SERIES-TIME');
  assert.deepEqual(
    notes.map(({ level, tamper }) => [level, tamper]),
    [['note', undefined]],
  );
});

test('T43 the longest, the exactly fitting and the shortest record are read', () => {
  // The root template with one binary: grown until the record has 65,024 bytes.
  const template = rootTemplate(
    GUIDS[2],
    element('EventData', {}, element('Data', { Name: 'b' }, slot(2, TYPE.binary))),
  );
  const recordOfSize = (bytes: number) => rootRecord(template, [value.binary(new Uint8Array(bytes).fill(0xab))]);
  const overhead = writeLog([recordOfSize(0)]).records[0]?.size ?? 0;
  const longest = writeLog([recordOfSize(65_024 - overhead), ...plainRecords(1, 2)]);
  assert.equal(longest.records[0]?.size, 65_024);
  const read = readEverywhere(longest.bytes);
  assert.deepEqual(idsOf(read), [1, 2]);
  assert.equal(read.records[0]?.fields[0]?.[1].length, 2 * (65_024 - overhead));
  assert.deepEqual(codesOf(read), []);

  const fillTo = (bytes: number) => {
    const writer = new LogWriter();
    for (const record of [...plainRecords(3), recordOfSize(bytes)]) writer.add(record);
    return writer;
  };
  const filled = fillTo(CHUNK_BYTES - fillTo(0).free);
  assert.equal(filled.free, CHUNK_BYTES);
  filled.add(recordOfSize(1));
  const fits = readEverywhere(filled.finish().bytes);
  assert.deepEqual(idsOf(fits), upTo(5));
  assert.deepEqual(codesOf(fits), []);

  const shortest = writeLog([...plainRecords(1), { content: rawPart([]) }, ...plainRecords(1, 3)]);
  assert.equal(shortest.records[1]?.size, 32);
  const empty = readEverywhere(shortest.bytes);
  assert.deepEqual(codesOf(empty), ['RECORD-EMPTY']);
  assert.deepEqual(
    empty.records.filter(({ fields }) => fields.length > 0).map(({ recordId }) => recordId),
    [1, 3],
  );
  assert.equal(empty.records.length + empty.rejected, 3);
});

test('T46 the time of the frame is kept beside the time of the event, and decides nothing', () => {
  for (const minutes of [10, -10]) {
    const { log } = plainChunks(1, 3, { writtenOffset: seconds(minutes * 60) });
    const read = readEverywhere(log.bytes);
    assert.deepEqual(codesOf(read), []);
    for (const { created, written } of read.records) {
      assert.deepEqual([written[0] - created[0], written[1] - created[1]], [minutes * 60_000, 0]);
    }
  }
});

test('a record magic inside a value is no record', () => {
  const inner = writeLog(plainRecords(1));
  const record = inner.records[0];
  assert.ok(record !== undefined);
  const copy = inner.bytes.slice(record.fileOffset, record.fileOffset + record.size);
  const template = rootTemplate(
    GUIDS[2],
    element('EventData', {}, element('Data', { Name: 'b' }, slot(2, TYPE.binary))),
  );
  const read = readEverywhere(writeLog([rootRecord(template, [value.binary(copy)]), ...plainRecords(2, 2)]).bytes);
  assert.deepEqual(read.counts, { live: 3, afterDamage: 0, swallowed: 0, carved: 0 });
  assert.deepEqual(codesOf(read), []);
});

test('slots of zeros and slots of older records behind them are told apart', () => {
  const { log, ids } = plainChunks(3, 4, { zeroSlots: 2 });
  const wiped = overwrite(log.bytes, FILE_HEADER_BYTES + CHUNK_BYTES, new Uint8Array(CHUNK_BYTES));
  const read = readEverywhere(wiped);
  assert.deepEqual(
    idsOf(read),
    ids.filter((id) => id < 5 || id > 8),
  );
  assert.equal(read.counts.carved, 0);
});

test('record ids up to the end of 64 bits are exact, and a wrap to 0 ends nothing', () => {
  const ids = [2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 2n, 2n ** 64n - 1n, 0n, 1n];
  const log = writeLog(
    ids.map((id, i) => ({
      ...rootRecord(TEXT_TEMPLATE, [value.text(`r${i}`)], { time: filetimeOf(TIME) + seconds(i) }),
      id,
      eventRecordId: id,
    })),
  );
  const read = readEverywhere(log.bytes);
  const expected = ids.map((id) => (id < 2n ** 53n ? Number(id) : String(id)));
  assert.deepEqual(
    read.records.map(({ headerRecordId, recordId }) => [headerRecordId, recordId]),
    expected.map((id) => [id, id]),
  );
});

test('a log whose record ids lie above 2^53 and rise by one has no gaps', () => {
  const read = readEverywhere(writeLog(plainRecords(20), { firstId: 2n ** 60n }).bytes);
  assert.equal(read.counts.live, 20);
  assert.deepEqual(
    read.anomalies.filter(({ tamper }) => tamper === true),
    [],
  );
});
