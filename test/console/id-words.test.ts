import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idWords } from '../../console/pages/id-words.ts';

test('ids are a span only where each of them is among them', () => {
  const said = [[], [4624], [4624, 4648], [5857, 5858], [5857, 5859, 5860, 5861], [1, 2, 3, 5, 6, 9]].map(idWords);
  assert.deepEqual(said, ['', '4624', '4624, 4648', '5857, 5858', '5857, 5859–5861', '1–3, 5, 6, 9']);
});
