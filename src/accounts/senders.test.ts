import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hostPatternProblem, matchesHost } from './host-patterns.ts';
import { type Sender, senderProblem, speaksFor, standing } from './senders.ts';

const bound = { hosts: ['ws-07'], isRelay: false };

test('a pattern fits short and qualified names in any case, and no other host', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['ws-07', 'WS-07', true],
    ['WS-07', 'ws-07.corp.example', true],
    ['ws-07', 'ws-07.corp.example.', true],
    ['ws-07', 'ws-071', false],
    ['ws-07', 'xws-07', false],
    ['ws-0*', 'WS-071.corp.example', true],
    ['*-07', 'srv-07', true],
    ['ws-07.corp.example', 'WS-07', true],
    ['ws-07.corp.example', 'ws-07.other.example', false],
    ['ws-07.corp.example', 'ws-07.corp.example.other', false],
    ['*.corp.example', 'dc.emea.corp.example', true],
    ['*.corp.example', 'corp.example', false],
    ['*.corp.example', 'dc.evilcorp.example', false],
    ['ws-*.corp.example', 'srv-1', false],
    ['a*b*c', 'aXbXbc', true],
    ['a*b*c', 'aXbXb', false],
    ['ärger-*', 'ÄRGER-1', true],
    ['ws-07', '', false],
    ['ws*', '-', false],
    ['w*', `w${'s'.repeat(252)}`, true],
    ['w*', `w${'s'.repeat(253)}`, false],
  ];
  for (const [pattern, name, isFit] of cases) assert.equal(matchesHost([pattern], name), isFit, `${pattern} ${name}`);
  assert.equal(matchesHost(['a', 'ws-07'], 'ws-07'), true);
});

test('wildcards mean what the plain reading of them means', () => {
  const text = fc.stringMatching(/^[ab*]{1,8}$/);
  fc.assert(
    fc.property(text, fc.stringMatching(/^[ab]{1,10}$/), (pattern, name) => {
      const plain = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
      assert.equal(matchesHost([pattern], name), plain.test(name));
    }),
    { numRuns: 2000 },
  );
});

test('a pattern of many wildcards costs no more than its length times the length of the name', () => {
  const start = performance.now();
  for (let run = 0; run < 200; run++) matchesHost([`a${'*a'.repeat(125)}b`], 'a'.repeat(253));
  assert.ok(performance.now() - start < 2000);
});

test('what is no pattern is refused: empty, too long, other signs, or fitting everything', () => {
  for (const good of ['a', 'a'.repeat(253), 'WS_07*', '*.corp.example', 'host.'])
    assert.equal(hostPatternProblem(good), undefined);
  for (const bad of ['', 'a'.repeat(254), '*', '**.*', 'a b', 'a/b', 'a\n', 'a?', '-']) {
    assert.notEqual(hostPatternProblem(bad), undefined, bad);
  }
});

test('L18 an event for a host that its sender is not bound to is marked, loses a grade and raises nothing', () => {
  const mismatch = { binding: 'mismatch', mark: 'host_not_bound', mayRaiseConfidence: false };
  assert.deepEqual(standing(bound, 'SRV-02', 'authenticated'), { trust: 'unauthenticated', ...mismatch });
  assert.deepEqual(standing(bound, 'SRV-02', 'signed'), { trust: 'authenticated', ...mismatch });
  assert.deepEqual(standing(bound, 'SRV-02', 'unauthenticated'), { trust: 'unauthenticated', ...mismatch });
  assert.deepEqual(standing(bound, 'SRV-02', 'file'), { trust: 'file', ...mismatch });
  assert.deepEqual(standing({ ...bound, isRelay: true }, 'SRV-02', 'authenticated'), {
    trust: 'unauthenticated',
    ...mismatch,
  });
});

test('L18 what the others get: bound, unbound, relayed, and an event without a computer', () => {
  const free = { hosts: [], isRelay: false };
  const relay = { hosts: [], isRelay: true };
  const told = (sender: Pick<Sender, 'hosts' | 'isRelay'>, name: string, trust: 'signed' | 'authenticated') => {
    const { trust: given, binding, mark, mayRaiseConfidence } = standing(sender, name, trust);
    return [given, binding, mark, mayRaiseConfidence];
  };
  assert.deepEqual(told(bound, 'WS-07.corp.example', 'authenticated'), ['authenticated', 'bound', null, true]);
  assert.deepEqual(told(bound, 'WS-07', 'signed'), ['signed', 'bound', null, true]);
  assert.deepEqual(told(free, 'SRV-02', 'authenticated'), ['authenticated', 'unbound', null, true]);
  assert.deepEqual(told(relay, 'SRV-02', 'signed'), ['authenticated', 'relayed', 'relayed', true]);
  assert.deepEqual(told({ hosts: ['srv*'], isRelay: true }, 'SRV-02', 'authenticated'), [
    'authenticated',
    'relayed',
    'relayed',
    true,
  ]);
  assert.deepEqual(told(bound, '-', 'authenticated'), ['authenticated', 'unnamed', null, false]);
  assert.deepEqual(told(free, '', 'authenticated'), ['authenticated', 'unnamed', null, true]);
  assert.deepEqual(told(relay, '', 'authenticated'), ['authenticated', 'unnamed', 'relayed', false]);
});

test('a sender without patterns speaks for all, one with patterns for those alone', () => {
  assert.equal(speaksFor({ hosts: [] }, 'anything'), true);
  assert.equal(speaksFor(bound, 'ws-07'), true);
  assert.equal(speaksFor(bound, 'ws-08'), false);
});

test('a sender is refused beyond each of its bounds, and taken at them', () => {
  const good = {
    id: 'a'.repeat(64),
    name: 'n'.repeat(128),
    hosts: Array.from({ length: 64 }, () => 'a'),
    note: 'n'.repeat(1024),
  };
  assert.equal(senderProblem(good), undefined);
  const wrong = [
    { ...good, id: 'a'.repeat(65) },
    { ...good, id: 'A' },
    { ...good, id: '' },
    { ...good, name: 'n'.repeat(129) },
    { ...good, name: ' ' },
    { ...good, name: 'a\u001bb' },
    { ...good, hosts: [...good.hosts, 'a'] },
    { ...good, hosts: ['*'] },
    { ...good, note: 'n'.repeat(1025) },
    { ...good, note: 'a\nb' },
    { ...good, note: 'triad_k7Q2mX9aLr4T_0123' },
  ];
  for (const sender of wrong) assert.notEqual(senderProblem(sender), undefined, JSON.stringify(sender).slice(0, 80));
});
