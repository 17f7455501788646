import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CHUNK_BYTES, custom, FILE_HEADER_BYTES, LogWriter, recordOf, value, writeLog } from '../../testkit/index.ts';
import { bodyJson, plainRecords, TIME } from './cases.ts';
import { codesOf, idsOf, readEverywhere, upTo } from './read-log.ts';

/** A log of one chunk with so many of the same records. */
function state(count: number): Uint8Array {
  const writer = new LogWriter({ header: { flags: 1 } });
  for (const record of plainRecords(20).slice(0, count)) writer.add(record);
  return writer.finish().bytes;
}

test('T47 a slot of which one half was read before a write and one half after it gives whole records only', () => {
  const [before, after] = [state(8), state(14)];
  for (let cut = FILE_HEADER_BYTES + 64; cut < FILE_HEADER_BYTES + 4096; cut += 168) {
    for (const [head, tail] of [
      [before, after],
      [after, before],
    ] as const) {
      const torn = head.slice();
      torn.set(tail.subarray(cut), cut);
      const read = readEverywhere(torn);
      for (const { recordId, fields } of read.records)
        assert.deepEqual(fields, [['v', `r${recordId}`]], `cut at ${cut}`);
      const ids = read.records.map(({ recordId }) => Number(recordId));
      assert.deepEqual(ids.slice(0, 8), upTo(8), `cut at ${cut}`);
      assert.ok(
        ids.every((id, i) => i === 0 || id > (ids[i - 1] ?? 0)),
        `cut at ${cut}: ${ids}`,
      );
      const isMixed = !Buffer.from(torn).equals(Buffer.from(before)) && !Buffer.from(torn).equals(Buffer.from(after));
      if (isMixed) assert.ok(codesOf(read).length > 0, `cut at ${cut}`);
    }
  }
});

test('T47 a file that grew between two reads is read as far as it was', () => {
  const whole = new LogWriter({ header: { flags: 1 } });
  for (const record of plainRecords(1500)) whole.add(record);
  const { bytes, records } = whole.finish();
  const first = records.filter(({ slot }) => slot === 0).length;
  const read = readEverywhere(bytes.slice(0, FILE_HEADER_BYTES + CHUNK_BYTES));
  assert.deepEqual(idsOf(read), upTo(first));
  assert.deepEqual(codesOf(read), ['DIRTY']);
});

const hasPeer = spawnSync('evtx_dump', ['--version'], { encoding: 'utf8' }).stdout?.startsWith('EVTX Parser') === true;
const skip = hasPeer ? false : 'the Rust evtx_dump is not on the PATH';

test('T49 evtx_dump reads the same values from what the generator wrote', { skip }, () => {
  const values = [
    value.uint32(7),
    value.text('a "b" <c>'),
    value.hex64(0x3e7n),
    value.sid('S-1-5-18'),
    value.bool(1),
    value.filetime(TIME),
  ];
  const { bytes } = writeLog([recordOf(custom.withValues(values, { time: TIME }))]);
  const folder = mkdtempSync(join(tmpdir(), 'triad-peer-'));
  try {
    const path = join(folder, 'peer.evtx');
    writeFileSync(path, bytes);
    const { stdout } = spawnSync('evtx_dump', ['-o', 'jsonl', path], { encoding: 'utf8' });
    const theirs = bodyJson(stdout.trim()) as Record<string, unknown>;
    const ours = bodyJson(readEverywhere(bytes).records[0]?.json ?? '') as Record<string, unknown>;
    // It cuts a time at the microsecond.
    const cut = (body: Record<string, unknown>) => ({ ...body, v5: String(body['v5']).slice(0, 26) });
    assert.deepEqual(cut(theirs), cut(ours));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
