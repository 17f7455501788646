import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../windows/index.ts';
import { compareRecordLines, type RecordLine, recordLine } from './record-line.ts';

function eventOf(entries: readonly (readonly [string, string])[], changes: Partial<Event> = {}): Event {
  const event: Event = {
    provider: 'P',
    channel: 'Security',
    eventId: 4624,
    version: 2,
    computer: 'SRV-02',
    timeMs: 1773308642918,
    timeTicks: 123,
    createdMs: 1773308642918,
    createdTicks: 123,
    recordId: '9007199254740993',
    headerRecordId: 7,
    recordClass: 'carved',
    isForeignTemplate: true,
    place: { source: { file: 'a.zip', container: ['b.evtx'] }, offset: 4096, length: 512 },
    otherPlaces: [{ source: { file: 'c.evtx' }, offset: 8192, length: 512 }],
    system: (field) => (field === 'Level' ? '4' : undefined),
    get: (name) => entries.find(([key]) => key === name)?.[1],
    all: (name) => entries.filter(([key]) => key === name).map(([, value]) => value),
    entries: () => entries,
    detach: () => event,
    ...changes,
  };
  return event;
}

test('a record line holds the record whole: every field, every copy, its class', () => {
  assert.deepEqual(JSON.parse(JSON.stringify(recordLine(eventOf([['A', '1']]), 'aaaaaaaaaaaaaaaa', 'srv-02'))), {
    id: 'aaaaaaaaaaaaaaaa',
    time: '2026-03-12T09:44:02.9180123Z',
    timeRaw: '2026-03-12T09:44:02.9180123Z',
    host: 'srv-02',
    hostRaw: 'SRV-02',
    channel: 'Security',
    provider: 'P',
    eventId: 4624,
    version: 2,
    recordId: '9007199254740993',
    headerRecordId: 7,
    class: 'carved',
    foreignTemplate: true,
    shape: 'evtx',
    sources: [
      { file: 'a.zip', container: ['b.evtx'], offset: 4096, length: 512 },
      { file: 'c.evtx', offset: 8192, length: 512 },
    ],
    system: { Level: '4' },
    data: { A: '1' },
  });
});

test('fields called like properties of every object are fields like any other, and repeated names keep all values', () => {
  const { data } = recordLine(
    eventOf([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['Data', '1'],
      ['Data', '2'],
      ['Data#2', '3'],
      ['Data', '4'],
    ]),
    'a',
    'h',
  );
  assert.deepEqual(Object.entries(data), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
    ['Data', '1'],
    ['Data#2', '2'],
    ['Data#2#2', '3'],
    ['Data#3', '4'],
  ]);
});

test('a time that cannot be printed is left out', () => {
  const line = recordLine(
    eventOf([], { timeMs: Number.MAX_SAFE_INTEGER, createdMs: -Number.MAX_SAFE_INTEGER }),
    'a',
    'h',
  );
  assert.ok(!('time' in line) && !('timeRaw' in line));
});

test('records are ordered by time, host, channel, number of the record and id', () => {
  const base = recordLine(eventOf([]), 'a', 'h');
  const line = (changes: Partial<RecordLine>): RecordLine => ({ ...base, ...changes });
  const ordered = [
    line({ time: '2026-01-01T00:00:00.0000000Z' }),
    line({ host: 'a' }),
    line({ channel: 'application' }),
    line({ recordId: 9 }),
    line({ recordId: 10 }),
    line({ recordId: '9007199254740993', id: 'a' }),
    line({ recordId: '9007199254740993', id: 'b' }),
  ];
  assert.deepEqual(ordered.toReversed().sort(compareRecordLines), ordered);
});
