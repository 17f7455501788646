import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TextBlockReader } from '../../src/intake/text-block-reader.ts';
import { Lane } from '../../src/serve/detect/lane.ts';
import { ToldBook } from '../../src/serve/detect/told-book.ts';
import { Enterprise, ordinaryEvents } from '../../testkit/index.ts';
import { linesOf, NOW_MS } from '../live/streams.ts';

const SOURCE = { file: 'sender:a' };
const LINES = linesOf(ordinaryEvents(new Enterprise({ seed: 3, hosts: 2 }), { acts: 60 }));

/** A lane that takes the same lines again and again. */
function fed(bytes: number): { readonly lane: Lane; readonly take: () => number } {
  const lane = new Lane({ bytes, spanMs: 365 * 86_400_000 }, new ToldBook([]), true);
  const reader = new TextBlockReader({ runStartMs: NOW_MS });
  let position = 0;
  return {
    lane,
    take: () => {
      const answer = reader.read(SOURCE, ++position, Buffer.from(`${LINES.join('\n')}\n`), true);
      const { length } = answer.rows.bytes;
      lane.take(SOURCE, { answer, packer: 0 }, { position, arriveMs: NOW_MS, isOld: false });
      return length;
    },
  };
}

test('a lane is judged out of turn when half of its room waits, and not before', () => {
  const size = fed(1 << 30).take();
  const { lane, take } = fed(size * 4);
  take();
  assert.equal(lane.isPressing, false);
  take();
  assert.equal(lane.isPressing, true);
});

test('what a judgement takes counts as not judged until it ends, and does not press', () => {
  const { lane, take } = fed(1 << 20);
  const first = take();
  const judging = lane.judging({});
  judging.next();
  assert.deepEqual([lane.unjudgedBytes, lane.isPressing], [first, false]);
  const second = take();
  assert.equal(lane.unjudgedBytes, first + second);
  while (judging.next().done !== true);
  assert.equal(lane.unjudgedBytes, second);
});
