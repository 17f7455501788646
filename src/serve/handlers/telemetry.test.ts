import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCountedAlone } from '../../live/index.ts';
import { TELEMETRY } from './telemetry.ts';

test('every column of the matrix of hosts is counted by its ids, and is one by itself', () => {
  for (const { channel, ids, kind } of TELEMETRY) {
    for (const id of ids) assert.ok(isCountedAlone(channel, id), `${kind}: ${channel} ${id}`);
  }
  assert.equal(new Set(TELEMETRY.map(({ kind }) => kind)).size, TELEMETRY.length);
});

test('PRODUCT 9.3 the matrix has a column of each id that is named there, which says what is seen by it', () => {
  const ids = (log: string): readonly number[] => TELEMETRY.filter((one) => one.log === log).flatMap((one) => one.ids);
  assert.deepEqual(ids('Sysmon'), [1, 3, 8, 10, 19, 20, 21]);
  assert.deepEqual(ids('Security'), [4624, 4648, 4672, 4662, 4688, 4768, 4769]);
  assert.deepEqual(ids('WMI-Activity'), [5857, 5858, 5859, 5860, 5861]);
  for (const { kind, why } of TELEMETRY) assert.notEqual(why, '', kind);
});
