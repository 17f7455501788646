import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isChannelWanted } from '../../windows/index.ts';
import { TELEMETRY } from './telemetry.ts';

test('every column of the matrix of hosts is counted by its ids, and is one by itself', () => {
  for (const { channel, ids, kind } of TELEMETRY) {
    for (const id of ids) assert.ok(isChannelWanted(channel, id), `${kind}: ${channel} ${id}`);
  }
  assert.equal(new Set(TELEMETRY.map(({ kind }) => kind)).size, TELEMETRY.length);
});
