import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVENT_WORDS, readEventWords } from './event-words.ts';
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

/** Place of the problem, its length and its beginning. */
function problemAt(text: string): unknown {
  const read = readEventWords(text);
  return read.kind === 'problem' ? [read.problem.at, read.problem.length, read.problem.message] : undefined;
}

test('SETTLED G11 words of events: names and times are whole, texts may be parts, and what cannot be answered is told at its place', () => {
  assert.deepEqual(readEventWords('host:SRV-02 from:2026-03-12 to:2026-03-12T09:40Z payload:*enc* "c d"'), {
    kind: 'terms',
    terms: [
      { field: 'host', value: 'SRV-02', isPart: false },
      { field: 'from', value: '2026-03-12', isPart: false },
      { field: 'to', value: '2026-03-12T09:40Z', isPart: false },
      { field: 'payload', value: 'enc', isPart: true },
      { field: undefined, value: 'c d', isPart: false },
    ],
  });
  assert.deepEqual(problemAt('x -host:a'), [2, 7, 'A search of events cannot leave out: narrow it by what is there.']);
  assert.deepEqual(problemAt('host:srv*'), [0, 9, '"host:" is a whole name here, without a star.']);
  assert.deepEqual(problemAt('event:x'), [0, 7, '"event:" is an event id, such as 4688.']);
  assert.deepEqual(problemAt('a from:noon'), [2, 9, '"from:" is a time, such as 2026-03-12 or 2026-03-12T09:40Z.']);
  assert.deepEqual(problemAt('to:2026-01-01 to:2026-01-02'), [14, 13, '"to:" stands there already.']);
  const known = Object.keys(EVENT_WORDS)
    .map((word) => `${word}:`)
    .join(' ');
  assert.deepEqual(problemAt('a level:high'), [2, 5, `There is no word "level:" here; known are ${known}`]);
});
