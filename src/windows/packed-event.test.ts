import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event, SystemField } from './event.ts';
import { EventPacker } from './event-packer.ts';
import { detachEvent, PackedEvent } from './packed-event.ts';
import { packedNote, packedRowBytes, renumberLayout, setPackedTimes } from './packed-row.ts';

const source = { file: 'a.evtx' };

function event(overrides: Partial<Event> & { fields?: [string, string][]; userId?: string }): Event {
  const fields = overrides.fields ?? [['Name', 'x']];
  const self: Event = {
    provider: 'Microsoft-Windows-Sysmon',
    channel: 'Microsoft-Windows-Sysmon/Operational',
    eventId: 19,
    version: 3,
    computer: 'WS-07.corp.example.com',
    timeMs: 1700000000123,
    timeTicks: 4567,
    createdMs: 1700000000124,
    createdTicks: 1,
    recordId: 5,
    headerRecordId: 1,
    recordClass: 'carved',
    isForeignTemplate: true,
    place: { source, offset: 5_000_000_000, length: 320 },
    otherPlaces: [],
    system: (field: SystemField) => (field === 'UserID' ? (overrides.userId ?? 'S-1-5-18') : undefined),
    get: (name) => fields.find((f) => f[0] === name)?.[1],
    all: (name) => fields.filter((f) => f[0] === name).map((f) => f[1]),
    entries: () => fields,
    detach: () => self,
    ...overrides,
  };
  return self;
}

function snapshot(e: Event): unknown {
  return {
    provider: e.provider,
    channel: e.channel,
    eventId: e.eventId,
    version: e.version,
    computer: e.computer,
    time: [e.timeMs, e.timeTicks, e.createdMs, e.createdTicks],
    ids: [e.recordId, e.headerRecordId],
    recordClass: e.recordClass,
    foreign: e.isForeignTemplate,
    place: e.place,
    shape: e.shape,
    quality: e.timeQuality ?? 'exact',
    user: e.system('UserID'),
    level: e.system('Level'),
    entries: e.entries(),
  };
}

test('a packed event says everything that the event said, wide text, repeated names and large ids too', () => {
  const original = event({
    fields: [
      ['Data', 'one'],
      ['Data', ''],
      ['__proto__', 'Ω \u{1F600} \ud800'],
      ['Long', 'é'.repeat(70000)],
    ],
    recordId: '18446744073709551615',
    headerRecordId: 9007199254740991,
  });
  const copy = detachEvent(original);
  assert.deepEqual(snapshot(copy), snapshot(original));
  assert.deepEqual(copy.all('Data'), ['one', '']);
  assert.equal(copy.get('Data'), 'one');
  assert.equal(copy.get('data'), undefined);
  assert.equal(copy.detach(), copy);
});

test('shape, quality of time and line travel too, and times can be moved when the clock of a source is known', () => {
  const original = event({
    shape: 'S6',
    timeQuality: 'local-assumed',
    place: { source, offset: 9, length: 5, line: 7 },
  });
  const packer = new EventPacker();
  packer.add(original, 0, 6);
  packer.add(event({}), 0);
  const rows = packer.take();
  assert.equal(rows.layouts.length, 2, 'two shapes are two layouts');
  const buffer = Buffer.from(rows.bytes.buffer);
  const tables = { layouts: rows.layouts, sources: [source] };
  assert.deepEqual(snapshot(new PackedEvent(buffer, 0, tables)), snapshot(original));
  assert.equal(packedNote(buffer, 0), 6);
  const times = { timeMs: 5, timeTicks: 6, createdMs: 7, createdTicks: 8, quality: 'corrected' as const };
  setPackedTimes(buffer, 0, times);
  const moved = new PackedEvent(buffer, 0, tables);
  assert.deepEqual(
    [moved.timeMs, moved.timeTicks, moved.createdMs, moved.createdTicks, moved.timeQuality, moved.get('Name')],
    [5, 6, 7, 8, 'corrected', 'x'],
  );
});

test('an event without ids keeps them absent', () => {
  const copy = detachEvent(event({ recordId: undefined, headerRecordId: undefined }));
  assert.equal(copy.recordId, undefined);
  assert.equal(copy.headerRecordId, undefined);
});

test('rows of two packers can be told apart after their layouts are renumbered into one table', () => {
  const a = new EventPacker();
  a.add(event({ eventId: 19 }), 0);
  const b = new EventPacker();
  b.add(event({ eventId: 20, fields: [['Type', 'Script']] }), 0);
  const rowsA = a.take();
  const rowsB = b.take();
  const layouts = [...rowsA.layouts, ...rowsB.layouts];
  const bytes = Buffer.from(rowsB.bytes.buffer);
  renumberLayout(bytes, 0, [1]);
  const read = new PackedEvent(bytes, 0, { layouts, sources: [source] });
  assert.equal(read.eventId, 20);
  assert.equal(read.get('Type'), 'Script');
});

test('a flood of distinct layouts is written inline and reads back the same', () => {
  const packer = new EventPacker();
  const events = Array.from({ length: 5000 }, (_, i) => event({ fields: [[`Field${i}`, String(i)]] }));
  for (const e of events) packer.add(e, 0);
  const rows = packer.take();
  assert.equal(rows.layouts.length, 4096);
  const buffer = Buffer.from(rows.bytes.buffer);
  let at = 0;
  for (let i = 0; i < rows.count; i++) {
    const read = new PackedEvent(buffer, at, { layouts: rows.layouts, sources: [source] });
    assert.deepEqual(read.entries(), [[`Field${i}`, String(i)]]);
    at += packedRowBytes(buffer, at);
  }
  assert.equal(at, buffer.length);
});
