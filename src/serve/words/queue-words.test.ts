import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QUEUE_STATES } from '../../api/index.ts';
import { WORK_STATES } from '../../state/index.ts';
import { queueWords } from './queue-words.ts';

/** Words as conditions, or the place and text of what is none. */
function read(text: string): unknown {
  const reading = queueWords(text, 'ann');
  if (reading.kind === 'problem') return [reading.problem.at, reading.problem.message];
  return reading.words.map(
    ({ field, pattern, isNegated }) => `${isNegated ? '-' : ''}${field ?? ''}:${pattern.join('*')}`,
  );
}

test('PRODUCT 9.2 the queue understands the words of the page: lists of states, least levels, me and none, what is unread', () => {
  assert.deepEqual(read('state:open,Contained level:>=high owner:me -owner:none verdict:none'), [
    'state:open,contained',
    'level:high,critical',
    'owner:ann',
    '-owner:',
    'unjudged:1',
  ]);
  assert.deepEqual(read('is:unread -is:unassigned is:withdrawn is:retrospective level:>=informational'), [
    'unread:ann',
    '-owner:',
    'standing:withdrawn',
    'retrospective:1',
    'level:informational,low,medium,high,critical',
  ]);
  assert.deepEqual(read('owner:"me" owner:me* state:open*'), ['owner:me', 'owner:me*', 'state:open']);
  assert.deepEqual(read('host:srv*corp* host:"srv*" -*x*'), ['host:srv*corp*', 'host:srv*', '-:*x*']);
  assert.deepEqual(read('is:overdue -is:hidden'), ['overdue:', '-hidden:']);
});

test('states of the queue are those of work', () => {
  assert.deepEqual(QUEUE_STATES, WORK_STATES);
});

test('G11 a state, a level or a thing that it may be which there is none of is told at its place', () => {
  assert.deepEqual(read('a state:open,shut'), [
    2,
    'There is no state "shut"; known are open, acknowledged, contained, closed.',
  ]);
  for (const [text, at] of [
    ['level:>=worse', 0],
    ['level:>high', 0],
    ['x is:overdu', 2],
    ['state:', 0],
    ['state:open,', 0],
  ] as const)
    assert.equal((read(text) as readonly unknown[])[0], at, text);
});
