import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatTime, parseTime } from './time.ts';

test('a time is read in every form that logs have, to 100 ns, and agrees with the calendar of the language', () => {
  const moment = fc.date({
    min: new Date(Date.UTC(1601, 0)),
    max: new Date(Date.UTC(9999, 11, 31)),
    noInvalidDate: true,
  });
  const digits = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 9 }).map((list) => list.join(''));
  const zones = fc.constantFrom('', 'Z', 'z', ' Z', '+00:00', '-0330', '+05:45');
  fc.assert(
    fc.property(
      moment,
      digits,
      zones,
      fc.constantFrom('T', ' '),
      fc.constantFrom('.', ','),
      (date, fraction, zone, between, point) => {
        const seconds = date.toISOString().slice(0, 19).replace('T', between);
        const text = `${seconds}${fraction === '' ? '' : point}${fraction}${zone}`;
        const cut = fraction.padEnd(7, '0').slice(0, 7);
        const offset = zone === '-0330' ? -210 : zone === '+05:45' ? 345 : 0;
        const whole = Math.floor(date.getTime() / 1000) * 1000;
        assert.deepEqual(parseTime(text), {
          ms: whole + Number(cut.slice(0, 3)) - offset * 60_000,
          ticks: Number(cut.slice(3)),
        });
      },
    ),
  );
});

test('a date alone, minutes alone and a leap second are times; what no calendar has is none', () => {
  assert.deepEqual(
    ['2020-02-29', '2020-02-29T10:11Z', '2016-12-31T23:59:60Z'].map((text) => {
      const time = parseTime(text);
      return time === undefined ? undefined : formatTime(time.ms, time.ticks);
    }),
    ['2020-02-29T00:00:00.0000000Z', '2020-02-29T10:11:00.0000000Z', '2017-01-01T00:00:00.0000000Z'],
  );
  const wrong = [
    '2021-02-29 00:00:00',
    '2020-13-01 00:00:00',
    '2020-00-01 00:00:00',
    '2020-04-31 00:00:00',
    '2020-01-01 24:00:00',
    '2020-01-01 00:60:00',
    '2020-01-01 00:00:61',
    '2020-01-01 00:00:00.',
    '2020-01-01 00:00:00.12345678901',
    '2020-01-01 00:00:00ZZ',
    '2020-01-0a 00:00:00',
    '20a0-01-01 00:00:00',
    '',
  ];
  for (const text of wrong) assert.equal(parseTime(text), undefined, text);
});
