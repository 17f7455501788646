import { test } from 'node:test';
import { holdThroughFlood } from './flood.ts';

test('L15 a hundred thousand junk logons of one source at the target do not hide the call of another that completes after them', () => {
  holdThroughFlood(100_000);
});
