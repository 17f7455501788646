import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitingWords } from '../../console/queue/store.ts';

test('G6 what waits says how grave the new ones are, and nothing where nothing waits', () => {
  const none = { fresh: 0, changed: 0, critical: 0, high: 0 };
  assert.equal(waitingWords(none), '');
  assert.equal(waitingWords({ ...none, fresh: 3, changed: 2 }), '3 new, 2 changed');
  assert.equal(waitingWords({ ...none, fresh: 3, critical: 1, changed: 2 }), '3 new (1 critical), 2 changed');
  assert.equal(waitingWords({ ...none, fresh: 4, critical: 1, high: 2 }), '4 new (1 critical, 2 high)');
  assert.equal(waitingWords({ ...none, changed: 1 }), '1 changed');
});
