import { test } from 'node:test';
import { assertRoundTrip } from './round-trip.ts';

test('any classes and instances are read back as they were written, in both layouts, and what was deleted is told', () => {
  assertRoundTrip(60, 20260314);
});
