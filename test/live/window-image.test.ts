import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Window } from '../../src/live/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf, lineWriter, NOW_MS, Stream, told } from './streams.ts';

/** What is read behind an image by a reader of its own, as after a start. */
function goesOn(image: ReturnType<Window['image']>, options: object): Stream {
  return new Stream({ ...options, image: structuredClone(image) });
}

test('a window that begins with the image of another goes on as that one: rows, clocks, watermarks, coverage', () => {
  const { events } = campaign(['a triad that fires and is removed', 'wmiexec with its three legs'], { acts: 20 });
  for (const [shape, style] of [
    ['S4', undefined],
    ['S3', undefined],
    ['S7', undefined],
    ['S13', /SecurityEvent/],
  ] as const) {
    const lines = linesOf(events, lineWriter(shape, style));
    for (const share of [0.2, 0.5, 0.9]) {
      const cut = Math.floor(lines.length * share);
      const one = new Stream();
      const other = new Stream();
      for (const stream of [one, other]) {
        stream.send(
          lines.slice(0, cut).filter((_, at) => at % 2 === 0),
          { file: 'b' },
        );
        stream.send(
          lines.slice(0, cut).filter((_, at) => at % 2 === 1),
          { file: 'a', trust: 'unauthenticated' },
        );
      }
      one.window.judge({ watermarkMs: one.window.watermark(NOW_MS).ms });
      one.window.forget();
      const second = goesOn(one.window.image(), {});
      other.window.judge({ watermarkMs: other.window.watermark(NOW_MS).ms });
      for (const stream of [one, second, other]) stream.send(lines.slice(cut), { file: 'b' });
      assert.deepEqual(second.window.watermark(NOW_MS), one.window.watermark(NOW_MS));
      assert.deepEqual(told(second.window.judge()), told(other.window.judge()), `${shape} ${share}`);
      assert.deepEqual(second.window.counts, one.window.counts);
    }
  }
});

test('the rows of an image are copies: what the window does with its own changes nothing of them', () => {
  const { events } = campaign(['a triad that fires and is removed'], { acts: 10 });
  const lines = linesOf(events);
  const stream = new Stream().send(lines.slice(0, lines.length / 2));
  const { rows } = stream.window.image();
  const before = rows.map((bytes) => Buffer.from(bytes));
  stream.send(lines, { file: 'another' }).window.judge();
  assert.deepEqual(rows, before);
});

test('a window that begins with an image lets go of rows within its bounds, and not before they were judged', () => {
  const { events } = campaign(['a triad that fires and is removed'], { acts: 40 });
  const first = new Stream().send(linesOf(events));
  const { bytes } = first.window.counts;
  const second = goesOn(first.window.image(), { bytes: bytes / 4 });
  assert.equal(second.window.counts.bytes, bytes);
  second.window.watermark(NOW_MS);
  second.window.judge();
  second.window.forget();
  assert.ok(second.window.counts.bytes <= bytes / 4);
});

test('a window that let go of rows, and pinned others, has an image without those that went', () => {
  const { events } = campaign(['a triad that fires and is removed', 'wmiexec with its three legs'], { acts: 40 });
  const lines = linesOf(events);
  const half = Math.floor(lines.length / 2);
  const options = { bytes: 40_000, latenessMs: 0 };
  const one = new Stream(options).send(lines.slice(0, half));
  one.window.watermark(NOW_MS);
  const pinned = one.window.judge();
  one.window.pin(
    pinned.records.slice(0, 5).map(({ event }) => {
      const { computer, channel, eventId, recordId, timeMs, timeTicks } = event;
      return { computer, channel, eventId, recordId, timeMs, timeTicks };
    }),
  );
  one.window.forget();
  assert.ok(Object.values(one.window.counts.lost).some((rows) => (rows ?? 0) > 0));
  const second = goesOn(one.window.image(), options);
  assert.equal(second.window.counts.rows, one.window.counts.rows);
  for (const stream of [one, second]) stream.send(lines.slice(half));
  const [expected, found] = [one, second].map((stream) => stream.window.judge());
  assert.deepEqual(found && told(found), expected && told(expected));
  for (const host of expected?.incidents.flatMap(({ hosts }) => hosts) ?? []) {
    assert.equal(found?.wholeFromMs(host), expected?.wholeFromMs(host));
  }
});

test('a fault of what came costs no row of an image; one of the image costs it', () => {
  const { events } = campaign(['a triad that fires and is removed'], { acts: 20 });
  const lines = linesOf(events);
  const image = new Stream().send(lines).window.image();
  const second = goesOn(image, {});
  const held = second.window.counts.rows;
  second.send(lines.slice(0, 40));
  const came = second.window.counts.rows - held;
  assert.ok(came > 0);
  const faulty = { rules: { rules: [], match: () => assert.fail('a bug') } } as never;
  assert.throws(() => second.window.judge(faulty));
  assert.equal(second.window.putAside(), came);
  assert.equal(second.window.counts.rows, held);
  assert.throws(() => second.window.judge(faulty));
  assert.equal(second.window.putAside(), held);
});
