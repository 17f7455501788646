import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BodyBudget } from './index.ts';

const LIMITS = { totalBytes: 1000, bytesPerBody: 10 };

test('L15 a sender may hold half of all, and a newcomer always finds room', () => {
  const budget = new BodyBudget(LIMITS);
  const greedy = budget.open('greedy');
  assert.ok(greedy.kind === 'lease');
  assert.equal(greedy.grow(491), false);
  assert.equal(greedy.grow(490), true);
  assert.equal(greedy.grow(1), false);
  const good = budget.open('good');
  assert.ok(good.kind === 'lease');
  assert.equal(good.grow(240), true);
  assert.equal(good.grow(1), false);
  assert.deepEqual([budget.usedBytes, budget.heldBy('greedy'), budget.heldBy('good')], [750, 500, 250]);
});

test('many bodies of one sender count together, and a body costs something before its first byte', () => {
  const budget = new BodyBudget(LIMITS);
  const leases = Array.from({ length: 60 }, () => budget.open('one'));
  assert.equal(leases.filter(({ kind }) => kind === 'lease').length, 50);
  assert.deepEqual(leases[50], { kind: 'refused', status: 429, retryAfterMs: 1000 });
  for (const lease of leases) if (lease.kind === 'lease') lease.release();
  assert.equal(budget.usedBytes, 0);
  assert.equal(budget.heldBy('one'), 0);
});

test('what was given back once is not given back twice', () => {
  const budget = new BodyBudget(LIMITS);
  const [first, second] = [budget.open('a'), budget.open('a')];
  assert.ok(first.kind === 'lease' && second.kind === 'lease');
  first.release();
  first.release();
  assert.equal(budget.usedBytes, 10);
  second.release();
  assert.equal(budget.usedBytes, 0);
});

test('a full server has its senders wait longer than one whose sender is greedy', () => {
  const budget = new BodyBudget(LIMITS);
  for (const sender of ['a', 'b', 'c', 'd']) {
    const lease = budget.open(sender);
    assert.ok(lease.kind === 'lease');
    for (let more = 0; more < 1000 && lease.grow(1); more++);
  }
  const late = budget.open('a');
  assert.ok(late.kind === 'refused');
  assert.equal(late.retryAfterMs, 5000);
});
