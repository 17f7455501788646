import assert from 'node:assert/strict';
import { test } from 'node:test';
import { locateSlots } from '../../src/evtx/index.ts';
import {
  CHUNK_BYTES,
  dword,
  endBefore,
  FILE_HEADER_BYTES,
  LogWriter,
  overwrite,
  writeLog,
} from '../../testkit/index.ts';
import { plainChunks, plainRecords } from './cases.ts';
import { codesOf, idsOf, readEverywhere, readLog, upTo } from './read-log.ts';

const CODE = 'TRIAD-E-EVTX-';

test('T20 a dirty header that counts nothing hides no chunk', () => {
  const { log } = plainChunks(5, 4, { header: { flags: 1, chunkCount: 0, lastChunk: 0n, nextRecordId: 0n } });
  const read = readEverywhere(log.bytes);
  assert.deepEqual(idsOf(read), upTo(20));
  // Stale numbers are what dirty means: noted, and no sign of an edited log.
  assert.deepEqual(codesOf(read), ['DIRTY']);
  assert.ok(read.anomalies.every(({ tamper }) => tamper !== true));
});

test('T20 the same header in a log that was closed cleanly is a sign of editing', () => {
  const { log } = plainChunks(5, 4, { header: { chunkCount: 1, lastChunk: 0n, nextRecordId: 5n } });
  const read = readEverywhere(log.bytes);
  assert.deepEqual(idsOf(read), upTo(20));
  assert.deepEqual(codesOf(read), ['HEADER-FORGED']);
  assert.ok(read.anomalies.every(({ tamper }) => tamper === true));
});

test('T21 a ring that wrapped, with unused slots between, has one seam and no break', () => {
  const { log, ids } = plainChunks(6, 3, { slots: [3, 4, 5, 'zero', 0, 1, 'zero', 2] });
  const read = readEverywhere(log.bytes);
  assert.deepEqual(codesOf(read), []);
  assert.deepEqual(
    [...idsOf(read)].sort((a, b) => Number(a) - Number(b)),
    ids,
  );
  assert.deepEqual(idsOf(read), [...upTo(9, 10), ...upTo(9)]);
});

test('T21 a second seam is a ring break, a sign of editing', () => {
  const { log } = plainChunks(6, 3, { slots: [2, 0, 1, 5, 3, 4] });
  const read = readEverywhere(log.bytes);
  assert.equal(read.counts.live, 18);
  assert.deepEqual(codesOf(read), ['RING']);
  assert.ok(read.anomalies.some(({ tamper }) => tamper === true));
});

test('T23 a free-space offset at or past the end of the chunk reads all', () => {
  const full = plainChunks(1, 5, { chunk: { free: 65536 } });
  const atEnd = readEverywhere(full.log.bytes);
  assert.deepEqual([idsOf(atEnd), atEnd.counts.carved], [full.ids, 0]);
  const past = readEverywhere(plainChunks(1, 5, { chunk: { free: 0xffffffff } }).log.bytes);
  assert.deepEqual([idsOf(past), past.counts.carved], [full.ids, 0]);
  assert.ok(codesOf(past).includes('CHUNK-FREE'));
});

test('T23 with the free-space offset at its lowest all is slack, and carved', () => {
  const { log, ids } = plainChunks(1, 5, { chunk: { free: 512 } });
  const read = readEverywhere(log.bytes);
  assert.deepEqual(read.counts, { live: 0, afterDamage: 0, swallowed: 0, carved: 5 });
  assert.deepEqual(idsOf(read, 'carved'), ids);
});

