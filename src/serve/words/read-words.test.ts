import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventWords } from './event-words.ts';
import { readWords } from './read-words.ts';

const FIELDS = ['host', 'state'];

function terms(text: string): unknown {
  const read = readWords(text, FIELDS);
  if (read.kind === 'problem') return [read.problem.at, read.problem.length, read.problem.message];
  return read.terms.map(({ field, value, isNegated, isExact, isOpenBefore, isOpenBehind }) =>
    [
      isNegated ? '-' : '',
      field === undefined ? '' : `${field}:`,
      isOpenBefore ? '*' : '',
      isExact ? `"${value}"` : value,
      isOpenBehind ? '*' : '',
    ].join(''),
  );
}

test('words have fields, quotes, minus and stars', () => {
  assert.deepEqual(terms('host:srv-02 -state:closed *sync* "a b" plain'), [
    'host:srv-02',
    '-state:closed',
    '*sync*',
    '"a b"',
    'plain',
  ]);
  assert.deepEqual(terms('host:"a \\"b\\" *"'), ['host:"a "b" *"']);
  assert.deepEqual(terms('  HOST:Srv  '), ['host:Srv']);
  assert.deepEqual(terms('c:'), [0, 1, 'There is no word "c:" here; known are host: state:']);
  assert.deepEqual(terms(''), []);
});

test('what is no word of ours is told at its place', () => {
  const unknown = 'There is no word "hots:" here; known are host: state:';
  assert.deepEqual(terms('state:open hots:x'), [11, 4, unknown]);
  assert.deepEqual(terms('a -hots:x'), [3, 4, unknown]);
  assert.deepEqual(terms('a "b'), [2, 2, 'The quotes are not closed.']);
  assert.deepEqual(terms('a host:'), [2, 5, 'This word says nothing.']);
  assert.deepEqual(terms('a -'), [2, 1, 'This word says nothing.']);
  assert.equal((terms(Array.from({ length: 33 }, () => 'x').join(' ')) as unknown[])[0], 64);
  assert.equal((terms(Array.from({ length: 32 }, () => 'x').join(' ')) as unknown[]).length, 32);
  assert.deepEqual((terms('x'.repeat(2001)) as unknown[]).slice(0, 2), [2000, 1]);
});

test('words of a search ask the archive for names whole and for texts; what it cannot do is told at its place', () => {
  assert.deepEqual(eventWords('host:srv-02 event:4688 event:1 account:alice *psh* "c d"'), {
    kind: 'query',
    query: {
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
