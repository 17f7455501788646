import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entities } from '../entities/index.ts';
import type { Event } from '../windows/index.ts';
import { RepeatedNames } from './repeated-names.ts';

function odd(host: string, file: string, timeMs: number): Event {
  const place = { source: { file }, offset: 0, length: 1, repeatsNames: true };
  return {
    channel: 'Security',
    eventId: 4624,
    recordId: 1,
    timeMs,
    timeTicks: 0,
    computer: host,
    place,
    repeatsNames: true,
  } as unknown as Event;
}

test('L15 a source that makes up hosts costs no other source its signs', () => {
  const names = new RepeatedNames({ cite: () => [] } as unknown as Entities);
  for (let at = 0; at < 30_000; at++) names.accept(`fake-${at}`, odd(`fake-${at}`, 'flood', 0));
  assert.equal(names.signs().length, 10_000);
  assert.equal(names.evicted, 20_000);
  names.accept('real', odd('real', 'honest', 1000));
  assert.equal(names.signs().at(-1)?.host, 'real');
});
