import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SignedMachines } from './signed-machines.ts';

test('machines wait in the order in which they came, in turn by sender', () => {
  const signed = new SignedMachines();
  for (const name of ['a', 'b', 'c', 'a']) signed.wait(name, 1);
  signed.wait('d', 2);
  assert.deepEqual(signed.take(3), ['b', 'd', 'c']);
  assert.deepEqual([signed.take(3), signed.isWaiting], [['a'], false]);
});

test('SERVE 0.1: 31 names that one sender makes up cost it its own oldest, and nobody else a place', () => {
  const signed = new SignedMachines();
  signed.wait('before', 2);
  for (let at = 0; at < 10_000; at++) signed.wait(`made-up-${at}`, 1);
  signed.wait('after', 2);
  const first = signed.take(4);
  assert.deepEqual([first.includes('before'), first.includes('after')], [true, true]);
  let left = 0;
  while (signed.isWaiting) left += signed.take(8).length;
  assert.equal(left + first.length, 258);
});

test('a judgement ends the waiting of what it sees, at its end; what comes of a machine with a sign waits until the second one', () => {
  const signed = new SignedMachines();
  signed.came('a', 1);
  assert.equal(signed.isWaiting, false, 'no sign');
  signed.sign('a');
  signed.wait('a', 1);
  signed.wait('b', 1);
  signed.judging();
  assert.equal(signed.isWaiting, true, 'it tells nothing yet');
  signed.came('a', 1);
  signed.judged();
  assert.deepEqual(signed.take(8), ['a'], 'came since it began');
  signed.judging();
  signed.judged();
  signed.came('a', 1);
  assert.equal(signed.isWaiting, false);
});
