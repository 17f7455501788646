import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL_FIELDS, TextReader, type TextResult } from '../shapes/index.ts';
import type { LogCount } from './read-evidence.ts';
import { lossGaps, thirdPartyOf, unitsOf } from './text-results.ts';

function readText(file: string, text: string): LogCount {
  const source = { file };
  const reader = new TextReader({ source });
  const sink = { onEvent: () => {} };
  reader.push(Buffer.from(text), sink);
  return {
    source,
    input: 0,
    bytes: text.length,
    counts: { live: 0, afterDamage: 0, swallowed: 0, carved: 0 },
    rejected: 0,
    text: reader.end(sink),
  };
}

const NXLOG = JSON.stringify({
  EventTime: '2026-03-12 09:44:02',
  Hostname: 'WS-17',
  EventID: 5861,
  SourceName: 'Microsoft-Windows-WMI-Activity',
  Channel: 'Microsoft-Windows-WMI-Activity/Operational',
  RecordNumber: 7,
  Severity: 'INFO',
  EventReceivedTime: '2026-03-12 09:44:03',
});
const DEFENDER = JSON.stringify({
  Timestamp: '2026-03-12T09:44:05Z',
  ActionType: 'ProcessCreatedUsingWmiQuery',
  DeviceName: 'ws-17',
  ReportId: 12,
});
const LOG = readText('host.json', `${NXLOG}\n${DEFENDER}\n{"a":1}\n`);

test('units of texts are counted by shape over all sources', () => {
  assert.deepEqual(unitsOf([LOG, readText('b.json', `${NXLOG}\n`)]), { S16: 1, S6: 2, unknown: 1 });
});

test('B22 each source and loss is one gap that names file, shape, count, what it blinds and how to close it', () => {
  const { gaps, omitted } = lossGaps([LOG]);
  const blinding = gaps.filter(({ blocks }) => blocks.length > 0);
  assert.equal(omitted, 0);
  assert.deepEqual(
    blinding.map(({ id: _, ...rest }) => rest),
    [
      {
        host: '-',
        what: 'host.json: records have neither fields nor a message that could be read; 1 record',
        so: 'every analytic that reads records may be blind to them',
        close: 'export EVTX or XML',
        blocks: ALL_FIELDS,
      },
    ],
  );
  assert.deepEqual(gaps.slice(0, 1), blinding, 'what blinds comes first');
});

test('B6 detections of other tools keep their words and their place, and are counted past the bound', () => {
  const { detections, total, omitted } = thirdPartyOf([LOG], () => true);
  assert.deepEqual(
    { detections, total, omitted },
    {
      detections: [
        {
          product: 'Microsoft Defender XDR',
          action: 'ProcessCreatedUsingWmiQuery',
          host: 'ws-17',
          time: '2026-03-12T09:44:05Z',
          evidence: [{ file: 'host.json', offset: NXLOG.length + 1, length: DEFENDER.length, line: 2 }],
        },
      ],
      total: 1,
      omitted: 0,
    },
  );
  const finding = LOG.text?.thirdParty[0];
  assert.ok(finding !== undefined && LOG.text !== undefined);
  const many: TextResult = { ...LOG.text, thirdParty: Array.from({ length: 10_000 }, () => finding) };
  const flooded = thirdPartyOf([{ ...LOG, text: many }, LOG], () => true);
  assert.deepEqual(
    { listed: flooded.detections.length, total: flooded.total, omitted: flooded.omitted },
    { listed: 10_000, total: 10_001, omitted: 1 },
  );
});

test('what the options leave out is no detection of the result', () => {
  assert.deepEqual(
    thirdPartyOf([LOG], ({ host }) => host !== 'ws-17'),
    { detections: [], total: 0, omitted: 0 },
  );
});
