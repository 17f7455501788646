import { test } from 'node:test';
import { ATTACKS, campaign } from './campaign.ts';
import { holdSame } from './same-incidents.ts';

test('L8 with more seeds and other days: same incidents, same ids, byte for byte', async (t) => {
  for (const seed of [3, 4, 5]) {
    const { events } = campaign(Object.keys(ATTACKS), { acts: 300, seed });
    await holdSame(t, events, [seed, seed + 10, seed + 20]);
  }
});
