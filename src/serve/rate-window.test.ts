import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RateWindow } from './rate-window.ts';

const MINUTE = 60_000;

test('a steady stream has its rate, wherever in a slot it is asked for', () => {
  const window = new RateWindow(MINUTE);
  for (let ms = 0; ms < 600_000; ms += 1000) {
    window.add(ms, 7);
    if (ms < 120_000) continue;
    const rate = window.perSecond(ms + 999, 0);
    assert.ok(rate > 6.9 && rate < 7.2, `${rate} at ${ms}`);
  }
});

test('what came longer ago than the span counts no more, and what came within it does', () => {
  const window = new RateWindow(MINUTE);
  window.add(1_000_000, 60);
  assert.equal(window.perSecond(1_000_000 + 54_999, 0), 60_000 / 59_999);
  assert.equal(window.perSecond(1_000_000 + 60_000, 0), 0);
  window.add(1_100_000, 6);
  // All slots are older than the newest by more than the span: none of them is left.
  window.add(9_000_000, 1);
  assert.equal(window.perSecond(9_004_999, 0), 1000 / 59_999);
});

test('a window that began a while ago tells the rate since then, and over a second at least', () => {
  const window = new RateWindow(60 * MINUTE);
  window.add(5_000_100, 40);
  assert.equal(window.perSecond(5_000_200, 5_000_000), 40);
  assert.equal(window.perSecond(5_020_000, 5_000_000), 2);
});

test('a time before the newest counts with the newest', () => {
  const window = new RateWindow(MINUTE);
  window.add(100_000, 1);
  window.add(10_000, 1);
  assert.equal(window.perSecond(104_000, 103_000), 2);
});
