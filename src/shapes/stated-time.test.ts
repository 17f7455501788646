import assert from 'node:assert/strict';
import test from 'node:test';
import { plainColumns, tableTime } from './columns.ts';
import { epochNanoseconds, epochSeconds, jsonDate, statedTime } from './stated-time.ts';

test('seconds of 1970 are read from their digits, which a double would change', () => {
  assert.deepEqual(epochSeconds('1561916401.1234567'), {
    ms: 1561916401123,
    ticks: 4567,
    zone: 'utc',
    precision: 'ticks',
  });
  // A double holds such a time to some 240 ns: through it these ticks are others.
  assert.deepEqual(epochSeconds('1598970714.5290001'), {
    ms: 1598970714529,
    ticks: 1,
    zone: 'utc',
    precision: 'ticks',
  });
  assert.notEqual(BigInt(Math.trunc(Number('1598970714.5290001') * 1e7)) % 10_000n, 1n);
  assert.deepEqual(epochSeconds('1598970714'), { ms: 1598970714000, ticks: 0, zone: 'utc', precision: 's' });
  assert.deepEqual(['-1', '1e9', '', '1.', 'now', '1'.repeat(12)].map(epochSeconds), Array(6).fill(undefined));
  assert.deepEqual(epochNanoseconds('1773308642918012345'), {
    ms: 1773308642918,
    ticks: 123,
    zone: 'utc',
    precision: 'ticks',
  });
});

test('a written time says its zone and how fine it is', () => {
  const brief = (text: string): unknown => {
    const time = statedTime(text);
    return time === undefined ? undefined : [time.ms, time.ticks, time.zone, time.precision];
  };
  assert.deepEqual(
    [
      '2021-01-14T23:41:09.357986400Z',
      '2021-01-14 23:41:09',
      '2021-01-14 23:41:09 +0200',
      '2021-01-14T23:41:09.5-05:00',
      '2021-02-30T00:00:00Z',
      'x'.repeat(100),
    ].map(brief),
    [
      [1610667669357, 9864, 'utc', 'ticks'],
      [1610667669000, 0, 'local', 's'],
      [1610660469000, 0, 'utc', 's'],
      [1610685669500, 0, 'utc', 'ms'],
      undefined,
      undefined,
    ],
  );
});

test('dates of PowerShell and of the portal are UTC', () => {
  assert.equal(jsonDate('/Date(1790000000000)/')?.ms, 1790000000000);
  assert.equal(jsonDate('/Date(1790000000000+0200)/')?.ms, 1790000000000);
  assert.equal(jsonDate('Date'), undefined);
  const portal = (text: string): string | undefined => {
    const time = tableTime(text);
    return time === undefined ? undefined : new Date(time.ms).toISOString();
  };
  assert.deepEqual(
    [
      '8/2/2021, 1:06:38.330 PM',
      '8/2/2021, 12:06:38.330 AM',
      '12/31/2021 12:00:00 PM',
      '2021-08-02T13:06:38.33Z',
      '13/40/2021, 1:00:00 AM',
    ].map(portal),
    [
      '2021-08-02T13:06:38.330Z',
      '2021-08-02T00:06:38.330Z',
      '2021-12-31T12:00:00.000Z',
      '2021-08-02T13:06:38.330Z',
      undefined,
    ],
  );
});

test('suffixes of column types are taken off, and a value that is there wins over one that is not', () => {
  assert.deepEqual(
    {
      ...plainColumns({
        ReportId_long: 5,
        ReportId_string: '',
        'TimeGenerated [UTC]': 't',
        Data_dynamic: null,
        Data_s: 'x',
        Task: 3,
        Sub_total: 1,
      }),
    },
    { ReportId: 5, TimeGenerated: 't', Data: 'x', Task: 3, Sub_total: 1 },
  );
});
