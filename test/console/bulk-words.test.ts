import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acknowledgedWords, undoneWords } from '../../console/queue/bulk-words.ts';

const changed = (number: number): { number: number; code: string } => ({ number, code: 'precondition_failed' });
const LATE = { number: 9, code: 'conflict', detail: 'It was acknowledged more than 30 seconds ago.' };

test('G12 what of many was not done is told with its reasons, and which incidents those are', () => {
  assert.equal(acknowledgedWords({ done: 2, left: [], withoutNote: [] }), '2 incidents acknowledged.');
  assert.equal(
    acknowledgedWords({
      done: 1,
      left: [changed(5), { number: 6, code: 'merged', detail: 'It is part of x now.' }, changed(7)],
      withoutNote: [{ number: 1, code: 'conflict', detail: 'Its history has 10000 entries, the most there may be.' }],
    }),
    '1 incident acknowledged. 3 were left: INC-5, INC-7: changed meanwhile; INC-6: it is part of x now. 1 note not taken: INC-1: its history has 10000 entries, the most there may be.',
  );
  assert.equal(
    undoneWords(0, [LATE]),
    '0 incidents open again. 1 was not: INC-9: it was acknowledged more than 30 seconds ago.',
  );
  assert.equal(
    undoneWords(1, [1, 2, 3, 4, 5].map(changed)),
    '1 incident open again. 5 were not: INC-1, INC-2, INC-3 and 2 more: changed meanwhile.',
  );
});
