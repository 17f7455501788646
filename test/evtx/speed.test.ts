import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bulkLog, CHUNK_BYTES, FILE_HEADER_BYTES } from '../../testkit/index.ts';
import { layoutOf, newDecoder } from './read-log.ts';

const BYTES = 12_000_000;

function generated(): Uint8Array {
  const out = new Uint8Array(BYTES);
  let used = 0;
  for (const piece of bulkLog({ bytes: BYTES })) {
    out.set(piece, used);
    used += piece.length;
  }
  return out.subarray(0, used);
}

/** Least CPU milliseconds of this thread in several goes, so that other load does not count. */
function cpuMs(work: () => void, goes = 3): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < goes; i++) {
    const start = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

test('T50 a scan costs a few bare walks, and every field of a record a few microseconds', (t) => {
  const bytes = generated();
  const layout = layoutOf(bytes);
  const decoder = newDecoder();
  const unitBytes = 64 * CHUNK_BYTES;
  const decode = (onRecord: Parameters<typeof decoder.decodeUnit>[1]['onRecord']) => {
    for (let at = FILE_HEADER_BYTES; at < bytes.length; at += unitBytes) {
      const unit = bytes.subarray(at, at + unitBytes);
      const firstSlot = (at - FILE_HEADER_BYTES) / CHUNK_BYTES;
      decoder.decodeUnit({ source: { file: 'g' }, layout, bytes: unit, fileOffset: at, firstSlot }, { onRecord });
    }
  };
  let records = 0;
  const view = new DataView(bytes.buffer, 0, bytes.length);
  const walk = cpuMs(() => {
    records = 0;
    for (let base = FILE_HEADER_BYTES; base < bytes.length; base += CHUNK_BYTES) {
      const end = view.getUint32(base + 48, true);
      for (let at = 512; at < end; at += view.getUint32(base + at + 4, true)) {
        if (view.getUint32(base + at, true) === 0x2a2a && view.getUint32(base + at + 8, true) > 0) records++;
      }
    }
  });
  let sum = 0;
  const scan = cpuMs(() =>
    decode((record) => {
      sum += record.scanKey.index;
    }),
  );
  let fields = 0;
  const full = cpuMs(() =>
    decode((record) => {
      fields += record.entries().length;
    }),
  );
  const per = (ms: number) => `${(records / ms / 1000).toFixed(2)} M records/s`;
  t.diagnostic(`${records} records: walk ${per(walk)}, scan ${per(scan)}, every field ${per(full)}`);
  assert.ok(sum >= 0 && fields > records);
  // EVTX 11 asks for 4 walks and 20 ms on 120 MB, and 1.2 s for 200,000 records; twice that fails.
  assert.ok(scan <= 2 * (4 * walk + 20), `scan ${scan} ms, walk ${walk} ms`);
  assert.ok(full <= (2 * 1200 * records) / 200_000, `${full} ms for ${records} records`);
});
