import assert from 'node:assert/strict';
import { BlockList, isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { isSourceAllowed, sourceProblem } from './sources.ts';

test('no blocks: from anywhere; an address that is none is let in nowhere else', () => {
  assert.equal(isSourceAllowed([], '10.0.0.1'), true);
  assert.equal(isSourceAllowed(['0.0.0.0/0', '::/0'], 'nowhere'), false);
});

test('both sides of a block, in IPv4, mapped IPv4 and IPv6', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['10.1.0.0/16', '10.1.0.0', true],
    ['10.1.0.0/16', '10.1.255.255', true],
    ['10.1.0.0/16', '10.2.0.0', false],
    ['10.1.0.0/16', '10.0.255.255', false],
    ['10.1.0.0/16', '::ffff:10.1.2.3', true],
    ['10.1.0.0/16', '::ffff:a01:203', true],
    ['10.1.0.0/16', '::10.1.2.3', false],
    ['::ffff:10.1.0.0/112', '10.1.2.3', true],
    ['10.0.0.7', '10.0.0.7', true],
    ['10.0.0.7', '10.0.0.6', false],
    ['10.0.0.6/31', '10.0.0.7', true],
    ['10.0.0.6/31', '10.0.0.8', false],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::1', '::1', true],
  ];
  for (const [block, address, isIn] of cases) {
    assert.equal(sourceProblem(block), undefined, block);
    assert.equal(isSourceAllowed(['192.0.2.1', block], address), isIn, `${address} in ${block}`);
  }
});

test('a block that nobody can have meant is refused', () => {
  const wrong = [
    '10.0.0.1/8',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '010.0.0.1',
    '10.0.0',
    '256.0.0.1',
  ];
  wrong.push(
    '::1/129',
    '2001:db8::1/32',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7::8',
    '',
    '*',
    'fe80::1%eth0',
  );
  for (const text of wrong) assert.notEqual(sourceProblem(text), undefined, text);
});

test('addresses and blocks are read as the runtime reads them', () => {
  const addresses = fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.]{1,24}$/));
  fc.assert(
    fc.property(addresses, (text) => assert.equal(sourceProblem(text) === undefined, isIP(text) !== 0, text)),
    { numRuns: 3000 },
  );
  fc.assert(
    fc.property(fc.ipV6(), fc.ipV6(), fc.integer({ min: 0, max: 128 }), (block, address, prefix) => {
      const list = new BlockList();
      list.addSubnet(block, prefix, 'ipv6');
      assert.equal(isSourceAllowed([`${block}/${prefix}`], address), list.check(address, 'ipv6'));
    }),
  );
});