test('T23 an end that was set back before records that carry on its ids is called forged, and they are carved', () => {
  const { log, ids } = plainChunks(2, 6);
  for (const behind of [0, 2, 5]) {
    const first = log.records[behind];
    assert.ok(first !== undefined);
    const read = readEverywhere(endBefore(log.bytes, first));
    assert.deepEqual(idsOf(read, 'carved'), ids.slice(behind, 6));
    const uncarved = readLog(endBefore(log.bytes, first), { carve: false });
    for (const { anomalies } of [read, uncarved]) {
      assert.deepEqual(
        anomalies
          .filter(({ tamper }) => tamper === true)
          .map(({ code, level, offset, message }) => [code, level, offset, /\d+ records?/.exec(message)?.[0]]),
        [[`${CODE}CHUNK-FORGED`, 'error', first.fileOffset, behind === 5 ? '1 record' : `${6 - behind} records`]],
      );
    }
  }
});

test('T23 older records behind the end of a chunk are remains and no sign of an edit', () => {
  const { log } = plainChunks(1, 6);
  const [second, third] = [log.records[1], log.records[2]];
  assert.ok(second !== undefined && third !== undefined);
  const older = overwrite(endBefore(log.bytes, third), third.fileOffset + 8, dword(1));
  const read = readEverywhere(older);
  assert.equal(read.counts.carved, 4);
  assert.ok(read.anomalies.every(({ tamper }) => tamper !== true));
});

test('T23 a record across the free-space offset is live and flagged when its end is right', () => {
  const { log } = plainChunks(1, 5);
  const third = log.records[2];
  assert.ok(third !== undefined);
  const { log: cut } = plainChunks(1, 5, { chunk: { free: third.chunkOffset + 32 } });
  const read = readEverywhere(cut.bytes);
  assert.deepEqual(idsOf(read), [1, 2, 3]);
  assert.deepEqual(idsOf(read, 'carved'), [4, 5]);
  assert.ok(codesOf(read).includes('RECORD-STRADDLE'));
});

test('T24 wrong record ids in a chunk header hide nothing', () => {
  const read = (oddities: object) => readEverywhere(plainChunks(2, 6, { chunk: oddities }).log.bytes);
  const low = read({ lastId: 1n, lastNumber: 1n });
  assert.deepEqual(idsOf(low), upTo(12));
  assert.ok(codesOf(low).includes('CHUNK-FORGED'));
  const forged = low.anomalies.filter(({ code }) => code === `${CODE}CHUNK-FORGED`);
  assert.ok(forged.length > 0 && forged.every(({ tamper, level }) => tamper === true && level === 'error'));
  const high = read({ lastId: 9999n, lastNumber: 9999n });
  assert.deepEqual(idsOf(high), upTo(12));
  assert.ok(codesOf(high).includes('CHUNK-IDS'));
  const first = read({ firstId: 500n, firstNumber: 500n });
  assert.deepEqual(idsOf(first), upTo(12));
});

test('T25 a file cut anywhere gives its whole records', () => {
  const { log } = plainChunks(2, 9);
  const last = log.records.filter(({ slot }) => slot === 1);
  const start = FILE_HEADER_BYTES + CHUNK_BYTES;
  for (let cut = start + 512; cut < start + CHUNK_BYTES; cut += 512) {
    const read = readLog(log.bytes.slice(0, cut));
    const whole = last.filter(({ fileOffset, size }) => fileOffset + size <= cut).length;
    assert.deepEqual(idsOf(read), upTo(9 + whole), `cut at ${cut}`);
    assert.ok(
      codesOf(read).some((code) => code === 'TRUNCATED' || code === 'CHUNK-TRUNCATED'),
      `cut at ${cut}: ${codesOf(read)}`,
    );
  }
});

test('T25 a file cut inside its header, or empty, says so', () => {
  const { log } = plainChunks(1, 1);
  const codesAt = (bytes: number) => {
    const layout = locateSlots(log.bytes.subarray(0, bytes), bytes, true);
    return layout?.anomalies.map(({ code, level }) => [code.replace(CODE, ''), level]);
  };
  assert.deepEqual(codesAt(0), [['EMPTY', 'error']]);
  assert.deepEqual(codesAt(7), [['EMPTY', 'error']]);
  assert.deepEqual(codesAt(100), [['HEADER-SHORT', 'error']]);
  assert.deepEqual(codesAt(2048), [['HEADER-SHORT', 'error']]);
  assert.deepEqual(codesAt(4096), []);
  const empty = readLog(log.bytes.slice(0, 4096));
  assert.deepEqual([empty.records, empty.counts.live], [[], 0]);
});

