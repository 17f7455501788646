import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRow, rowSpans } from '../../src/entries/index.ts';
import { EventStore, settleRows } from '../../src/evidence/index.ts';
import { TextBlockReader } from '../../src/intake/text-block-reader.ts';
import { PackedEvent } from '../../src/windows/index.ts';
import { NOW_MS } from './streams.ts';

const CREATED = '2026-03-12T10:00:05.000Z';

/** A connection that Sysmon saw, and wrote at `CREATED`. */
function connection(provider: string, utcTime: string): string {
  return JSON.stringify({
    '@timestamp': CREATED,
    winlog: {
      channel: 'Microsoft-Windows-Sysmon/Operational',
      provider_name: provider,
      computer_name: 'WS-01',
      event_id: '3',
      record_id: 7,
      event_data: { UtcTime: utcTime, Initiated: 'true', DestinationPort: '135', SourceIp: '10.0.0.1' },
    },
  });
}

/** Its time in the archive, and where it is held. */
function timesOf(line: string): { readonly archived: string; readonly held: string } {
  const bytes = Buffer.from(`${line}\n`);
  const source = { file: 'a' };
  const answer = new TextBlockReader({ runStartMs: NOW_MS }).read(source, 0, bytes, true, {
    archived: {
      ...{ position: 1, sender: 's', trust: 'authenticated' },
      ...{ starts: Uint32Array.of(0), ends: Uint32Array.of(line.length), items: Uint32Array.of(0) },
    },
  });
  const packed = Buffer.from(answer.archive?.[0]?.bytes ?? []);
  const [span] = rowSpans(packed) ?? [];
  assert.ok(span !== undefined);
  const store = new EventStore([source], { memoryBytes: 1e9, openSpool: () => assert.fail('one row needs no file') });
  store.renumber(answer.rows, []);
  assert.ok(answer.end !== undefined);
  settleRows(answer.rows, answer.end.clock, store.tables);
  const { bytes: row } = answer.rows;
  const held = row.length === 0 ? undefined : new PackedEvent(Buffer.from(row), 0, store.tables).timeMs;
  const textOf = (ms: number | undefined): string => (ms === undefined ? 'not held' : new Date(ms).toISOString());
  return { archived: textOf(readRow(packed, span).time?.ms), held: textOf(held) };
}

test('L6 an event has one time where it is held and in the archive, by which a cited record is found: of Sysmon its own within 60 s (A10)', () => {
  const sysmon = 'Microsoft-Windows-Sysmon';
  for (const [provider, utcTime, time] of [
    [sysmon, '2026-03-12 10:00:01.000', '2026-03-12T10:00:01.000Z'],
    [sysmon.toLowerCase(), '2026-03-12 10:00:01.000', '2026-03-12T10:00:01.000Z'],
    [sysmon, '2026-03-12 09:59:05.000', '2026-03-12T09:59:05.000Z'],
    [sysmon, '2026-03-12 09:59:04.999', CREATED],
  ] as const) {
    assert.deepEqual(timesOf(connection(provider, utcTime)), { archived: time, held: time }, `${provider} ${utcTime}`);
  }
});
