import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ATTEMPT_LIMITS, Attempts } from './attempts.ts';

const HERE = '10.0.0.1';

/** What comes of an attempt: 0 where it is let through, else the wait in milliseconds. */
function tried(attempts: Attempts, name: string, address: string, nowMs: number): number {
  const attempt = attempts.begin(name, address, nowMs);
  return attempt.kind === 'allowed' ? 0 : attempt.retryAfterMs;
}

test('five failures of an account from an address give 30 s, each further one twice that, up to 15 minutes', () => {
  const attempts = new Attempts({ ...ATTEMPT_LIMITS, failuresOfAddress: 1000 });
  for (let count = 1; count <= 5; count++) assert.equal(tried(attempts, 'a', HERE, 0), 0, `attempt ${count}`);
  let nowMs = 0;
  for (const seconds of [30, 60, 120, 240, 480, 900, 900]) {
    assert.equal(tried(attempts, 'a', HERE, nowMs), seconds * 1000);
    assert.equal(tried(attempts, 'a', HERE, nowMs + seconds * 1000 - 1000), 1000);
    nowMs += seconds * 1000;
    assert.equal(tried(attempts, 'a', HERE, nowMs), 0);
  }
});

test('an account is never locked for other addresses, nor an address for other accounts before its own limit', () => {
  const attempts = new Attempts();
  for (let count = 0; count < 5; count++) tried(attempts, 'a', HERE, 0);
  assert.deepEqual(
    [tried(attempts, 'a', HERE, 0), tried(attempts, 'a', '10.0.0.2', 0), tried(attempts, 'b', HERE, 0)],
    [30_000, 0, 0],
  );
});

test('30 failures of an address in ten minutes stop it, whatever the accounts, until the ten minutes are over', () => {
  const attempts = new Attempts();
  for (let count = 0; count < 30; count++) assert.equal(tried(attempts, `n${count}`, HERE, 1000), 0);
  assert.equal(tried(attempts, 'other', HERE, 1000), 600_000);
  assert.equal(tried(attempts, 'other', '10.0.0.2', 1000), 0);
  assert.equal(tried(attempts, 'other', HERE, 600_999), 1000, 'a wait is a second at least');
  assert.equal(tried(attempts, 'other', HERE, 601_000), 0);
});

test('a right password forgets the failures before it; an attempt that nobody looked at is none', () => {
  const attempts = new Attempts();
  for (let count = 0; count < 4; count++) tried(attempts, 'a', HERE, 0);
  assert.equal(tried(attempts, 'a', HERE, 0), 0);
  attempts.takeBack('a', HERE, false);
  assert.equal(tried(attempts, 'a', HERE, 0), 0, 'the fifth again');
  attempts.takeBack('a', HERE, true);
  for (let count = 0; count < 5; count++) assert.equal(tried(attempts, 'a', HERE, 0), 0);
  assert.equal(tried(attempts, 'a', HERE, 0), 30_000);
});

test('after an hour without an attempt it begins anew', () => {
  const attempts = new Attempts();
  for (let count = 0; count < 5; count++) tried(attempts, 'a', HERE, 0);
  const overMs = 30_000 + ATTEMPT_LIMITS.forgetMs;
  assert.equal(tried(attempts, 'a', HERE, overMs), 0);
  assert.equal(tried(attempts, 'a', HERE, overMs), 0);
});

test('an address of IPv6 is its network: whoever has one has all of them', () => {
  const attempts = new Attempts();
  for (let count = 0; count < 5; count++) tried(attempts, 'a', `2001:db8:1:2::${count}`, 0);
  assert.equal(tried(attempts, 'a', '2001:db8:1:2:ffff::1', 0), 30_000);
  assert.equal(tried(attempts, 'a', '2001:db8:1:3::1', 0), 0);
  assert.equal(tried(attempts, 'a', '::ffff:10.0.0.1', 0), 0);
  for (let count = 0; count < 4; count++) tried(attempts, 'a', HERE, 0);
  assert.equal(tried(attempts, 'a', '::FFFF:10.0.0.1', 0), 30_000, 'one address in both forms');
});

test('L15 a flood of names and addresses keeps the bound, and is counted', () => {
  const attempts = new Attempts({ ...ATTEMPT_LIMITS, entries: 100 });
  for (let count = 0; count < 1000; count++) tried(attempts, `n${count}`, `10.0.${count >> 8}.${count & 255}`, 0);
  assert.equal(attempts.held, 200);
  assert.equal(attempts.evicted, 1800);
});
