import { test } from 'node:test';
import { assertEvents, assertTrees, assertValues } from './round-trip.ts';

test('ten thousand random templates and records come back as they were made', () => {
  assertTrees(10_000, 11);
  assertValues(2_000, 12);
  assertEvents(500, 13);
});