test('T26 a chunk without its mark gives its records, flagged', () => {
  const records = plainRecords(9);
  const writer = new LogWriter();
  for (const [i, record] of records.entries()) {
    writer.add(record);
    if (i % 3 === 2) writer.closeChunk(i === 5 ? { magic: 'XXXXXXX\0' } : {});
  }
  const read = readEverywhere(writer.finish().bytes);
  assert.deepEqual(
    read.records.map(({ recordId, fields }) => [recordId, fields[0]?.[1]]),
    upTo(9).map((n) => [n, `r${n}`]),
  );
  assert.ok(codesOf(read).includes('CHUNK-MAGIC'));
});

test('T26 a log without its file header is found by its first chunk', () => {
  const { log, ids } = plainChunks(2, 4);
  const zeroed = log.bytes.slice();
  zeroed.fill(0, 0, 4096);
  const read = readEverywhere(zeroed);
  assert.deepEqual(idsOf(read), ids);
  assert.deepEqual(codesOf(read), ['HEADER-MAGIC']);
});

test('T26 a log behind 512 bytes of other things is found by scanning, when its name allows it', () => {
  const { log, ids } = plainChunks(2, 4, { leading: new Uint8Array(512).fill(0x55) });
  assert.equal(locateSlots(log.bytes.subarray(0, 65536), log.bytes.length, false), undefined);
  const read = readEverywhere(log.bytes);
  assert.deepEqual(idsOf(read), ids);
  assert.equal(read.layout.firstSlotOffset, 512 + 4096);
  assert.deepEqual(codesOf(read), ['HEADER-MAGIC']);
});

test('T27 a log that says it has no checksums is not blamed for them', () => {
  const none = plainChunks(2, 4, { header: { checksum: 'none' }, chunk: { checksums: 'none' } });
  const read = readEverywhere(none.log.bytes);
  assert.deepEqual([idsOf(read), codesOf(read)], [none.ids, []]);
});

test('T27 wrong checksums are flagged and lose nothing; in a log closed cleanly they are a sign of editing', () => {
  for (const [flags, isTamper] of [
    [0, true],
    [1, false],
  ] as const) {
    const { log, ids } = plainChunks(2, 4, { header: { checksum: 'wrong', flags }, chunk: { checksums: 'wrong' } });
    const read = readEverywhere(log.bytes);
    assert.deepEqual(idsOf(read), ids);
    for (const code of ['HEADER-CRC', 'CHUNK-CRC', 'CHUNK-HEADER-CRC']) assert.ok(codesOf(read).includes(code), code);
    const ofData = read.anomalies.filter(({ code }) => code === `${CODE}CHUNK-CRC`);
    assert.deepEqual(
      ofData.map(({ tamper }) => tamper === true),
      [isTamper, isTamper],
    );
  }
});

test('T27 checksums of zero without the flag are wrong checksums', () => {
  const { log } = plainChunks(1, 4, { chunk: { checksums: 'none', flags: 1 } });
  assert.ok(codesOf(readEverywhere(log.bytes)).includes('CHUNK-CRC'));
});

test('T42 ids in the frames that differ from EventRecordID by a constant are an export, not tampering', () => {
  const read = readEverywhere(writeLog(plainRecords(30), { firstId: 1n, firstEventRecordId: 433307n }).bytes);
  assert.deepEqual(
    read.records.map(({ headerRecordId, recordId }) => [headerRecordId, recordId]),
    upTo(30).map((n) => [n, n + 433306]),
  );
  assert.ok(read.anomalies.every(({ tamper }) => tamper !== true));
});
