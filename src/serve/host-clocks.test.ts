import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostClocks } from './host-clocks.ts';

test('SETTLED C4 an offset is told of both hosts, ahead and behind, the surest first; a look for none leaves what was told', () => {
  const clocks = new HostClocks();
  clocks.note(undefined);
  assert.equal(clocks.of('srv-02'), undefined, 'nobody looked yet');
  clocks.note([
    { a: 'srv-02', b: 'ws-07', offsetMs: 3200, errorMs: 50, pairs: 4 },
    { a: 'srv-02', b: 'zeek', offsetMs: 0, errorMs: 5, pairs: 90 },
  ]);
  clocks.note(undefined);
  assert.deepEqual(clocks.of('ws-07'), [{ against: 'srv-02', aheadMs: 3200, errorMs: 50, pairs: 4 }]);
  assert.deepEqual(clocks.of('srv-02'), [
    { against: 'zeek', aheadMs: 0, errorMs: 5, pairs: 90 },
    { against: 'ws-07', aheadMs: -3200, errorMs: 50, pairs: 4 },
  ]);
  assert.deepEqual(clocks.of('ws-08'), []);
  const many = Array.from({ length: 30 }, (_, at) => ({ a: 'a', b: `b${at}`, offsetMs: 1, errorMs: 1, pairs: at + 3 }));
  clocks.note(many);
  assert.deepEqual(clocks.of('ws-07'), [], 'what the last look did not see is told no more');
  const told = clocks.of('a') ?? [];
  assert.deepEqual([told.length, told[0]?.against, told.at(-1)?.against], [20, 'b29', 'b10']);
});
