import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chosenScope, isGone, isRuleAlone, mutedOf, usualScope, valuesOf } from '../../console/incident/mute-scope.ts';
import { choiceKey, firstChoice, pinOf, usualFields } from '../../console/incident/pin-choice.ts';

const CARRIERS = {
  carriers: [
    { count: 12, host: 'srv-02', subscription: 'a'.repeat(64), payload: 'b'.repeat(64), account: 'corp\\alice' },
    { count: 1, host: 'srv-02', analytic: 'C01', subscription: 'c'.repeat(64) },
  ],
};

test('SETTLED G8 a mute begins with the fingerprint, on the host where all of it is; "any" is a choice too', () => {
  assert.deepEqual(chosenScope(CARRIERS, {}), { subscription: 'a'.repeat(64), host: 'srv-02' });
  assert.deepEqual(chosenScope(CARRIERS, { 'scope.host': '', 'scope.account': 'corp\\alice' }), {
    subscription: 'a'.repeat(64),
    account: 'corp\\alice',
  });
  const several = { carriers: [...CARRIERS.carriers, { count: 1, host: 'srv-03' }] };
  assert.deepEqual(chosenScope(several, {}), { subscription: 'a'.repeat(64) });
  const ruleOnly = {
    carriers: [
      { count: 1, host: 'x', analytic: 'R02' },
      { count: 1, host: 'y', analytic: 'R02' },
    ],
  };
  assert.deepEqual(chosenScope(ruleOnly, {}), { analytic: 'R02', host: 'x' });
  assert.deepEqual(valuesOf(CARRIERS, 'subscription'), ['a'.repeat(64), 'c'.repeat(64)]);
});

test('a mute says how much of what carries the level it holds; a rule alone, and what is gone, are told', () => {
  assert.equal(mutedOf(CARRIERS, { subscription: 'a'.repeat(64) }), 12);
  assert.equal(mutedOf(CARRIERS, { host: 'srv-02' }), 13);
  assert.equal(mutedOf(CARRIERS, { host: 'srv-02', account: 'corp\\bob' }), 0);
  assert.ok(isRuleAlone({ analytic: 'C01' }));
  assert.ok(!isRuleAlone({ analytic: 'C01', host: 'srv-02' }));
  assert.ok(isGone(CARRIERS, { analytic: 'R99' }));
  assert.ok(!isGone(CARRIERS, { analytic: 'C01' }));
});

test('L16 a pin has the scope that the incident tells, until somebody writes another; calls keep accounts with blanks', () => {
  const command = {
    kind: 'command' as const,
    print: 'd'.repeat(64),
    hosts: ['srv-02', 'ws-*'],
    accounts: ['NT AUTHORITY\\SYSTEM', 'CORP\\x'],
    sources: ['ws-07'],
    what: 'wmic.exe',
  };
  const pin = pinOf({ review: '2027-01-01', reason: ' known ' }, command, 'ann');
  assert.deepEqual(pin, {
    what: 'wmic.exe',
    command: command.print,
    hosts: command.hosts,
    accounts: command.accounts,
    sources: command.sources,
    owner: 'ann',
    reason: 'known',
    review: '2027-01-01',
  });
  const payload = { kind: 'payload' as const, print: 'e'.repeat(64), hosts: ['srv-02'] };
  const other = pinOf({ hosts: '*', accounts: 'left from before' }, payload, 'ann');
  assert.deepEqual([other.hosts, other.accounts, other.payload], [['*'], undefined, payload.print]);
  assert.deepEqual(usualFields(undefined), { hosts: '', accounts: '', sources: '' });
  assert.notEqual(choiceKey(command), choiceKey({ ...command, sources: ['ws-08'] }));
});

test('SETTLED G5 what a dialog showed first stays chosen as more is found: "any" stays any', () => {
  const begun = usualScope(CARRIERS);
  const more = { count: 1, host: 'srv-03', subscription: 'd'.repeat(64) };
  const later = { carriers: [more, ...CARRIERS.carriers] };
  assert.deepEqual(chosenScope(later, begun), { subscription: 'a'.repeat(64), host: 'srv-02' });
  assert.notDeepEqual(chosenScope(later, {}), chosenScope(later, begun), 'without it the choice would be another');
  const ruleOnly = { carriers: [{ count: 1, host: 'x', analytic: 'R02' }] };
  assert.deepEqual(chosenScope(CARRIERS, usualScope(ruleOnly)), { host: 'x', analytic: 'R02' });
  const payload = { kind: 'payload' as const, print: 'e'.repeat(64), hosts: ['srv-02', 'srv-03'] };
  assert.deepEqual(firstChoice({ pins: [payload] }), {
    choice: choiceKey(payload),
    hosts: 'srv-02, srv-03',
    accounts: '',
    sources: '',
  });
  assert.deepEqual(firstChoice({ pins: [] }), {});
});
