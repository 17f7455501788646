import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ChangeRing, RING_LIMITS } from './change-ring.ts';

/** Numbers of all changes behind a number. */
function after(ring: ChangeRing, number: number): readonly number[] {
  const found: number[] = [];
  for (let change = ring.after(number); change !== undefined; change = ring.after(change.number))
    found.push(change.number);
  return found;
}

test('a ring holds the newest changes without a hole, by number and by size, and knows what it holds no more', () => {
  for (const [limits, held] of [
    [{ changes: 3, units: 1000 }, 3],
    [{ changes: 100, units: 20 }, 2],
    [{ changes: 100, units: 5 }, 1],
  ] as const) {
    const ring = new ChangeRing(limits);
    assert.deepEqual([ring.last, ring.holdsAfter(0), after(ring, 0)], [0, true, []]);
    for (let at = 1; at <= 5000; at++) {
      ring.add('finding', '0123456789');
      if (at >= held)
        assert.deepEqual([ring.held, ring.holdsAfter(at - held), ring.holdsAfter(at - held - 1)], [held, true, false]);
    }
    assert.deepEqual(
      after(ring, 5000 - held),
      Array.from({ length: held }, (_, at) => 5000 - held + 1 + at),
    );
    assert.deepEqual([ring.holdsAfter(5000), ring.holdsAfter(5001), after(ring, 5000)], [true, false, []]);
  }
});

test('L29 the ring of a server is bounded by number and by size, as docs/serve.md says', () => {
  const heldOf = (characters: number): number => {
    const ring = new ChangeRing();
    for (let at = 0; at < 10_001; at++) ring.add('incident', 'x'.repeat(characters));
    return ring.held;
  };
  assert.deepEqual([838, 839, 1024].map(heldOf), [10_000, 9998, 8192]);
  const said = readFileSync(join(import.meta.dirname, '../../../docs/serve.md'), 'utf8');
  const { changes, units } = RING_LIMITS;
  const [most, characters] = [changes, units].map((count) => count.toLocaleString('en'));
  assert.ok(said.includes(`newest ${most} changes, of long ones fewer: at most ${characters} characters of JSON`));
});

test('what is passed over is a hole that everybody before it sees', () => {
  const ring = new ChangeRing({ changes: 3, units: 1000 });
  ring.add('host', '{}');
  ring.miss(7);
  ring.add('host', '{}');
  assert.deepEqual(
    [ring.last, ring.held, ring.holdsAfter(1), ring.holdsAfter(7), ring.holdsAfter(8)],
    [9, 1, false, false, true],
  );
  assert.deepEqual(after(ring, 8), [9]);
});

test('what is kept twice, for who sees raw evidence and who does not, counts twice', () => {
  const ring = new ChangeRing({ changes: 100, units: 20 });
  for (let at = 0; at < 5; at++) ring.add('incident', '0123456789', '01234');
  assert.equal(ring.held, 1);
});
