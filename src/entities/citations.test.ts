import assert from 'node:assert/strict';
import { test } from 'node:test';
import { madeEvents } from '../../test/made-event.ts';
import { security } from '../../testkit/index.ts';
import { Citations, recordIdOf, secondOf } from './citations.ts';

const ALICE = { sid: 'S-1-5-21-1-2-3-1104', name: 'alice', domain: 'CORP' };

function logons(count: number): ReturnType<typeof madeEvents> {
  return madeEvents(
    Array.from({ length: count }, (_, n) =>
      security.logon({ account: ALICE, logonId: BigInt(n + 1) }, { time: `2026-03-12T09:00:0${n}.1234567Z` }),
    ),
  );
}

test('a record’s id is that of its host, channel, record id and second, whatever the spelling and the file', () => {
  const [event] = logons(1);
  assert.ok(event !== undefined);
  const id = recordIdOf(event, 'h');
  assert.equal(recordIdOf({ ...event, channel: 'SECURITY', timeTicks: 0, headerRecordId: 99 }, 'h'), id);
  assert.equal(recordIdOf({ ...event, place: { ...event.place, source: { file: 'b' } } }, 'h'), id);
  assert.notEqual(recordIdOf({ ...event, recordId: 2 }, 'h'), id);
  assert.notEqual(recordIdOf({ ...event, timeMs: event.timeMs + 1000 }, 'h'), id);
  assert.notEqual(recordIdOf(event, 'other'), id);
});

test('without a record id the fields make the id', () => {
  const [a, b] = logons(2).map((event) => ({ ...event, recordId: undefined, timeMs: 0 }));
  assert.ok(a !== undefined && b !== undefined);
  assert.notEqual(recordIdOf(a, 'h'), recordIdOf(b, 'h'));
  assert.equal(recordIdOf(a, 'h'), recordIdOf({ ...a }, 'h'));
});

test('a time in an id is cut to its second, also before 1970 and beyond the calendar', () => {
  assert.deepEqual([1773306242918, 0, -1, 9e15].map(secondOf), [
    '2026-03-12T09:04:02Z',
    '1970-01-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '9000000000000',
  ]);
});

test('L15: when too many records are cited, the host with most of them loses its oldest, and no other', () => {
  const citations = new Citations({ max: 3 });
  const [first, second, third, fourth] = logons(4);
  assert.ok(first !== undefined && second !== undefined && third !== undefined && fourth !== undefined);
  const ids = [
    citations.cite(first, 'quiet'),
    citations.cite(second, 'loud'),
    citations.cite(third, 'loud'),
    citations.cite(fourth, 'loud'),
  ].map(([item]) => item?.record ?? '');
  assert.deepEqual(
    ids.map((id) => citations.hostOf(id) !== undefined),
    [true, false, true, true],
  );
  assert.equal(citations.evicted, 1);
  assert.deepEqual(
    citations.recordsOf(ids).map((record) => [record.host, record.event.eventId]),
    [
      ['quiet', 4624],
      ['loud', 4624],
      ['loud', 4624],
    ],
  );
});

test('L18 of two records that claim to be one the proven one is shown, whichever was cited first', () => {
  const [first] = logons(1);
  assert.ok(first !== undefined);
  const at = (file: string, proven: boolean): typeof first => {
    const source = { file, ...(proven ? { trust: 'authenticated' as const } : { hostNotBound: true as const }) };
    const event = { ...first, place: { ...first.place, source }, detach: () => event };
    return event;
  };
  for (const order of [
    [at('a', true), at('b', false)],
    [at('b', false), at('a', true)],
  ]) {
    const citations = new Citations();
    const cited = order.flatMap((event) => citations.cite(event, 'h'));
    assert.deepEqual(cited.map(({ file, hostNotBound }) => [file, hostNotBound]).toSorted(), [
      ['a', undefined],
      ['b', true],
    ]);
    const [shown] = citations.recordsOf([cited[0]?.record ?? '']);
    assert.equal(shown?.event.place.source.file, 'a');
  }
});
