import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVERY_CHANNEL, isOfKeptChannel, type KeptChannels } from './index.ts';

test('A8: a record is kept for its channel and number, or for its number in any log of Windows', () => {
  const kept: KeptChannels = new Map<string, ReadonlySet<number> | 'all'>([
    ['security', new Set([4688])],
    ['system', 'all'],
    ['zeek/dns', 'all'],
    [EVERY_CHANNEL, new Set([15])],
  ]);
  const asked: readonly (readonly [string, number, boolean])[] = [
    ['security', 4688, true],
    ['security', 4624, false],
    ['security', 15, true],
    ['system', 7045, true],
    ['anything', 15, true],
    ['anything', 16, false],
    ['zeek/dns', 0, true],
    ['zeek/conn', 15, false],
  ];
  for (const [channel, id, isKept] of asked)
    assert.equal(isOfKeptChannel(kept, channel, id), isKept, `${channel} ${id}`);
  assert.equal(isOfKeptChannel(new Map(), 'security', 4688), false);
  assert.equal(isOfKeptChannel(new Map([[EVERY_CHANNEL, 'all']]), 'security', 1), true);
  assert.equal(isOfKeptChannel(new Map([[EVERY_CHANNEL, 'all']]), 'zeek/dns', 0), false);
});
