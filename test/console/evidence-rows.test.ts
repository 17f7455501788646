import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  filtered,
  isMissing,
  isNamed,
  openNames,
  recordOfLink,
  searchOfEvents,
} from '../../console/incident/evidence-rows.ts';
import { searchOf } from '../../console/search/search-query.ts';
import type { PageRecord } from '../../src/report/index.ts';
import { linkOfCited } from '../../src/serve/archiving/cited-events.ts';

function row(number: number, id: string, data: Readonly<Record<string, string>> = {}): PageRecord {
  return { number, record: { id, host: 'srv-02', data }, words: { long: 'a process began' } } as unknown as PageRecord;
}

test('the event of a record is looked for by all that names it', () => {
  const facts = { time: '2026-11-25T09:00:00.0000000Z', hostRaw: 'SRV-02', channel: 'Security', eventId: 4688 };
  const asked = searchOf(new URLSearchParams(searchOfEvents(linkOfCited({ ...facts, recordId: 77 }) ?? '')));
  assert.deepEqual(
    asked?.named.map(({ name, value }) => `${name}=${value}`),
    ['host=SRV-02', 'channel=Security', 'event=4688', 'record=77'],
  );
  assert.deepEqual([asked?.from, asked?.to], ['2026-11-25T09:00:00.0000000Z', '2026-11-25T09:00:00.0000001Z']);
});

test('records are filtered by their values as people read them', () => {
  const rows = [row(1, 'a', { Image: 'C:\\Windows\\System32\\cmd.exe', Line: 'say "hi"' }), row(2, 'b')];
  for (const text of ['windows\\system32', 'say "hi"', ' CMD.exe ']) {
    assert.deepEqual(
      filtered(rows, text).map(({ number }) => number),
      [1],
      text,
    );
  }
  assert.equal(filtered(rows, 'image').length, 0, 'names of fields are not searched');
});

test('what is open is named by its record: it stays the same when more is read', () => {
  const [first, second] = [row(1, 'aa'), row(2, 'bb')];
  assert.deepEqual(openNames('bb,e1,'), ['bb', 'e1']);
  assert.deepEqual([isNamed(first, ['e1']), isNamed(second, ['bb']), isNamed(first, ['bb'])], [true, true, false]);
  assert.deepEqual([isMissing([first, second], ['bb', 'e1']), isMissing([first], ['bb'])], [false, true]);
  assert.deepEqual(
    ['e2', 'e3', 's-1'].map((target) => recordOfLink([first, second], target)),
    ['bb', undefined, undefined],
  );
});
