import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zoneOf, zoneOffsetMinutes } from './zone-offset.ts';

test('a zone is UTC, an offset or a name of the time zone database, and nothing else', () => {
  assert.deepEqual(
    ['utc', 'Z', '+05:30', '-0800', 'Europe/Paris', 'Mars/Base', '+15:00', '+01:99', 'local', '', '12'].map(zoneOf),
    [0, 0, 330, -480, 'Europe/Paris', undefined, undefined, undefined, undefined, undefined, undefined],
  );
});

test('L4 the offset of a named zone follows its summer time, by the wall clock', () => {
  const at = (text: string): number => zoneOffsetMinutes('Europe/Paris', Date.parse(`${text}Z`));
  assert.deepEqual(
    ['2026-01-15T12:00:00', '2026-07-15T12:00:00', '2026-03-29T01:59:00', '2026-03-29T03:00:00'].map(at),
    [60, 120, 60, 120],
  );
  assert.equal(zoneOffsetMinutes(-300, 0), -300);
});
