import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventWords } from './event-words.ts';

test('words of a search ask the archive for names whole and for texts', () => {
  assert.deepEqual(eventWords('host:srv-02 event:4688 event:1 from:2026-03-12 account:alice *psh* "c d"'), {
    kind: 'query',
    query: {
      from: { ms: Date.UTC(2026, 2, 12), ticks: 0 },
      hosts: ['srv-02'],
      eventIds: [4688, 1],
      words: [
        { text: 'alice', match: 'whole' },
        { text: 'psh', match: 'part' },
        { text: 'c d', match: 'whole' },
      ],
    },
  });
  for (const [text, at] of [
    ['x -host:a', 2],
    ['host:srv*', 0],
    ['event:x', 0],
    ['state:open', 0],
  ] as const) {
    const read = eventWords(text);
    assert.equal(read.kind === 'problem' && read.problem.at, at, text);
  }
});
