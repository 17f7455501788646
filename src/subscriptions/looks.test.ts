import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ObjectEvent } from '../objects/index.ts';
import { Looks } from './looks.ts';

function look(looks: Looks, host: string, ms = 0): void {
  const told = { source: 'audit' as const, isTimed: true, provesAbsence: true };
  const place = { source: { file: 'a.json' }, offset: 0, length: 1 };
  looks.accept(host, new ObjectEvent({ computer: host, place, timeMs: ms, timeTicks: 0, look: told }), told);
}

test('L15 a host keeps a thousand looks, one more is counted, and other hosts lose nothing', () => {
  const looks = new Looks();
  for (let i = 0; i < 1_000; i++) look(looks, 'a', 1_000 - i);
  assert.equal(looks.dropped, 0);
  look(looks, 'a');
  look(looks, 'b');
  assert.deepEqual([looks.dropped, looks.of('a').length, looks.of('b').length], [1, 1_000, 1]);
  assert.equal(looks.of('a')[0]?.event.timeMs, 1, 'in order of time');
});

test('L15 of twenty thousand hosts each may be looked at again, another host is counted', () => {
  const looks = new Looks();
  for (let i = 0; i < 20_000; i++) look(looks, `h${i}`);
  look(looks, 'h0');
  assert.deepEqual([looks.dropped, looks.of('h0').length], [0, 2]);
  look(looks, 'h20000');
  assert.deepEqual([looks.dropped, looks.of('h20000').length], [1, 0]);
});
