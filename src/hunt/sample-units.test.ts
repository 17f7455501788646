import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findInputs } from '../intake/index.ts';
import type { SettledClock } from '../shapes/index.ts';
import { nodeFilePort } from './file-port.ts';
import { clockWords } from './inspect-text.ts';
import { proposeMap, type SampledText, sampleInput } from './sample-units.ts';

async function sample(t: TestContext, text: string, units: number): Promise<SampledText | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'triad-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'host.json'), text);
  const port = nodeFilePort(folder);
  const [input] = (await findInputs(['host.json'], port)).inputs;
  assert.ok(input !== undefined);
  return (await sampleInput(input, port, { maps: [], units }))[0];
}

const LINE = {
  '@version': '1',
  EventTime: '2026-03-12 10:44:02',
  Hostname: 'WS-17',
  EventID: 1,
  SourceName: 'Microsoft-Windows-Sysmon',
  Channel: 'Microsoft-Windows-Sysmon/Operational',
  RecordNumber: 7,
  UtcTime: '2026-03-12 09:44:02.123',
  Image: 'C:\\Windows\\System32\\cmd.exe',
  port: 514,
};

test('a sample names for each field where it stood, with the clock of the file, and what was left out', async (t) => {
  const text = `${JSON.stringify(LINE)}\n${JSON.stringify({ ...LINE, RecordNumber: 8 })}\n`;
  assert.deepEqual(await sample(t, text, 1), {
    source: { file: 'host.json' },
    samples: [
      {
        shape: 'S6',
        line: 1,
        offset: 0,
        fields: [
          { field: 'Channel', value: 'Microsoft-Windows-Sysmon/Operational', from: 'Channel' },
          { field: 'Provider', value: 'Microsoft-Windows-Sysmon', from: 'SourceName' },
          { field: 'EventID', value: '1', from: 'EventID' },
          { field: 'Version', value: '0' },
          { field: 'Computer', value: 'WS-17', from: 'Hostname' },
          { field: 'EventRecordID', value: '7', from: 'RecordNumber' },
          { field: 'TimeCreated', value: '2026-03-12T09:44:02.0000000Z', from: 'EventTime' },
          { field: 'event time (exact)', value: '2026-03-12T09:44:02.1230000Z' },
          { field: 'UtcTime', value: '2026-03-12 09:44:02.123', from: 'UtcTime' },
          { field: 'Image', value: 'C:\\Windows\\System32\\cmd.exe', from: 'Image' },
        ],
        leftOut: ['@version', 'port'],
      },
    ],
  });
});

test('B5 a text of which no unit is known gets a mapping to begin with', async (t) => {
  const line = { evt: { time: 1773308642, host: 'WS-17', log: 'Security', id: 4688, data: { image: 'x' } } };
  const sampled = await sample(t, `${JSON.stringify(line)}\n`, 1);
  assert.deepEqual(sampled?.samples, []);
  assert.equal(
    sampled?.proposedMap,
    [
      'name: mine',
      'match: { present: ["evt.log", "evt.id"] }',
      'time: { field: "evt.time", format: epoch-seconds }',
      'host: "evt.host"',
      'channel: "evt.log"',
      'provider: FIELD',
      'eventId: "evt.id"',
      'fields: { as: path, field: "evt.data" }',
      'rename: {}',
      '',
    ].join('\n'),
  );
  assert.match(proposeMap([]), /present: \[FIELD\]/);
});

test('a clock is told in words: corrected by how much and by what, true, or as asked', () => {
  const clock = (more: Partial<SettledClock>): readonly string[] =>
    clockWords({ computers: new Map(), source: [], ...more });
  assert.deepEqual(clock({}), []);
  assert.deepEqual(clock({ source: [{ from: 0, aheadMs: -4 * 3_600_000, events: 11 }] }), [
    'stated times are -04:00 from UTC and were corrected, by the UtcTime of 11 Sysmon events',
  ]);
  assert.deepEqual(clock({ source: [{ from: 0, aheadMs: 700, events: 1 }] }), [
    'stated times are UTC, by the UtcTime of 1 Sysmon event',
  ]);
  assert.deepEqual(clock({ receivedOffsetMinutes: 330 }), [
    'local times are +05:30 from UTC and were corrected, by EventReceivedTime and @timestamp',
  ]);
  assert.deepEqual(clock({ assumedZone: 'Europe/Paris' }), [
    'times without a zone are taken for Europe/Paris, as asked',
  ]);
});
