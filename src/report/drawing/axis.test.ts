import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axisParts, bandOf, positionOf, timeAt } from './axis.ts';

const TIMES = [0, 1000, 5000, 3_600_000, 3_660_000, 90_000_000];

test('a place on the axis tells the time that stands there, in every part', () => {
  const parts = axisParts(TIMES);
  assert.ok(parts.length > 1);
  for (const ms of TIMES) assert.ok(Math.abs(timeAt(positionOf(ms, parts), parts) - ms) < 1e-3, String(ms));
  assert.equal(timeAt(-5, parts), 0);
  assert.equal(timeAt(105, parts), 90_000_000);
  // In a cut it is an end of the part beside it.
  const [first, second] = parts;
  assert.ok(first && second);
  assert.equal(timeAt(first.left + first.width + 0.1, parts), first.to);
  assert.equal(timeAt(second.left - 0.1, parts), second.from);
  assert.equal(timeAt(50, []), 0);
});

test('a band holds the marks within its span and none beside it', () => {
  const parts = axisParts(TIMES);
  for (const [fromAt, toAt] of [
    [0, 2],
    [1, 1],
    [3, 4],
    [0, 5],
  ] as const) {
    const { x, width } = bandOf(TIMES[fromAt] ?? 0, TIMES[toAt] ?? 0, parts);
    for (const [at, ms] of TIMES.entries()) {
      const place = positionOf(ms, parts);
      const isInside = place >= x && place <= x + width;
      assert.equal(isInside, at >= fromAt && at <= toAt, `${fromAt} ${toAt} ${at}`);
    }
  }
  // Ends in a cut leave out what stands behind it.
  const { x, width } = bandOf(1500, 3_000_000, parts);
  assert.deepEqual(
    TIMES.filter((ms) => positionOf(ms, parts) >= x && positionOf(ms, parts) <= x + width),
    [5000],
  );
  assert.equal(bandOf(20_000, 3_000_000, parts).width, 0);
  const beyond = bandOf(-1000, 200_000_000, parts);
  assert.ok(beyond.x >= 0 && beyond.x + beyond.width <= 100);
});
