import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closingNeeds } from './closing.ts';

const NEXT = ['preserve', 'contain', 'remove', 'verify', 'learn'].map((phase) => ({ id: `${phase}-1`, phase }));
const WORK = { verdict: null, learn: null, times: { triage: {} }, taken: {} };

function needs(work: Partial<Parameters<typeof closingNeeds>[0]>) {
  const { steps, advised, ...rest } = closingNeeds({ ...WORK, ...work }, NEXT);
  return { ...rest, steps: steps.map(({ phase }) => phase), advised: advised.map(({ phase }) => phase) };
}

test('G2 without a verdict, and as inconclusive, an incident needs one; every step is advice so far', () => {
  const all = ['preserve', 'contain', 'remove', 'verify', 'learn'];
  assert.deepEqual(needs({}), { verdict: true, steps: [], learn: false, advised: all });
  assert.deepEqual(needs({ verdict: 'inconclusive' }), { verdict: true, steps: [], learn: false, advised: all });
});

test('PRODUCT 12.1 a verdict of an episode before is none: it asks for another, and goes on asking for what it asked', () => {
  for (const verdict of ['authorised', 'malicious']) assert.equal(needs({ verdict, times: {} }).verdict, true);
  assert.deepEqual(needs({ verdict: 'malicious', times: {} }).steps, ['contain', 'verify']);
});

test('G2 what is malicious needs its contain and verify steps settled and a learn text; what is harmless needs nothing', () => {
  const advised = ['preserve', 'remove', 'learn'];
  assert.deepEqual(needs({ verdict: 'malicious' }), {
    verdict: false,
    steps: ['contain', 'verify'],
    learn: true,
    advised,
  });
  const taken = { 'contain-1': { outcome: 'notApplicable' }, 'preserve-1': { outcome: 'done' } };
  assert.deepEqual(needs({ verdict: 'malicious', learn: ' \n', taken }), {
    verdict: false,
    steps: ['verify'],
    learn: true,
    advised: ['remove', 'learn'],
  });
  assert.equal(needs({ verdict: 'malicious', learn: 'DCOM was open' }).learn, false);
  for (const verdict of ['authorised', 'false', 'duplicate', 'test']) {
    const { verdict: isNeeded, steps, learn } = needs({ verdict });
    assert.deepEqual([isNeeded, steps, learn], [false, [], false]);
  }
});
