import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteWindow } from './byte-window.ts';
import { LineCounter } from './line-counter.ts';

/** A window that counts the bytes that are looked at for a mark. */
class CountedWindow extends ByteWindow {
  lookedAt = 0;

  override find(mark: number | string, from: number): number {
    const found = super.find(mark, from);
    this.lookedAt += (found < 0 ? this.end : found + 1) - from;
    return found;
  }
}

test('a source of one line is looked through once, however many units it has', () => {
  const window = new CountedWindow();
  const lines = new LineCounter(window);
  window.append(Buffer.from('{},'.repeat(50_000)));
  for (let position = 0; position < window.end; position += 3) assert.equal(lines.lineAt(position), 1);
  assert.equal(window.lookedAt, window.end);
});

test('lines are counted from 1, and a line feed belongs to the line that it ends', () => {
  const window = new ByteWindow();
  const lines = new LineCounter(window);
  window.append(Buffer.from('a\nb\n\n'));
  assert.deepEqual(
    [0, 1, 2, 2, 3, 4, 5].map((position) => lines.lineAt(position)),
    [1, 1, 2, 2, 2, 3, 4],
  );
  window.release(5);
  window.append(Buffer.from('c\nd'));
  assert.deepEqual(
    [6, 7, 8].map((position) => lines.lineAt(position)),
    [4, 5, 5],
  );
});
