import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkSeries } from '../../src/evtx/index.ts';
import type { PlacedAnomaly } from '../../src/windows/index.ts';
import {
  bulkLog,
  CHUNK_BYTES,
  element,
  FILE_HEADER_BYTES,
  sealChunk,
  slot,
  TYPE,
  value,
  writeLog,
  Xorshift,
} from '../../testkit/index.ts';
import { plainChunks, rootRecord, rootTemplate } from './cases.ts';
import { layoutOf, newDecoder, unitsOf, upTo } from './read-log.ts';

test('T22 a sparse log of 65,538 slots, whose header counts two, gives the records of all three that are filled', () => {
  const { log } = plainChunks(3, 5, { header: { chunkCount: 2, flags: 1 } });
  const slots = 65_538;
  const folder = mkdtempSync(join(tmpdir(), 'triad-sparse-'));
  const file = openSync(join(folder, 'sparse.evtx'), 'w+');
  try {
    ftruncateSync(file, FILE_HEADER_BYTES + slots * CHUNK_BYTES);
    writeSync(file, log.bytes, 0, FILE_HEADER_BYTES + CHUNK_BYTES, 0);
    writeSync(
      file,
      log.bytes,
      FILE_HEADER_BYTES + CHUNK_BYTES,
      2 * CHUNK_BYTES,
      FILE_HEADER_BYTES + 65_536 * CHUNK_BYTES,
    );
    const layout = layoutOf(log.bytes);
    const decoder = newDecoder();
    const unit = Buffer.alloc(64 * CHUNK_BYTES);
    const found: [number, unknown][] = [];
    const before = process.memoryUsage().rss;
    for (let first = 0; first < slots; first += 64) {
      const fileOffset = FILE_HEADER_BYTES + first * CHUNK_BYTES;
      const bytes = unit.subarray(0, readSync(file, unit, 0, unit.length, fileOffset));
      decoder.decodeUnit(
        { source: { file: 'sparse.evtx' }, layout, bytes, fileOffset, firstSlot: first },
        { onRecord: (view) => found.push([view.slot, view.recordId]) },
      );
    }
    assert.deepEqual(
      found,
      upTo(15).map((id) => [id <= 5 ? 0 : id <= 10 ? 65_536 : 65_537, id]),
    );
    assert.ok(process.memoryUsage().rss - before < 64 * 1024 * 1024);
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
});

test('T37 a hundred thousand templates in one log are each read by their own, in bounded memory', () => {
  const count = 100_000;
  const records = function* () {
    for (let n = 0; n < count; n++) {
      const guid = `${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
      const body = element('EventData', {}, element('Data', { Name: `n${n}` }, slot(2, TYPE.text)));
      yield rootRecord(rootTemplate(guid, body), [value.text(`t${n}`)]);
    }
  };
  const { bytes } = writeLog(records());
  const decoder = newDecoder();
  let n = 0;
  for (const unit of unitsOf(bytes, layoutOf(bytes))) {
    decoder.decodeUnit(unit, {
      onRecord: (view) => {
        assert.equal(view.get(`n${n}`), `t${n}`);
        n++;
      },
    });
  }
  assert.equal(n, count);
  globalThis.gc?.();
  assert.ok(process.memoryUsage().heapUsed < 512 * 1024 * 1024, `${process.memoryUsage().heapUsed} bytes`);
});

/** A bulk log in memory with damage in one chunk of twenty. */
function damagedLog(bytes: number, channel: 'security' | 'sysmon', seed: number): Uint8Array {
  const random = new Xorshift(seed);
  const out = new Uint8Array(bytes);
  let used = 0;
  for (const piece of bulkLog({ bytes, channel })) {
    out.set(piece, used);
    const at = used;
    used += piece.length;
    if (piece.length !== CHUNK_BYTES || !random.chance(0.05)) continue;
    const view = new DataView(out.buffer, at, CHUNK_BYTES);
    const kind = random.below(7);
    if (kind === 0) view.setUint32(48, 0xffffffff, true);
    else if (kind === 1) view.setUint32(0, 0x58585858, true);
    else if (kind === 2) view.setBigUint64(32, 1n, true);
    else if (kind === 3) out.fill(0, at + 20_000, at + 24_096);
    else if (kind === 4) out.fill(0, at, at + CHUNK_BYTES);
    else
      for (let i = 0; i < 8; i++)
        view.setUint32(512 + 4 * random.below(16_000), random.pick([0, 1, 0x7fffffff, 0xffffffff]), true);
    if (kind !== 6 && kind !== 4) sealChunk(out, at);
  }
  return out.subarray(0, used);
}

function digestOf(bytes: Uint8Array, decoders: number, unitSlots: number): string {
  const layout = layoutOf(bytes);
  const all = Array.from({ length: decoders }, () => newDecoder());
  const hash = createHash('sha256');
  const chunks = [];
  const anomalies: PlacedAnomaly[] = [];
  const lost: number[] = [];
  let n = 0;
  for (const [i, unit] of unitsOf(bytes, layout, { unitSlots }).entries()) {
    const result = all[i % decoders]?.decodeUnit(unit, {
      onRecord: (view) => {
        const { place, recordClass, recordId, createdMs, eventId } = view;
        hash.update(`${place.offset} ${recordClass} ${recordId} ${createdMs} ${eventId}\n`);
        if (n++ % 7 === 0) hash.update(JSON.stringify(view.entries()));
      },
    });
    assert.ok(result !== undefined);
    chunks.push(...result.chunks);
    anomalies.push(...result.anomalies);
    lost.push(...result.lost.map(({ fileOffset }) => fileOffset));
  }
  anomalies.push(...checkSeries(layout, chunks, Math.ceil((bytes.length - FILE_HEADER_BYTES) / CHUNK_BYTES)));
  hash.update(JSON.stringify([lost, anomalies]));
  assert.ok(n > 1000 && anomalies.length > 5);
  return hash.digest('hex');
}

test('T44 300 MB with damage of every kind give the same for any number of jobs and any block size', () => {
  for (let part = 0; part < 20; part++) {
    const bytes = damagedLog(15_000_000, part % 2 === 0 ? 'security' : 'sysmon', 100 + part);
    const digests = new Set<string>();
    for (const decoders of [1, 2, 5])
      for (const unitSlots of [1, 16, 64]) digests.add(digestOf(bytes, decoders, unitSlots));
    assert.equal(digests.size, 1, `part ${part}`);
  }
});
