import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  filtered,
  isMissing,
  isNamed,
  openNames,
  recordOfLink,
  searchAround,
} from '../../console/incident/evidence-rows.ts';
import { incidentHere, readWayBack } from '../../console/kit/way-back.ts';
import { searchOf } from '../../console/search/search-query.ts';
import type { PageRecord } from '../../src/report/index.ts';
import { linkOfCited } from '../../src/serve/archiving/cited-events.ts';

function row(number: number, id: string, data: Readonly<Record<string, string>> = {}): PageRecord {
  return {
    number,
    record: { id, host: 'srv-02', channel: 'Security', eventId: 4688, data },
    words: { long: 'a process began' },
  } as unknown as PageRecord;
}

test('what happened around a record is looked for on its host, with a way back to it', () => {
  const facts = { time: '2026-11-25T09:00:00.0000000Z', hostRaw: 'SRV-02', channel: 'Security', eventId: 4688 };
  const events = linkOfCited({ ...facts, recordId: 77 }) ?? '';
  incidentHere.value = 4;
  const around = searchAround({ id: 'ab12', ...facts }, events);
  incidentHere.value = undefined;
  const asked = searchOf(new URLSearchParams(around));
  assert.deepEqual(
    asked?.named.map(({ name, value }) => `${name}=${value}`),
    ['host=SRV-02'],
  );
  assert.deepEqual([asked?.from, asked?.to], ['2026-11-25T08:55:00Z', '2026-11-25T09:05:00Z']);
  assert.deepEqual(readWayBack(around['back'] ?? ''), { href: '/incidents/INC-4?open=ab12', name: 'INC-4' });
  assert.equal('back' in searchAround({ id: 'ab12', ...facts }, events), false, 'a subscription has no way back');
});

test('a way back leads to an incident and nowhere else', () => {
  assert.deepEqual(readWayBack('INC-12'), { href: '/incidents/INC-12', name: 'INC-12' });
  for (const text of [null, '', 'INC-', '//evil.example', 'INC-1.a/b', 'INC-1.a?b', 'javascript:1', 'x INC-1']) {
    assert.equal(readWayBack(text), undefined, String(text));
  }
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
  assert.equal(filtered(rows, 'security 4688').length, 2, 'the log and event id are words of a row');
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
