import { test } from 'node:test';
import { ATTACKS, campaign } from './campaign.ts';
import { holdSame } from './same-incidents.ts';

test('L8 any order of paths, any split into files, any jobs and duplicates added: same incidents, same ids, byte for byte', async (t) => {
  const { events } = campaign(Object.keys(ATTACKS), { acts: 60 });
  await holdSame(t, events, [1, 2]);
});
