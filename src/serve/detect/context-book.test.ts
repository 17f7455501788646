import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ContextBook } from './context-book.ts';
import type { ContextAsk } from './messages.ts';

const HOUR = 3_600_000;
type Coverage = Parameters<ContextBook['want']>[0]['coverage'];

function coverage(...rows: readonly (readonly [computer: string, firstMs: number, lastMs: number])[]): {
  readonly coverage: Coverage;
} {
  return {
    coverage: rows.map(([computer, firstMs, lastMs]) => ({ computer, firstMs, lastMs })) as unknown as Coverage,
  };
}

/** All that is asked for beside a batch, each answered at once with nothing. */
function asked(book: ContextBook, ...[batch, horizonMs, upTo]: Parameters<ContextBook['want']>): readonly ContextAsk[] {
  book.want(batch, horizonMs, upTo);
  const asks: ContextAsk[] = [];
  for (let ask = book.next(); ask !== undefined; ask = book.next()) {
    asks.push(ask);
    book.answered(ask.ask, 0);
  }
  return asks;
}

test('each stretch of a host is asked for once, in whole spans around what is old; hosts of one stretch together', () => {
  const book = new ContextBook(HOUR, 1000);
  const old = coverage(['WS-07', 10.5 * HOUR, 10.6 * HOUR], ['ws-08', 10.2 * HOUR, 10.9 * HOUR]);
  const asks = asked(book, old, 100 * HOUR, 7);
  const ask = { kind: 'ask', ask: 1, upTo: 7, roomBytes: 1000 };
  assert.deepEqual(asks, [{ ...ask, hosts: ['ws-07', 'ws-08'], fromMs: 9 * HOUR, toMs: 12 * HOUR }]);
  assert.deepEqual(asked(book, old, 100 * HOUR, 8), []);
  const later = asked(book, coverage(['WS-07', 11.5 * HOUR, 50 * HOUR]), 12.5 * HOUR, 9);
  assert.deepEqual(later, [{ ...ask, ask: 2, hosts: ['ws-07'], fromMs: 12 * HOUR, toMs: 14 * HOUR, upTo: 9 }]);
  assert.deepEqual(asked(book, coverage(['ws-09', 13 * HOUR, 14 * HOUR]), 12.5 * HOUR, 9), []);
  assert.deepEqual(asked(book, coverage(['ws-09', Number.NEGATIVE_INFINITY, HOUR]), 12.5 * HOUR, 9), []);
});

test('it waits until all is answered; what was brought takes room, and what has its own batch is known', () => {
  const book = new ContextBook(HOUR, 1000);
  const hosts = Array.from({ length: 257 }, (_, at) => [`ws-${at}`, HOUR, HOUR] as const);
  book.want(coverage(...hosts), 9 * HOUR, 1);
  const first = book.next();
  assert.deepEqual([first?.hosts.length, first?.roomBytes, book.next()], [256, 1000, undefined]);
  book.answered(1, 400);
  assert.ok(book.isWaiting);
  const second = book.next();
  assert.deepEqual([second?.hosts.length, second?.roomBytes], [1, 600]);
  book.answered(2, 700);
  assert.ok(!book.isWaiting);
  assert.equal(asked(book, coverage(['other', HOUR, HOUR]), 9 * HOUR, 1)[0]?.roomBytes, 0);
  book.holds(4);
  assert.deepEqual([book.has(4), book.has(5)], [true, false]);
});

test('what lies all over is asked for where it lies; beyond the bound the middle counts as asked', () => {
  const book = new ContextBook(HOUR, 1000);
  for (let at = 0; at < 65; at++) {
    assert.equal(asked(book, coverage(['ws-07', at * 10 * HOUR, at * 10 * HOUR]), 1e12, 1).length, 1);
  }
  assert.equal(asked(book, coverage(['ws-07', 5 * HOUR, 5 * HOUR]), 1e12, 1).length, 0);
  assert.equal(asked(book, coverage(['ws-07', 900 * HOUR, 900 * HOUR]), 1e12, 1).length, 1);
});
