import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FEWEST_DECIDED, precisionOf, wilsonShare } from './precision.ts';

test('the interval is the one of Wilson: values of his formula worked out by hand, and none beyond 0 and 1', () => {
  assert.deepEqual(wilsonShare(10, 12), { ratio: 0.8333, low: 0.552, high: 0.953 });
  assert.deepEqual(wilsonShare(5, 10), { ratio: 0.5, low: 0.2366, high: 0.7634 });
  assert.deepEqual(wilsonShare(0, 10), { ratio: 0, low: 0, high: 0.2775 });
  assert.deepEqual(wilsonShare(10, 10), { ratio: 1, low: 0.7225, high: 1 });
  assert.deepEqual(wilsonShare(0, 20), { ratio: 0, low: 0, high: 0.1611 });
  for (const n of [1, 10, 1e6])
    for (const count of [0, 1, n]) {
      const { ratio, low, high } = wilsonShare(count, n);
      assert.ok(0 <= low && low <= ratio && ratio <= high && high <= 1, `${count} of ${n}`);
    }
});

test('what is authorised was found rightly and is no attack; below ten decided there is no share, with none nothing', () => {
  assert.equal(precisionOf({ malicious: 0, authorised: 0, false: 0 }), undefined);
  const few = { malicious: 4, authorised: 2, false: 3 };
  assert.deepEqual(precisionOf(few), { decided: FEWEST_DECIDED - 1, ...few });
  assert.deepEqual(precisionOf({ malicious: 4, authorised: 6, false: 2 }), {
    decided: 12,
    malicious: 4,
    authorised: 6,
    false: 2,
    rule: wilsonShare(10, 12),
    security: wilsonShare(4, 12),
  });
});
