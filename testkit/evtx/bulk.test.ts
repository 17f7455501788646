import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { bulkLog } from './bulk.ts';

test('a bulk log has the size asked for, right checksums, ids without gaps and the share asked for', () => {
  for (const channel of ['security', 'sysmon'] as const) {
    const pieces = bulkLog({ bytes: 1_000_000, channel, keptShare: 0.25, firstId: 4294967290 });
    let nextId = 4294967290;
    let bytes = 0;
    let records = 0;
    for (;;) {
      const { done, value } = pieces.next();
      if (done === true) {
        assert.deepEqual({ bytes: value.bytes, records: value.records }, { bytes, records });
        assert.ok(Math.abs(value.kept / value.records - 0.25) < 0.01, `${value.kept} of ${value.records}`);
        break;
      }
      bytes += value.length;
      if (value.length !== 65536) continue;
      const chunk = Buffer.from(value);
      assert.equal(chunk.readUInt32LE(52), crc32(chunk.subarray(512, chunk.readUInt32LE(48))));
      for (let at = 512; at < chunk.readUInt32LE(48); at += chunk.readUInt32LE(at + 4)) {
        assert.equal(Number(chunk.readBigUInt64LE(at + 8)), nextId++);
        records++;
      }
    }
  }
});
