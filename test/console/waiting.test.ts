import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitingWords } from '../../console/queue/store.ts';

test('G6 what waits says how grave the new ones are, and nothing where nothing waits', () => {
  const none = { fresh: 0, changed: 0, graves: { fresh: [], changed: [] } };
  assert.equal(waitingWords(none), '');
  assert.equal(waitingWords({ ...none, fresh: 3, changed: 2 }), '3 new, 2 changed');
  assert.equal(
    waitingWords({ fresh: 3, changed: 2, graves: { fresh: ['low', 'critical'], changed: [] } }),
    '3 new (1 critical), 2 changed',
  );
  assert.equal(
    waitingWords({ ...none, fresh: 4, graves: { fresh: ['high', 'critical', 'high'], changed: [] } }),
    '4 new (1 critical, 2 high)',
  );
  assert.equal(waitingWords({ ...none, changed: 1 }), '1 changed');
  assert.equal(waitingWords({ ...none, changed: 2, graves: { fresh: [], changed: ['high'] } }), '2 changed (1 high)');
});
