import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cultureTime } from './culture-time.ts';

test('times as cultures write them are read in their order, and are local', () => {
  const at = (text: string): string | undefined => {
    const time = cultureTime(text);
    return time === undefined ? undefined : `${new Date(time.ms).toISOString()} ${time.zone} ${time.precision}`;
  };
  const evening = '2021-01-14T23:41:09.000Z local s';
  for (const text of [
    '1/14/2021 11:41:09 PM',
    '01/14/2021 23:41:09',
    '1/14/2021 11:41:09\u202fPM',
    '14/01/2021 23:41:09',
    '14.01.2021 23:41:09',
    '14-01-2021 23:41:09',
    '2021/1/14 23:41:09',
    'Jan 14, 2021 @ 23:41:09',
  ]) {
    assert.equal(at(text), evening, text);
  }
  assert.equal(at('1/2/2021 12:05:09 AM'), '2021-01-02T00:05:09.000Z local s');
  assert.equal(at('1.2.2021 12:05:09'), '2021-02-01T12:05:09.000Z local s');
  assert.equal(at('Jan 14, 2021 @ 23:41:09.357'), '2021-01-14T23:41:09.357Z local ms');
  for (const text of [
    '',
    '1/14/21 1:00:00 PM',
    '13/13/2021 1:00:00',
    '40.1.2021 1:00:00',
    'Foo 1, 2021 @ 01:00:00',
    '1/2/2021',
  ]) {
    assert.equal(at(text), undefined, text);
  }
});
