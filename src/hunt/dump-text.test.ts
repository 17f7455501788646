import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseXml } from '../shapes/index.ts';
import type { DumpFilter } from './dump.ts';
import { dumpReader, type TextDumpRequest, TextPrinter } from './dump-text.ts';

const SYSMON = 'Microsoft-Windows-Sysmon/Operational';

function line(recordId: number, more: object): string {
  const event = {
    EventTime: '2026-03-12 10:44:02',
    Hostname: 'WS-17',
    EventID: 1,
    SourceName: 'Microsoft-Windows-Sysmon',
    Channel: SYSMON,
    RecordNumber: recordId,
    UtcTime: '2026-03-12 09:44:02.123',
    Image: 'C:\\Windows\\System32\\cmd.exe',
    CommandLine: 'cmd.exe /c "a & b" --',
    ...more,
  };
  return JSON.stringify(event);
}

const LINES = [line(7, {}), line(8, { Image: 'C:\\é.exe' }), line(9, { CommandLine: '\u0001<x>' })];
const TEXT = Buffer.from(`${LINES.join('\n')}\n`);
const ALL: DumpFilter = { channels: new Set(), eventIds: new Set() };

function print(filter: DumpFilter, format: TextDumpRequest['format'], blockBytes = TEXT.length): [string, object] {
  const source = { file: 'host.json' };
  const request: TextDumpRequest = { filter, format };
  const first = dumpReader(source, request);
  const ignore = { onEvent: (): void => {} };
  first.push(TEXT, ignore);
  const totals = { printed: 0, skippedByFilter: 0, rejected: 0 };
  const printer = new TextPrinter(source, first.end(ignore), request, totals);
  let text = '';
  for (let at = 0; at < TEXT.length; at += blockBytes) text += printer.push(TEXT.subarray(at, at + blockBytes));
  return [text + printer.end(), totals];
}

test('A32 the offset of a unit prints its event, its clock corrected, with the bytes that it was read from', () => {
  const offset = Buffer.byteLength(LINES[0] ?? '') + 1;
  for (const blockBytes of [TEXT.length, 100, 7]) {
    const [text, totals] = print({ ...ALL, offset }, 'jsonl', blockBytes);
    assert.deepEqual(totals, { printed: 1, skippedByFilter: 2, rejected: 0 });
    const { Event, _meta } = JSON.parse(text) as { Event: Record<string, Record<string, unknown>>; _meta: object };
    assert.deepEqual(_meta, {
      file: 'host.json',
      shape: 'S6',
      line: 2,
      offset,
      length: Buffer.byteLength(LINES[1] ?? ''),
      time: '2026-03-12T09:44:02.1230000Z',
      timeQuality: 'exact',
      raw: LINES[1],
    });
    assert.deepEqual(
      {
        id: Event['System']?.['EventRecordID'],
        time: Event['System']?.['TimeCreated'],
        image: Event['EventData']?.['Image'],
      },
      {
        id: 8,
        time: { '#attributes': { SystemTime: '2026-03-12T09:44:02.0000000Z' } },
        image: 'C:\\é.exe',
      },
    );
  }
});

test('a dump of a text filters by record id and time, and its XML is well formed whatever the values hold', () => {
  assert.deepEqual(print({ ...ALL, recordId: 9 }, 'jsonl')[1], { printed: 1, skippedByFilter: 2, rejected: 0 });
  const to = { ms: Date.UTC(2026, 2, 12, 9, 44, 0), ticks: 0 };
  assert.deepEqual(print({ ...ALL, to }, 'jsonl')[1], { printed: 0, skippedByFilter: 3, rejected: 0 });
  const [xml] = print(ALL, 'xml');
  assert.equal(typeof parseXml(`<Events>${xml}</Events>`), 'object');
  assert.match(xml, /<Data Name="CommandLine">\ufffd&lt;x&gt;<\/Data>/);
});
