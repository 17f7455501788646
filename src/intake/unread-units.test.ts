import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TextBlockReader } from './text-block-reader.ts';

const EVENT = `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Microsoft-Windows-Sysmon"/><EventID>1</EventID><TimeCreated SystemTime="2026-01-01T00:00:00.0000000Z"/><EventRecordID>1</EventRecordID><Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>WS-07</Computer></System><EventData/></Event>`;

function unreadOf(text: string, tellUnread = true): readonly (readonly [string, string])[] | undefined {
  const reader = new TextBlockReader({ runStartMs: 0, tellUnread });
  const bytes = Buffer.from(text);
  const { unread } = reader.read({ file: 'batch' }, 0, bytes, true);
  return unread?.map(
    ({ code, offset, length }) => [code, bytes.toString('utf8', offset, offset + length).trim()] as const,
  );
}

test('every unit that gave no event is told with its place, and no other', () => {
  const text = `{"a":1}\n${EVENT}\n{"b":[1,}\n{"c":"é"}\n`;
  assert.deepEqual(unreadOf(text), [
    ['unknown_shape', '{"a":1}'],
    ['broken_unit', '{"b":[1,}'],
    ['unknown_shape', '{"c":"é"}'],
  ]);
});

test('a unit of a known shape that lacks what every event has is told as broken', () => {
  const broken = EVENT.replace('<EventID>1</EventID>', '<EventID>x</EventID>');
  assert.deepEqual(unreadOf(`${EVENT}\n${broken}\n`), [['broken_event', broken]]);
});

test('nothing is told where nobody asks, and one answer lists at most 10,000', () => {
  assert.equal(unreadOf('{"a":1}\n', false), undefined);
  assert.equal(unreadOf('{"a":1}\n'.repeat(9_999))?.length, 9_999);
  assert.equal(unreadOf('{"a":1}\n'.repeat(10_001))?.length, 10_000);
});
