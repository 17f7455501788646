import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { partsOf } from '../../src/live/index.ts';
import { ATTACKS, campaign } from '../incidents/campaign.ts';
import { linesOf, lineWriter, Stream, told } from './streams.ts';

const NAMES = Object.keys(ATTACKS);

/** What a judgement of these batches tells. */
function judged(batches: readonly { readonly lines: readonly string[]; readonly sender: string }[]): unknown {
  const stream = new Stream();
  for (const { lines, sender } of batches) stream.send(lines, { file: sender });
  const judgement = stream.window.judge();
  const digests = partsOf(judgement).map(({ incident, digest }) => [incident.id, digest]);
  return { told: told(judgement), digests };
}

/** Lines in an order that a seed tells, cut at sizes up to `most`, with some of them sent twice. */
function shuffled(
  lines: readonly string[],
  random: (below: number) => number,
  most: number,
): readonly { readonly lines: readonly string[]; readonly sender: string }[] {
  const order = lines.map((line) => ({ line, at: random(1 << 30) })).sort((a, b) => a.at - b.at);
  const sent = order.flatMap(({ line }) => (random(5) === 0 ? [line, line] : [line]));
  const batches: { lines: readonly string[]; sender: string }[] = [];
  for (let at = 0; at < sent.length; ) {
    const size = 1 + random(most);
    batches.push({ lines: sent.slice(at, at + size), sender: ['sender-b', 'sender-a'][random(2)] ?? '' });
    at += size;
  }
  return batches;
}

test('L8 events in any order, in any split, some twice and by two senders, give the same incidents, findings, dossiers and ids', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 1, max: 60 }),
      fc.infiniteStream(fc.nat()),
      (names, seed, most, stream) => {
        const { events } = campaign(names, { acts: 10, seed, hosts: 40 });
        const lines = linesOf(events);
        const random = (below: number): number => (stream.next().value ?? 0) % below;
        const once = judged([{ lines, sender: 'sender-a' }]);
        assert.deepEqual(judged(shuffled(lines, random, most)), once);
      },
    ),
    { numRuns: 12 },
  );
});

test('L8 a judgement in between changes nothing of the next, and a judgement made twice is the same', () => {
  const { events } = campaign(['a triad that fires and is removed', 'a pivot from A over B to C'], { acts: 20 });
  const lines = linesOf(events);
  const whole = new Stream().send(lines).window.judge();
  const stream = new Stream();
  for (let at = 0; at < lines.length; at += 50) {
    stream.send(lines.slice(at, at + 50), { file: at % 100 === 0 ? 'b' : 'a' });
    stream.window.judge();
  }
  const first = stream.window.judge();
  assert.deepEqual(told(first), told(whole));
  assert.deepEqual(told(stream.window.judge()), told(whole));
  assert.deepEqual(told(first), told(whole), 'a judgement stays as it was when the window goes on');
});

test('L8 records without a record id, sent line by line in the other order, give what the lines in order give', () => {
  for (const name of NAMES) {
    const { events } = campaign([name], { acts: 5, hosts: 40 });
    const lines = linesOf(events, lineWriter('S6', /flat TimeCreated with SourceName/));
    const stream = new Stream();
    for (const line of lines.toReversed()) stream.send([line]);
    assert.deepEqual(told(stream.window.judge()), told(new Stream().send(lines).window.judge()), name);
  }
});
