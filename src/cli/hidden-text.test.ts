import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hiddenText } from './hidden-text.ts';

const day = (of: number): string => `2026-03-${of}T09:00:00.0000000Z`;
const PATCH_DAYS = { number: 3, reason: 'patch days', owner: 'alice' };

test('a suppression has its words where it is named first, and what is not told is said', () => {
  const suppressed = [
    { from: day(13), by: [PATCH_DAYS] },
    { from: day(10), to: day(12), by: [{ number: 3 }], more: 2 },
  ];
  assert.deepEqual(hiddenText({ suppressed, suppressedSince: day(10) }, 12), [
    '  2026-03-13 09:00:00  hidden from the queue until now by suppression 3 (patch days; owner alice)',
    '  2026-03-10 09:00:00  hidden from the queue until 2026-03-12 09:00:00 by suppression 3 and 2 more',
    '  when it was hidden before 2026-03-10 09:00:00 is not told',
  ]);
  assert.deepEqual(hiddenText({ suppressed }, 1).slice(1), [
    '  when it was hidden before 2026-03-13 09:00:00 is not told',
  ]);
  assert.equal(hiddenText({ suppressed }, 2).length, 2);
});
